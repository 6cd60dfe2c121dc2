"""Input from outside cannot reach what is inside."""

from __future__ import annotations

import asyncio
import ssl
import subprocess

import httpcore
import pytest

from mystage.application.ports.pages import Politeness
from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome


def resolver_of(*answers: list[str]):
    """Gives the answers in turn, the last one from then on."""
    left = list(answers)
    asked = []

    async def resolve(host, port):
        asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    resolve.asked = asked
    return resolve


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
async def test_public_request_cannot_reach_loopback(site, fetcher, ask, reply, host):
    """However loopback is written, it is refused and nobody is asked."""
    site.routes["/"] = reply(200, b"secret")
    result = await fetcher.fetch(ask(site.url(host=host), public=True))
    assert (result.outcome, result.code) == (Outcome.BLOCKED, "address_refused")
    assert site.connections == 0


async def test_setting_lets_public_requests_in(site, make_fetcher, ask, reply):
    """`allow_private` opens the guard."""
    site.routes["/"] = reply(200, b"open")
    assert (await make_fetcher(allow_private=True).fetch(ask(site.url(), public=True))).outcome is Outcome.OK


async def test_operator_may_reach_private_addresses(site, fetcher, ask, reply):
    """Addresses of a manifest are not guarded."""
    site.routes["/"] = reply(200, b"open")
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.OK


async def test_trusted_connection_does_not_carry_a_strangers_request(site, fetcher, ask, reply):
    """A kept connection that the operator's visit opened is not reused for input from outside."""
    site.routes["/"] = reply(200, b"open")
    await fetcher.fetch(ask(site.url()))
    assert (await fetcher.fetch(ask(site.url(), public=True))).code == "address_refused"
    assert len(site.visits) == 1


async def test_redirect_to_a_private_address_is_refused(site, make_fetcher, ask, reply, monkeypatch):
    """An open address that redirects inside is stopped at the second hop."""
    site.routes |= {"/": reply(302, Location=site.url("/secret")), "/secret": reply(200, b"secret")}
    monkeypatch.setattr(
        "mystage.adapters.pages.network.refusal", lambda address: "" if address == "localhost" else "loopback"
    )
    fetcher = make_fetcher(resolver_of(["localhost"]))  # stands for an open address that happens to be this site
    result = await fetcher.fetch(ask(site.url(host="venue.example"), public=True))
    assert (result.outcome, result.code) == (Outcome.BLOCKED, "address_refused")
    assert site.paths() == ["/"]


async def test_trusted_name_may_not_send_us_inside(site, make_fetcher, ask, reply):
    """The operator vouches for the host that he named, not for where it redirects."""
    site.routes |= {"/": reply(302, Location=site.url("/secret")), "/secret": reply(200, b"secret")}
    fetcher = make_fetcher(resolver_of(["127.0.0.1"]))
    result = await fetcher.fetch(ask(site.url(host="venue.example")))
    assert (result.outcome, result.code) == (Outcome.BLOCKED, "address_refused")
    assert site.paths() == ["/"]


async def test_name_that_changes_its_mind_gains_nothing(site, make_fetcher, ask, reply):
    """DNS rebinding: the name is resolved once for a connection, and that answer is checked and used."""
    site.routes["/"] = reply(200, b"secret")
    resolve = resolver_of(["192.0.2.1"], ["127.0.0.1"])
    fetcher = make_fetcher(resolve, connect_timeout=0.2)
    first = await fetcher.fetch(ask(site.url(host="rebind.example"), public=True))
    assert (first.code, resolve.asked) == ("address_refused", ["rebind.example"])
    second = await fetcher.fetch(ask(site.url(host="rebind.example"), public=True))
    assert (second.code, site.connections) == ("address_refused", 0)


async def test_private_answers_are_left_out_of_a_mixed_one(site, make_fetcher, ask, reply, monkeypatch):
    """Of a name with open and closed addresses only the open ones are tried."""
    tried = []

    async def note(self, host, *rest):
        tried.append(host)
        raise httpcore.ConnectError("not in this test")

    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", note)
    fetcher = make_fetcher(resolver_of(["127.0.0.1", "93.184.215.14", "10.0.0.1"]))
    await fetcher.fetch(ask("http://mixed.example/", public=True))
    assert tried == ["93.184.215.14"]


async def test_robots_txt_is_fetched_through_the_guard(site, fetcher, ask):
    """Not even robots.txt of a closed address is asked for."""
    result = await fetcher.fetch(ask(site.url(), public=True, politeness=Politeness(obey_robots=True)))
    assert (result.code, site.connections) == ("address_refused", 0)


@pytest.mark.parametrize("url", ["http://user:pw@example.org/", "http://example.org:6379/"])
async def test_odd_public_addresses_are_refused(make_fetcher, ask, url):
    """User names and unlisted ports are refused before anything is resolved."""
    resolve = resolver_of(["93.184.215.14"])
    result = await make_fetcher(resolve, public_ports=frozenset({80, 443})).fetch(ask(url, public=True))
    assert (result.outcome, result.code, resolve.asked) == (Outcome.BLOCKED, "address_refused", [])
    assert "pw" not in result.reason


async def test_tls_is_checked_against_the_name(start_site, make_fetcher, ask, reply, tmp_path):
    """Connecting to a checked IP address does not weaken TLS: name and issuer must still fit."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=venue.example"]
    command += ["-addext", "subjectAltName=DNS:venue.example", "-keyout", str(key), "-out", str(cert)]
    try:
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the openssl program to make a certificate")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    site = await start_site(server)
    site.routes["/"] = reply(200, b"safe")
    trusting = make_fetcher(resolver_of(["127.0.0.1"]), ssl.create_default_context(cafile=cert))
    assert (await trusting.fetch(ask(site.url(host="venue.example")))).body == b"safe"
    assert (await trusting.fetch(ask(site.url(host="other.example")))).code == "tls"
    strange = make_fetcher(resolver_of(["127.0.0.1"]))
    assert (await strange.fetch(ask(site.url(host="venue.example")))).code == "tls"
