"""What people corrected: the words of a page, what was made of them, and what is right."""

from __future__ import annotations

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.urls import host_of
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Kind, Model, digest_id


class Example(Model):
    """One correction of a value that a model had read: a case for evals and, when chosen, for the prompt."""

    id: str
    source: str
    prompt: str
    """Version of the prompt that gave the wrong value."""
    model: str = ""
    kind: Kind
    entity: str
    field: str
    quote: str
    """The words of the page that the wrong value came from; "" where the model had quoted none for the field."""
    context: str = ""
    """The lines of the page around them."""
    wrong: str = ""
    right: str
    url: str = ""
    page_text: str = ""
    """Digest (in the blob store) of the relevant text."""
    extraction_id: str = ""
    by: str
    at: Instant
    reason: str = ""
    chosen: bool = False
    """Whether it is part of the prompt."""


def example_id(extraction_id: str, entity: str, field: str) -> str:
    """One example for each corrected field of a page: a second correction takes the place of the first."""
    return digest_id(extraction_id, entity, field, prefix="exa_")


def origin_of(source: str, url: str) -> str:
    """Whose page it is: the source of a manifest, or for a single address its site."""
    return (host_of(url) or source) if source in {"web", "file"} else source


def around(text: str, start: int, end: int, most: int = 300) -> str:
    """The lines of a page around a span, with one more on each side, cut at `most` characters."""
    first = text.rfind("\n", 0, max(0, text.rfind("\n", 0, start))) + 1
    last = text.find("\n", end)
    last = text.find("\n", last + 1) if last >= 0 else -1
    found = text[first : last if last >= 0 else len(text)]
    return found if len(found) <= most else text[max(0, start - most // 3) : start + 2 * most // 3]


EXAMPLES = Collection(
    "extraction_examples",
    Example,
    indexes=(Index("source"), Index("prompt"), Index("entity"), Index("chosen", type="integer"), Index("at")),
    composites=(),
    readers=DATA_ROLES,
)
