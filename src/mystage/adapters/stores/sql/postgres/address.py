"""Where a PostgreSQL database is, without the password that may stand in its URL."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from mystage.domain.errors import Invalid

SCHEMES = ("postgresql", "postgres")


class Address:
    """A database URL. It shows as `host:port/database`, never with its password."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Invalid("the URL of the database cannot be read", where="store", hint=_FORM) from error
        if parts.scheme not in SCHEMES:
            raise Invalid(f"`{parts.scheme}` is no PostgreSQL URL", where="store", hint=_FORM)
        self.url = url
        database = unquote(parts.path.lstrip("/")) or parts.username or "postgres"
        self.shown = f"{parts.hostname or 'localhost'}:{port or 5432}/{database}"
        self._secret = unquote(parts.password or "")

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    def clean(self, text: str) -> str:
        """`text` without the password."""
        return text.replace(self._secret, "***") if self._secret else text


_FORM = "postgresql://user:password@host:5432/database"
