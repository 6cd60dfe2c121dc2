"""What an import loads: the kernel needs pydantic alone, and `--help` is quick because it loads next to nothing."""

from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from importlib.metadata import requires

import pytest
from tests.support.programs import ROOT, environment

import mystage.domain

PYDANTIC = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
HEAVY = {"sqlalchemy", "fastapi", "google", "pydantic_ai", "tantivy", "httpx", "pydantic"}
_WORD = re.compile(r"[\w-]+")
KERNEL = [
    module.name
    for module in pkgutil.walk_packages(mystage.domain.__path__, "mystage.domain.")
    if module.name.split(".")[2] not in {"resolution", "merging", "collections"}
]


def loaded(program: str) -> set[str]:
    """The top-level packages that are not the standard library's, loaded when `program` ends."""
    ending = "import sys, json; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    found = subprocess.run(
        [sys.executable, "-c", f"{program}\n{ending}"],
        check=True, capture_output=True, text=True, env=environment(), cwd=ROOT, timeout=60,
    )  # fmt: skip
    names = set(json.loads(found.stdout.splitlines()[-1])) - sys.stdlib_module_names - {"mystage"}
    # what the interpreter itself starts with (`.pth` files of the environment) is nobody's import
    return {name for name in names if not name.startswith(("_", "sitecustomize", "distutils"))}


BARE = loaded("")


def test_the_kernel_is_all_of_the_domain_but_two_rooms() -> None:
    assert {"mystage.domain.values", "mystage.domain.pipeline.urls", "mystage.domain.delivery"} <= set(KERNEL)


def test_the_kernel_loads_pydantic_alone() -> None:
    program = "\n".join(f"import {name}" for name in ("mystage.domain", *KERNEL))
    assert loaded(program) - BARE <= PYDANTIC


@pytest.mark.parametrize("room", ["resolution", "merging"])
def test_the_two_rooms_load_two_small_helpers_besides(room: str) -> None:
    names = [m.name for m in pkgutil.walk_packages(mystage.domain.__path__, "mystage.domain.") if f".{room}" in m.name]
    assert loaded("\n".join(f"import {name}" for name in names)) - BARE <= PYDANTIC | {
        "anyascii",
        "rapidfuzz",
        "cython_runtime",
    }


def test_pydantics_own_needs_are_as_listed_here() -> None:
    """The list above is what pydantic asks for, not what we let through."""
    asked = {_WORD.match(line).group().replace("-", "_") for line in requires("pydantic") or () if "extra" not in line}
    assert asked == PYDANTIC - {"pydantic"}


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (["--help"], HEAVY),
        (["--version"], HEAVY),
        (["run", "--help"], HEAVY - {"pydantic"}),  # Typer itself loads it, for the types of options
    ],
)
def test_help_loads_nothing_heavy(args: list[str], heavy: set[str]) -> None:
    program = (
        "import sys\nfrom mystage.entrypoints.cli.app import main\n"
        f"sys.argv = ['mystage', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    found = loaded(program) - BARE
    assert "typer" in found
    assert found & heavy == set()
