"""Credentials that rotate, and the vault that encrypts what is secret in them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from mystage.domain.pipeline.credentials import Opened, Use


@dataclass(frozen=True, slots=True)
class Lent:
    """A credential on its way out. It holds secrets: nothing of it may be stored or shown but `id`."""

    id: str
    source: str
    opened: Opened


class Credentials(Protocol):
    """Lends credentials in turn."""

    @abstractmethod
    async def lend(self, source: str) -> Lent | None:
        """The next one in turn; None: the source has none.

        Raises Throttled, with `retry_after`, where all of them rest, and Invalid without the key to open them.
        """

    @abstractmethod
    async def give_back(self, lent: Lent, use: Use, url: str) -> None:
        """Say how a use ended; kept for the audit with the address."""


class Vault(Protocol):
    """Encrypts under the deployment's key."""

    @abstractmethod
    def seal(self, text: str) -> str:
        """The text, encrypted and authenticated. Raises Invalid without a key."""

    @abstractmethod
    def unseal(self, sealed: str) -> str:
        """The text of `seal`. Raises Invalid without the key that it was sealed with."""
