"""The evidence on two artists, and the rules on tribute acts and DJ sets."""

from __future__ import annotations

from mystage.domain.resolution.evidence import Evidence, Model, Scored, interpolate, parted, weighed
from mystage.domain.resolution.naming import NamesCompared, best_names
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.shared import contradiction, country, profiles, same_source

_NAME = ((0.5, -6.0), (0.7, -4.0), (0.8, -1.5), (0.88, 1.5), (0.94, 4.5), (0.97, 5.0), (1.0, 5.5))
_SHORT = 8
"""Below this many letters, one letter more or less makes another name."""
_MARKS = {"tribute": "a tribute act is not the act", "dj set": "a DJ set is not the band"}


def score_artists(a: Side, b: Side, model: Model) -> Scored:
    """Two artists compared."""
    evidence = same_source(a, b, model)
    names = best_names(a.names, b.names)
    same = False
    if names is not None:
        piece, same = _name(*names)
        evidence.append(piece)
    for mark, text in _MARKS.items():
        if (mark in a.marks) != (mark in b.marks) and (mark == "dj set" or not same):
            return parted(mark, text, evidence)
    if a.site and b.site:
        alike = a.site == b.site
        evidence.append(Evidence("site", 3.5 if alike else -0.5, "same site" if alike else "other site"))
    evidence += profiles(a, b)
    evidence += contradiction(a, b)
    evidence += country(a, b, -4.0)
    if a.genres and b.genres and not a.genres.isdisjoint(b.genres):
        evidence.append(Evidence("genre", 0.7, f"both play {min(a.genres & b.genres)}"))
    return weighed(model.artist_prior, evidence, model)


def _name(compared: NamesCompared, a: str, b: str) -> tuple[Evidence, bool]:
    """The weight of the names, and whether they are the same."""
    if a == b:
        return Evidence("name", 7.2 if len(a) > 3 else 6.6, f'same name "{a}"'), True
    if compared.similarity >= 0.98 or sorted(a.split()) == sorted(b.split()):
        return Evidence("name", 6.8, f'"{a}" and "{b}" differ in spacing or order only'), True
    if compared.unlike_scripts:
        return Evidence("name", -1.0, f'"{a}" and "{b}" are in different scripts'), False
    weight = interpolate(_NAME, compared.similarity)
    if min(len(a), len(b)) < _SHORT:
        weight = min(weight, 1.0)
    if compared.only_a or compared.only_b:
        weight = min(weight, 0.0)
    return Evidence("name", weight, f'"{a}" and "{b}" are {compared.similarity:.0%} alike'), False
