"""The demo's source manifest: the file that tells the platform where to look, how often and how politely."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mystage.entrypoints.demo.pages import aggregator_path, feed_path, maps_path, sitemap_path
from mystage.entrypoints.demo.world import TOWNS, World

MANIFEST: Final = "sources.toml"
_HEAD: Final = """\
# The sources of the demo: venue sites with their calendars, an aggregator, a maps directory.
# The feeds are made by a ticket seller, so their word comes after the sites' own.
# The limits suit a server on this machine. For sites of others keep to about one request a second.
"""


def write_manifest(world: World, base: str, folder: Path) -> Path:
    """Write the manifest into `folder` and answer its path."""
    path = folder / MANIFEST
    path.write_text(_HEAD + "".join(_entries(world, base)), "utf-8")
    return path


def _entries(world: World, base: str) -> Iterator[str]:
    for site in world.sites:
        yield _entry(site.slug, [base + sitemap_path(site)], rank="own_site", hours=24)
        if site.feed:
            yield _entry(f"{site.slug}-feed", [base + feed_path(site)], kind="calendar", rank="ticketing", hours=12)
    calls = [base + aggregator_path(act) for act in world.acts]
    yield _entry("aggregator", calls, kind="bandsintown", rank="aggregator", hours=24)
    yield _entry("maps", [base + maps_path(town) for town in TOWNS], kind="google_maps", rank="maps", hours=24 * 7)


def _entry(name: str, urls: Sequence[str], *, rank: str, hours: int, kind: str = "") -> str:
    rows = [f"name = {json.dumps(name)}", "start_urls = [", *(f"  {json.dumps(url)}," for url in urls), "]"]
    rows += [f"kind = {json.dumps(kind)}"] if kind else []
    rows += [f'rank = "{rank}"', f"cadence_hours = {hours}", "requests_per_second = 2000", "concurrency = 16"]
    return "\n[[source]]\n" + "\n".join(rows) + "\n"
