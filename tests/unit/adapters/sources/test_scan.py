"""The pass over a page's bytes: what it takes, what it jumps over, and that hostile pages cost linear time."""

import importlib
import pkgutil
import re
import time
from typing import Any

import pytest

from mystage.adapters import sources
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.linked_data import microformats
from mystage.adapters.sources.linked_data.scan import scan
from mystage.adapters.sources.page import structured
from mystage.application.ports.readers import RawDocument

BLOCK = b'<script type="application/ld+json">{"name": "x"}</script>'


def test_head_and_blocks_are_taken() -> None:
    """Title, language, canonical address, plain and odd meta, and blocks of head and body."""
    parts = scan(
        b"<html lang=\"da-DK\"><head><title>Gigs &amp; more</title><META content='b' NAME=Keywords>"
        b'<meta property="og:url" content="https://a.example/?x=1&amp;y=2" />'
        b'<link rel="canonical" href="https://a.example/"><body>' + BLOCK
    )
    assert (parts.title, parts.language, parts.canonical) == ("Gigs & more", "da", "https://a.example/")
    assert parts.meta == {"keywords": "b", "og:url": "https://a.example/?x=1&y=2"}
    assert parts.blocks == [b'{"name": "x"}']


@pytest.mark.parametrize(
    "around", [b"<!-- %s -->", b"<script>let a = '%s", b"<textarea>%s</textarea>", b"<body><!-- %s"]
)
def test_blocks_in_comments_and_other_texts_are_none(around: bytes) -> None:
    """A block inside a comment, a script's string or a text field belongs to no page."""
    assert scan(around % BLOCK).blocks == []


def test_the_type_of_a_block_may_be_written_with_entities_and_capitals() -> None:
    """Frameworks that escape attributes write the plus sign of `ld+json` as an entity."""
    page = b"<SCRIPT type='application/ld&#x2B;json'>1</SCRIPT ><script TYPE=application/LD+JSON>2</script>"
    assert scan(page).blocks == [b"1", b"2"]


def test_long_scripts_are_left_out_of_the_markup() -> None:
    """Words of microdata inside a long script do not ask for a tree."""
    page = b"<body><script>" + b"itemscope " * 100 + b"</script><p>text</p>"
    assert scan(page).markup == b"<body> <p>text</p>"


def test_pages_that_are_not_utf8_are_read_by_their_charset() -> None:
    """A block in Windows-1252 sends the reading back to the decoded text."""
    page = '<title>Café</title><script type="application/ld+json">{"name": "Café"}</script>'.encode("cp1252")
    found = structured(Payload(RawDocument(page, url="https://a.example/")))
    assert (found.parts.title, found.values) == ("Café", [{"name": "Café"}])


def test_a_class_that_only_ends_like_an_event_hints_at_nothing() -> None:
    """`month-event` is no h-event; `h-event` and `vevent` are, alone or among others."""
    assert not microformats.hinted(b'<h3 class="month-event-title">')
    assert microformats.hinted(b'<div class="card h-event">')
    assert microformats.hinted(b"<div class=vevent>")


@pytest.mark.parametrize(
    "piece", [b"<script ", b"<link ", b"<!--", b"<meta property=", b"</script ", b"<script></script"]
)
def test_time_is_linear(piece: bytes) -> None:
    """Twenty times the page takes at most some eighty times as long, never four hundred times."""
    small, large = (b"<head>" + piece * count for count in (10_000, 200_000))
    assert _seconds(large) < 80 * max(_seconds(small), 0.002)


def _seconds(page: bytes) -> float:
    """Processor time of a scan, the least of three: what else the machine does must not count."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        scan(page)
        taken.append(time.process_time() - began)
    return min(taken)


def _possessive_with_lookaround(parsed: Any, *, within: bool = False) -> bool:
    """Whether a parsed pattern holds a lookahead or lookbehind inside of a possessive repeat."""
    for operation, value in parsed:
        name = str(operation)
        if within and name in {"ASSERT", "ASSERT_NOT"}:
            return True
        inner = within or name == "POSSESSIVE_REPEAT"
        parts = value if isinstance(value, (tuple, list)) else (value,)
        flat = [q for p in parts for q in (p if isinstance(p, list) else (p,))]
        if any(_possessive_with_lookaround(p, within=inner) for p in flat if type(p).__name__ == "SubPattern"):
            return True
    return False


def test_no_pattern_asks_for_a_newer_python_than_we_do() -> None:
    """A lookahead in a possessive group never matches on Python 3.11.0 to 3.11.4 (CPython's issue 106052): none has one."""
    parse = importlib.import_module("re._parser").parse
    assert _possessive_with_lookaround(parse(r"(?:<(?!/b)[^<]*+)*+"))
    assert not _possessive_with_lookaround(parse(r"(?:<(?!/b)[^<]*)*"))
    modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(sources.__path__, sources.__name__ + ".")]
    patterns = {(m.__name__, p.pattern) for m in modules for p in vars(m).values() if isinstance(p, re.Pattern)}
    assert len(patterns) > 20
    assert [at for at in patterns if _possessive_with_lookaround(parse(at[1]))] == []
