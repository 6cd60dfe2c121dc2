"""The generated reference pages are those that the code would give today."""

from __future__ import annotations

import importlib.util
import json

import pytest
from tests.docs.playground import REPO

PROGRAM = REPO / "docs" / "generate.py"
NAMES = ["cli.md", "collections.md", "readers.md", "record-format.md", "settings.md"]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate_docs", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(generate) -> dict[str, str]:
    return generate.pages()


@pytest.mark.parametrize("name", NAMES)
def test_reference_pages_are_up_to_date(name, pages):
    """What stands in docs/reference is what the code says."""
    written = (REPO / "docs" / "reference" / name).read_text("utf-8")
    assert written == pages[name], f"docs/reference/{name} is out of date: run `python docs/generate.py`"


def test_every_page_that_is_made_is_compared(pages):
    """A page that says that it is made from the code is one of those that the test above makes."""
    marked = [
        p.name for p in (REPO / "docs" / "reference").glob("*.md") if "docs/generate.py" in p.read_text("utf-8")[:200]
    ]
    assert sorted(pages) == sorted(marked) == NAMES


def test_every_command_and_setting_has_a_description(pages):
    """A row without words helps nobody."""
    for line in pages["cli.md"].splitlines():
        assert not line.endswith("|  |"), line


def test_the_record_format_names_the_fields_that_extract_prints(generate, tmp_path, capsys):
    """The table of top-level fields is the one of a real row, in its order."""
    from mystage.entrypoints.cli.extracting import extract  # noqa: PLC0415  beside the fixture that loads the rest

    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>A page without any show</title><p>Opening hours: never.")
    extract([page], json=True)
    assert list(json.loads(capsys.readouterr().out)) == list(generate.ROW)
