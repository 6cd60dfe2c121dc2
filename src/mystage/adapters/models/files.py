"""Models as JSON."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from mystage.application.ports.tables import Models
from mystage.domain.errors import Malformed, NotFound, Unavailable
from mystage.domain.resolution.additive import AdditiveModel


class ModelFiles(Models):
    """See the port. Shipped models lie in `models/resolution` of the package."""

    def shipped(self, kind: str) -> AdditiveModel:
        file = resources.files("mystage").joinpath("models", "resolution", f"{kind}.json")
        if not file.is_file():
            raise NotFound(
                f"no model ships for the kind {kind}", where=kind, hint="train one: mystage resolution train"
            )
        return _model(file.read_text("utf-8"), f"{kind}.json")

    def load(self, path: Path) -> AdditiveModel:
        try:
            return _model(path.read_text("utf-8"), str(path))
        except FileNotFoundError:
            raise NotFound("there is no such model file", where=str(path)) from None
        except UnicodeDecodeError:
            raise Malformed("not a model file", where=str(path)) from None
        except OSError as error:
            raise Unavailable(error.strerror or str(error), where=str(path)) from error

    def save(self, path: Path, model: AdditiveModel) -> None:
        part = path.with_name(path.name + ".part")
        try:
            part.write_text(model.model_dump_json(indent=1) + "\n", "utf-8")
            os.replace(part, path)  # noqa: PTH105  the standard way to let a file take another's place
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Unavailable(error.strerror or str(error), where=str(path)) from error


def _model(text: str, where: str) -> AdditiveModel:
    try:
        return AdditiveModel.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        hint = "`mystage resolution train` writes models"
        raise Malformed(f"not a model: {at} {first['msg'].lower()}", where=where, hint=hint) from None
