"""Members of zip archives; where the directory at the end is cut off, those whose data is still there."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mystage.adapters.inputs.limits import Budget
from mystage.adapters.inputs.members import Members
from mystage.adapters.inputs.names import is_nested_archive
from mystage.application.ports.readers import InputItem
from mystage.domain.errors import Malformed, TooLarge

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
)
"""All that `zipfile` raises for what is wrong with a member."""
_ENCRYPTED = 0x1
_SIZES_FOLLOW = 0x8
_UTF8 = 0x800
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
"""The local file header (APPNOTE 4.3.7): mark, version, flags, method, time, date, CRC, sizes, lengths of name, extra."""
_PIECE = 64 * 1024


def zip_items(file: BinaryIO, members: Members, budget: Budget) -> Iterator[InputItem]:
    """The members of an open zip archive, in its order. Raises TooLarge where a limit ends the reading."""
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield from _salvage(file, members, budget)
        yield members.failed("", f"a broken or truncated zip archive ({error}); its later members are missing")
        return
    packed = unpacked = 0
    with archive:
        for info in archive.infolist():
            # not info.is_dir(): it fails on the empty name of a damaged entry
            if info.filename.endswith("/") or not (name := members.name(info.filename)):
                continue
            budget.count_member()
            item = _member(archive, info, name, members, budget)
            # many members, each below the limits, make a bomb as well
            packed, unpacked = packed + info.compress_size, unpacked + len(item.body or b"")
            budget.check_ratio(packed, unpacked)
            yield item


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, members: Members, budget: Budget) -> InputItem:
    limit = budget.limits.member_bytes
    mode = info.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return members.failed(name, "a link or special file is not followed")
    if is_nested_archive(name):
        return members.item(name, b"")
    if info.flag_bits & _ENCRYPTED:
        return members.failed(name, "encrypted")
    if info.file_size > limit:
        return members.failed(name, f"{info.file_size:,} bytes, more than {limit:,}")
    try:
        budget.check_ratio(info.compress_size, info.file_size)
        with archive.open(info) as opened:
            body = opened.read(limit + 1)
    except TooLarge as error:
        return members.failed(name, error.message)
    except _BROKEN as error:
        return members.failed(name, f"broken ({error})")
    budget.count_bytes(len(body))
    return members.item(name, body)


def _salvage(file: BinaryIO, members: Members, budget: Budget) -> Iterator[InputItem]:
    """Walk the local headers from the start, as far as whole members go."""
    file.seek(0)
    while len(head := file.read(_LOCAL.size)) == _LOCAL.size:
        mark, _, flags, method, _, _, crc, packed, _, name_length, extra_length = _LOCAL.unpack(head)
        if mark != b"PK\x03\x04":
            return
        raw_name = file.read(name_length).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        file.seek(extra_length, 1)
        start = file.tell()
        unsized = bool(flags & _SIZES_FOLLOW)
        if flags & _ENCRYPTED or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or (unsized and method == 0):
            return
        try:
            body, used = _unpack(file, method, packed, budget.limits.member_bytes, unsized=unsized)
        except (Malformed, TooLarge):
            return
        file.seek(start + used)
        if unsized:
            crc = _skip_descriptor(file)
        if zlib.crc32(body) != crc:
            return
        name = members.name(raw_name)
        if name and not raw_name.endswith("/"):
            budget.count_member()
            budget.count_bytes(len(body))
            yield members.item(name, body)


def _unpack(file: BinaryIO, method: int, packed: int, limit: int, *, unsized: bool) -> tuple[bytes, int]:
    """A member's body and how many bytes of the file it takes. Raises Malformed where it is cut off, TooLarge."""
    if method == zipfile.ZIP_STORED:
        if packed > limit:
            raise TooLarge("a member above the limit")
        body = file.read(packed)
        if len(body) < packed:
            raise Malformed("cut off")
        return body, packed
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = used = 0
    try:
        while not unpacker.eof and (piece := file.read(_PIECE)):
            used += len(piece)
            while piece and not unpacker.eof:
                part = unpacker.decompress(piece, limit - size + 1)
                size += len(part)
                if size > limit:
                    raise TooLarge("a member above the limit")
                parts.append(part)
                piece = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Malformed(str(error)) from error
    used -= len(unpacker.unused_data)
    if not unpacker.eof or (not unsized and used != packed):
        raise Malformed("cut off")
    return b"".join(parts), used


def _skip_descriptor(file: BinaryIO) -> int:
    """Step over the data descriptor behind a member; answers its CRC, or -1 where it is cut off."""
    data = file.read(16)
    if data.startswith(b"PK\x07\x08"):
        return int.from_bytes(data[4:8], "little") if len(data) == 16 else -1
    file.seek(12 - len(data), 1)
    return int.from_bytes(data[:4], "little") if len(data) >= 12 else -1
