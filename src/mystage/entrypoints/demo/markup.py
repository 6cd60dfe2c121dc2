"""HTML with data for machines: JSON-LD and microdata from the same nodes."""

from __future__ import annotations

import json
from html import escape
from typing import Any


def blank(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is None."""
    return {name: value for name, value in node.items() if value is not None}


def document(title: str, *, canonical: str, head: str, body: str) -> str:
    """A whole page."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<link rel="canonical" href="{escape(canonical)}">\n{head}\n</head>\n'
        f"<body><h1>{escape(title)}</h1>\n{body}\n<p>Live music, concerts and good company.</p></body></html>\n"
    )


def json_ld(value: Any) -> str:
    """A script of JSON-LD; `</` is broken up, so that no text can end the script."""
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def microdata(node: dict[str, Any], prop: str = "") -> str:
    """The node as elements with itemprop."""
    name = f' itemprop="{prop}"' if prop else ""
    parts = "".join(_property(key, value) for key, value in node.items() if not key.startswith("@"))
    return f'<div{name} itemscope itemtype="https://schema.org/{node["@type"]}">{parts}</div>'


def _property(key: str, value: Any) -> str:
    if isinstance(value, dict):
        return microdata(value, key)
    if isinstance(value, list):
        return "".join(_property(key, item) for item in value)
    if key in {"url", "eventStatus"}:
        return f'<link itemprop="{key}" href="{escape(str(value))}">'
    return f'<meta itemprop="{key}" content="{escape(str(value))}">'
