"""What a model is asked for: quotes. It gives no value of its own; code makes values of what it quotes.

The docstrings of the fields are part of the prompt: the model sees them as descriptions in the schema.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from mystage.domain.values import Instant, Model

Quote = Annotated[str, StringConstraints(max_length=1_000)]
"""Words copied from the page letter for letter."""
LinkNumber = Annotated[int, Field(ge=1, le=10_000)]


class _Answer(Model):
    model_config = ConfigDict(use_attribute_docstrings=True)


class QuotedShow(_Answer):
    """One show at one place and start. Every text is copied from the page letter for letter; what is not said is left out."""

    title: Quote | None = None
    """Name of the show as the page gives it."""
    artists: Annotated[tuple[Quote, ...], Field(max_length=50)] = ()
    """Those who play, one entry each, in billing order."""
    date: Quote | None = None
    """Day as written, with weekday and year where they stand beside it: `Fri 14 Nov`, `heute`, `5.12.`."""
    date_heading: Quote | None = None
    """Heading above that gives month or year for the date: `December 2026`."""
    time: Quote | None = None
    """Start as written: `8pm`, `20 Uhr`."""
    doors: Quote | None = None
    """When doors open, as written."""
    end_time: Quote | None = None
    """When it ends, as written."""
    venue: Quote | None = None
    """Name of the place where it happens, if the page names one for this show."""
    street: Quote | None = None
    """Street and number of that place."""
    town: Quote | None = None
    """Town of that place."""
    price: Quote | None = None
    """Price as written, with currency: `€18 / €22`, `free entry`."""
    status: Quote | None = None
    """Words that say that it is cancelled, postponed, moved or sold out."""
    link: LinkNumber | None = None
    """Number in brackets of the link to the show's own page."""
    tickets: LinkNumber | None = None
    """Number in brackets of the link to its tickets."""


class QuotedPlace(_Answer):
    """The one place whose own page this is."""

    name: Quote | None = None
    street: Quote | None = None
    town: Quote | None = None
    postal_code: Quote | None = None


class PageAnswer(_Answer):
    """All shows of live music (and other events at one place and start) that this text announces."""

    shows: Annotated[tuple[QuotedShow, ...], Field(max_length=300)] = ()
    place: QuotedPlace | None = None
    """Only where the page belongs to one venue, which its shows do not name again."""


class Usage(Model):
    """What calls have cost. Money in millionths of a US dollar."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            micro_usd=self.micro_usd + other.micro_usd,
        )


class Answered(Model):
    """An answer, the model that gave it (the configured one, or a fallback), and what it cost."""

    answer: PageAnswer
    model: str
    usage: Usage = Usage()


class KeptAnswer(Model):
    """An answer kept under the digest of what was asked: equal text needs no second call, at whatever address."""

    id: str
    prompt: str
    """Version of the prompt."""
    model: str
    answered: Answered
    at: Instant
