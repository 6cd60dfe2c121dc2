"""Proofs: the words of a page behind the values that a model found."""

from __future__ import annotations

from mystage.domain.values import Kind, Model


class Evidence(Model):
    """Where a value stands in the page: `text[start:end]` of its relevant text (`Proofs.page_text`)."""

    kind: Kind
    key: str
    """Of the claim that the value belongs to."""
    field: str
    """Of that claim; `artists.0` for the first act of a performance."""
    quote: str
    start: int
    end: int


class Proofs(Model):
    """What a reading by a model carries; empty for all others."""

    evidence: tuple[Evidence, ...] = ()
    """Read by a model: the words of the page behind each value."""
    page_text: str = ""
    """Read by a model: digest (in the blob store) of the relevant text that the evidence points into."""
    read_by: str = ""
    """Read by a model: prompt version and the model that answered, as `events-1.0a1b2c3d@openai:gpt-x`."""
