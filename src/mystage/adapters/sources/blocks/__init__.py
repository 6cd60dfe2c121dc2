"""Events that stand on a page as repeated blocks, table rows, paragraphs under dates, or as its one subject.

No rule here knows a site. Dates are found on lines (`lines.py`, `kit.datetext`), the blocks around dates of one path are
records (`regions.py`), the parts of a record are told by what carries them (`roles.py`), and a list is taken only where
more speaks for events than for dated posts (`evidence.py`). What comes out has the form of schema.org events, so that
the rest of the reading is the one of linked data.
"""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser

from mystage.adapters.sources.blocks.lines import MAX_LINES, lines_of
from mystage.adapters.sources.blocks.lists import About
from mystage.adapters.sources.blocks.prepare import date_grid, joined, repair
from mystage.adapters.sources.blocks.reader import PageReader, year_of
from mystage.adapters.sources.blocks.rows import Row
from mystage.adapters.sources.blocks.when import Calendar, day_first, tell, years_of
from mystage.adapters.sources.kit.lexicon import lexicon

__all__ = ["About", "events"]


def events(tree: LexborHTMLParser, about: About) -> list[dict[str, Any]]:
    """The events of a page as schema.org nodes; none where nothing on it is surely one."""
    lines = lines_of(tree)
    if not lines or len(lines) >= MAX_LINES:
        return []
    repair(lines)
    calendar = Calendar(lexicon(about.language), day_first([one.text for one in lines], about.language), about.seen, [])
    rows = [Row(line, tell(line.text, calendar)) for line in joined(lines, calendar)]
    date_grid(rows)
    calendar.years = years_of(rows, year_of(about))
    return PageReader(rows, calendar, about).read()
