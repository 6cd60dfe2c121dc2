"""Sitemaps (sitemaps.org): their addresses to follow."""

from __future__ import annotations

import html
import re
from typing import Final

from mystage.adapters.sources.kit.building import link
from mystage.adapters.sources.kit.payload import Payload
from mystage.domain.sources import Reading, ReadingOutcome, nothing

VERSION = 1
MAX_FOLLOWED: Final = 50_000
"""Entries that the protocol allows a file."""
_ROOT: Final = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)\b")
_LOCATION: Final = re.compile(r"<(?:\w{1,20}:)?loc\s{0,9}>\s{0,99}+(?:<!\[CDATA\[)?([^<\]]{1,4000})", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<(image|video):\w+", re.IGNORECASE)


def recognises(payload: Payload) -> float:
    """A sitemap by its root; a text of nothing but addresses."""
    head = payload.head
    if head.startswith(b"<"):
        return 0.99 if _ROOT.search(head) else 0.0
    lines = head.split()[:20]
    return 0.7 if len(lines) > 1 and all(re.match(rb"https?://\S+$", line) for line in lines[:-1]) else 0.0


def parse(payload: Payload) -> Reading:
    """The addresses, in their order, each once. Read by pattern: nothing in the XML is expanded."""
    text = payload.text
    if payload.head.startswith(b"<"):
        plain = (m.group(1).strip() for m in _LOCATION.finditer(text) if not _IMAGE.match(text, m.start()))
        found = (link(html.unescape(address)) for address in plain)
    else:
        found = (link(line.strip()) for line in text.splitlines())
    follow: dict[str, None] = {}
    for address in found:
        if address:
            follow[address] = None
        if len(follow) >= MAX_FOLLOWED:
            break
    if not follow:
        return nothing("a sitemap without addresses")
    reason = f"a sitemap of {len(follow)} addresses"
    return Reading(outcome=ReadingOutcome.NOTHING, reason=reason, follow=tuple(follow))
