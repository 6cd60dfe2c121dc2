"""XML as a tree: entities of HTML mended, document types refused (entities may expand without bound)."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from mystage.domain.errors import Malformed, TooLarge

MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 200
_CDATA: Final = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_AMPERSAND: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,30};)?"
)
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def tree_of(text: str, where: str = "") -> ET.Element:
    """The root of a document. Raises Malformed for broken XML and for document types, TooLarge for too much of it."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"XML of more than {MAX_CHARACTERS >> 20} Mi characters", where=where)
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text[:10_000], re.IGNORECASE):
        raise Malformed("XML with a document type is not read", where=where, hint="entities may expand without bound")
    text = re.sub(r"^\s*<\?xml[^>]{0,500}\?>", "", text.lstrip("\ufeff"), count=1)
    text = _FORBIDDEN.sub("", text)
    pieces = _CDATA.split(text)
    mended = "".join(p if p.startswith("<![CDATA[") else _AMPERSAND.sub(_mended, p) for p in pieces)
    try:
        root = ET.fromstring(mended)  # noqa: S314  document types, the only way to entities, are refused above
    except (ET.ParseError, ValueError) as error:
        raise Malformed(f"broken XML ({error})", where=where) from error
    _check_depth(root, where)
    return root


def _check_depth(root: ET.Element, where: str) -> None:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise TooLarge(f"XML nested deeper than {MAX_DEPTH} levels", where=where)


def _mended(found: re.Match[str]) -> str:
    """HTML's named characters as themselves; an ampersand that begins nothing as one."""
    named = html.unescape(found[0]) if found[1] else "&"
    return f"&amp;{found[1]}" if found[1] and named == found[0] else html.escape(named, quote=False)


def local(element: ET.Element) -> str:
    """The name of an element without its namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].lower()


def children(element: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """The elements inside, with their local names."""
    return ((local(child), child) for child in element)


def words_of(element: ET.Element) -> str:
    """All text inside (Atom writes XHTML as elements)."""
    return " ".join(part.strip() for part in element.itertext() if part.strip())
