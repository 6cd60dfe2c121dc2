"""One picture: what is refused before it is decoded, and what the variants look like."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from tests.support.pictures import encoded, jpeg, scene

from mystage.adapters.images import rendering
from mystage.adapters.images.rendering import MAX_BYTES, render
from mystage.adapters.images.webp import webp_size
from mystage.application.ports.images import WIDTHS, Rendered
from mystage.domain.errors import Malformed, MystageError, TooLarge


def opened(made: Rendered, at: int = -1) -> Image.Image:
    """A variant, decoded."""
    return Image.open(BytesIO(made.variants[at].data))


def colour(made: Rendered, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place (0 to 1) of the largest variant."""
    with opened(made) as picture:
        found = picture.convert("RGB").getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(found, tuple)
    return found


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 24) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def halves(size: tuple[int, int] = (600, 400), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    drawn = Image.new("RGB", size, (200, 20, 20))
    ImageDraw.Draw(drawn).rectangle((size[0] // 2, 0, size[0], size[1]), fill=(20, 20, 200))
    return drawn.convert(mode)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, depth: int = 8, colour_type: int = 2) -> bytes:
    """A PNG file that announces a size, with hardly any data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_variants_have_the_widths_that_are_served_and_no_picture_is_enlarged():
    """A large one in all widths, a small one in those below and its own."""
    assert [v.width for v in render(jpeg(size=(2000, 1000))).variants] == list(WIDTHS)
    small = render(jpeg(size=(500, 250)))
    assert [(v.width, v.height) for v in small.variants] == [(160, 80), (320, 160), (500, 250)]
    assert [v.width for v in render(jpeg(size=(100, 90))).variants] == [100]
    for made in (small.variants[0], small.variants[-1]):
        with Image.open(BytesIO(made.data)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (made.width, made.height))


def test_a_large_photograph_is_decoded_small(monkeypatch: pytest.MonkeyPatch):
    """24 megapixels never stand in memory: the decoder is asked for no more than is needed."""
    seen = []
    plain = rendering._upright
    monkeypatch.setattr(rendering, "_upright", lambda picture: seen.append(picture.size) or plain(picture))
    made = render(jpeg(size=(6000, 4000)))
    assert (made.width, made.height) == (6000, 4000)
    assert seen == [(1500, 1000)]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (png_of(60_000, 60_000), "pixels"),
        (png_of(9_000, 5_000), "memory"),
        (jpeg()[:3] + b"\0" * MAX_BYTES, "bytes"),
        (png_of(40, 40), "small"),
        (png_of(8_000, 400), "shape"),
        (jpeg()[:3_000], "truncated"),
        (jpeg()[:20], "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\n\0\0\0" + b"\0" * 4 + b"\xff\x3f\0\xff\x3f\0", "pixels"),
        (b"", "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "damaged"),
    ],
)
def test_what_will_never_do_is_refused_with_its_cause(body: bytes, cause: str):
    """Bombs by their header alone, before anything is decoded."""
    with pytest.raises((Malformed, TooLarge)) as caught:
        render(body)
    assert caught.value.where == cause
    assert "BytesIO" not in caught.value.message


def test_a_bomb_is_not_decoded_to_find_out_that_it_is_one(monkeypatch: pytest.MonkeyPatch):
    """Neither its pixels nor its metadata."""
    loads = []
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda self: loads.append(self.size))
    for bomb in (png_of(60_000, 60_000), png_of(9_000, 5_000), png_of(5_000, 5_000, colour_type=6)):
        with pytest.raises(TooLarge):
            render(bomb)
    assert loads == []


def test_a_progressive_photograph_counts_its_coefficients():
    """The decoder holds them all, also when the picture is decoded small."""
    size = (6000, 4000)
    with pytest.raises(TooLarge):
        render(jpeg(size=size, progressive=True))


@pytest.mark.parametrize(("orientation", "left"), [(1, (200, 20, 20)), (2, (20, 20, 200)), (3, (20, 20, 200))])
def test_a_picture_is_turned_upright(orientation: int, left: tuple[int, ...]):
    """EXIF orientations that mirror or turn by 180 degrees."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert near(colour(render(encoded(halves(), exif=exif)), 0.1, 0.5), left)


@pytest.mark.parametrize(("orientation", "top"), [(6, (200, 20, 20)), (8, (20, 20, 200))])
def test_a_picture_taken_upright_is_as_wide_as_it_is_shown(orientation: int, top: tuple[int, ...]):
    """Turned by 90 degrees: width and height change places, in the figures too."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = render(encoded(halves((4000, 3000)), exif=exif))
    assert (made.width, made.height) == (3000, 4000)
    assert (made.variants[-1].width, made.variants[-1].height) == (1280, 1707)
    assert near(colour(made, 0.5, 0.1), top)


def test_nothing_of_the_metadata_is_left():
    """EXIF, XMP, comments, text chunks and profiles stay behind."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret place")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    bodies = (
        encoded(halves(), exif=exif, comment=b"secret place", icc_profile=srgb),
        encoded(halves(), "PNG", pnginfo=text, exif=exif),
        encoded(halves(), "WEBP", exif=exif, xmp=b"secret place"),
    )
    for body in bodies:
        assert b"secret place" in body
        for variant in render(body).variants:
            assert b"secret place" not in variant.data
            with Image.open(BytesIO(variant.data)) as picture:
                assert not {"exif", "xmp", "icc_profile"} & set(picture.info)


@pytest.mark.parametrize(
    "body",
    [
        encoded(halves(mode="CMYK")),
        encoded(halves(), "PNG"),
        encoded(halves(mode="P"), "PNG"),
        encoded(halves(mode="P"), "GIF"),
        encoded(halves(mode="RGBA"), "PNG"),
        encoded(halves(), "WEBP", lossless=True),
    ],
    ids=["cmyk", "rgb", "palette", "gif", "alpha", "webp"],
)
def test_every_kind_of_pixel_keeps_its_colours(body: bytes):
    """What was red stays red, what was blue stays blue."""
    made = render(body)
    assert near(colour(made, 0.1, 0.5), (200, 20, 20), 40)
    assert near(colour(made, 0.9, 0.5), (20, 20, 200), 40)


def test_sixteen_bits_of_grey_become_eight():
    """Not clipped to white, as a plain conversion does."""
    grey = Image.new("I;16", (300, 200), 128 * 256)
    assert near(colour(render(encoded(grey, "PNG")), 0.5, 0.5), (128, 128, 128), 4)


def test_transparency_stays_and_is_left_out_where_there_is_none():
    """Of an alpha channel and of a palette's transparent colour."""
    clear = halves(mode="RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 300, 400))
    palette = halves().quantize(2)
    for body, transparent in (
        (encoded(clear, "PNG"), True),
        (encoded(palette, "PNG", transparency=palette.getpixel((0, 0))), True),
        (encoded(halves(mode="L"), "PNG", transparency=halves(mode="L").getpixel((0, 0))), True),
        (encoded(halves(mode="RGBA"), "PNG"), False),
        (encoded(halves(mode="LA"), "PNG"), False),
    ):
        with opened(render(body)) as picture:
            assert (picture.mode == "RGBA") is transparent
            if transparent:
                assert picture.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_stays(format: str):
    """And it is said that it moved."""
    frames = [halves(), scene(1, (600, 400)), scene(2, (600, 400))]
    made = render(encoded(frames[0], format, save_all=True, append_images=frames[1:]))
    assert made.animated
    assert near(colour(made, 0.1, 0.5), (200, 20, 20), 40)
    with opened(made) as picture:
        assert getattr(picture, "n_frames", 1) == 1


def test_a_profile_of_other_colours_is_worked_in_and_a_damaged_one_does_no_harm():
    """The numbers change with the profile, so that the colours do not."""
    plain = render(encoded(halves(), "PNG"))
    damaged = render(encoded(halves(), "PNG", icc_profile=b"not a profile" * 20))
    assert near(colour(damaged, 0.1, 0.5), colour(plain, 0.1, 0.5))
    xyz = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert near(colour(render(encoded(halves(), "PNG", icc_profile=xyz)), 0.1, 0.5), colour(plain, 0.1, 0.5))


@given(st.integers(1, 10_000), st.integers(1, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_look_survives_size_and_compression_and_tells_scenes_apart(one: int, other: int):
    """The hashes of a scene in two sizes and formats are near, those of two scenes are not."""
    first = int(render(jpeg(one, (900, 600))).hash, 16)
    again = int(render(encoded(scene(one, (600, 400)), "PNG")).hash, 16)
    assert (first ^ again).bit_count() <= 6
    if one != other:
        assert (first ^ int(render(jpeg(other, (900, 600))).hash, 16)).bit_count() > 6


def test_an_empty_picture_has_no_detail():
    """So that it can be passed over; a scene has plenty."""
    assert render(encoded(Image.new("RGB", (400, 300), "grey"))).detail < 1
    assert render(jpeg()).detail > 20


SEEDS = [
    jpeg(size=(90, 70)),
    encoded(scene(1, (90, 70)), "PNG"),
    encoded(scene(1, (90, 70)), "GIF"),
    encoded(scene(1, (90, 70)), "WEBP"),
]


CAUSES = {"", "damaged", "truncated", "small", "shape", "pixels", "memory", "bytes"}


def outcome(body: bytes) -> str:
    """The cause for which bytes are refused; "" for a picture."""
    try:
        return "" if render(body).variants else "nothing"
    except MystageError as error:
        return error.where


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_end_in_our_errors_alone(seed: bytes, data: st.DataObject):
    """Bytes changed, cut or added anywhere: a picture comes out, or Malformed or TooLarge with a cause."""
    body = bytearray(seed)
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=8)):
        body[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    tail = data.draw(st.binary(max_size=20))
    assert outcome(bytes(body[:cut]) + tail) in CAUSES


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0x"}])
def test_the_size_of_a_webp_file_is_read_from_each_kind_of_header(options: dict[str, object]):
    """Lossy, lossless, extended: as Pillow says."""
    assert webp_size(encoded(scene(1, (333, 222)), "WEBP", **options)) == (333, 222)
    assert webp_size(b"RIFF" + b"\0" * 40) is None
