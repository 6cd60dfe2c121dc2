"""Writes the reference pages from the code: `python docs/generate.py` (a test says when they are out of date)."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.reading import files
from mystage.domain import collections
from mystage.domain.sources import (
    ArtistClaim,
    PerformanceClaim,
    ReadingErrorKind,
    ReadingOutcome,
    SourceRank,
    VenueClaim,
)
from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import MEANINGS
from mystage.settings import Settings

REFERENCE = Path(__file__).parent / "reference"
NOTE = (
    "<!-- Made by docs/generate.py from the code. Do not edit: change the code and run `python docs/generate.py`. -->\n"
)


def pages() -> dict[str, str]:
    """All reference pages by file name."""
    made = {
        "cli.md": cli(),
        "settings.md": settings(),
        "collections.md": stored(),
        "readers.md": readers(),
        "record-format.md": record_format(),
    }
    return {name: f"{NOTE}\n{text.strip()}\n" for name, text in made.items()}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    names = list(head)
    return "\n".join("| " + " | ".join(row) + " |" for row in (names, ["---"] * len(names), *lines)) + "\n"


def code(value: object) -> str:
    """`value`, or nothing for nothing."""
    return f"`{value}`" if value not in (None, "", ()) else ""


# --- the command line


def cli() -> str:
    """Every command, and the exit codes."""
    root = typer.main.get_command(app)
    parts = [
        "# Command line\n",
        str(app.info.help) + "\n",
        "`mystage --version` prints the version, `mystage COMMAND --help` says what stands here. Results go to standard "
        "output, errors, logs and progress to standard error. With `--json` a command prints JSON, and an error is one "
        'JSON line on standard error: `{"error": {"code", "message", "where", "hint"}}`.\n',
        "## Exit codes\n",
        table(("code", "meaning"), ((f"{number}", meaning) for number, meaning in sorted(MEANINGS.items()))),
    ]
    for name, command in _commands(root):
        parts += [f"## mystage {name}\n", inspect.cleandoc(command.help or "") + "\n", *_parameters(command)]
    return "\n".join(parts)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def _parameters(command: Any) -> Iterator[str]:
    rows = []
    for parameter in command.params:
        if parameter.name == "help":
            continue
        argument = parameter.param_type_name == "argument"
        value = (
            ""
            if getattr(parameter, "is_flag", False) or argument
            else f" {parameter.metavar or parameter.name.upper()}"
        )
        name = (parameter.metavar or parameter.name.upper()) if argument else ", ".join(parameter.opts) + value
        default = parameter.default
        shown = "" if default in (None, "", False, ()) or callable(default) else f" Default: `{default}`."
        rows.append((code(name), (parameter.help or "") + shown))
    if rows:
        yield table(("", "what"), rows)


# --- models


def fields_of(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Field name -> (type as the code writes it, docstring below the field), inherited fields first."""
    found: dict[str, tuple[str, str]] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls.__module__.startswith("mystage."):
            found |= _written(cls)
    return {name: found[name] for name in model.model_fields if name in found}


def _written(cls: type) -> dict[str, tuple[str, str]]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found: dict[str, tuple[str, str]] = {}
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = _type(node.annotation), _docstring(after)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = "", _docstring(after)
    return found


def _docstring(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return ""


def _type(node: ast.expr) -> str:
    """`float (gt 0, le 600)` for `Annotated[float, Field(gt=0, le=600)]`."""
    if isinstance(node, ast.BinOp):
        return f"{_type(node.left)} | {_type(node.right)}"
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
        kind, *rest = node.slice.elts
        keywords = [
            k for call in rest if isinstance(call, ast.Call) for k in call.keywords if isinstance(k.value, ast.Constant)
        ]
        bounds = ", ".join(
            f"{k.arg} {ast.literal_eval(k.value)}" for k in keywords if isinstance(ast.literal_eval(k.value), int)
        )
        return ast.unparse(kind) + (f" ({bounds})" if bounds else "")
    return ast.unparse(node)


def inner(annotation: Any) -> Iterator[type]:
    """The models and enumerations that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, (BaseModel, Enum)):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from inner(argument)


def stored() -> str:
    """Every collection, and the models inside."""
    parts = ["# Collections\n", "What is stored, as the code declares it (`mystage.domain.collections.ALL`): SQL tables "
             "and indexes are made from the same declaration. A type that ends in `| None` may be missing. What can be "
             "queried is marked *indexed*. Databases: `pipeline` (what sources said), `main` (what the world sees), "
             "`admin` (what people did).\n"]  # fmt: skip
    nested: dict[str, type] = {}
    for collection in collections.ALL:
        indexed = {index.field for index in collection.indexes}
        parts += [f"## {collection.name}\n", f"Database `{collection.database}`, model `{collection.model.__name__}`. "
                  f"{inspect.cleandoc(collection.model.__doc__ or '')}\n", _fields(collection.model, indexed)]  # fmt: skip
        _nest(collection.model, nested)
    parts.append("## Inside\n")
    parts.append("Models and enumerations that documents are made of.\n")
    for name, cls in sorted(nested.items()):
        parts += [f"### {name}\n", *_inside(cls)]
    return "\n".join(parts)


def _nest(model: type[BaseModel], into: dict[str, type]) -> None:
    for field in model.model_fields.values():
        for cls in inner(field.annotation):
            if cls.__name__ not in into:
                into[cls.__name__] = cls
                if issubclass(cls, BaseModel):
                    _nest(cls, into)


def _inside(cls: type) -> Iterator[str]:
    documented = cls.__doc__ or ""
    if documented and (not cls.__base__ or documented != cls.__base__.__doc__):
        yield inspect.cleandoc(documented) + "\n"
    if issubclass(cls, Enum):
        docs = _written(cls)
        yield table(
            ("value", "meaning"),
            ((code(m.name.lower() if isinstance(m.value, int) else m.value), docs[m.name][1]) for m in cls),
        )
    elif issubclass(cls, BaseModel):
        yield _fields(cls, frozenset())


def _fields(model: type[BaseModel], indexed: Iterable[str]) -> str:
    marked = set(indexed)
    return table(
        ("field", "type", "what"),
        (
            (code(name), code(kind), " ".join(filter(None, (text, "*indexed*" if name in marked else ""))))
            for name, (kind, text) in fields_of(model).items()
        ),
    )


# --- settings, readers, records


def settings() -> str:
    """Every setting."""
    rows = []
    for name, (kind, text) in fields_of(Settings).items():
        default = Settings.model_fields[name].get_default(call_default_factory=True)
        rows.append((code(f"MYSTAGE_{name.upper()}"), code(kind), code(default) if default != {} else "", text))
    return (
        "# Settings\n\nA setting is an environment variable, or its lower-case name without `MYSTAGE_` in `mystage.toml` of "
        "the working directory (`contact = \"mailto:me@example.org\"`). The environment wins over the file, a command's "
        "option over both. A variable that begins with `MYSTAGE_` and is no setting is an error, so that a typing mistake "
        "does not pass in silence. `mystage doctor` shows what is set; secrets are never shown.\n\n"
        + table(("setting", "type", "default", "what"), rows)
        + '\n`MYSTAGE_SOURCE_RANKS` takes JSON, as in `{"my-venue": "own_site", "my-venue.name": "maps"}`. '
        "Ranks, first wins: " + ", ".join(code(rank.name.lower()) for rank in SourceRank)
        + " ([merging](../explanation/merging.md)).\n"
    )  # fmt: skip


def readers() -> str:
    """Every reader, in the order in which they are asked."""
    text = resources.files("mystage.adapters.sources").joinpath("manifest.toml").read_text("utf-8")
    registry = ManifestReaders()
    parts = ["# Readers\n", "A reader turns one payload into claims. They are asked in this order, and the first that is "
             "certain reads; a source manifest may name one (`kind`). A reader is one module and one entry in "
             "`src/mystage/adapters/sources/manifest.toml` ([how to add one](../how-to/add-a-source.md)).\n\n"
             "The rank says whose word counts first where sources disagree. An open format may be used by any site: what it "
             "says then belongs to the site, not to the reader.\n"]  # fmt: skip
    for entry in tomllib.loads(text)["reader"]:
        info = registry.info(entry["name"])
        parts += [f"## {info.name}\n", f"{info.title}. Version `{info.version}`.\n", _reader(entry, info.rank)]
    return "\n".join(parts)


def _reader(entry: Mapping[str, Any], rank: SourceRank) -> str:
    rows = [("rank", code(rank.name.lower())), ("found in", ", ".join(entry["carriers"]))]
    if entry.get("open_format"):
        rows.append(("open format", "yes"))
    if entry.get("hosts"):
        rows.append(("hosts", ", ".join(map(code, entry["hosts"]))))
    if entry.get("settings"):
        rows.append(("needs for live use", ", ".join(map(code, entry["settings"]))))
    if entry.get("limits"):
        rows.append(("limits of the provider", entry["limits"]))
    return table(("", ""), rows)


ROW = {
    "file": "the file as you named it; below a folder or archive, with the rest of the way",
    "source": "the reader that read it; empty where none did",
    "outcome": "`records`, `nothing`, `error` or `parked`",
    "error": "null, or an object: `kind` and `message`",
    "reason": "in words, why there are no records; empty where there are",
    "venues": "see below",
    "artists": "see below",
    "performances": "see below",
    "unread": "paths of fields that the reader neither used nor knowingly ignored",
}
"""What `extract --json` prints for a file (a test compares it with what is printed)."""


def record_format() -> str:
    """The rows that `extract --json` prints."""
    parts = ["# Record format\n", "`mystage extract FILE... --json` prints one JSON object a line, one for each file. Fields "
             "that are empty are left out of records. `mystage extract` keeps nothing and needs no catalogue.\n",
             table(("field", "what"), ((code(name), what) for name, what in ROW.items())),
             "## Outcomes\n", *_inside(ReadingOutcome),
             "Kinds of errors: " + ", ".join(code(kind.value) for kind in ReadingErrorKind) + ".\n"]  # fmt: skip
    kinds = (("Venue", VenueClaim, files.VENUE_FIELDS, {}), ("Artist", ArtistClaim, files.ARTIST_FIELDS, {}),
             ("Performance", PerformanceClaim, files.PERFORMANCE_FIELDS, {"venue": "Name of the venue, one of `venues`.", "artists": "Names of the artists, in billing order."}))  # fmt: skip
    for name, claim, shown, own in kinds:
        written = fields_of(claim)
        rows = [(code(field), code(written[field][0]), written[field][1]) for field in shown]
        rows += [(code(field), code("str" if field == "venue" else "list of str"), text) for field, text in own.items()]
        parts += [f"## {name}\n", inspect.cleandoc(claim.__doc__ or "") + "\n", table(("field", "type", "what"), rows)]
    parts += ["## Types\n", "`Text`: not empty, at most 4,000 characters. `WallClock`: `YYYY-MM-DDTHH:MM` at the venue, or "
              "`YYYY-MM-DD` where only the day is known. `CountryCode`: ISO 3166-1 alpha-2. `Currency`: ISO 4217. "
              "`Latitude`, `Longitude`: degrees, WGS 84. `tuple[...]` is a JSON list.\n"]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
