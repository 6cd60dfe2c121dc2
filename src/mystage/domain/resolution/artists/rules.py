"""What no score overrides for two artists: tribute acts and DJ sets are not the act."""

from __future__ import annotations

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
