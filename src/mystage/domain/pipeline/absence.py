"""A show that a page told of and does not any more: when is that proof that it is gone? Pure.

A page is a witness only for what it would show: it must tell of a later show too (a list may end after so many), must
not be one page of several, and must have missed the show on several visits over some time. A page on which shows come and
go and come back proves the less.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from mystage.domain.pipeline.urls import Missing, UrlDoc
from mystage.domain.values import evolve

PROOFS: Final = 3
"""Visits in a row that must miss a show."""
SPAN: Final = timedelta(hours=24)
"""Between the first of them and the last."""
MANY: Final = 5
"""Shows missed at once that look like a page that was rebuilt rather than like shows that were called off..."""
MANY_SPAN: Final = timedelta(days=7)
"""... and how long they must be missed."""
MOST: Final = 500
"""Shows that are missed at once from one page: with more, the page is another one."""
_MOST_FLAPS: Final = 3
"""Returns after which a page proves nothing any more."""
_PART: Final = re.compile(
    r"^(?:p|pg|page|paged|offset|start|skip|limit|per_?page|size|cursor|after|before|from|to|until|since|week|month|year|"
    r"day|date|tribe-bar-date|query|q|s|search|filter|category|tag|genre|sort|view|next|continuation|pagetoken)$|"
    r"(?:date|page|month|week|offset|cursor)",
    re.IGNORECASE,
)
_PART_OF_PATH: Final = re.compile(r"/(?:page|seite|pagina|p)/?\d+|/(?:19|20)\d\d(?:[-/]\d\d)|/search\b", re.IGNORECASE)


def is_witness(url: UrlDoc, *, goes_on: bool) -> bool:
    """Whether the address stands for a whole list: no API's answer, no archive's member, no page or search of several.

    `goes_on`: its body names further pages of the same list (its events' pages and other lists are none of them).
    """
    if url.live or url.held_body is not None or goes_on or url.flaps >= _MOST_FLAPS:
        return False
    parts = urlsplit(url.url)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return not any(map(_PART.search, names)) and not _PART_OF_PATH.search(parts.path)


def absent(before: Mapping[str, str], now: Collection[str], days: Collection[str], today: str) -> set[str]:
    """Of shows that stood on a page (id -> day), those that a reading misses where it would have to tell of them.

    Args:
        before: the shows that the page told of, by id, with their days.
        now: ids that it tells of now.
        days: the days of the shows that it tells of now.
        today: shows that are over are not missed.
    """
    horizon = max(days, default="")
    return {id for id, day in before.items() if id not in now and today <= day < horizon}


def after_reading(url: UrlDoc, gone: set[str], here: Collection[str], now: datetime) -> UrlDoc:
    """The address after a reading that misses `gone` and tells of `here`."""
    back = sum(m.id in here for m in url.missing)
    known = {m.id: m for m in url.missing if m.id in gone}
    if len(gone) > MOST:
        return evolve(url, missing=(), flaps=url.flaps + 1)
    rows = [
        evolve(known[id], proofs=known[id].proofs + 1) if id in known else Missing(id=id, since=now)
        for id in sorted(gone)
    ]
    return evolve(url, missing=tuple(rows), flaps=url.flaps + (1 if back else 0))


def after_same(url: UrlDoc) -> UrlDoc:
    """The address after a visit that found the body of last time: what it missed, it misses still."""
    return evolve(url, missing=tuple(evolve(m, proofs=m.proofs + 1) for m in url.missing))


def proved(url: UrlDoc, now: datetime) -> tuple[str, ...]:
    """The shows whose absence is proved."""
    needed, span = PROOFS * 2**url.flaps, MANY_SPAN if len(url.missing) >= MANY else SPAN
    return tuple(m.id for m in url.missing if m.proofs >= needed and now - m.since >= span)
