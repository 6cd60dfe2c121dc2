"""The quality shield: is this reading of a page to be believed? Pure.

A page that answers is not always itself: it may be a login, a page that says "not found" under a status of success, the
default city of a directory, a map that pins everything to one spot. What is not believed is set aside with its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Final

from pydantic import Field

from mystage.domain.pipeline.expectations import broken
from mystage.domain.sources import Claims, Expect, PerformanceClaim, VenueClaim, fold_text
from mystage.domain.values import GeoPoint, Model, distance_m, wall_day

SHRINK: Final = 0.7
"""A harvest below this share of the one before is suspicious (architecture, section 2)."""
SMALL: Final = 5
"""Harvests of fewer records change too much by themselves to be judged by their number."""
_FAR: Final = 100_000.0
"""Metres that a venue does not move."""
_SAME_SPOT: Final = 25.0
_NO_PLACE: Final = GeoPoint(lat=0.0, lon=0.0)
"""Where geocoders put what they do not find."""
_NO_PLACE_WITHIN: Final = 2_000.0
_PAGE: Final = 200_000
"""Bytes; a larger page is no notice."""
_HEAD: Final = re.compile(rb"<(title|h1)[^>]{0,200}>(.{0,400}?)</\1", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]{0,200}>")
_LOGIN_FORM: Final = re.compile(rb"""<input[^>]{0,300}type\s*=\s*["']?password""", re.IGNORECASE)
_NOT_FOUND: Final = re.compile(
    r"\b404\b|not found|no longer (?:available|exists)|does ?n.t exist|cannot be found|can.t be found|nicht gefunden|"
    r"introuvable|no encontrada|non trovata|niet gevonden|ikke funnet|ikke fundet|hittades inte|nao encontrada|"
    r"ei l.ydy|nie znaleziono",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    r"\b(?:log ?in|sign ?in|anmelden|connexion|iniciar sesi.n|logg inn|accedi|inloggen)\b", re.IGNORECASE
)
_BLOCKED: Final = re.compile(
    r"access denied|forbidden|are you (?:a )?(?:human|robot)|just a moment|attention required|captcha|rate limit|"
    r"too many requests|unusual traffic|temporarily (?:blocked|unavailable)|under maintenance|be right back",
    re.IGNORECASE,
)


class Doubt(Model):
    """Why a reading is not believed: a stable cause, and words."""

    cause: str
    message: Annotated[str, Field(max_length=500)]


def trouble(body: bytes) -> str:
    """What a page (of HTML) says it is instead of itself: `login`, `soft_404`, `blocked_page`; "" for none of these.

    Its title and first headings are asked, not its text: a page of shows may speak of all that.
    """
    if len(body) > _PAGE or b"<" not in body[:1_000]:
        return ""
    heads = [_TAG.sub(" ", found[2].decode("utf-8", "replace")) for found in islice(_HEAD.finditer(body), 3)]
    said = " | ".join(" ".join(head.split()) for head in heads)
    if _NOT_FOUND.search(said):
        return "soft_404"
    if _BLOCKED.search(said):
        return "blocked_page"
    return "login" if _LOGIN.search(said) and _LOGIN_FORM.search(body) else ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a page told: its claims, and how many of them could still stand there today."""

    claims: Claims
    expected: int


def told(claims: Claims, today: date) -> Told:
    """What of a page's claims may still stand there: shows that are over leave it, with their venues and artists."""
    over = [p for p in claims.performances if _over(p, today)]
    coming = [p for p in claims.performances if not _over(p, today)]
    still = {p.venue for p in coming} | {key for p in coming for key in p.artists}
    left = {key for p in over for key in (p.venue, *p.artists)} - still
    others = [claim for claim in (*claims.venues, *claims.artists) if claim.key not in left]
    return Told(claims, len(coming) + len(others))


def _over(claim: PerformanceClaim, today: date) -> bool:
    last = claim.end_local or claim.start_local
    return last is not None and wall_day(last) < today


def doubt(
    before: Told | None, after: Claims, *, today: date, said: str = "", expect: Expect | None = None
) -> Doubt | None:
    """Why not to believe a reading that gave records; None: believe it.

    Args:
        before: the last good reading of the page; None: there is none.
        after: the new reading's claims.
        today: the day in UTC.
        said: what the page says it is (`trouble`).
        expect: what the source's manifest asserts.
    """
    if expect is not None and (found := broken(after, expect, today)):
        return Doubt(cause=found[0], message=found[1])
    if before is None:
        return None
    if said:
        return Doubt(cause=said, message=f"the page calls itself something else ({said.replace('_', ' ')})")
    if before.expected >= SMALL and len(after) < SHRINK * before.expected:
        return Doubt(cause="shrunken", message=f"{len(after)} records where there were {before.expected}")
    return _elsewhere(before.claims, after, today) or _pinned(before.claims, after) or _one_day(before.claims, after)


def _elsewhere(before: Claims, after: Claims, today: date) -> Doubt | None:
    """A directory that answers with its default city: all shows to come were in some towns, all are in one other now."""
    coming = {p.venue for p in before.performances if not _over(p, today)}
    towns = _towns(v for v in before.venues if v.key in coming)
    now = _towns(after.venues)
    keys = {v.key for v in before.venues} & {v.key for v in after.venues}
    if towns and len(now) == 1 and not keys and now.isdisjoint(towns) and len(after.venues) > 1:
        return Doubt(
            cause="fallback_city", message=f"all is in {next(iter(now))} now, nothing in {min(towns)} any more"
        )
    return None


def _towns(venues: Iterable[VenueClaim]) -> set[str]:
    return {fold_text(v.locality) for v in venues if v.locality}


def _pinned(before: Claims, after: Claims) -> Doubt | None:
    """A map's default pin: venues stand where they cannot, or all on one spot."""
    places = {v.key: point for v in after.venues if (point := _point(v))}
    was = {v.key: point for v in before.venues if (point := _point(v))}
    if any(distance_m(p, _NO_PLACE) < _NO_PLACE_WITHIN for p in places.values()):
        return Doubt(cause="default_pin", message="a venue stands at latitude 0, longitude 0")
    moved = [key for key in places.keys() & was.keys() if distance_m(places[key], was[key]) > _FAR]
    if moved:
        return Doubt(cause="default_pin", message=f"{len(moved)} venues moved by more than 100 km")
    spots = list(places.values())
    names = {fold_text(v.name) for v in after.venues if v.key in places}
    if len(names) > 2 and _one_spot(spots) and not _one_spot(list(was.values())):
        return Doubt(cause="default_pin", message=f"{len(names)} venues stand on one spot")
    return None


def _point(venue: VenueClaim) -> GeoPoint | None:
    return GeoPoint(lat=venue.lat, lon=venue.lon) if venue.lat is not None and venue.lon is not None else None


def _one_spot(points: list[GeoPoint]) -> bool:
    return bool(points) and all(distance_m(points[0], point) < _SAME_SPOT for point in points)


def _one_day(before: Claims, after: Claims) -> Doubt | None:
    """All shows at one moment, where they were not: the page lost its dates and something filled them in."""
    now = {p.start_local for p in after.performances}
    was = {p.start_local for p in before.performances}
    titles = {fold_text(p.title or "") for p in after.performances}
    if len(after.performances) >= SMALL and len(now) == 1 and len(was) > 2 and len(titles) > 2:
        return Doubt(cause="one_moment", message=f"{len(after.performances)} shows begin at the same moment")
    return None
