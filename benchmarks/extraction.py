"""How fast each reader is, as a ratio to loading its payload and validating its claims, measured in the same run.

    python benchmarks/extraction.py [--rounds 30]

The floor of a JSON payload is `orjson.loads` of its bytes plus `Claims.model_validate` of what the reader makes of it:
nothing is looked for, named or repaired in it. The bar is 0.3 of that. Payloads: the JSON files of the shared corpus
(found by MYSTAGE_SHARED or ../shared). Times are of the processor, medians of the rounds, both sides in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from mystage.adapters.sources.registry import ManifestReaders  # noqa: E402  the source tree comes first
from mystage.application.ports.readers import RawDocument  # noqa: E402  likewise
from mystage.domain.sources import Claims  # noqa: E402  likewise

BAR = 0.3
READERS = ManifestReaders()


def payloads() -> list[tuple[str, str, bytes]]:
    """Reader, name and bytes of each JSON payload that gives records."""
    shared = Path(os.environ.get("MYSTAGE_SHARED", ROOT.parent / "shared"))
    found = []
    for path in sorted(shared.glob("corpus/*/*/*.json")):
        body = path.read_bytes()
        if path.name.endswith(".gold.json"):
            continue
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError:
            continue
        document = RawDocument(body)
        reader = READERS.route(document).reader
        if reader and len(READERS.read(document, reader).claims):
            found.append((reader, path.name, body))
    return found


def median(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each run; they take turns, so that a busy machine troubles all alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 2):
        for name, run in runs.items():
            began = time.process_time()
            run()
            if turn > 1:
                taken[name].append(time.process_time() - began)
    return {name: statistics.median(times) for name, times in taken.items()}


def measure(reader: str, body: bytes, rounds: int) -> dict[str, float]:
    """Seconds of the floor and of ours for one payload (repeated, where it is too short for the clock)."""
    document = RawDocument(body)
    claims = READERS.read(document, reader).claims.model_dump()
    repeats = max(1, 40_000 // max(len(body), 1))

    def floor() -> None:
        for _ in range(repeats):
            orjson.loads(body)
            Claims.model_validate(claims)

    def ours() -> None:
        for _ in range(repeats):
            READERS.read(document, reader)

    return {name: value / repeats for name, value in median({"floor": floor, "ours": ours}, rounds).items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = max(5, parser.parse_args().rounds)
    found = payloads()
    if not found:
        print("skipped: no shared corpus (set MYSTAGE_SHARED)")
        return 0
    totals: dict[str, dict[str, float]] = defaultdict(lambda: {"floor": 0.0, "ours": 0.0, "files": 0, "bytes": 0})
    for reader, _, body in found:
        for name, seconds in measure(reader, body, rounds).items():
            totals[reader][name] += seconds
        totals[reader]["files"] += 1
        totals[reader]["bytes"] += len(body)
    print(f"{'reader':16} files      KB   ratio to the floor (bar {BAR})")
    for reader, t in sorted(totals.items(), key=lambda item: item[1]["floor"] / item[1]["ours"]):
        ratio = t["floor"] / t["ours"]
        print(
            f"{reader:16} {t['files']:5.0f} {t['bytes'] / 1024:7.0f}   {ratio:5.2f}{'' if ratio >= BAR else '  below the bar'}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
