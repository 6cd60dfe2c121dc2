"""What is configured and from where, told also where it is wrong. Secrets never leave this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import SecretStr, ValidationError

from mystage.domain.errors import Invalid
from mystage.domain.values import Model
from mystage.settings import TOML, Settings, load, unknown_variables, variables

HIDDEN: Final = "set (hidden)"
_PREFIX: Final = "MYSTAGE_"


class Setting(Model):
    """One setting: its value in words, where it comes from, and what is wrong with it."""

    name: str
    value: str
    origin: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Configured:
    """All settings. `usable` is None where any is wrong; `folder` is the data folder in any case."""

    settings: tuple[Setting, ...]
    usable: Settings | None
    folder: Path

    def given(self, variable: str) -> bool:
        """Whether a setting is given (by its environment name)."""
        found = self._by_name(variable)
        return found is not None and found.origin != "default" and found.value != ""

    def knows(self, variable: str) -> bool:
        """Whether there is such a setting."""
        return self._by_name(variable) is not None

    def _by_name(self, variable: str) -> Setting | None:
        name = variable.removeprefix(_PREFIX).lower()
        return next((s for s in self.settings if s.name == name), None)


def configured(data: Path | None = None) -> Configured:
    """Read the settings as every command does, but go on where they are wrong."""
    file, broken = _file()
    wrong = {TOML: broken} if broken else _wrong(data)
    given = _given(data, file)
    usable: Settings | None = None
    if not wrong:
        try:
            usable = load(data=data)
        except Invalid as error:
            wrong[error.where or "settings"] = error.message
    settings = [_setting(name, given.pop(name, None), usable, wrong.pop(name, "")) for name in Settings.model_fields]
    settings += [Setting(name=name, value=_shown(name, value), origin=origin, wrong=wrong.pop(name, "no such setting"))
                 for name, (value, origin) in given.items()]  # fmt: skip
    settings += [Setting(name=name, value="", origin=name, wrong=message) for name, message in wrong.items()]
    return Configured(tuple(settings), usable, _folder(data, file, usable))


def _file() -> tuple[Mapping[str, Any], str]:
    """What `mystage.toml` holds, and why it cannot be read."""
    try:
        return tomllib.loads(Path(TOML).read_text("utf-8")), ""
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as error:
        return {}, f"cannot be read: {error}"


def _wrong(data: Path | None) -> dict[str, str]:
    """Name of a setting -> what is wrong with it. The words of a check may hold the value: a secret's are not told."""
    try:
        Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        return {str(e["loc"][0]).lower(): _words(str(e["loc"][0]).lower(), e["msg"]) for e in error.errors()}
    return {}


def _words(name: str, message: str) -> str:
    return "not valid" if _secret(name) else message


def _given(data: Path | None, file: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Name -> value and origin; the command line comes before the environment, and that before the file."""
    found: dict[str, tuple[Any, str]] = {name.lower(): (value, TOML) for name, value in file.items()}
    known = set(unknown_variables())
    for variable, value in sorted(variables().items()):
        name = variable.upper().removeprefix(_PREFIX).split("__")[0].lower()
        if variable.upper().startswith(_PREFIX) and (name in Settings.model_fields or variable in known):
            found[name] = (value, variable)
    if data is not None:
        found["data"] = (data, "--data")
    return found


def _setting(name: str, given: tuple[Any, str] | None, usable: Settings | None, wrong: str) -> Setting:
    if given is None:
        default = Settings.model_fields[name].get_default(call_default_factory=True)
        return Setting(name=name, value=_shown(name, default), origin="default", wrong=wrong)
    value = given[0] if usable is None else getattr(usable, name)
    return Setting(name=name, value=_shown(name, value), origin=given[1], wrong=wrong)


def _secret(name: str) -> bool:
    """Whether a value must not be shown: a secret, or a name that we do not know and that sounds like one."""
    field = Settings.model_fields.get(name)
    if field is None:
        return any(word in name for word in ("key", "token", "secret", "password", "id"))
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    return HIDDEN if _secret(name) and value != "" else str(value)


def _folder(data: Path | None, file: Mapping[str, Any], usable: Settings | None) -> Path:
    if usable is not None:
        return usable.data
    named = data or variables().get(f"{_PREFIX}DATA") or file.get("data")
    return Path(named) if isinstance(named, (str, Path)) else Path(Settings.model_fields["data"].default)
