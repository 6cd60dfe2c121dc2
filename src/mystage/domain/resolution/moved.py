"""A show that a page tells at another time than last time.

Where a source gives its shows no ids, their keys hold the start. A page that moves a show therefore drops one key and
brings another. That is an update, not an end and a beginning, if the page leaves no choice: one show with this title,
place and bill has gone from it, and one has come.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from mystage.domain.sources import EntitySource, PerformanceClaim, fold_text, is_derived


def signature(claim: PerformanceClaim, venue: str | None, artists: Iterable[str]) -> Hashable:
    """What stays the same of a show when its time changes."""
    return fold_text(claim.title or ""), venue or fold_text(claim.place or ""), tuple(sorted(artists))


def moved(
    gone: Sequence[EntitySource], come: Mapping[str, tuple[PerformanceClaim, str | None, tuple[str, ...]]]
) -> dict[str, EntitySource]:
    """Which of the shows that have come is which of those that have gone: id of the new record -> the old record.

    Args:
        gone: records of a page that the page no longer holds.
        come: records that are new on it, by id: the claim, the venue's and the artists' entity sources.
    """
    before: dict[Hashable, list[EntitySource]] = {}
    for source in gone:
        if isinstance(source.claim, PerformanceClaim) and is_derived(source.key):
            key = signature(source.claim, source.venue_source, source.artist_sources)
            before.setdefault(key, []).append(source)
    after: dict[Hashable, list[str]] = {}
    for id, (claim, venue, artists) in come.items():
        if is_derived(claim.key):
            after.setdefault(signature(claim, venue, artists), []).append(id)
    return {after[key][0]: old[0] for key, old in before.items() if len(old) == 1 and len(after.get(key, ())) == 1}
