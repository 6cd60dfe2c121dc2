"""Images: addresses of them (`url_images`), the pictures that were made, which one stands for which entity. Pure.

A picture is named by its content: the same file under a hundred addresses is fetched a hundred times and processed once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mystage.domain.access import DATA_ROLES, Public
from mystage.domain.delivery import RetryPolicy
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.quality import Finding, FindingStatus, finding_id
from mystage.domain.pipeline.urls import normalise_url
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import SourceRank
from mystage.domain.values import Instant, Kind, Model, digest_id

RECIPE: Final = "webp/1"
"""How variants are made; part of a picture's name. Raise it when the widths, the quality or the checks change."""
IMAGE_CAUSE: Final = "image"
"""How the causes of findings on images begin."""
TRIES: Final = RetryPolicy(max_attempts=4, base=60.0, cap=6 * 3600.0)
"""Visits in a row that may fail before an address is given up."""
AGAIN: Final = timedelta(days=30)
"""After this an address is visited again, when its entity is looked at: with its validators, so mostly for nothing."""


class ImageState(StrEnum):
    """What the last visit of an image's address found."""

    KEPT = "kept"
    """A picture was made of it."""
    REFUSED = "refused"
    """It is no picture that can be used: the cause says why."""
    GONE = "gone"
    """404 or 410."""
    BLOCKED = "blocked"
    """The site or our own guard refuses the visit."""
    WAITING = "waiting"
    """A visit failed; it is tried again."""
    FAILED = "failed"
    """Given up after as many tries as are allowed."""


class UrlImage(Model):
    """One address of an image, as it was found on its last visit."""

    id: str
    url: str
    source: str
    """Name of the source that named it first."""
    state: ImageState
    cause: str = ""
    """Why there is no picture: `type`, `svg`, `html`, `small`, `shape`, `bytes`, `pixels`, `memory`, `truncated`, `damaged`,
    `slow`, `crash`, or the fetcher's code (`http_404`, `timeout`, `address_refused`, ...)."""
    reason: str = ""
    picture: str | None = None
    """Id of the picture; that of the last good visit stays when a later one brings none."""
    etag: str | None = None
    last_modified: str | None = None
    first_seen: Instant
    last_fetched: Instant
    failures: int = 0
    """Failed visits in a row."""
    next_try_at: Instant | None = None


class PictureVariant(Model):
    """One size, in pixels; `blob` is the digest of the WebP file in the blob store."""

    width: int
    height: int
    blob: str
    size: int
    """Bytes."""


class Picture(Model):
    """A picture by its content; width and height of the original, upright, in pixels."""

    id: str
    width: int
    height: int
    format: str
    """Of the original: `jpeg`, `png`, `webp`, `gif`."""
    hash: str
    """dHash, 64 bits in hex."""
    detail: float
    """Standard deviation of its grey values, 0 to 128."""
    animated: bool = False
    """Only its first frame is kept."""
    variants: tuple[PictureVariant, ...]
    made_at: Instant


class PassedOver(Model):
    """An image that does not stand for the entity, and why."""

    url: str
    why: str


class EntityImage(Model):
    """The picture that stands for an entity, and where it is from. Its id is the entity's."""

    id: str
    kind: Kind
    picture: str | None = None
    """None: no image of the entity can be used."""
    width: int = 0
    height: int = 0
    url: str = ""
    """The image's own address."""
    source: str = ""
    rank: SourceRank | None = None
    entity_source: str = ""
    """Id of the entity source that named it."""
    page: str = ""
    """The page that named it."""
    marks: tuple[str, ...] = ()
    """Kind and hash of each picture that its sources name: how a placeholder is found that many entities share."""
    passed_over: tuple[PassedOver, ...] = ()
    decided_at: Instant


def image_id(url: str) -> str:
    """The document id of an image's address (in normal form)."""
    return digest_id(url, prefix="img_")


def picture_id(body: bytes) -> str:
    """The id of the picture that is made of these bytes: 64 hex digits."""
    return hashlib.sha256(RECIPE.encode() + b"\0" + body, usedforsecurity=False).hexdigest()


def image_address(url: str) -> str | None:
    """The normal form of an image's address; None for one that cannot be visited (`data:`, a file, a relative path)."""
    try:
        normal = normalise_url(url)
    except MystageError:
        return None
    return normal if normal.startswith("http") else None


def mark_of(kind: Kind, hash: str) -> str:
    """A picture's look among the entities of a kind."""
    return f"{kind.value}:{hash}"


_TYPES: Final = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_OTHERS: Final = {b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"\0\0\1\0": "ICO", b"%PDF": "PDF", b"8BPS": "PSD"}
READ: Final = frozenset({"jpeg", "png", "gif", "webp"})


def type_of(body: bytes) -> str:
    """What bytes are, by their beginning, whatever the server calls them: one of `READ`, else a word for people.

    `svg` and `html` are recognised so that the cause can name them: an SVG is a program, an HTML page an error page.
    """
    head = body[:512]
    for magic, name in _TYPES:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "AVIF or HEIF" if head[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1") else "a video"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text or text.startswith(b"\x1f\x8b"):
        return "svg"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<!--")):
        return "html"
    if text.startswith((b"<?xml", b"<")):
        return "svg" if b"<svg" in body[:4096].lower() else "XML"
    return next((name for magic, name in _OTHERS.items() if head.startswith(magic)), "unknown")


def next_try(failures: int, now: datetime, asked: float | None) -> datetime | None:
    """When an address is tried again after so many failures in a row; None: it is given up.

    `asked`: seconds that the server asked us to wait, a lower bound.
    """
    if failures >= TRIES.max_attempts:
        return None
    return now + timedelta(seconds=max(TRIES.delay(failures, 1.0), asked or 0.0))


def is_due(known: UrlImage | None, now: datetime) -> bool:
    """Whether an address is to be visited when its entity is looked at."""
    if known is None:
        return True
    if known.next_try_at is not None:
        return known.next_try_at <= now
    return now - known.last_fetched >= AGAIN


def image_finding(image: UrlImage, *, now: datetime) -> Finding | None:
    """The finding on an address that gives no picture; None where it does, or may yet."""
    if image.state in (ImageState.KEPT, ImageState.WAITING):
        return None
    stays = "; the last good picture stays" if image.picture else ""
    return Finding(
        id=finding_id(image.url, IMAGE_CAUSE),
        source=image.source,
        url=image.url,
        cause=f"{IMAGE_CAUSE}_{image.cause}",
        message=f"{image.reason}{stays}"[:1_000],
        extraction_id="",
        found_at=now,
        status=FindingStatus.OPEN,
    )


URL_IMAGES = Collection(
    "url_images",
    UrlImage,
    indexes=(Index("state"), Index("source"), Index("cause"), Index("picture"), Index("last_fetched")),
    composites=(),
    readers=DATA_ROLES,
)
PICTURES = Collection(
    "pictures", Picture, indexes=(Index("hash"),), database="main", composites=(), readers=(Public.ANYONE,)
)
ENTITY_IMAGES = Collection(
    "entity_images",
    EntityImage,
    indexes=(Index("kind"), Index("picture"), Index("marks", array=True)),
    database="main",
    composites=(),
    readers=(Public.ANYONE,),
)
