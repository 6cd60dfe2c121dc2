"""What no score overrides for two artists: tribute acts and DJ sets are not the act; a contradiction is a person's."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.artists.features import FEATURES
from mystage.domain.resolution.artists.record import Act

_MARKS = {"tribute": "a tribute act is not the act", "dj set": "a DJ set is not the band"}
_DJ_SET = "dj set"


def parting(a: Act, b: Act) -> tuple[str, str] | None:
    """The rule that keeps two artists apart, by its name and in words; None where none does.

    A name that both write alike is one name, whatever its words ("The Nova Experience").
    """
    if not a.names or not b.names:
        return None
    one, other = a.names[0], b.names[0]
    if one.marks == other.marks:
        return None
    for mark, text in _MARKS.items():
        if (mark in one.marks) != (mark in other.marks) and (mark == _DJ_SET or one.latin != other.latin):
            return mark, text
    return None


_INDEX = {feature.name: n for n, feature in enumerate(FEATURES)}
_NAME, _COUNTRY, _SITE, _PROFILE, _IDENTIFIER, _SOURCE = (
    _INDEX[name] for name in ("name", "country", "site", "profile", "identifier", "source")
)
_STEP = 0.01


def doubt(found: Sequence[int], model: AdditiveModel) -> tuple[float, str]:
    """The most that two artists may score, and why, where what they say contradicts; 1 where it does not.

    Namesakes are so rare among records that no sample teaches enough of them, but to join two is what users do not
    forgive. So what contradicts is left to a person, unless both link to one site or profile.
    """
    if found[_IDENTIFIER] == 0 and found[_COUNTRY] == 0:
        return model.possible - _STEP, "two ids in one namespace and two countries are two artists"
    if found[_SITE] > 0 or found[_PROFILE] > 0:
        return 1.0, ""
    if found[_IDENTIFIER] == 0:
        return model.possible - _STEP, "without a link in common, two ids in one namespace are two artists"
    if found[_COUNTRY] == 0:
        return model.match - _STEP, "without a link in common, two countries are for a person to judge"
    if found[_SOURCE] == 100:
        return model.match - _STEP, "without a link in common, two records of one source are for a person to judge"
    if found[_SITE] == 0 and found[_NAME] == 0:
        return model.match - _STEP, "two names with two sites are for a person to judge"
    return 1.0, ""
