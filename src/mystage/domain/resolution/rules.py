"""The rule of exact identifiers, for records of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mystage.domain.resolution.evidence import Scored, joined


class Identified(Protocol):
    """A prepared record of any kind."""

    @property
    def source(self) -> str:
        """The source's name; empty where it is not known."""

    @property
    def key(self) -> str:
        """The source's own key."""

    @property
    def identifiers(self) -> Mapping[str, str]:
        """Namespace -> id."""


def exact(a: Identified, b: Identified) -> Scored | None:
    """Joined by an identifier in a shared namespace, or as the same record of one source; None otherwise.

    Without a source's name two equal keys say nothing (the rows of two files may be counted alike).
    """
    if a.source == b.source and a.key == b.key and a.source and a.key:
        return joined("key", f"the same record of {a.source}", score=1.0)
    if a.identifiers and b.identifiers:
        for namespace, value in sorted(a.identifiers.items()):
            if b.identifiers.get(namespace) == value:
                return joined("identifier", f"same {namespace} id {value}")
    return None
