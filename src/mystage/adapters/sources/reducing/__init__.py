"""The relevant text of a page: what a visitor sees, without menus, scripts, comments and hidden words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.linked_data.relevance import signs_of
from mystage.adapters.sources.reducing.hidden import Styles
from mystage.adapters.sources.reducing.lines import Walk
from mystage.application.ports.agents import PageReducer
from mystage.application.ports.readers import RawDocument
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.reading.page import Line, RelevantPage
from mystage.domain.pipeline.reading.spans import tidy

MAX_LINES: Final = 6_000
AROUND: Final = 12
"""Lines before and after one with a date that are kept of a long page."""
SHORT: Final = 300
"""Lines of a page that is kept whole."""
_ORDERS: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous|prior)\b"
    r"|\b(?:system|developer) ?(?:prompt|message)\b|\byou are (?:now )?an? (?:ai|assistant|language model|llm)\b"
    r"|\bas an ai\b|\b(?:call|use|invoke) the .{0,30}\btool\b|\b(?:reveal|print|repeat|output) (?:your|the) .{0,30}(?:prompt|instructions)\b"
    r"|\b(?:note|attention|instructions?|message) (?:to|for) (?:the )?(?:ai|llm|language model|assistant|crawler|scraper)s?\b"
    r"|<\|?/?(?:system|assistant|im_start|im_end|endoftext)\b|\[/?INST\]",
    re.IGNORECASE,
)
_META_LANGUAGE: Final = re.compile(
    r"""<html[^>]{0,400}?\blang\s*=\s*["']?([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}))?""", re.IGNORECASE
)
_GENERIC: Final = {"uk": "GB", "eu": ""}


class RelevantText(PageReducer):
    """Reduces pages. Deterministic: the same bytes at the same address give the same text."""

    def reduce(self, document: RawDocument) -> RelevantPage:
        payload = Payload(document)
        try:
            if payload.binary:
                return RelevantPage(document.url, ())
            if payload.looks_like_html:
                return _html(payload)
            if payload.json is not MISSING:
                return _page(payload, list(_values(payload.json)))
            return _page(payload, [Line(t, dated=_dated(t)) for t in map(tidy, payload.text.splitlines()) if t])
        except (MystageError, ValueError, RecursionError):  # what cannot even be decoded shows nobody anything
            return RelevantPage(document.url, ())


def _html(payload: Payload) -> RelevantPage:
    if not payload.has_tree:
        return RelevantPage(payload.url, ())
    tree = payload.html
    styles = Styles(external=tree.css_first("link[rel~=stylesheet]") is not None)
    for sheet in tree.css("style"):
        styles.add(sheet.text())
    base = tree.css_first("base[href]")
    walk = Walk((base.attributes.get("href") if base else "") or payload.url, styles)
    if tree.body is not None:
        walk.over(tree.body)
    title = tree.css_first("title")
    return _page(payload, walk.lines, tidy(title.text()) if title else "")


def _page(payload: Payload, lines: list[Line], title: str = "") -> RelevantPage:
    language, region = "", ""
    found = _META_LANGUAGE.search(payload.text[:20_000]) if payload.looks_like_html else None
    if found:
        language, region = found[1].lower(), (found[2] or "").upper()
    clean = [line for line in lines if not _ORDERS.search(line.text)]
    suspect = len(lines) - len(clean)
    if title and not _ORDERS.search(title):
        clean.insert(0, Line(title, ("title",), (0,)))
    kept = _relevant(clean)
    ending = (urlsplit(payload.url).hostname or "").rsplit(".", 1)[-1]
    country = region or _GENERIC.get(ending, ending.upper() if len(ending) == 2 else "")
    return RelevantPage(
        url=payload.url,
        lines=tuple(kept),
        title=title,
        language=language,
        country=country,
        left_out=len(clean) - len(kept),
        suspect=suspect,
    )


def _relevant(lines: Sequence[Line]) -> list[Line]:
    """All of a page of common length; of a long one the top, the end, and what stands around dates."""
    if len(lines) <= SHORT:
        return list(lines)
    kept = {*range(20), *range(len(lines) - 15, len(lines))}
    for at, line in enumerate(lines):
        if line.dated:
            kept.update(range(max(0, at - AROUND), min(len(lines), at + AROUND + 1)))
    return [lines[at] for at in sorted(kept)][:MAX_LINES]


def _dated(text: str) -> bool:
    return len(text) < 2_000 and signs_of(text).dates > 0


def _values(value: Any) -> Iterator[Line]:
    """The texts and numbers of a JSON value, each with its name; the payload's own limits bound depth and count."""
    stack: list[tuple[tuple[str, ...], tuple[int, ...], Any]] = [((), (), value)]
    while stack:
        path, places, held = stack.pop()
        if isinstance(held, dict):
            stack.extend(((*path, str(k)), (*places, n), v) for n, (k, v) in reversed(list(enumerate(held.items()))))
        elif isinstance(held, list):
            stack.extend(((*path, "[]"), (*places, n), v) for n, v in reversed(list(enumerate(held))))
        elif isinstance(held, (str, int, float)) and not isinstance(held, bool):
            text = tidy(str(held))[:4_000]
            if text:
                links = (text,) if text.startswith(("http://", "https://")) and " " not in text else ()
                yield Line(text, path, places, links, dated=_dated(text))
