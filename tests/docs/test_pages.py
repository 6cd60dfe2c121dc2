"""What the documentation says is true: its commands and programs run, its links lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.blocks import SHELL, Block, agrees, anchors, blocks, links, steps
from tests.docs.playground import REPO, Playground

PAGES = [REPO / "README.md", REPO / "CONTRIBUTING.md", *sorted((REPO / "docs").rglob("*.md"))]
RUNNABLE = SHELL | {"python"}
IN_A_COPY = frozenset({"docs/how-to/add-a-source.md"})
"""Pages whose reader works in the repository itself."""


def name_of(page: Path) -> str:
    return str(page.relative_to(REPO))


def runnable(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language in RUNNABLE]


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("bytecode")


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if any(not b.skip for b in runnable(p))], ids=name_of)
def test_the_blocks_of_a_page_run_and_print_what_it_shows(page, tmp_path, bytecode):
    """All blocks of a page, in its order, in one folder, without network."""
    folder = tmp_path / "reader"
    folder.mkdir()
    ground = Playground(folder, bytecode, copy=name_of(page) in IN_A_COPY)
    follow = iter(blocks(page))
    for block in follow:
        if block.skip or block.language not in RUNNABLE:
            continue
        if block.language == "python":
            code, printed = ground.python(block.text)
            assert code == 0, f"{name_of(page)}:{block.line}\n{printed}"
            shown = next((b for b in blocks(page) if b.line > block.line), None)
            if shown is not None and shown.language == "text":
                assert agrees(shown.text, printed), f"{name_of(page)}:{shown.line} shows something else than\n{printed}"
            continue
        commands = steps(block)
        for number, step in enumerate(commands):
            code, printed = ground.shell(step.command, stop=block.language == "sh")
            where = f"{name_of(page)}:{step.line}: {step.command.strip()}"
            told = number + 1 < len(commands) and commands[number + 1].command == "echo $?"
            assert code == 0 or told, f"{where}\nended with {code}:\n{printed}"
            if block.language == "console":
                assert agrees(step.shown or "", printed), f"{where}\nprinted something else than is shown:\n{printed}"


def test_blocks_that_are_not_run_say_why(record_property):
    """Few blocks are left out, each with a reason that stands above it."""
    left_out = [f"{name_of(p)}:{b.line}: {b.skip}" for p in PAGES for b in runnable(p) if b.skip]
    record_property("not run", left_out)
    print("\n".join(["blocks that are not run:", *left_out]))  # noqa: T201  shown with `pytest -rP`
    count = sum(len(runnable(page)) for page in PAGES)
    assert len(left_out) * 3 < count, "most of the documentation must run:\n" + "\n".join(left_out)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    """Every relative link names a file, and every anchor a heading of it."""
    for target in links(page):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name_of(page)} links to {target}, which is not there"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{name_of(page)} links to {target}: no such heading"


def test_output_is_compared_loosely_but_compared():
    """`...` stands for any text, runs of space for one; other words differ."""
    assert agrees("stage  in\n...\nThe end.", "stage in \nplan 2\nfetch 2\nThe end.\n")
    assert agrees("seen ... UTC", "seen 2026-11-21 03:30 UTC")
    assert not agrees("2 venues", "3 venues")
    assert not agrees("2 venues", "2 venues\n1 artist")
    assert not agrees("", "error")
