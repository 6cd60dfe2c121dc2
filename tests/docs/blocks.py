"""The code blocks of a Markdown page, and how what a command prints is compared with what the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHELL = frozenset({"sh", "console"})
_FENCE = re.compile(r"^```(\w*)\s*$")
_NOT_RUN = re.compile(r"^<!-- not run: (.+?) -->$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block. `skip` is the reason of a `<!-- not run: ... -->` comment right above it."""

    line: int
    language: str
    text: str
    skip: str = ""


@dataclass(frozen=True)
class Step:
    """One command of a console block, and the output that the page shows below it (None: none is shown)."""

    line: int
    command: str
    shown: str | None = None


def blocks(page: Path) -> Iterator[Block]:
    """All fenced blocks, in the order of the page."""
    start, language, skip, held = 0, "", "", list[str]()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if start and line.rstrip() == "```":
            yield Block(start, language, "\n".join(held) + "\n", skip)
            start, skip = 0, ""
        elif start:
            held.append(line)
        elif fence:
            start, language, held = number, fence.group(1), []
        elif line.strip():
            comment = _NOT_RUN.match(line.strip())
            skip = comment.group(1) if comment else ""


def steps(block: Block) -> list[Step]:
    """The commands of a block: an `sh` block is one script; in a `console` block, commands follow `$ `."""
    if block.language == "sh":
        return [Step(block.line, block.text)]
    found: list[Step] = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        found.append(Step(block.line, command, shown if shown.strip() else None))
    return found


def links(page: Path) -> Iterator[str]:
    """The targets of all links outside of code blocks."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from _LINK.findall(text)


def anchors(page: Path) -> set[str]:
    """What `#...` may name on a page: its headings as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def agrees(shown: str, printed: str) -> bool:
    """Whether the output is as shown: runs of space count as one, `...` stands for any text, over lines as well."""
    parts = [re.escape(_folded(part)).replace(r"\ ", r"\s+") for part in _folded(shown).split("...")]
    return re.fullmatch(".*?".join(parts), _folded(printed), flags=re.DOTALL) is not None


def _folded(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
