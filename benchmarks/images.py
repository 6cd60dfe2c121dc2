"""Images: what our checks, hash and processes cost beside bare Pillow with `draft`, and the memory of a worker.

    python benchmarks/images.py

Both make the same WebP files of the same photographs. Time is that of the processor, children included.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageFilter

from mystage.adapters.images.processes import ImageProcesses
from mystage.adapters.images.rendering import QUALITY, render
from mystage.application.ports.images import WIDTHS

ROUNDS = 5
SIZES = ((3000, 2000), (4000, 3000), (1600, 1200), (800, 600))


def photograph(seed: int, size: tuple[int, int]) -> bytes:
    """Soft shapes with some grain, as a camera gives, as JPEG."""
    random = Random(seed)
    small = Image.frombytes("RGB", (60, 40), random.randbytes(60 * 40 * 3)).filter(ImageFilter.GaussianBlur(2))
    grain = Image.effect_noise(size, 12).convert("RGB")
    out = BytesIO()
    Image.blend(small.resize(size, Image.Resampling.BICUBIC), grain, 0.15).save(out, "JPEG", quality=88)
    return out.getvalue()


def bare(body: bytes) -> list[bytes]:
    """Pillow with `draft`, without any check."""
    with Image.open(BytesIO(body)) as picture:
        picture.draft("RGB", (WIDTHS[-1], 1))
        made = picture.convert("RGB")
        files = []
        for width in reversed([w for w in WIDTHS if w <= picture.width]):
            height = round(made.height * width / made.width)
            made = made.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            out = BytesIO()
            made.save(out, "WEBP", quality=QUALITY, method=4)
            files.append(out.getvalue())
    return files


def spent(work) -> float:
    """Seconds of processor time that a call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


async def by_children(bodies: list[bytes]) -> tuple[float, int]:
    """Processor seconds of parent and child, and the child's peak in KB."""
    pool = ImageProcesses(1)
    await pool.render(bodies[-1])  # started
    child = pool._idle[0]._process.pid  # noqa: SLF001  a benchmark looks inside
    before, start = _child_seconds(child), time.process_time()
    for body in bodies:
        await pool.render(body)
    seconds = time.process_time() - start + _child_seconds(child) - before
    peak = _child_peak(child)
    await pool.close()
    return seconds, peak


def _child_peak(pid: int) -> int:
    told = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in told if line.startswith("VmHWM")).split()[1])


def _child_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # ticks, 100 a second on Linux


def main() -> None:
    """Run and print."""
    bodies = [photograph(seed, size) for seed in range(3) for size in SIZES]
    ratios, child_ratios, peak = [], [], 0
    for _ in range(ROUNDS):
        floor = spent(lambda: [bare(body) for body in bodies])
        ratios.append(floor / spent(lambda: [render(body) for body in bodies]))
        seconds, peak = asyncio.run(by_children(bodies))
        child_ratios.append(floor / seconds)
    print(f"{len(bodies)} photographs, {sum(map(len, bodies)) >> 20} MB: {floor / len(bodies) * 1e3:.0f} ms each, bare")
    print(f"checked, hashed, stripped: {statistics.median(ratios):.2f} of bare Pillow with draft (bar: 0.9)")
    print(f"in a child process:        {statistics.median(child_ratios):.2f} of it")
    print(f"peak of the child:         {peak / 1e3:.0f} MB (bar: 80); of this process {_own():.0f} MB")


def _own() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
