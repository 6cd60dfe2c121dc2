"""Each way a visit can end, against a real server."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import zlib

import pytest

from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome

HTML = b"<!doctype html><title>Tonight</title><p>Live music</p>"


async def test_page_comes_with_all_that_the_server_said(site, fetcher, ask, reply):
    """OK carries body, type with charset, validators and address."""
    site.routes["/a"] = reply(
        200, HTML, Content_Type="text/html; charset=latin-1", ETag='"1"', Last_Modified="yesterday"
    )
    result = await fetcher.fetch(ask(site.url("/a#part")))
    assert (result.outcome, result.status, result.body) == (Outcome.OK, 200, HTML)
    assert (result.media_type, result.etag, result.last_modified) == ("text/html; charset=latin-1", '"1"', "yesterday")
    assert (result.url, result.final_url) == (site.url("/a#part"), site.url("/a"))


async def test_wrong_charset_header_leaves_the_bytes_alone(site, fetcher, ask, reply):
    """Charsets are the readers' business: bytes and header come as they were sent."""
    body = "<p>Café Müller</p>".encode()
    site.routes["/"] = reply(200, body, Content_Type="text/html; charset=utf-16")
    result = await fetcher.fetch(ask(site.url()))
    assert (result.body, result.media_type) == (body, "text/html; charset=utf-16")


async def test_validators_are_sent_and_304_is_not_modified(site, fetcher, ask, reply):
    """A conditional request that is answered 304 keeps its validators and has no body."""
    site.routes["/"] = reply(304)
    result = await fetcher.fetch(ask(site.url(), etag='W/"7"', last_modified="Mon, 05 Jan 2026 10:00:00 GMT"))
    assert (result.outcome, result.etag, result.body) == (Outcome.NOT_MODIFIED, 'W/"7"', b"")
    assert site.visits[0].headers["if-none-match"] == 'W/"7"'
    assert site.visits[0].headers["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"


async def test_validator_cannot_smuggle_a_header(site, fetcher, ask, reply):
    """A line break in an ETag does not begin a header of its own."""
    site.routes["/"] = reply(200, HTML)
    await fetcher.fetch(ask(site.url(), etag='"1"\r\nX-Evil: yes'))
    assert "x-evil" not in site.visits[0].headers


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (304, (Outcome.FAILED, False)),
        (400, (Outcome.FAILED, False)),
        (401, (Outcome.BLOCKED, False)),
        (403, (Outcome.BLOCKED, False)),
        (404, (Outcome.GONE, False)),
        (407, (Outcome.BLOCKED, False)),
        (410, (Outcome.GONE, False)),
        (429, (Outcome.FAILED, True)),
        (451, (Outcome.BLOCKED, False)),
        (500, (Outcome.FAILED, True)),
        (501, (Outcome.FAILED, False)),
        (503, (Outcome.FAILED, True)),
    ],
)
async def test_statuses_are_told_apart(site, fetcher, ask, reply, status, expected):
    """Each status has its outcome, its code, and a reason that names the address."""
    site.routes["/x"] = reply(status, b"" if status == 304 else b"sorry")
    result = await fetcher.fetch(ask(site.url("/x")))
    assert (result.outcome, result.retryable) == expected
    assert result.status == status
    assert result.code == f"http_{status}"
    assert site.url("/x") in result.reason


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
async def test_answer_without_a_body_is_empty(site, fetcher, ask, reply, body):
    """2xx with nothing in it is EMPTY."""
    site.routes["/"] = reply(200, body)
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.EMPTY


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"cf-mitigated": "challenge"}, HTML),
        (403, {"Server": "cloudflare"}, b"<script>window._cf_chl_opt={}</script>"),
        (503, {}, b"<h1>Please solve this CAPTCHA</h1>"),
        (202, {"x-amzn-waf-action": "challenge"}, b""),
        (200, {}, b'<iframe src="/_Incapsula_Resource?x=1"></iframe>'),
    ],
)
async def test_challenge_page_is_blocked(site, fetcher, ask, reply, status, headers, body):
    """A page that asks for a proof of being human is BLOCKED, whatever its status."""
    site.routes["/"] = reply(status, body, **headers)
    result = await fetcher.fetch(ask(site.url()))
    assert (result.outcome, result.code) == (Outcome.BLOCKED, "challenge")


async def test_large_page_that_mentions_a_challenge_script_is_a_page(site, fetcher, ask, reply):
    """Marks in a body count only where the body is as small as a challenge."""
    site.routes["/"] = reply(200, HTML * 1_000 + b"px-captcha")
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("gzip", HTML),
        ("", gzip.compress(HTML, mtime=0)),
        ("gzip", gzip.compress(gzip.compress(HTML), mtime=0)),
        ("deflate", zlib.compress(HTML)),
        ("deflate", zlib.compress(HTML)[2:-4]),
        ("br", HTML),
        ("identity", HTML),
    ],
    ids=["gzip", "plain-as-gzip", "gzip-as-plain", "twice", "zlib", "raw-deflate", "plain-as-br", "identity"],
)
async def test_content_encoding_is_undone_and_repaired(site, fetcher, ask, reply, encoding, sent):
    """The bytes have the last word over the header."""
    site.routes["/"] = reply(
        200, sent, Content_Type="text/html", **({"Content_Encoding": encoding} if encoding else {})
    )
    result = await fetcher.fetch(ask(site.url()))
    assert (result.outcome, result.body) == (Outcome.OK, HTML)


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzip.compress(HTML * 50, mtime=0)[:-20]),
        ("br", b"\x0b\x05\x80\x01\x02"),
        ("gzip", b"\x1f\x8b\x08" + b"\xff" * 40),
    ],
    ids=["cut", "unasked", "broken"],
)
async def test_body_that_cannot_be_decoded_fails(site, fetcher, ask, reply, encoding, sent):
    """What cannot be decoded is `bad_encoding`, never half a body."""
    site.routes["/"] = reply(200, sent, Content_Encoding=encoding)
    result = await fetcher.fetch(ask(site.url()))
    assert (result.outcome, result.code, result.body) == (Outcome.FAILED, "bad_encoding", b"")


async def test_cut_error_page_keeps_its_status(site, fetcher, ask, reply):
    """A large gzipped 404 is GONE, though only its beginning is read."""
    noise = random.Random(7).randbytes(200_000)
    site.routes["/"] = reply(404, gzip.compress(noise, mtime=0), Content_Encoding="gzip")
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.GONE


async def test_announced_big_body_is_refused_before_it_is_read(site, make_fetcher, ask, reply):
    """Content-Length above the limit ends the visit at once."""
    site.routes["/"] = reply(200, b"x", length=10_000_000_000)
    result = await make_fetcher(max_bytes=1_000).fetch(ask(site.url()))
    assert (result.outcome, result.code) == (Outcome.FAILED, "too_large")


async def test_unannounced_big_body_is_stopped(site, make_fetcher, ask):
    """A body without end is read up to the limit and no further."""
    sent = 0

    async def endless(visit, writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
            sent += 0x2000
            await writer.drain()

    site.routes["/"] = endless
    result = await make_fetcher(max_bytes=100_000).fetch(ask(site.url()))
    assert result.code == "too_large"
    assert sent < 20_000_000


async def test_bomb_is_stopped_while_unpacking(site, make_fetcher, ask, reply):
    """60 MB of zeros in 60 KB are `too_large`, not memory."""
    site.routes["/"] = reply(200, gzip.compress(bytes(60_000_000), 9, mtime=0), Content_Encoding="gzip")
    result = await make_fetcher(max_bytes=1_000_000).fetch(ask(site.url()))
    assert (result.outcome, result.code) == (Outcome.FAILED, "too_large")


async def test_truncated_body_fails_and_may_be_tried_again(site, fetcher, ask, reply):
    """A connection that ends before the announced length is `truncated`."""

    async def half(visit, writer):
        writer.write(reply(200, HTML, length=5_000))
        await writer.drain()

    site.routes["/"] = half
    result = await fetcher.fetch(ask(site.url()))
    assert (result.outcome, result.code, result.retryable) == (Outcome.FAILED, "truncated", True)


async def test_slow_drip_cannot_hold_a_worker(site, make_fetcher, ask):
    """A server that sends a byte now and then is left at the total time, though each read is in time."""

    async def drip(visit, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    site.routes["/"] = drip
    started = asyncio.get_running_loop().time()
    result = await make_fetcher(total_timeout=0.3, read_timeout=5).fetch(ask(site.url()))
    assert (result.outcome, result.code, result.retryable) == (Outcome.FAILED, "timeout", True)
    assert asyncio.get_running_loop().time() - started < 3


async def test_silent_server_times_out(site, make_fetcher, ask):
    """No answer within the read timeout is `timeout`."""

    async def silent(visit, writer):
        await asyncio.sleep(30)

    site.routes["/"] = silent
    assert (await make_fetcher(read_timeout=0.1).fetch(ask(site.url()))).code == "timeout"


async def test_refused_port(fetcher, ask):
    """Nobody listens: `refused`, retryable."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        result = await fetcher.fetch(ask(f"http://127.0.0.1:{port}/"))
    assert (result.outcome, result.code, result.retryable) == (Outcome.FAILED, "refused", True)


async def test_unknown_host(make_fetcher, ask):
    """A name without an address is `dns`, and the reason names it."""

    async def nobody(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    result = await make_fetcher(nobody).fetch(ask("http://no-such-venue.example/"))
    assert (result.outcome, result.code, result.retryable) == (Outcome.FAILED, "dns", True)
    assert "no-such-venue.example" in result.reason


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_server_that_does_not_speak_http(site, fetcher, ask, said):
    """Another protocol is `protocol`, not an exception."""

    async def talk(visit, writer):
        writer.write(said)
        await writer.drain()

    site.routes["/"] = talk
    assert (await fetcher.fetch(ask(site.url()))).code == "protocol"


async def test_server_that_hangs_up(site, fetcher, ask):
    """A fresh connection closed without an answer is asked once and is `disconnected`."""

    async def hang_up(visit, writer):
        return None

    site.routes["/"] = hang_up
    result = await fetcher.fetch(ask(site.url()))
    assert (result.code, result.retryable, len(site.visits)) == ("disconnected", True, 1)


async def test_stale_pooled_connection_is_replaced(site, fetcher, ask, reply):
    """A kept connection that the server closes on the next request costs nothing: the request is sent once more."""
    first = True

    async def once(visit, writer):
        nonlocal first
        if first:
            first = False
            return None
        return reply(200, HTML)

    site.routes |= {"/a": reply(200, HTML), "/b": once}
    await fetcher.fetch(ask(site.url("/a")))
    assert (await fetcher.fetch(ask(site.url("/b")))).outcome is Outcome.OK
    assert site.connections == 2


async def test_connections_are_kept(site, fetcher, ask, reply):
    """Pages of one host come over one connection."""
    site.routes["/"] = reply(200, HTML)
    for _ in range(5):
        await fetcher.fetch(ask(site.url()))
    assert site.connections == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "nonsense",
        "http://",
        "http://[::1",
        "http://exa mple.org:99999/",
        "https://.example.org/",
    ],
)
async def test_odd_addresses_fail_in_words(fetcher, ask, url):
    """What is no address is `bad_address`, never an exception."""
    result = await fetcher.fetch(ask(url))
    assert (result.outcome, result.code) == (Outcome.FAILED, "bad_address")
    assert result.reason


async def test_no_answer_makes_the_fetcher_raise(site, make_fetcher, ask, reply):
    """Two hundred answers with damaged bytes: each visit ends as an outcome, and the next one works."""
    chance = random.Random(11)
    good = reply(200, gzip.compress(HTML, mtime=0), Content_Type="text/html", Content_Encoding="gzip", ETag='"1"')
    moved = reply(302, b"", Location="/elsewhere", Retry_After="Mon, 05 Jan 2026 10:00:00 GMT")
    fetcher = make_fetcher(read_timeout=0.2, total_timeout=0.5)
    outcomes = set()
    for number in range(200):
        data = bytearray(chance.choice((good, moved)))
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)

        async def damaged(visit, writer, data=bytes(data)):
            writer.write(data)
            await writer.drain()

        site.routes[f"/{number}"] = damaged
        outcomes.add((await fetcher.fetch(ask(site.url(f"/{number}")))).outcome)
    site.routes["/"] = reply(200, HTML)
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.OK
    assert Outcome.FAILED in outcomes
