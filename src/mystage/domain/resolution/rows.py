"""Fields of a row of a file, as text, in the forms in which records need them."""

from __future__ import annotations

import re

_LIST = re.compile(r"\s*[;|\n]\s*")
_IDENTIFIER = re.compile(r"^([A-Za-z][\w.-]*)\s*[:=]\s*(\S.*)$")


def listed(text: str, *, commas: bool = False) -> list[str]:
    """The entries of a field that holds several, parted by `;`, `|` or line breaks (and by commas, where told).

    A list in JSON's or Python's writing (`["a", "b"]`) is read as such.
    """
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        quoted = re.findall(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", text)
        if quoted:
            return [entry for pair in quoted if (entry := (pair[0] or pair[1]).strip())]
        text = text[1:-1]
    parts = text.split(",") if commas and not _LIST.search(text) else _LIST.split(text)
    return [part.strip() for part in parts if part.strip()]


def identifiers(text: str) -> dict[str, str]:
    """Ids in shared namespaces, written as `musicbrainz:ID; isni=ID`; an entry without a namespace is left out."""
    found = (_IDENTIFIER.match(entry) for entry in listed(text, commas=True))
    return {match[1].casefold(): match[2].strip() for match in found if match and not match[2].startswith("//")}
