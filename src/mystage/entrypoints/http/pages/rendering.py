"""Templates: all output is escaped; only http(s) addresses become links."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


def safe_url(value: object) -> str | None:
    """The address, where it may stand in a link (http, https); else None."""
    text = str(value or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def short(value: object) -> str:
    """What names an address in a line: its host, or the name of a file."""
    try:
        parts = urlsplit(str(value))
    except ValueError:
        return str(value)
    if parts.scheme == "file":
        return unquote(parts.path.rpartition("/")[2])
    return (parts.hostname or str(value)).removeprefix("www.")


def coded(text: object) -> Markup:
    """A text of ours with `code` between backticks: escaped, then the backticks become tags."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped before


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("mystage.entrypoints.http.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters.update(safe_url=safe_url, short=short, coded=coded)
    return found


def html(template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
    """A page from a template."""
    return HTMLResponse(_environment().get_template(template).render(**values), code)
