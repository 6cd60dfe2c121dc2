"""Files that are wrong in every way that we have met or could think of. All of our own making."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.support.pages import page, show

DEEP = 10_000
LARGE = 200 * 1024 * 1024
_CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\nUID:1@cal.example\r\n"
    "DTSTART:20270301T200000Z\r\nSUMMARY:Paper Weather at Amber Hall\r\nLOCATION:Amber Hall\r\n"
)
GOOD_CALENDAR = _CALENDAR + "END:VEVENT\r\nEND:VCALENDAR\r\n"
GOOD_PAGE = page(show(1), show(2)).encode()
_RANDOM = random.Random(7).randbytes(20_000)
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + _RANDOM

SMALL: dict[str, bytes] = {
    "empty.html": b"",
    "empty.json": b"",
    "spaces.html": b" \r\n\t" * 2_000,
    "nulls.html": bytes(5_000),
    "truncated.html": GOOD_PAGE[: len(GOOD_PAGE) // 3],
    "truncated.json": json.dumps(show(3)).encode()[:200],
    "truncated.ics": _CALENDAR.encode()[:-30],
    "no-end.ics": _CALENDAR.encode(),
    "truncated.html.gz": gzip.compress(GOOD_PAGE, mtime=0)[:-60],
    "gzip-as-text.html": gzip.compress(GOOD_PAGE, mtime=0),
    "gzip-twice.html": gzip.compress(gzip.compress(GOOD_PAGE), mtime=0),
    "gzip-bomb.html": gzip.compress(bytes(LARGE), compresslevel=9, mtime=0),
    "zlib.html": zlib.compress(GOOD_PAGE),
    "picture.html": _PNG,
    "random.json": _RANDOM,
    "random.ics": _RANDOM[::-1],
    "is-json.html": json.dumps(show(4)).encode(),
    "is-html.json": GOOD_PAGE,
    "is-html.ics": page(show(5)).encode(),
    "is-zip.html": b"PK\x03\x04" + _RANDOM,
    "string.json": b'"concert"',
    "number.json": b"42",
    "false.json": b"false",
    "null.json": b"null",
    "list.json": b"[]",
    "object.json": b"{}",
    "api-error.json": b'{"error": {"code": 401, "message": "the key is not valid"}}',
    "fault.json": b'{"fault": {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "policies.x"}}}',
    "surrogate.json": b'{"@type": "MusicEvent", "@context": "https://schema.org", "name": "\\ud800 half", "startDate": "2027-01-01T20:00"}',
    "surrogate.html": page({**show(6), "name": "SURROGATE"}).replace("SURROGATE", "\\udc00 half").encode(),
    "deep.html": b"<!doctype html><html><body>" + b"<div>" * DEEP + b"x" + b"</div>" * DEEP,
    "deep-microdata.html": b"<!doctype html><html><body>"
    + b"<div itemscope itemtype='https://schema.org/Event' itemprop='subEvent'>" * DEEP,
    "deep.json": b"[" * DEEP + b"]" * DEEP,
    "deep-open.json": b'{"a":' * DEEP,
    "deep-jsonld.html": b'<!doctype html><script type="application/ld+json">'
    + b'{"@graph":[' * DEEP
    + b"]}" * DEEP
    + b"</script>",
    "deep-jsonld-900.html": b'<!doctype html><script type="application/ld+json">'
    + b'{"@type":"Event","subEvent":' * 900
    + b"{}"
    + b"}" * 900
    + b"</script>",
    "deep-xcal.xml": b'<?xml version="1.0"?><icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0">'
    + b"<vcalendar>" * DEEP,
    "deep.ics": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * DEEP,
    "entities.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>',
    "charset.html": b'<html><head><meta charset="undefined"></head><body>\xff\xfe\xfd</body></html>',
    "charset-punycode.html": b'<html><head><meta charset="punycode"></head><body>\xff'
    + b"a" * 200_000
    + b"</body></html>",
    "charset-escape.html": b'<html><head><meta charset="unicode_escape"></head><body>\xff\\ud800</body></html>',
    "bom.html": b"\xff\xfe" + b"\x00" * 3,
    "half-utf16.html": GOOD_PAGE.decode().encode("utf-16")[:-1],
    "wrong-dates.html": page(
        {**show(7), "startDate": "9999999999999-99-99"}, {**show(8), "startDate": -1e308}
    ).encode(),
    "huge-numbers.json": b'[{"@type":"MusicEvent","@context":"https://schema.org","name":"x","startDate":'
    + b"9" * 5_000
    + b"}]",
    "wrong-types.json": json.dumps(
        [{"@context": "https://schema.org", "@type": [["MusicEvent"], {}], "name": {"@value": [1]}, "location": [[[]]]}]
    ).encode(),
    "pipe.txt": b"just some words about nothing",
}
"""By name. Each is one file of a folder; good ones lie beside them."""


def write_small(folder: Path) -> None:
    """All small bad files, and names that are no UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in SMALL.items():
        (folder / name).write_bytes(body)
    for raw in (b"caf\xe9-\xff.html", b"new\nline.html", b"percent%41%zz#?&.html", b"\xf0\x9f\x8e\xb8 guitar.html"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + raw)).write_bytes(GOOD_PAGE)


def write_special(folder: Path) -> None:
    """What is in a folder and is no regular file."""
    folder.mkdir(parents=True, exist_ok=True)
    os.mkfifo(folder / "fifo.html")
    (folder / "dangling.html").symlink_to("nowhere.html")
    (folder / "itself").symlink_to(".")
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "memory.html").symlink_to("/proc/self/mem")
    (folder / "zero.html").symlink_to("/dev/zero")
    (folder / "named-like-a-page.html").mkdir()


def _zip(members: dict[str, bytes], **options: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def _encrypted(data: bytes) -> bytes:
    """The same archive with the flag of encryption on each member."""
    out = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def _tar(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is data here
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        for name, target in (("link.html", "/etc/passwd"), ("up.html", "../../etc/passwd")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return out.getvalue()


def _zip_with_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.html")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.html", GOOD_PAGE)
    return out.getvalue()


_MEMBERS = {"good.html": GOOD_PAGE}
_LEADING_OUT = {"../../../escaped.html": GOOD_PAGE, "/absolute.html": GOOD_PAGE, "C:\\windows.html": GOOD_PAGE}


def _nested_zip() -> bytes:
    data = _zip({"zeros.html": bytes(30 * 1024 * 1024)})
    for level in range(4):
        data = _zip({f"inner{number}-{level}.zip": data for number in range(4)})
    return data


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "truncated.zip": lambda: _zip(_MEMBERS | {f"more{i}.html": page(show(i)).encode() for i in range(5)})[:-300],
    "truncated.tar.gz": lambda: _tar(_MEMBERS | {"noise.html": _RANDOM})[:-200],
    "random.zip": lambda: _RANDOM,
    "empty.zip": lambda: b"",
    "random.tar.gz": lambda: _RANDOM,
    "leading-out.zip": lambda: _zip(_LEADING_OUT),
    "leading-out.tar.gz": lambda: _tar(_LEADING_OUT),
    "link.zip": _zip_with_link,
    "encrypted.zip": lambda: _encrypted(_zip(_MEMBERS)),
    "bomb.zip": lambda: _zip({"zeros.html": bytes(31 * 1024 * 1024)} | _MEMBERS),
    "bomb-many.zip": lambda: _zip({f"z{i}.html": bytes([65 + i]) * (7 * 1024 * 1024) for i in range(20)}),
    "bomb-nested.zip": _nested_zip,
    "bomb.tar.gz": lambda: _tar({"zeros.html": bytes(31 * 1024 * 1024)} | _MEMBERS),
}


def write_archives(folder: Path) -> None:
    """All bad archives."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in ARCHIVES.items():
        (folder / name).write_bytes(make())


LARGE_FILLS: dict[str, bytes] = {
    "zeros.html": b"",
    "spaces.html": b" ",
    "brackets.json": b"[",
    "divs.html": b"<div>",
    "line.txt": b"concert tickets 12.12.2027 ",
}
"""What a large file is full of; "" is a hole."""


def write_filled(path: Path, fill: bytes, size: int) -> Path:
    """A file of `size` bytes full of one text; zeros take no room on the disk."""
    with path.open("wb") as file:
        if not fill:
            file.truncate(size)
            return path
        piece = fill * (1024 * 1024 // len(fill))
        for _ in range(size // len(piece)):
            file.write(piece)
    return path
