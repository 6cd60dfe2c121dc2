"""Addresses of files and of members of archives, and which names are passed over."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

_SAFE = "/~!$&'()*+,;=:@"
"""Left as they are by `normalise_url`, so that an address made here is in normal form."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
_NOT_OPENED = (*_ARCHIVES, ".7z", ".rar", ".tar.bz2", ".tar.xz", ".tar.zst")


def file_url(path: str) -> str:
    """The `file:///` address of an absolute path; bytes of a name that are not UTF-8 stay as they are."""
    return "file://" + quote(os.fsencode(path), safe=_SAFE)


def path_of(url: str) -> str:
    """The path of a `file:` address, or the text itself where it is none."""
    if not url.lower().startswith("file:"):
        return url
    return os.fsdecode(unquote_to_bytes(urlsplit(url).path))


def member_url(archive: str, name: str) -> str:
    """The address of a member: the archive's, and the member's name as its fragment."""
    return f"{file_url(archive)}#{quote(name.encode('utf-8', 'surrogateescape'), safe=_SAFE)}"


def shown(text: str) -> str:
    """A name that may be printed: bytes that are not UTF-8 and control characters are replaced."""
    return _CONTROL.sub("\ufffd", text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def clean_member(name: str) -> str:
    """A member's name without what could lead out of a folder: root, drive, `..`, control characters."""
    parts = _CONTROL.sub("", _DRIVE.sub("", name.replace("\\", "/"))).split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def is_hidden(name: str) -> bool:
    """Whether a path has a hidden part (`.git`, `.DS_Store`) or is the litter of an operating system."""
    return any(part.startswith(".") or part in ("__MACOSX", "Thumbs.db") for part in name.split("/"))


def is_archive(name: str) -> bool:
    """Whether a file of that name is opened as an archive."""
    return name.lower().endswith(_ARCHIVES)


def is_nested_archive(name: str) -> bool:
    """Whether a member of that name is an archive itself."""
    return name.lower().endswith(_NOT_OPENED)
