"""Encryption under one key, by Fernet (AES-128-CBC with HMAC-SHA256; https://github.com/fernet/spec)."""

from __future__ import annotations

from typing import Any

from mystage.application.ports.credentials import Vault
from mystage.domain.errors import Invalid

_SETTING = "MYSTAGE_CREDENTIALS_KEY"


class FernetVault(Vault):
    """Seals with the first key; unseals with any of them, so that a key can be changed.

    Args:
        keys: 32 bytes as URL-safe base64, separated by commas, the newest first; "": none.
    """

    def __init__(self, keys: str) -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]

    def seal(self, text: str) -> str:
        return str(self._fernet().encrypt(text.encode()).decode())

    def unseal(self, sealed: str) -> str:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  loads where it is used

        try:
            return str(self._fernet().decrypt(sealed.encode()).decode())
        except InvalidToken as error:
            raise Invalid(
                "it was sealed with another key", where=_SETTING, hint="name the old key after a comma"
            ) from error

    def _fernet(self) -> Any:
        if not self._keys:
            hint = "`mystage credentials key` makes one; keep it outside of the catalogue"
            raise Invalid("accounts are kept encrypted, and there is no key", where=_SETTING, hint=hint)
        try:
            from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415  loads where it is used
        except ModuleNotFoundError as error:
            raise Invalid(
                "keeping accounts needs a package that is missing: cryptography", where=_SETTING,
                hint="install `mystage[credentials]`",
            ) from error  # fmt: skip
        try:
            return MultiFernet([Fernet(key) for key in self._keys])
        except ValueError as error:
            hint = "`mystage credentials key` makes one"
            raise Invalid("not a key: 32 bytes as URL-safe base64", where=_SETTING, hint=hint) from error


def new_key() -> str:
    """A fresh key."""
    from cryptography.fernet import Fernet  # noqa: PLC0415  loads where it is used

    return str(Fernet.generate_key().decode())
