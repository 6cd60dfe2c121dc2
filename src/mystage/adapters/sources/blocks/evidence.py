"""Is a list of dated blocks one of events, or of posts? Signs are counted, so that the answer can be explained. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import words_of
from mystage.adapters.sources.blocks.roles import Parts
from mystage.adapters.sources.blocks.rows import Row
from mystage.adapters.sources.blocks.when import When
from mystage.domain.sources import fold_text

ENOUGH: Final = 2.0
_WHEN: Final = frozenset(
    "date dates when fecha fechas horario horarios wann datum quand quando hvornar kiedy kdy time".split()
)
_PATH: Final = re.compile(r"[/_-]")


def _said(value: str) -> frozenset[str]:
    return frozenset(fold_text(value[:300]).split())


def names_events(value: str) -> bool:
    """Whether a heading names events."""
    return bool(_said(value) & words.EVENTS)


def names_posts(value: str) -> bool:
    """Whether a heading names posts, minutes, releases: dated, but no events."""
    return bool(_said(value) & words.POSTS)


def _signs_of_page(title: str, url: str) -> float:
    """What title and address say."""
    path = frozenset(fold_text(_PATH.sub(" ", re.sub(r"^\w+://[^/]+", "", url)[:300])).split())
    said = _said(title)
    for_events = bool((said | path) & words.EVENTS)
    for_posts = bool((said | path) & (words.POSTS - {"recent", "author", "entry", "story"}))
    return 1.0 * for_events - 1.0 * for_posts


def of_list(
    rows: Sequence[Row],
    drafts: Sequence[tuple[range, Parts, When]],
    heads: Sequence[int],
    title: str,
    url: str,
    seen: date | None,
) -> float:
    """How much speaks for a list of events; `ENOUGH` and more is one. `heads`: the lines that head it."""
    spans, parts, times = [d[0] for d in drafts], [d[1] for d in drafts], [d[2] for d in drafts]
    count = len(spans)
    score = _signs_of_page(title, url)
    score += 2.0 * (sum(1 for t in times if t.clocked or t.doors) * 10 >= 4 * count)
    score += 1.5 * (sum(1 for p in parts if p.signs["place"]) * 10 >= 4 * count)
    score += 2.0 * (sum(1 for p in parts if p.signs["price"] or p.signs["tickets"]) * 10 >= 3 * count)
    named = [_block_words(rows, span) for span in spans[:40]]
    score += 1.5 * (sum(1 for n in named if n & words.EVENTS) * 2 >= len(named))
    score -= 2.0 * (sum(1 for n in named if n & words.POSTS and not n & words.EVENTS) * 2 >= len(named))
    head = frozenset[str]().union(*(_said(rows[n].line.text) for n in heads))
    score += 2.0 * bool(head & words.EVENTS) - 2.0 * bool(head & words.POSTS and not head & words.EVENTS)
    if seen is not None:
        ahead = sum(1 for t in times if t.starts[0][:10] >= seen.isoformat())
        score += 1.0 * (2 * ahead > count)
    prose = sum(len(rows[n].line.text) for span in spans for n in span) / count
    score -= 1.5 * (prose > 1_200)
    repeated = len({t.starts[0][:10] for t in times}) == 1 and count > 3
    untitled = sum(1 for p in parts if not p.title) * 2 > count
    score -= 1.0 * repeated + 1.0 * (untitled and not head & words.EVENTS)
    return score


def of_page(rows: Sequence[Row], zone: range, dated: Sequence[int], title: str, url: str) -> float:
    """How much speaks for a page about one event."""
    score = _signs_of_page(title, url)
    lines = [rows[n] for n in zone]
    classes = frozenset[str]().union(*(words_of(part) for part in rows[zone.start].line.path[:3]))
    score += 1.0 * bool(classes & words.EVENTS)
    score -= 1.5 * bool(classes & words.POSTS and not classes & words.EVENTS)
    score += 1.5 * any(rows[n].line.named(_WHEN) for n in dated)
    score += 1.0 * any(row.told and row.told.clocks and row.dated for row in lines)
    score += 1.0 * any(row.line.named(words.VENUE, words.ADDRESS) for row in lines)
    score += 1.0 * any(row.line.named(words.PRICE, words.TICKETS) for row in lines)
    score += 0.5 * any(row.line.stamps for row in lines)
    return score


def _block_words(rows: Sequence[Row], span: range) -> frozenset[str]:
    """Words of the classes around a record and in it."""
    first = rows[span.start].line
    around = frozenset[str]().union(*(words_of(part) for part in first.path[-5:]))
    return around | frozenset[str]().union(*(rows[n].line.words for n in span[:6]))
