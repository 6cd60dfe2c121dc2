"""What tantivy keeps of a document: words to find it by, tags to filter by, columns to sort and count by, and itself."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import tantivy

from mystage.adapters.search.matching import days, texts
from mystage.adapters.search.words import fold, index_words, squeeze
from mystage.application.ports.search import SearchDocument

LAYOUT = 1
"""Raise this when the schema or the words change; folders of another layout must be rebuilt."""

_WEIGHT_BITS, _DAY_BITS = 31, 22
_HEAVIEST, _LAST_DAY = 2**_WEIGHT_BITS - 1, 2**_DAY_BITS - 1


def schema() -> tantivy.Schema:
    """The fields of the index.

    `id` and `tags` are exact; `words` holds the words of all texts and `name` those of the name, cut by us and thus
    only split at spaces; `whole` holds the squeezed names. `rank` and `soon` are sort keys, `doc` is the document.
    """
    builder = tantivy.SchemaBuilder()
    for name in ("id", "tags", "whole"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("words", "name"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("kind", "locality", "country", "genres"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("day", "until", "rank", "soon"):
        builder.add_integer_field(name, fast=True)
    for name in ("lat", "lon"):
        builder.add_float_field(name, fast=True)
    builder.add_bytes_field("doc", stored=True)
    return builder.build()


def row(document: SearchDocument) -> tantivy.Document:
    """A document as tantivy takes it."""
    words = dict.fromkeys(word for _, several in texts(document) for text in several for word in index_words(text))
    fields: dict[str, Any] = {
        "id": document.id,
        "tags": _tags(document),
        "whole": list(dict.fromkeys(filter(None, map(squeeze, (document.name, *document.also))))),
        "words": " ".join(words),
        "name": " ".join(index_words(document.name)),
        "kind": document.kind.value,
        "genres": list(dict.fromkeys(document.genres)),
        "doc": document.model_dump_json(exclude_defaults=True).encode(),
    }
    fields |= {name: value for name in ("locality", "country") if (value := getattr(document, name))}
    if document.point:
        fields |= {"lat": document.point.lat, "lon": document.point.lon}
    return tantivy.Document(**fields, **_times(document))


@lru_cache(maxsize=4_096)  # towns and genres repeat
def tag(name: str, value: str) -> str:
    """A filter's term; ids are exact, all else ignores case and accents."""
    return f"{name}:{value if name == 'venue_id' else fold(value)}"


def _tags(document: SearchDocument) -> list[str]:
    single = {"locality": document.locality, "country": document.country, "venue_id": document.venue_id}
    tags = [tag("kind", document.kind.value), *(tag("genre", genre) for genre in document.genres)]
    return [*tags, *(tag(name, value) for name, value in single.items() if value)]


def _times(document: SearchDocument) -> dict[str, int]:
    """Days, and the sort keys: `rank` falls with weight, then rises with the day; `soon` the other way round."""
    weight = min(_HEAVIEST, max(0, int(document.weight * 1_000))) if math.isfinite(document.weight) else 0
    span = days(document)
    if span is None:
        return {"rank": weight << _DAY_BITS}
    first, last = span
    rank = weight << _DAY_BITS | _LAST_DAY - first
    return {"day": first, "until": last, "rank": rank, "soon": first << _WEIGHT_BITS | _HEAVIEST - weight}
