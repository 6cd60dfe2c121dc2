"""What a document looks like in Firestore.

The body's fields stand at the top, natively, for apps to read. A declared index field holds the value that queries
compare (instants as fixed-width text, empty fields as null); where that differs from the body's, the body's own
value is kept in `_given`, and the names of fields that the body lacks in `_absent`. `_version` counts the writes.
A body that cannot be kept so (no JSON object, or names that begin with `_`) is kept as bytes in `_body`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.stores.firestore.limits import check_document
from mystage.adapters.stores.firestore.queries import ID, kept
from mystage.adapters.stores.firestore.values import (
    DOCUMENT,
    fill,
    fill_map,
    json_bytes,
    not_text,
    parsed,
    plain,
    storable,
)
from mystage.application.ports.documents import Put, Record
from mystage.application.ports.querying import stored_values
from mystage.domain.schema import Collection, Index, IndexValue

VERSION: Final = "_version"
_GIVEN, _ABSENT, _BODY = "_given", "_absent", "_body"


def document_of(put: Put, collection: Collection[Any], name: str) -> Any:
    """`put` as a document of full name `name`, without its version. Raises Invalid, TooLarge."""
    where = f"{put.collection}/{put.id}"
    values = stored_values(put, collection)
    document = DOCUMENT(name=name)
    fields = document.fields
    try:
        body = _object(put.body)
        fields[ID].string_value = put.id
        given: dict[str, Any] = {}
        absent: list[str] = []
        for index in collection.indexes:
            value = _native(values[index.field], index)
            if body is not None and index.field not in body:
                absent.append(index.field)
            elif body is not None and not _same(body[index.field], value):
                given[index.field] = body.pop(index.field)
            fill(fields[index.field], value)
        if body is None:
            fields[_BODY].bytes_value = put.body
        else:
            fill_map(fields, {name: value for name, value in body.items() if name not in values})
        if given:
            fill(fields[_GIVEN], given)
        if absent:
            fill(fields[_ABSENT], absent)
        check_document(document, where)
    except UnicodeEncodeError as error:
        raise not_text(error, where) from error
    return document


def _object(body: bytes) -> dict[str, Any] | None:
    """The body as an object whose fields can stand at the top; None where it is none."""
    try:
        value = parsed(body)
    except ValueError:
        return None
    if not isinstance(value, dict) or not storable(value) or any(name.startswith("_") for name in value):
        return None
    return value


def _native(value: IndexValue, index: Index) -> object:
    return list(value) if isinstance(value, tuple) else kept(value, index)


def _same(one: object, other: object) -> bool:
    """Equal, and of the same type (True is 1, and 1 is 1.0, for Python alone)."""
    return type(one) is type(other) and one == other


def record_of(document: Any, collection: str) -> Record:
    """The record that a document holds."""
    fields = document.fields
    return Record(collection, fields[ID].string_value, fields[VERSION].integer_value, _body(fields))


def _body(fields: Mapping[str, Any]) -> bytes:
    if _BODY in fields:
        whole: bytes = fields[_BODY].bytes_value
        return whole
    absent = set(plain(fields[_ABSENT])) if _ABSENT in fields else ()
    body = {name: plain(fields[name]) for name in sorted(fields) if name[:1] != "_" and name not in absent}
    if _GIVEN in fields:
        body |= plain(fields[_GIVEN])
    return json_bytes(body)


def index_values(document: Any, collection: Collection[Any]) -> dict[str, IndexValue]:
    """The values of a document's indexes."""
    found: dict[str, IndexValue] = {}
    for index in collection.indexes:
        value = plain(document.fields[index.field])
        found[index.field] = tuple(value) if isinstance(value, list) else value
    return found
