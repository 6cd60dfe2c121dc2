"""JSON as Firestore's native values and back, by value.

Firestore has no arrays of arrays, no integers beyond 64 bits, no empty or `__x__` field names, and twenty levels.
What it lacks is kept as a map with the one key `_json`, which holds the JSON text.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from google.cloud.firestore_v1.types import document
from pydantic import ConfigDict, TypeAdapter

from mystage.domain.errors import Invalid

RawValue: TypeAlias = Any
"""A `google.firestore.v1.Value` as protobuf has it: the wrappers of proto-plus cost ten times the work."""
VALUE: Final[Any] = document.Value.pb()
DOCUMENT: Final[Any] = document.Document.pb()
_ANY: Final = TypeAdapter[Any](Any, config=ConfigDict(ser_json_inf_nan="constants"))
"""JSON at the speed of pydantic's core; its integers have no bounds."""
_JSON = "_json"
_MAX_DEPTH = 16  # of 20: a document's own fields and a stored original stand above
_MAX_NAME_BYTES = 1_500
_MAX_INTEGER = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def value_of(value: object) -> RawValue:
    """A new native value."""
    target = VALUE()
    fill(target, value)
    return target


def fill_map(target: MutableMapping[str, RawValue], values: Mapping[str, object]) -> None:
    """Write `values` into the fields of a document."""
    for name, value in values.items():
        fill(target[name], value)


def fill(target: RawValue, value: object, depth: int = 0) -> None:
    """Write a JSON value (or bytes, or an instant) into a native value."""
    kind = type(value)
    if kind is str:
        target.string_value = value
    elif value is None:
        target.null_value = 0
    elif kind is bool:
        target.boolean_value = value
    elif kind is float:
        target.double_value = value
    elif isinstance(value, int) and -_MAX_INTEGER <= value < _MAX_INTEGER:
        target.integer_value = value
    elif isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
        _fill_array(target.array_value, value, depth)
    elif isinstance(value, dict) and depth < _MAX_DEPTH and storable(value):
        _fill_fields(target.map_value, value, depth)
    elif isinstance(value, bytes):
        target.bytes_value = value
    elif isinstance(value, datetime):
        _fill_instant(target.timestamp_value, value)
    else:
        target.map_value.fields[_JSON].string_value = json_bytes(value).decode()


def storable(fields: Mapping[str, object]) -> bool:
    """Whether Firestore takes these names of fields."""
    if len(fields) == 1 and _JSON in fields:
        return False
    return all(
        name
        and (len(name) * 4 <= _MAX_NAME_BYTES or len(name.encode()) <= _MAX_NAME_BYTES)
        and not (name[:2] == "__" and name[-2:] == "__")
        for name in fields
    )


def _fill_array(target: Any, values: list[Any] | tuple[Any, ...], depth: int) -> None:
    target.SetInParent()
    for value in values:
        item = target.values.add()
        if isinstance(value, (list, tuple)):
            item.map_value.fields[_JSON].string_value = json_bytes(value).decode()
        else:
            fill(item, value, depth + 1)


def _fill_fields(target: Any, values: Mapping[str, object], depth: int) -> None:
    target.SetInParent()
    fields = target.fields
    for name, value in values.items():
        fill(fields[name], value, depth + 1)


def _fill_instant(target: Any, moment: datetime) -> None:
    micros = (moment - _EPOCH) // timedelta(microseconds=1)
    target.seconds, rest = divmod(micros, 1_000_000)
    target.nanos = rest * 1_000


def plain(value: RawValue) -> Any:
    """A native value as JSON value, bytes or instant; the names of a map in order."""
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        fields = value.map_value.fields
        if len(fields) == 1 and _JSON in fields:
            return parsed(fields[_JSON].string_value)
        return {name: plain(fields[name]) for name in sorted(fields)}
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    if kind == "timestamp_value":
        return instant_of(value.timestamp_value)
    return None if kind in ("null_value", None) else getattr(value, kind)


def instant_of(stamp: Any) -> datetime:
    """A protobuf Timestamp as an instant (UTC, microseconds)."""
    return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1_000)


def parsed(text: str | bytes) -> Any:
    """JSON of any size of integer. Raises ValueError."""
    return _ANY.validate_json(text)


def json_bytes(value: object) -> bytes:
    """A JSON value as compact text."""
    return _ANY.dump_json(value)


def not_text(error: UnicodeEncodeError, where: str) -> Invalid:
    """The error for a text that no store can keep."""
    return Invalid("a text holds half a character (a lone surrogate)", where=where, hint=ascii(error.object)[:200])
