"""Content encodings undone within a bound, and repaired where the header and the bytes disagree."""

from __future__ import annotations

import zlib

from mystage.domain.errors import Malformed, TooLarge

_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2
"""A gzipped file (`sitemap.xml.gz`) that the server gzips once more is two layers; nobody honest sends more."""
_TAR_NAMES = (".tgz", ".tar.gz")

ACCEPTED = "gzip, deflate"
"""What we ask for: what the standard library undoes with a bound on what comes out."""


def undo(raw: bytes, encoding: str, limit: int, *, where: str = "") -> bytes:
    """The body after its content encoding is undone.

    The bytes have the last word: what begins as gzip is gunzipped even where no header says so (except a gzipped tar
    archive by its name), and plain text under a `gzip` header is taken as it is.

    Args:
        raw: the bytes as sent.
        encoding: the Content-Encoding header; "" if there was none.
        limit: bytes that may come out.
        where: the address, for the message of an error; its path tells a tar archive from a gzipped page.

    Raises:
        TooLarge: more than `limit` bytes would come out; unpacking stops there.
        Malformed: the data is cut off, or in an encoding that was not asked for.
    """
    names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if names or raw.startswith(_GZIP):
        raw = _undo(raw, names, limit, where)
    if len(raw) > limit:
        raise TooLarge(f"more than {limit:,} bytes", where=where)
    return raw


def _undo(raw: bytes, names: list[str], limit: int, where: str) -> bytes:
    if "deflate" in names and not raw.startswith(_GZIP):
        raw = _inflate_or_plain(raw, limit, where)
    elif names and raw and not raw.startswith(_GZIP) and not _looks_plain(raw):
        raise Malformed(f"encoded as {', '.join(names)!r}, which was not asked for", where=where)
    if where.partition("?")[0].endswith(_TAR_NAMES) and not names:
        return raw
    for _ in range(_LAYERS):
        if not raw.startswith(_GZIP):
            break
        raw = _gunzip(raw, limit, where)
    return raw


def _looks_plain(raw: bytes) -> bool:
    """Text of any charset begins without control characters (UTF-16 begins with its mark)."""
    head = raw[:256]
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not any(byte < 9 or 13 < byte < 32 for byte in head)


def _inflate_or_plain(raw: bytes, limit: int, where: str) -> bytes:
    """Deflate as the standard has it (zlib) or as some servers send it (raw); else the bytes as they are."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _expand(raw, window, limit, where)
        except zlib.error:
            continue
    if _looks_plain(raw):
        return raw
    raise Malformed("the deflate data is broken", where=where)


def _gunzip(raw: bytes, limit: int, where: str) -> bytes:
    try:
        return _expand(raw, 16 + zlib.MAX_WBITS, limit, where)
    except zlib.error as error:
        raise Malformed(f"the gzip data is broken ({error})", where=where) from error


def _expand(raw: bytes, window: int, limit: int, where: str) -> bytes:
    """Unpack all members, with never more than `limit` bytes (and one) held."""
    parts: list[bytes] = []
    size = 0
    while raw:
        unpacker = zlib.decompressobj(window)
        part = unpacker.decompress(raw, limit - size + 1)
        size += len(part)
        if size > limit:
            raise TooLarge(f"more than {limit:,} bytes after unpacking", where=where)
        parts.append(part)
        if not unpacker.eof:
            raise Malformed("the compressed body ended early", where=where)
        raw = unpacker.unused_data
        if not raw.startswith(_GZIP):
            break  # padding after the last member
    return parts[0] if len(parts) == 1 else b"".join(parts)
