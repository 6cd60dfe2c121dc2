"""The pages for people: they work without scripts, say where values come from, and let nothing of a stranger's through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.support.http import HOSTILE, Served, fill, ids, served

VOID = {"meta", "link", "input", "br", "path", "circle", "img"}


class _Page(HTMLParser):
    """The tags of a page, its links, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Served]:
    async with served() as found:
        await fill(found.container, tmp_path)
        yield found


async def test_every_page_is_whole_and_loads_nothing_from_elsewhere(api: Served):
    """Well-nested, no script, no inline style or handler; style sheet and forms stay on this server."""
    venue = ids(await api.client.get("/v1/venues"))[0]
    show = ids(await api.client.get("/v1/performances"))[0]
    artist = ids(await api.client.get("/v1/artists"))[0]
    paths = ("/", "/?q=amber&near=Oststrand&from=2027-01-01", "/status", "/docs", f"/e/{venue}", f"/e/{show}", f"/e/{artist}",
             "/e/ven_hostile")  # fmt: skip
    for path in paths:
        answer = await api.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200, path
        page = _Page(answer.text)
        assert not {"script", "style", "img", "iframe", "object", "base"} & set(page.tags)
        assert "style" not in page.attributes
        assert not [name for name in page.attributes if name.startswith("on")]
        assert all(link.startswith(("/", "#", "http://", "https://")) for link in page.links)


async def test_hostile_text_is_shown_and_does_nothing(api: Served):
    """A venue named `<script>`: escaped on its page, among search results, as a neighbour, and in the search box."""
    for path in ("/e/ven_hostile", "/?q=alert", f"/?q={HOSTILE}", f"/?near={HOSTILE}&from={HOSTILE}&kind=<script>"):
        text = (await api.client.get(path)).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "<img" not in text
        assert "javascript:" not in "".join(_Page(text).links)
    page = (await api.client.get("/e/ven_hostile")).text
    assert "https://good.example/?a=1&amp;b=&lt;2&gt;" in page
    missing = await api.client.get(f"/e/{HOSTILE}", headers={"accept": "text/html"})
    assert missing.status_code in (404, 422)
    assert "<script" not in missing.text


async def test_an_entity_page_says_who_says_so_and_where_it_is(api: Served):
    found = (await api.client.get("/v1/performances", params={"from": "2027-01-01"})).json()["items"][0]
    text = (await api.client.get(f"/e/{found['id']}")).text
    assert "page-" in text, "the file that it was read from"
    assert f"/e/{found['venue_id']}" in text
    assert all(f"/e/{artist}" in text for artist in found["artist_ids"])
    hostile = (await api.client.get("/e/ven_hostile")).text
    assert "<svg" in hostile
    assert "https://www.openstreetmap.org/?mlat=55.67&amp;mlon=12.57" in hostile


async def test_a_search_near_a_town_uses_the_venues_there(api: Served):
    near = (await api.client.get("/?near=oststrand")).text
    assert "0.0 km" in near
    nowhere = (await api.client.get("/?near=Atlantis")).text
    assert "No venue with a known position in “Atlantis”" in nowhere


async def test_a_wrong_day_is_said_and_the_rest_is_searched(api: Served):
    text = (await api.client.get("/?q=amber&from=31.12.2027")).text
    assert "“31.12.2027” is no day" in text
    assert "Amber Hall" in text


async def test_results_go_on_over_pages(api: Served):
    first = _Page((await api.client.get("/?kind=performance")).text)
    total = (await api.client.get("/v1/search?kind=performance")).json()["total"]
    assert total == 12
    assert "/?kind=performance&page=2" not in first.links, "twelve fit on one page"
    everything = await api.client.get("/")
    assert "/?page=2" in _Page(everything.text).links
    rest = _Page((await api.client.get("/?page=2")).text)
    hits = [link for page in (_Page(everything.text), rest) for link in page.links if link.startswith("/e/")]
    assert len(hits) == len(set(hits)) == (await api.client.get("/v1/search")).json()["total"]


async def test_a_browser_gets_errors_as_a_page_and_programs_as_a_problem(api: Served):
    browser = await api.client.get("/e/ven_0", headers={"accept": "text/html,*/*"})
    assert (browser.status_code, browser.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "no such entity" in browser.text
    for path in ("/e/ven_0", "/v1/entities/ven_0"):
        program = await api.client.get(path, headers={"accept": "*/*"})
        assert program.headers["content-type"] == "application/problem+json"
    in_api = await api.client.get("/v1/entities/ven_0", headers={"accept": "text/html"})
    assert in_api.headers["content-type"] == "application/problem+json"


async def test_the_status_page_shows_the_funnel(api: Served):
    text = (await api.client.get("/status")).text
    for stage in ("plan", "fetch", "route", "extract", "resolve", "merge", "publish"):
        assert f'<th scope="row">{stage}</th>' in text
