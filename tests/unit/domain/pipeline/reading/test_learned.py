"""Selectors learned from answers: patterns of addresses, what is learned, and when it is not believed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mystage.domain.pipeline.reading.answers import PageAnswer
from mystage.domain.pipeline.reading.claiming import claims_of
from mystage.domain.pipeline.reading.days import DayWords, PageClock
from mystage.domain.pipeline.reading.learned import Learned, learn, learned_id, misfit, pattern_of, read
from mystage.domain.pipeline.reading.page import Line, RelevantPage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK = PageClock(date(2026, 1, 1), DayWords({"feb": 2}, {}, {}), "DMY")
URL = "https://www.saltmill.example/programme/2026-02"
ACTS = ("Paper Weather", "Brass Owls", "Moth Parade", "Ida Vell")


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        (URL, "saltmill.example/programme/#"),
        ("https://saltmill.example/programme/2027-11?page=2", "saltmill.example/programme/#"),
        ("https://saltmill.example/event/paper-weather-live", "saltmill.example/event/*"),
        ("https://saltmill.example/event/show123", "saltmill.example/event/*"),
        ("https://saltmill.example/", "saltmill.example"),
        ("https://saltmill.example/whats-on", "saltmill.example/whats-on"),
    ],
)
def test_addresses_of_one_kind_have_one_pattern(url: str, pattern: str) -> None:
    assert pattern_of(url) == pattern
    assert learned_id(url) == learned_id("https://" + pattern.replace("#", "7").replace("*", "a-b-c"))


def cards(*acts: str, tag: str = "li.gig", first: int = 6, when: str = "On {n} Feb, 20:00") -> RelevantPage:
    """A page of cards: a name, a line with date and time, a price with words around it."""
    lines = [Line("Programme", ("body", "h1"), (0,))]
    for number, act in enumerate(acts):
        block, place = ("body", "ul", tag), (1, number)
        lines += [
            Line(act, (*block, "h3"), (*place, 0), links=(f"https://saltmill.example/{number}",)),
            Line(when.format(n=first + number), (*block, "p"), (*place, 1)),
            Line(f"Tickets €{10 + number} at the door", (*block, "p"), (*place, 2)),
        ]
    return RelevantPage(URL, tuple(lines), language="en", country="GB")


def rows(acts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"artists": [a], "date": f"{6 + n} Feb", "time": "20:00", "price": f"€{10 + n}"} for n, a in enumerate(acts)
    ]


def taught(page: RelevantPage, acts: tuple[str, ...] = ACTS) -> Learned | None:
    found = claims_of([(PageAnswer.model_validate({"shows": rows(acts)}), ())], page, CLOCK)
    assert len(found.claims.performances) == len(acts)
    return learn(page, found.spans, found.claims, prompt="events-1.0", model="test:parrot", now=NOW)


def test_the_same_shape_with_other_words_is_read() -> None:
    """Names by their element, prices by the words around them, dates out of their line, links of the block."""
    learned = taught(cards(*ACTS))
    assert learned is not None
    assert (learned.block, learned.shows) == (("body", "ul", "li.gig"), 4)
    other = cards("Tin Cathedral", "The Low Tides", first=20)
    found = read(other, learned)
    assert not isinstance(found, str)
    claims = claims_of([found], other, CLOCK).claims
    told = [(p.start_local, p.price_min, p.url) for p in claims.performances]
    assert told == [(f"2026-02-{20 + n}T20:00", 10 + n, f"https://saltmill.example/{n}") for n in range(2)]
    assert [a.name for a in claims.artists] == ["Tin Cathedral", "The Low Tides"]


def test_another_shape_is_not_read() -> None:
    learned = taught(cards(*ACTS))
    assert learned is not None
    assert read(cards(*ACTS, tag="div.card"), learned) == "no block of the learned shape is on the page"


def test_days_that_do_not_resolve_are_a_misfit() -> None:
    """The shape is the same, the dates are no dates any more."""
    learned = taught(cards(*ACTS))
    assert learned is not None
    page = cards(*ACTS, when="Soon ({n})")
    found = read(page, learned)
    assert not isinstance(found, str)
    dated = len(claims_of([found], page, CLOCK).claims.performances)
    assert misfit(learned, len(found[0].shows), dated) == "only 0 of 4 shows have a certain day"
    assert misfit(learned, 4, 4) == ""
    assert "500 shows" in misfit(learned, 500, 500)


def test_nothing_is_learned_from_few_shows_or_from_prose() -> None:
    assert taught(cards(*ACTS[:2]), ACTS[:2]) is None
    text = " ".join(f"{a} {6 + n} Feb 20:00 €{10 + n}" for n, a in enumerate(ACTS[:3]))
    assert taught(RelevantPage(URL, (Line(text, ("body", "p"), (0,)),)), ACTS[:3]) is None
