"""Enrichment: which source is asked for more of an artist, and which is not any more. Pure.

Asked is only where resolution is undecided or a wanted field is empty, the cheapest source that can help first, and each
source about each artist once in `AGAIN`: an answer that does not help does not lead to the same question.
"""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from mystage.domain.access import DATA_ROLES
from mystage.domain.catalog import Artist
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model, digest_id

AGAIN: Final = timedelta(days=180)
MUSICBRAINZ: Final = "identifiers.musicbrainz"
WANTED: Final = (MUSICBRAINZ, "country", "genres")
"""Fields of artists that are worth a call."""


class Question(Model):
    """That a source was asked about an artist."""

    id: str
    entity_id: str
    source: str
    """Name of the live source."""
    why: str
    """`undecided`, or the fields that were empty."""
    addresses: tuple[str, ...]
    """Ids of the calls' addresses."""
    asked_at: Instant


@dataclass(frozen=True, slots=True)
class Helper:
    """A source that can be asked: what it gives, at which relative cost, and whether it knows artists by MBID alone."""

    name: str
    gives: tuple[str, ...]
    cost: float
    by_id_only: bool = False


def question_id(entity_id: str, source: str) -> str:
    """One question an artist and source."""
    return digest_id(entity_id, source, prefix="enr_")


def empty_fields(artist: Artist) -> tuple[str, ...]:
    """The wanted fields that an artist lacks."""
    lacks = {
        MUSICBRAINZ: not artist.identifiers.get("musicbrainz"),
        "country": not artist.country,
        "genres": not artist.genres,
    }
    return tuple(field for field in WANTED if lacks[field])


def whom_to_ask(
    artist: Artist, helpers: Sequence[Helper], *, undecided: bool, asked: Container[str]
) -> tuple[Helper, str] | None:
    """The cheapest source that may help and was not asked lately, and why it is asked; None: nobody, or no need.

    `asked`: names of the sources that were asked about this artist within `AGAIN`.
    """
    lacks = empty_fields(artist)
    if not artist.live or not artist.name or not (lacks or undecided):
        return None
    known = bool(artist.identifiers.get("musicbrainz"))
    for helper in sorted(helpers, key=lambda h: (h.cost, h.name)):
        if helper.name in asked or (helper.by_id_only and not known):
            continue
        helps = [field for field in lacks if field in helper.gives]
        if undecided and (MUSICBRAINZ in helper.gives or known):
            return helper, "undecided"
        if helps:
            return helper, ", ".join(helps)
    return None


ENRICHMENTS = Collection(
    "enrichments", Question, indexes=(Index("entity_id"), Index("asked_at")), composites=(), readers=DATA_ROLES
)
