"""All live sources, from the manifest beside this file."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import orjson

from mystage.adapters.live.kit import changed
from mystage.application.ports.live import After, LiveInfo, LiveSources, Signed
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.quotas import Limit
from mystage.domain.pipeline.urls import normalise_url

_DEFECTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What an answer of a strange shape may raise in a module: then it leads nowhere, and says so."""


class LiveModule(Protocol):
    """What a module in this room offers, besides an optional `send(url) -> Signed`."""

    def begin(self, ask: Ask, base: str) -> tuple[str, ...]: ...

    def after(self, url: str, payload: Any) -> After: ...


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, Any]]:
    text = resources.files("mystage.adapters.live").joinpath("manifest.toml").read_text("utf-8")
    return {entry["name"]: entry for entry in tomllib.loads(text)["source"]}


class ManifestLive(LiveSources):
    """The live sources that the packaged `manifest.toml` names.

    Args:
        keys: values of settings by their environment name; what is not given is missing.
        addresses: where APIs are, by name, in place of the manifest's `base`.
        limits: limits by name, in place of the manifest's (a contract may allow more).
    """

    def __init__(
        self,
        keys: Mapping[str, str] | None = None,
        addresses: Mapping[str, str] | None = None,
        limits: Mapping[str, tuple[Limit, ...]] | None = None,
    ) -> None:
        self._keys = {name: value for name, value in (keys or {}).items() if value}
        self._addresses = dict(addresses or {})
        self._limits = dict(limits or {})

    @cached_property
    def _infos(self) -> dict[str, LiveInfo]:
        return {name: self._info(entry) for name, entry in _manifest().items()}

    def _info(self, entry: dict[str, Any]) -> LiveInfo:
        named = (entry.get("auth", {}).get("setting"), entry.get("base_setting"))
        settings = tuple(name for name in named if name)
        limits = self._limits.get(entry["name"]) or tuple(Limit(**row) for row in entry["limits"])
        return LiveInfo(
            name=entry["name"],
            title=entry["title"],
            reader=entry.get("reader"),
            source=entry.get("source", entry["name"]),
            settings=settings,
            missing=tuple(name for name in settings if name not in self._keys),
            limits=limits,
            asks=tuple(entry["asks"]),
            use=entry.get("use", "discover"),
            gives=tuple(entry.get("gives", ())),
            cost=float(entry.get("cost", 1)),
            obey_robots=entry.get("obey_robots", False),
            refresh_hours=entry.get("refresh_hours"),
            credentials=entry.get("credentials", False),
        )

    def all(self) -> list[LiveInfo]:
        return sorted(self._infos.values(), key=lambda info: info.name)

    def info(self, name: str) -> LiveInfo:
        if name not in self._infos:
            raise NotFound("no such live source", where=name, hint=f"one of: {', '.join(sorted(self._infos))}")
        return self._infos[name]

    def begin(self, name: str, ask: Ask) -> tuple[str, ...]:
        self._ready(name)
        return tuple(map(normalise_url, _module(name).begin(ask, self._base(name))))

    def after(self, name: str, url: str, body: bytes) -> After:
        self.info(name)
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            return After()  # the reader that gets it says what is wrong with it
        try:
            found = _module(name).after(url, payload)
            return replace(found, follow=tuple(dict.fromkeys(map(normalise_url, found.follow))))
        except (*_DEFECTS, Invalid) as error:
            return After(cut=f"the answer does not say how to go on ({type(error).__name__})")

    def sign(self, name: str, url: str) -> Signed:
        self._ready(name)
        send = getattr(_module(name), "send", None)
        base = self._base(name)
        if base and urlsplit(url)[:2] != urlsplit(base)[:2]:
            raise Invalid("not an address of this API: it gets no key", where=url)
        signed: Signed = send(url) if send else Signed(url)
        auth = _manifest()[name].get("auth", {})
        if not auth:
            return signed
        key = self._keys[auth["setting"]]
        if "query" in auth:
            return replace(signed, url=changed(signed.url, **{auth["query"]: key}), secrets=(key,))
        header = (auth["header"], f"{auth.get('prefix', '')}{key}")
        return replace(signed, headers=(*signed.headers, header), secrets=(key,))

    def _ready(self, name: str) -> None:
        info = self.info(name)
        if info.missing:
            raise Invalid(info.excuse, where=name, hint="mystage sources lists what each source needs")

    def _base(self, name: str) -> str:
        entry = _manifest()[name]
        if name in self._addresses:
            return self._addresses[name]
        return self._keys[entry["base_setting"]] if "base_setting" in entry else str(entry.get("base", ""))


def _module(name: str) -> LiveModule:
    return cast("LiveModule", importlib.import_module(f"mystage.adapters.live.{name}"))
