"""Files as pages, the choice by scheme, and the memory twin."""

from __future__ import annotations

import gzip
import os

import pytest

from mystage.adapters.pages.files import FilePageFetcher
from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.pages.routing import RoutingFetcher
from mystage.application.ports.pages import PageRequest, PageResult
from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome


async def read(path, **changes) -> PageResult:
    return await FilePageFetcher(max_bytes=1_000).fetch(PageRequest(path.as_uri(), **changes))


async def test_file_is_read_and_then_unchanged(tmp_path):
    """The ETag of a file makes its second visit NOT_MODIFIED, until it changes."""
    page = tmp_path / "tonight & #1.html"
    page.write_bytes(b"<p>one</p>")
    first = await read(page)
    assert (first.outcome, first.body, first.media_type) == (Outcome.OK, b"<p>one</p>", "text/html")
    assert (await read(page, etag=first.etag)).outcome is Outcome.NOT_MODIFIED
    page.write_bytes(b"<p>longer</p>")
    assert (await read(page, etag=first.etag)).body == b"<p>longer</p>"


async def test_gzipped_text_is_unpacked(tmp_path):
    """A page saved as it came over the wire is read all the same."""
    page = tmp_path / "page.html"
    page.write_bytes(gzip.compress(b"<p>one</p>", mtime=0))
    assert (await read(page)).body == b"<p>one</p>"


@pytest.mark.parametrize(
    ("content", "outcome", "code"),
    [
        (None, Outcome.GONE, "missing"),
        (b"", Outcome.EMPTY, "empty"),
        (b"x" * 1_001, Outcome.FAILED, "too_large"),
        (gzip.compress(bytes(5_000), mtime=0), Outcome.FAILED, "too_large"),
        (gzip.compress(b"x" * 100, mtime=0)[:-4], Outcome.FAILED, "bad_encoding"),
    ],
)
async def test_files_that_cannot_be_used(tmp_path, content, outcome, code):
    """Each has its outcome, and the reason names the path."""
    page = tmp_path / "page"
    if content is not None:
        page.write_bytes(content)
    result = await read(page)
    assert (result.outcome, result.code) == (outcome, code)
    assert str(page) in result.reason


async def test_folder_and_pipe_are_not_pages(tmp_path):
    """Neither is opened: reading from a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    assert (await read(tmp_path)).code == "not_a_file"
    assert (await read(tmp_path / "pipe")).code == "not_a_file"


async def test_unreadable_path_is_told(tmp_path):
    """A name that no file can have ends in words."""
    result = await FilePageFetcher().fetch(PageRequest("file:///" + "x" * 5_000))
    assert (result.outcome, result.code) == (Outcome.FAILED, "unreadable")
    assert (await FilePageFetcher().fetch(PageRequest("file:///a%00b"))).outcome is not Outcome.OK


async def test_input_from_outside_reads_no_files(tmp_path):
    """A public request for a file is BLOCKED before the disk is touched."""
    page = tmp_path / "secret"
    page.write_bytes(b"secret")
    result = await read(page, public=True)
    assert (result.outcome, result.code, result.body) == (Outcome.BLOCKED, "address_refused", b"")


async def test_file_of_another_machine_is_refused():
    """`file://host/...` is not ours to read."""
    assert (await FilePageFetcher().fetch(PageRequest("file://server/share"))).code == "bad_address"


async def test_scheme_chooses_the_fetcher():
    """Each address goes to the fetcher of its scheme; an unknown one fails in words; close reaches all, once."""
    web = MemoryPageFetcher({"HTTPS://example.org/": PageResult("x", Outcome.OK, body=b"web")})
    disk = MemoryPageFetcher({})
    router = RoutingFetcher({"http": web, "https": web, "file": disk})
    assert (await router.fetch(PageRequest("HTTPS://example.org/"))).body == b"web"
    assert (await router.fetch(PageRequest("file:///x"))).outcome is Outcome.GONE
    failed = await router.fetch(PageRequest("ftp://example.org/"))
    assert (failed.outcome, failed.code) == (Outcome.FAILED, "bad_address")
    await router.close()
    assert web.closed
    assert disk.closed


async def test_memory_twin_answers_like_a_server():
    """Results come in turn, validators are honoured, unknown addresses are gone, visits are on record."""
    one, two = (PageResult("u", Outcome.OK, body=body, etag=body.decode()) for body in (b"1", b"2"))
    pages = MemoryPageFetcher({"u": [one, two]})
    assert (await pages.fetch(PageRequest("u"))).body == b"1"
    assert (await pages.fetch(PageRequest("u", etag="1"))).body == b"2"
    assert (await pages.fetch(PageRequest("u", etag="2"))).outcome is Outcome.NOT_MODIFIED
    assert (await pages.fetch(PageRequest("nowhere"))).outcome is Outcome.GONE
    pages.set("u", PageResult("u", Outcome.OK, body=b"3", last_modified="today"))
    assert (await pages.fetch(PageRequest("u", last_modified="today"))).outcome is Outcome.NOT_MODIFIED
    assert [visit.url for visit in pages.visits] == ["u", "u", "u", "nowhere", "u"]
