"""ImageProcessor: from bytes that claim to be a picture to the pictures that are served."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Final, Protocol

WIDTHS: Final = (160, 320, 640, 1280)
"""Of the variants, in pixels; an original that is narrower than one of them has its own width instead."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One size of a picture, in pixels, as WebP without metadata."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was made of a picture; `width` and `height` are those of the original, upright, in pixels."""

    width: int
    height: int
    format: str
    """Of the original: `jpeg`, `png`, `webp`, `gif`."""
    hash: str
    """dHash, 64 bits as 16 hex digits: pictures that look alike differ in few bits."""
    detail: float
    """Standard deviation of the grey values (0 to 128) at 32 x 32: near 0 for an empty picture."""
    animated: bool
    variants: tuple[Variant, ...]
    """By width, the smallest first; none is wider than the original."""


class ImageProcessor(Protocol):
    """Decodes, checks and resizes pictures, off the event loop and within bounds of time and memory."""

    @abstractmethod
    async def render(self, data: bytes) -> Rendered:
        """Make the variants of a picture.

        Raises TooLarge or Malformed, whose `where` is the stable name of the cause (see `domain.pipeline.images`), for
        bytes that will never do; Unavailable where another try may help; Invalid where the extra is not installed.
        """

    @abstractmethod
    async def close(self) -> None:
        """End what is running."""
