"""Pictures drawn for tests: a seed draws a scene of its own, which looks like itself in every size and format."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageDraw


def scene(seed: int = 1, size: tuple[int, int] = (900, 600), mode: str = "RGB") -> Image.Image:
    """Blocks of colour whose places depend on the seed alone."""
    random = Random(seed)
    drawn = Image.new("RGB", size)
    draw = ImageDraw.Draw(drawn)
    width, height = size
    for row in range(6):
        for column in range(6):
            box = (column * width / 6, row * height / 6, (column + 1) * width / 6, (row + 1) * height / 6)
            draw.rectangle(box, fill=tuple(random.randrange(256) for _ in range(3)))
    return drawn if mode == "RGB" else drawn.convert(mode)


def encoded(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file."""
    out = BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def jpeg(seed: int = 1, size: tuple[int, int] = (900, 600), **options: Any) -> bytes:
    """A scene as a JPEG file."""
    return encoded(scene(seed, size), "JPEG", **options)
