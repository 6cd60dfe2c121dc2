"""Squarespace: any events page answers `?format=json`; pages go on by `pagination.nextPageUrl`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from mystage.adapters.live.kit import changed, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask


def begin(ask: Ask, base: str) -> tuple[str, ...]:  # noqa: ARG001  as all modules have it
    """The events page of each site."""
    if not ask.sites:
        raise refuse(ask, "squarespace", "give --site with the address of an events page")
    return tuple(changed(site, format="json") for site in ask.sites)


def after(url: str, payload: Any) -> After:
    """The next page, on the same site."""
    page = table(table(payload).get("pagination"))
    onward = page.get("nextPageUrl")
    if page.get("nextPage") is not True or not isinstance(onward, str):
        return After()
    target = changed(urljoin(url, onward), format="json")
    return After((target,)) if urlsplit(target).netloc == urlsplit(url).netloc and target != url else After()
