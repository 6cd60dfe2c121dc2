"""How fast pages are read, as ratios in one run on the same real pages.

    python benchmarks/reading.py [--rounds 7]

Ours is the structured reading (decoding, JSON-LD, microdata, meta), and beside it the whole way to validated claims;
the floor is bare selectolax
(lexbor) finding the blocks and orjson loading them, which makes no claims at all. Pages: those of the shared corpus
with JSON-LD or microdata events (found by MYSTAGE_SHARED or ../shared).
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from mystage.adapters.sources.kit.payload import Payload  # noqa: E402  likewise
from mystage.adapters.sources.page import structured  # noqa: E402  the source tree comes first
from mystage.adapters.sources.registry import ManifestReaders  # noqa: E402  the source tree comes first
from mystage.application.ports.readers import RawDocument  # noqa: E402  likewise

READERS = ManifestReaders()


def pages() -> dict[str, bytes]:
    """The pages of the corpus that hold structured data; files saved compressed are undone first, on both sides."""
    shared = Path(os.environ.get("MYSTAGE_SHARED", ROOT.parent / "shared"))
    files = sorted(p for kind in ("pages", "bandsintown") for p in shared.glob(f"corpus/{kind}/*/*.html"))
    bodies = {p.stem: p.read_bytes() for p in files}
    bodies = {n: gzip.decompress(b) if b.startswith(b"\x1f\x8b") else b for n, b in bodies.items()}
    return {n: b for n, b in bodies.items() if b"ld+json" in b or b"itemscope" in b}


def gathered(body: bytes) -> None:
    structured(Payload(RawDocument(body, url="https://example.org/")))


def ours(body: bytes) -> None:
    READERS.read(RawDocument(body, url="https://example.org/"), "page")


def floor(page: bytes | str) -> None:
    for script in LexborHTMLParser(page).css('script[type="application/ld+json"]'):
        try:
            orjson.loads(script.text())
        except orjson.JSONDecodeError:
            continue


def floor_of_text(body: bytes) -> None:
    """The floor from decoded text, as issue 2 words it; `floor` spares the decoding, which makes it the harder one."""
    floor(body.decode("utf-8", "replace"))


def extruct_run(syntaxes: list[str]) -> Callable[[bytes], None]:
    """Extruct with some syntaxes (errors logged, as its users do)."""
    import extruct  # noqa: PLC0415  a dependency of this benchmark alone

    def run(body: bytes) -> None:
        extruct.extract(body.decode("utf-8", "replace"), syntaxes=syntaxes, errors="ignore")

    return run


Runs = dict[str, tuple[Callable[[bytes], None], int]]
"""Name -> what is run on a page, and how often."""


def measured(runs: Runs, bodies: dict[str, bytes]) -> dict[str, dict[str, float]]:
    """Run -> page -> median seconds. All runs take turns page by page, so that a busy machine troubles all alike."""
    taken: dict[str, dict[str, list[float]]] = {name: {page: [] for page in bodies} for name in runs}
    for turn in range(max(count for _, count in runs.values()) + 1):
        for page, body in bodies.items():
            for name, (run, count) in runs.items():
                if turn <= count:
                    began = time.perf_counter()
                    run(body)
                    taken[name][page].append(time.perf_counter() - began)
    # the first turn warms up
    return {n: {page: statistics.median(times[1:]) for page, times in per.items()} for n, per in taken.items()}


def ratio(times: dict[str, dict[str, float]], theirs: str, mine: str, among: list[str]) -> float:
    """How many times faster `mine` is than `theirs`, over the time for all pages `among`."""
    return sum(times[theirs][p] for p in among) / sum(times[mine][p] for p in among)


def report(bodies: dict[str, bytes], times: dict[str, dict[str, float]]) -> None:
    """Ratios over all pages, over the pages of some 200 KB, and page by page."""
    bars = {"floor": 0.8, "floor of text": 0.8, "extruct JSON-LD": 2, "extruct all": 50}
    large = [p for p, b in bodies.items() if 150_000 <= len(b) <= 300_000]
    for title, among in (("all pages", list(bodies)), ("pages of 150-300 KB", large)):
        if among:
            rate = len(among) / sum(times["structured"][p] for p in among)
            print(f"{title} ({len(among)}): {rate:.0f} pages/s structured data")
            for name in (n for n in bars if n in times):
                data, whole = (ratio(times, name, mine, among) for mine in ("structured", "with claims"))
                print(f"  {name:16} ratio {data:6.2f} (at least {bars[name]}), with claims {whole:6.2f}")
    for page, body in bodies.items():
        print(
            f"  {len(body) / 1024:5.0f} KB, ratio to the floor {ratio(times, 'floor', 'structured', [page]):.2f}: {page}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = max(5, parser.parse_args().rounds)
    bodies = pages()
    if not bodies:
        print("skipped: no shared corpus (set MYSTAGE_SHARED)")
        return 0
    print(f"{len(bodies)} pages, {sum(map(len, bodies.values())) / 1024:.0f} KB, medians of {rounds} rounds")
    runs: Runs = {
        "structured": (gathered, rounds),
        "with claims": (ours, rounds),
        "floor": (floor, rounds),
        "floor of text": (floor_of_text, rounds),
    }
    try:
        runs["extruct JSON-LD"] = extruct_run(["json-ld"]), rounds
        every = ["json-ld", "microdata", "opengraph", "microformat", "rdfa", "dublincore"]
        runs["extruct all"] = extruct_run(every), 5
    except ImportError:
        print("extruct is not installed (group `bench`): its two lines are left out")
    report(bodies, measured(runs, bodies))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
