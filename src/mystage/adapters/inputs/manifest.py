"""The manifest of sources: a TOML file with one `[[source]]` for each."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mystage.adapters.inputs.names import file_url, path_of
from mystage.domain.errors import Invalid, NotFound, TooLarge, Unavailable
from mystage.domain.pipeline.urls import normalise_url
from mystage.domain.sources import ManifestSource

_MAX_BYTES = 8 * 1024 * 1024
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")


def load_manifest(path: str | Path) -> tuple[ManifestSource, ...]:
    """The sources of a manifest, in its order.

    A start address may be a path, absolute or relative to the manifest's folder (`file:shows.ics`, `pages/`): it becomes
    a `file:///` address.

    Raises:
        NotFound: there is no such file.
        Unavailable: it cannot be read.
        Invalid: it is not TOML, or an entry is wrong; the message names entry and field.
    """
    file = Path(path)
    entries = _entries(file)
    sources: list[ManifestSource] = []
    for position, entry in enumerate(entries, 1):
        source = _source(file, position, entry)
        if any(source.name == other.name for other in sources):
            raise Invalid(
                f"the name {source.name!r} is used twice", where=f"{file}: source {position}", hint="rename one"
            )
        sources.append(source)
    return tuple(sources)


def _entries(file: Path) -> list[Any]:
    table = _read(file)
    unknown = [key for key in table if key != "source"]
    if unknown:
        raise Invalid(f"unknown key {unknown[0]!r}", where=str(file), hint="a manifest holds [[source]] entries alone")
    entries = table.get("source")
    if not isinstance(entries, list) or not entries:
        raise Invalid("it has no sources", where=str(file), hint="begin each source with [[source]]")
    return entries


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("there is no such manifest", where=str(file)) from None
    except OSError as error:
        raise Unavailable(error.strerror or str(error), where=str(file)) from error
    if len(data) > _MAX_BYTES:
        raise TooLarge(f"a manifest has at most {_MAX_BYTES:,} bytes", where=str(file))
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"not TOML: {error}", where=str(file)) from error


def _source(file: Path, position: int, entry: Any) -> ManifestSource:
    if not isinstance(entry, dict):
        raise Invalid("not a table", where=f"{file}: source {position}", hint="begin each source with [[source]]")
    where = f"{file}: source {position}" + (f" ({entry['name']!s:.64})" if "name" in entry else "")
    unknown = [key for key in entry if key not in ManifestSource.model_fields]
    if unknown:
        near = get_close_matches(unknown[0], ManifestSource.model_fields, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(ManifestSource.model_fields)}"
        raise Invalid(f"unknown key {', '.join(map(repr, unknown))}", where=where, hint=hint)
    try:
        source = ManifestSource.model_validate(entry)
    except ValidationError as error:
        raise _invalid(where, error) from error
    urls = tuple(_start_url(file, where, url) for url in source.start_urls)
    return ManifestSource.model_validate({**source.model_dump(), "start_urls": urls})


def _invalid(where: str, error: ValidationError) -> Invalid:
    """All fields that are wrong, in one line."""
    faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    return Invalid("; ".join(faults), where=where)


def _start_url(file: Path, where: str, text: str) -> str:
    text = text.strip()
    scheme = text.partition(":")[0].lower() if _SCHEME.match(text) else ""
    if scheme in ("http", "https"):
        try:
            return normalise_url(text)
        except Invalid as error:
            raise Invalid(f"start_urls: {error}", where=where) from error
    if scheme not in ("", "file"):
        raise Invalid(f"start_urls: {text[:200]!r} is no http, https or file address", where=where)
    path = (file.parent / path_of(text)).absolute()
    if not text or not path.exists():
        hint = "write web addresses with https://; paths are relative to the manifest"
        raise Invalid(f"start_urls: there is no file or folder {text[:200]!r}", where=where, hint=hint)
    return file_url(str(path.resolve()))
