"""TypeScript types for the apps: a Zod schema a model, from its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_HEAD = """\
// Generated from the declared collections by `mystage schema export`: change the declaration, not this file.
// Empty fields are left out of documents, so every field that may be empty is optional.
import { z } from "zod";
"""
_PLAIN = {
    "string": "z.string()",
    "number": "z.number()",
    "integer": "z.number().int()",
    "boolean": "z.boolean()",
    "null": "z.null()",
}


def types(described: Mapping[str, Mapping[str, Any]]) -> str:
    """The content of `types.ts`."""
    models: dict[str, Mapping[str, Any]] = {}
    for entry in described.values():
        schema = entry["schema"]
        models |= schema.get("$defs", {})
        models[schema["title"]] = {k: v for k, v in schema.items() if k != "$defs"}
    parts = [_HEAD]
    parts.extend(
        f"\nexport const {name} = {_type(models[name])};\nexport type {name} = z.infer<typeof {name}>;\n"
        for name in _ordered(models)
    )
    rows = "".join(f"  {name}: {entry['schema']['title']},\n" for name, entry in sorted(described.items()))
    return "".join(parts) + f"\nexport const collections = {{\n{rows}}} as const;\n"


def _ordered(models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names so that each model stands below those that it uses (the models hold no circles)."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done:
            for other in _names(models[name]):
                visit(other)
            done.append(name)

    for name in sorted(models):
        visit(name)
    return done


def _names(schema: Any) -> list[str]:
    if isinstance(schema, Mapping):
        own = [schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else []
        return own + [name for value in schema.values() for name in _names(value)]
    return [name for value in schema for name in _names(value)] if isinstance(schema, list) else []


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return f"z.literal({json.dumps(schema['const'])})"
    if "enum" in schema:
        return _enum(schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return _union([_type(option) for option in schema[key]])
    kind = schema.get("type")
    if kind == "array":
        return f"z.array({_type(schema.get('items', {}))})"
    if kind == "object":
        return _object(schema)
    return _PLAIN.get(str(kind), "z.unknown()")


def _enum(values: list[Any]) -> str:
    if all(isinstance(value, str) for value in values):
        return f"z.enum({json.dumps(values)})"
    return _union([f"z.literal({json.dumps(value)})" for value in values])


def _union(options: list[str]) -> str:
    kept = [option for option in dict.fromkeys(options) if option != "z.null()"]
    return kept[0] if len(kept) == 1 else f"z.union([{', '.join(kept)}])"


def _object(schema: Mapping[str, Any]) -> str:
    if "properties" not in schema:
        value = schema.get("additionalProperties")
        return f"z.record(z.string(), {_type(value) if isinstance(value, Mapping) else 'z.unknown()'})"
    rows = []
    for name, field in schema["properties"].items():
        nullable = any(option.get("type") == "null" for option in field.get("anyOf", ()))
        rows.append(f"  {json.dumps(name)}: {_type(field)}{'.optional()' if nullable else ''},\n")
    return "z.object({\n" + "".join(rows) + "})"
