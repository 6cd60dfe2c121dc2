"""Redirects are followed by hand, and each hop is checked."""

from __future__ import annotations

import pytest

from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_followed(site, fetcher, ask, reply, status):
    """The answer names the last address; relative targets work."""
    site.routes |= {"/old/a": reply(status, Location="../new?x=1"), "/new?x=1": reply(200, b"here")}
    result = await fetcher.fetch(ask(site.url("/old/a")))
    assert (result.outcome, result.body, result.final_url) == (Outcome.OK, b"here", site.url("/new?x=1"))


async def test_redirect_loop(site, fetcher, ask, reply):
    """A circle ends at its first repetition."""
    site.routes |= {"/a": reply(302, Location="/b"), "/b": reply(302, Location="/a")}
    result = await fetcher.fetch(ask(site.url("/a")))
    assert (result.outcome, result.code) == (Outcome.FAILED, "redirect_loop")
    assert site.paths() == ["/a", "/b"]


async def test_endless_redirects(site, make_fetcher, ask, reply):
    """A chain of ever new addresses ends at the limit."""
    site.routes |= {f"/{n}": reply(302, Location=f"/{n + 1}") for n in range(30)}
    result = await make_fetcher(max_redirects=10).fetch(ask(site.url("/0")))
    assert (result.code, len(site.visits)) == ("redirect_loop", 11)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x/", "http://[bad", "mailto:me@example.org"])
async def test_redirect_to_another_scheme(site, fetcher, ask, reply, target):
    """A redirect leads to http(s) or nowhere."""
    site.routes["/"] = reply(302, Location=target)
    result = await fetcher.fetch(ask(site.url()))
    assert (result.outcome, result.code) == (Outcome.FAILED, "bad_redirect")


async def test_redirect_without_a_target_fails(site, fetcher, ask, reply):
    """302 without Location is an answer of that status."""
    site.routes["/"] = reply(302)
    assert (await fetcher.fetch(ask(site.url()))).code == "http_302"


async def test_credentials_stay_with_their_host(start_site, make_fetcher, ask, reply):
    """The operator's user name goes to the host he named, not where it redirects, nor into any message."""
    here, there = await start_site(), await start_site()
    fetcher = make_fetcher(allow_private=True)
    here.routes["/"] = reply(302, Location=there.url("/x", host="localhost"))
    there.routes["/x"] = reply(500)
    result = await fetcher.fetch(ask(f"http://me:secret@127.0.0.1:{here.port}/"))
    assert here.visits[0].headers["authorization"] == "Basic bWU6c2VjcmV0"
    assert "authorization" not in there.visits[0].headers
    assert "secret" not in result.reason
