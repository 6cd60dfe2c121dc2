"""From a search query to tantivy's query objects. No query language is parsed, so no text can be a wrong query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from mystage.adapters.search.geo import Box, boxes
from mystage.adapters.search.matching import Asked, Tolerance, ordinal, reach
from mystage.adapters.search.rows import schema, tag
from mystage.application.ports.search import SearchQuery

_SCHEMA: tantivy.Schema = schema()


def filters(query: SearchQuery) -> list[Query]:
    """Conditions that all must hold; the radius only as the boxes around it."""
    wanted = {"locality": query.locality, "country": query.country, "genre": query.genre, "venue_id": query.venue_id}
    conditions = [_term("tags", tag(name, value)) for name, value in wanted.items() if value is not None]
    if query.kinds:
        conditions.append(_any(_term("tags", tag("kind", kind.value)) for kind in query.kinds))
    if query.day_from is not None:
        conditions.append(_range("until", FieldType.Integer, ordinal(query.day_from, "day_from"), None))
    if query.day_to is not None:
        conditions.append(_range("day", FieldType.Integer, None, ordinal(query.day_to, "day_to")))
    if query.near and query.km is not None:
        conditions.append(_any(_inside(box) for box in boxes(query.near, query.km)))
    return conditions


def question(asked: Asked, conditions: Sequence[Query], tolerance: Tolerance) -> Query:
    """All conditions together with the text, if there is one."""
    parts = [*conditions, _text(asked, tolerance)] if asked else list(conditions)
    return _all(parts) if parts else Query.all_query()


def _text(asked: Asked, tolerance: Tolerance) -> Query:
    """Either the name as a whole is near, or enough words are found."""
    words = [_word(word, last=word == asked.words[-1], loose=tolerance.loose) for word in asked.words]
    least = tolerance.least(len(words))
    found = Query.boolean_query([(Occur.Should, word) for word in words], minimum_number_should_match=least)
    return _any((found, *_whole(asked.whole)))


def _word(word: str, *, last: bool, loose: bool) -> Query:
    """An exact word counts by its rarity and most in a name; one that begins so, less; one within some edits, least."""
    ways = [Query.boost_query(_term("name", word), 2.0), _term("words", word)]
    if last:
        ways.append(_near("words", word, 0, unfinished=True))
    if edits := reach(word, loose=loose):
        ways.append(Query.boost_query(_near("words", word, edits, unfinished=last), 0.5))
    return _any(ways)


def _whole(whole: str) -> list[Query]:
    """Names that are equal, begin so, or are near as a whole stand before all others, so that none is cut off."""
    near = [
        Query.boost_query(_term("whole", whole), 100.0),
        Query.boost_query(_near("whole", whole, 0, unfinished=True), 20.0),
    ]
    if edits := reach(whole):
        near.append(Query.boost_query(_near("whole", whole, edits, unfinished=False), 50.0))
    return near


def _term(field: str, value: str) -> Query:
    return Query.term_query(_SCHEMA, field, value, index_option="basic")


def _near(field: str, word: str, edits: int, *, unfinished: bool) -> Query:
    return Query.fuzzy_term_query(_SCHEMA, field, word, distance=edits, prefix=unfinished)


def _range(field: str, type: FieldType, low: float | None, high: float | None) -> Query:
    return Query.range_query(_SCHEMA, field, type, low, high)


def _inside(box: Box) -> Query:
    south, north, west, east = box
    return _all((_range("lat", FieldType.Float, south, north), _range("lon", FieldType.Float, west, east)))


def _all(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])
