"""What the resolution tool asks of a kind: prepare, block, compare. One engine a kind; the tool knows no other word."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mystage.domain.resolution.evidence import Scored

Row = Mapping[str, str]
"""Field (of the kind, or a column of the file) -> text as the file has it; empty where it says nothing."""


class Engine(Protocol):
    """Compares records of one kind. Pure and symmetric: (a, b) is (b, a)."""

    kind: str
    match: float
    """The probability at or above which two records are joined without asking."""

    @abstractmethod
    def prepare(self, row: Row) -> Any:
        """The record in the form in which it is compared.

        Raises:
            Invalid: a value that the kind cannot do without is missing or unusable; `where` names the field.
        """

    @abstractmethod
    def keys(self, side: Any) -> Sequence[str]:
        """The keys under which a record is found."""

    @abstractmethod
    def query_keys(self, side: Any) -> Sequence[str]:
        """The keys under which to look for its likes."""

    @abstractmethod
    def levels(self, a: Any, b: Any) -> list[int]:
        """One level for each feature of the kind (see `additive`)."""

    @abstractmethod
    def rule(self, a: Any, b: Any) -> Scored | None:
        """What a rule says that no score overrides, or None."""

    @abstractmethod
    def probability(self, a: Any, b: Any) -> float:
        """How likely the two are one (a rule's score, where one speaks)."""

    @abstractmethod
    def explain(self, a: Any, b: Any) -> Scored:
        """The same with its evidence in plain words."""


class Index(Protocol):
    """Records by key, in the process."""

    @abstractmethod
    def add(self, n: int, keys: Sequence[str]) -> None:
        """Keep record number `n` under its keys."""

    @abstractmethod
    def candidates(self, keys: Sequence[str], limit: int) -> list[int]:
        """The records that share most with `keys`, at most `limit`."""
