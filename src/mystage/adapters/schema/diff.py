"""What has changed between two exports, and which of it breaks those who read the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `breaking`: a program that was written against the old export may fail on the new one."""

    where: str
    what: str
    breaking: bool


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """The differences from `old` to `new`, two contents of `collections.json`."""
    found: list[Difference] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(Difference(name, "the collection is gone", breaking=True))
        elif name not in old:
            found.append(Difference(name, "a new collection", breaking=False))
        else:
            found.extend(_collection(name, old[name], new[name]))
    return found


def _collection(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if old["database"] != new["database"]:
        yield Difference(name, f"moved from {old['database']} to {new['database']}", breaking=True)
    for field in sorted(old["indexes"].keys() - new["indexes"].keys()):
        yield Difference(f"{name}.{field}", "can no longer be queried", breaking=True)
    for reader in sorted(set(old["readers"]) - set(new["readers"])):
        yield Difference(name, f"{reader} may no longer read it", breaking=True)
    for reader in sorted(set(new["readers"]) - set(old["readers"])):
        yield Difference(name, f"{reader} may now read it", breaking=False)
    yield from _schema(
        name, old["schema"], new["schema"], (old["schema"].get("$defs", {}), new["schema"].get("$defs", {}))
    )


_Defs = tuple[Mapping[str, Any], Mapping[str, Any]]


def _schema(where: str, old: Mapping[str, Any], new: Mapping[str, Any], defs: _Defs) -> Iterator[Difference]:
    """Documents are read by others: what they may newly contain, or no longer contain, breaks; what they add does not."""
    old, new = _resolved(old, defs[0]), _resolved(new, defs[1])
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield Difference(f"{where}.{name}", "the field is gone", breaking=True)
    for name in sorted(after.keys() - before.keys()):
        yield Difference(f"{where}.{name}", "a new field", breaking=False)
    for name in sorted(before.keys() & after.keys()):
        yield from _field(f"{where}.{name}", before[name], after[name], defs)
    gone = sorted(set(old.get("required", ())) - set(new.get("required", ())))
    for name in gone:
        if name in after:
            yield Difference(f"{where}.{name}", "may now be missing", breaking=True)


def _field(where: str, old: Mapping[str, Any], new: Mapping[str, Any], defs: _Defs) -> Iterator[Difference]:
    a, b = _kinds(old, defs[0]), _kinds(new, defs[1])
    if b - a:
        yield Difference(where, f"may now be {', '.join(sorted(b - a))}", breaking=True)
    if a - b:
        yield Difference(where, f"is no longer {', '.join(sorted(a - b))}", breaking=False)
    one, other = _resolved(old, defs[0]), _resolved(new, defs[1])
    if "properties" in one and "properties" in other:
        yield from _schema(where, one, other, defs)


def _resolved(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = defs[str(schema["$ref"]).rsplit("/", 1)[-1]]
        return found
    return schema


def _kinds(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> set[str]:
    """What a value may be: its types, and each value of an enumeration."""
    schema = _resolved(schema, defs)
    if "enum" in schema:
        return {f"{value!r}" for value in schema["enum"]}
    if "const" in schema:
        return {f"{schema['const']!r}"}
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return {kind for option in options for kind in _kinds(option, defs)}
    if schema.get("type") == "array":
        return {f"array of {kind}" for kind in _kinds(schema.get("items", {}), defs)}
    return {str(schema.get("type", "anything"))}
