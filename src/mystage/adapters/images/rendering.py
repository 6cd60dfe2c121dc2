"""One picture: checked before it is decoded, decoded small, turned upright, resized, encoded. Runs in a child process.

Sizes are in pixels. Nothing of the original's metadata is written: a photograph's says where somebody lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps, ImageStat

from mystage.adapters.images.webp import webp_size
from mystage.application.ports.images import WIDTHS, Rendered, Variant
from mystage.domain.errors import Malformed, MystageError, TooLarge

MAX_BYTES: Final = 12 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MAX_MEMORY: Final = 50 * 1024 * 1024
"""Bytes that a picture may take while it is decoded, as estimated before: with Python and Pillow below 80 MB."""
MIN_SIDE: Final = 64
MAX_ASPECT: Final = 6.0
QUALITY: Final = 80
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_ORIENTATION: Final = 0x0112
_TURNED: Final = frozenset({5, 6, 7, 8})
"""EXIF orientations in which the file's rows are the picture's columns."""

Image.MAX_IMAGE_PIXELS = None  # `_check` has a lower limit, and an error of our own


def render(data: bytes) -> Rendered:
    """The variants of a picture. Raises Malformed or TooLarge, whose `where` names the cause."""
    try:
        return _rendered(data)
    except MystageError:
        raise
    except MemoryError as error:
        raise TooLarge("decoding it takes too much memory", where="memory") from error
    except Exception as error:  # decoders raise whatever the damage leads them to
        cause = "truncated" if "truncated" in str(error) else "damaged"
        raise Malformed(f"it cannot be decoded: {_line(error)}", where=cause) from error


def _rendered(data: bytes) -> Rendered:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data):,} bytes, more than {MAX_BYTES:,}", where="bytes")
    size = webp_size(data)
    if size is not None:
        _check_pixels(*size)
        _check_memory(17 * size[0] * size[1] + len(data))  # as measured: two canvases, a copy, Pillow's own picture
    decoded = _decoded(data)
    sizes = list(_sizes(decoded.largest, decoded.width))
    look = _opaque(sizes[0])
    return Rendered(
        width=decoded.width,
        height=decoded.height,
        format=decoded.format,
        hash=_dhash(look),
        detail=round(ImageStat.Stat(look.resize((32, 32), Image.Resampling.BOX)).stddev[0], 2),
        animated=decoded.animated,
        variants=tuple(Variant(*each.size, _webp(each)) for each in sizes),
    )


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The largest variant, and what the file said of the original."""

    largest: Image.Image
    width: int
    height: int
    format: str
    animated: bool


def _decoded(data: bytes) -> _Decoded:
    """A function of its own, so that the decoded original is gone before the variants are encoded."""
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:
        _check_pixels(*opened.size)
        turned = _orientation(opened) in _TURNED
        width, height = reversed(opened.size) if turned else opened.size
        _check_shape(width, height)
        animated = bool(getattr(opened, "is_animated", False))
        opened.draft(None, (1, WIDTHS[-1]) if turned else (WIDTHS[-1], 1))
        _check_memory(_cost(opened, width * height) + len(data))
        largest = _plain(_narrowed(_upright(opened), min(WIDTHS[-1], width)))
        return _Decoded(largest, width, height, (opened.format or "").lower(), animated)


def _check_shape(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise Malformed(f"{width} x {height} pixels: too small to be a picture of something", where="small")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise Malformed(f"{width} x {height} pixels: a strip, not a picture", where="shape")


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise TooLarge(f"{width} x {height} pixels, more than {MAX_PIXELS:,} in all", where="pixels")


def _check_memory(cost: int) -> None:
    if cost > MAX_MEMORY:
        raise TooLarge(f"decoding it takes some {cost >> 20} MB, more than {MAX_MEMORY >> 20}", where="memory")


def _cost(opened: Image.Image, pixels: int) -> int:
    """Bytes that decoding, or the first resizing after it, takes; `pixels`: of the original, before `draft`."""
    width, height = opened.size
    area, mode = width * height, opened.mode
    decoded = area * (1 if mode in ("1", "L", "P") else 4)  # Pillow keeps three bands in four bytes
    decoding = decoded
    if opened.info.get("progressive") or opened.info.get("progression"):
        # libjpeg holds all coefficients, two bytes each, of every channel (half of them where chroma is halved)
        sampling = [h * v for _, h, v, _ in getattr(opened, "layer", ())]
        decoding += int(2 * pixels * sum(sampling) / max(sampling, default=1))
    resizing = decoded + 4 * min(width, WIDTHS[-1]) * height
    if mode in ("1", "P") or "transparency" in opened.info:
        resizing += 4 * area  # its colours are looked up before
    if mode in ("LA", "PA", "RGBA") or "transparency" in opened.info:
        resizing += 4 * area  # its colours are weighed by how opaque they are
    if opened.format == "GIF":
        resizing += 2 * area  # as measured: the frame before, and the codes
    return max(decoding, resizing)


def _orientation(opened: Image.Image) -> int:
    """As the header says; where it says nothing, a PNG file would be decoded to look behind its pixels."""
    if "exif" not in opened.info:
        return 1
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  damaged EXIF is no reason to lose the picture: it stays as the file has it
        return 1


def _upright(opened: Image.Image) -> Image.Image:
    opened.load()
    if _orientation(opened) == 1:
        return opened
    return ImageOps.exif_transpose(opened)


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    """The picture at a width, never enlarged."""
    picture = _deep(picture)
    if "transparency" in picture.info:  # a colour that stands for nothing, which resizing would mix with others
        picture = picture.convert("RGBA")
    elif picture.mode in ("1", "P"):
        picture = picture.convert("RGB")
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _deep(picture: Image.Image) -> Image.Image:
    """16 and 32 bits of grey become 8: `convert` alone would clip them to white."""
    if picture.mode.startswith("I"):
        picture.info.pop("transparency", None)  # a value of 16 bits
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB, without metadata."""
    if picture.mode in ("PA", "LA"):
        picture = picture.convert("RGBA")
    profile = picture.info.get("icc_profile")
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha is not None else picture
    plain = _in_srgb(colours, profile) if profile else colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        plain.putalpha(alpha)
    plain.info = {}
    return plain


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        own = ImageCms.createProfile("sRGB")
        made: Image.Image | None = ImageCms.profileToProfile(picture, given, own, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        made = None  # a damaged profile, or one for other colours: the picture as it is, which is nearly right
    return made if made is not None else picture.convert("RGB")


def _sizes(largest: Image.Image, original: int) -> Iterator[Image.Image]:
    """The smallest first; each is made from the next larger one."""
    made = [largest]
    for width in reversed([w for w in WIDTHS if w < min(original, largest.width)]):
        height = max(1, round(largest.height * width / largest.width))
        made.append(made[-1].resize((width, height), Image.Resampling.LANCZOS))
    yield from reversed(made)


def _opaque(picture: Image.Image) -> Image.Image:
    """In grey, on white."""
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("L")


def _dhash(grey: Image.Image) -> str:
    """Which of two neighbours is brighter, over 9 x 8 points: Krawetz, "Kind of Like That" (2013)."""
    points = grey.resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(0, 72, 9):
        for column in range(row, row + 8):
            bits = bits << 1 | (points[column] < points[column + 1])
    return f"{bits:016x}"


def _webp(picture: Image.Image) -> bytes:
    options: dict[str, Any] = {"quality": QUALITY, "method": 4, "icc_profile": b"", "exif": b"", "xmp": b""}
    out = BytesIO()
    picture.save(out, "WEBP", **options)
    return out.getvalue()


def _line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:200].replace("<_io.BytesIO object", "<the file")
