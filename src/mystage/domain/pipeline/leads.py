"""Which links of a page are followed: pagination first, then the next month, then its events; within a budget. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from mystage.domain.errors import Invalid
from mystage.domain.pipeline.urls import host_of, normalise_url
from mystage.domain.sources import Lead, LeadReason

_ORDER = {reason: n for n, reason in enumerate(LeadReason)}
CONTINUED: Final = frozenset({LeadReason.NEXT_PAGE, LeadReason.NEXT_MONTH})
"""Links to further parts of the list that the page begins; links to its events or to other lists are none."""


class Refusal(StrEnum):
    """Why a lead is not followed."""

    OTHER_SITE = "other_site"
    KNOWN = "known"
    NO_ADDRESS = "no_address"
    OVER_BUDGET = "over_budget"


def goes_on(leads: Iterable[Lead]) -> bool:
    """Whether the list of a page goes on elsewhere, so that the page does not stand for all of it."""
    return any(lead.reason in CONTINUED for lead in leads)


def chosen(leads: Iterable[Lead], page: str, budget: int, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The addresses to follow, in normal form, at most `budget`, each once, the pages of a listing before its events.

    Only links to the page's own site: what others run is visited when a manifest names it.
    """
    ranked = sorted(leads, key=lambda lead: _ORDER[lead.reason])
    out: dict[str, None] = {}
    for lead in ranked:
        if len(out) >= budget:
            break
        address = refused_or_normal(lead.url, page, known)
        if not isinstance(address, Refusal):
            out[address] = None
    return tuple(out)


def refused_or_normal(url: str, page: str, known: frozenset[str]) -> str | Refusal:
    """The address in normal form, or why it is not followed."""
    try:
        address = normalise_url(url)
    except Invalid:
        return Refusal.NO_ADDRESS
    if not address.startswith("http"):
        return Refusal.NO_ADDRESS
    if host_of(address) != host_of(page):
        return Refusal.OTHER_SITE
    return Refusal.KNOWN if address in known or address == page else address
