"""Where the records of a page begin and end: dates of one path recur, and what stands around each is its record. Pure.

A date's record is the largest block that holds no other date of its path. Where that is the date alone (headings over
paragraphs, terms over definitions, lists of nothing but dates), the lines between the dates are dealt out: to the date
before them, or, where a title of its own path stands before each date, to the title.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.blocks.rows import Row, wordy
from mystage.adapters.sources.blocks.titles import candidates

MAX_LINES: Final = 60
"""Lines that one record may have; a longer one is an article."""
_MOST_ANCHORS: Final = 2_000


def shared(a: Sequence[int], b: Sequence[int]) -> int:
    """How many blocks two lines have in common."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def groups(rows: Sequence[Row]) -> list[list[int]]:
    """Dated lines by their path, the most first; those in the margin of the page left out."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row.dated and not row.line.margin and not _is_prose(row):
            found[row.line.path[-4:]].append(at)
    loose: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for path, anchors in found.items():
        # the same role without its classes: "<p><b>date</b></p>" here, "<p>date</p>" there
        loose[tuple(part.partition(".")[0] for part in path[-3:])].extend(anchors)
    every = [*found.values(), *(sorted(a) for a in loose.values())]
    unique = {tuple(near): near for anchors in every for near in [anchors, *_clusters(anchors)]}
    return sorted(unique.values(), key=lambda a: (-len(a), a[0]))[:16]


def _is_prose(row: Row) -> bool:
    """Whether a date stands in a sentence, where it heads nothing."""
    text = row.line.text
    return not row.line.stamps and (len(text) > 300 or (len(text) > 90 and text.endswith((".", "!", "…"))))


def _clusters(anchors: list[int]) -> list[list[int]]:
    """Dates that stand near each other: parts of one list, without a stray date elsewhere on the page."""
    if len(anchors) < 3:
        return []
    steps = sorted(b - a for a, b in pairwise(anchors))
    far = 4 * steps[len(steps) // 2] + 8
    out = [[anchors[0]]]
    for a, b in pairwise(anchors):
        if b - a > far:
            out.append([])
        out[-1].append(b)
    return [one for one in out if len(one) > 1] if len(out) > 1 else []


def blocks(rows: Sequence[Row], anchors: Sequence[int]) -> list[range]:
    """For each line of `anchors` the largest block around it that holds no other."""
    out: list[range] = []
    for n, at in enumerate(anchors[:_MOST_ANCHORS]):
        chain = rows[at].line.chain
        near = [rows[anchors[k]].line.chain for k in (n - 1, n + 1) if 0 <= k < len(anchors)]
        depth = max((shared(chain, other) for other in near), default=len(chain))
        if depth >= len(chain):
            out.append(range(at, at + 1))
            continue
        root = chain[: depth + 1]
        low, high = at, at + 1
        while low > 0 and rows[low - 1].line.chain[: depth + 1] == root:
            low -= 1
        while high < len(rows) and rows[high].line.chain[: depth + 1] == root:
            high += 1
        out.append(range(low, high))
    return out


def records(rows: Sequence[Row], anchors: Sequence[int]) -> list[range]:
    """The records of a group of dates."""
    found = _capped(blocks(rows, anchors), anchors)
    titled = sum(1 for one in found if _titled(rows, one))
    dealt = found if 2 * titled >= len(found) or len(found) < 2 else _dealt(rows, found)
    return [_trimmed(rows, one) for one in dealt if len(one) <= MAX_LINES]


def _capped(found: list[range], anchors: Sequence[int]) -> list[range]:
    """The first and the last record no longer than the others: only one neighbour bounds them."""
    if len(found) < 3:
        return found
    middle = list(zip(found, anchors, strict=False))[1:-1]
    before = max(at - one.start for one, at in middle)
    after = (
        max(one.stop - at for one, at in middle) + 3
    )  # a record may say more than its neighbours, but not a page more
    ends = {0, len(found) - 1}
    return [
        range(max(one.start, anchors[n] - before), min(one.stop, anchors[n] + after)) if n in ends else one
        for n, one in enumerate(found)
    ]


def _trimmed(rows: Sequence[Row], where: range) -> range:
    """A record without headings at its end: they head what follows."""
    stop = where.stop
    while stop - 1 > where.start and _heads(rows[stop - 1]):
        stop -= 1
    dated = any(rows[n].dated for n in range(where.start, stop))
    return range(where.start, stop) if dated else where


def _heads(row: Row) -> bool:
    bare = not row.dated and not (row.told and row.told.clocks)
    return bare and bool(row.line.heading or (row.line.strong and len(row.line.text) > 3))


def _titled(rows: Sequence[Row], where: range) -> bool:
    return any(c.weight > -1.0 for c in candidates([rows[n] for n in where][:MAX_LINES]))


def _dealt(rows: Sequence[Row], found: list[range]) -> list[range]:
    """The lines between blocks, each dealt to the block before it or to the title before it."""
    depth = min(
        (shared(rows[a.start].line.chain, rows[b.start].line.chain) for a, b in pairwise(found)),
        default=0,
    )
    gaps = [range(a.stop, b.start) for a, b in pairwise(found)]
    longest = max((len(g) for g in gaps), default=0)
    if longest == 0:
        return found
    usual = sorted(len(g) for g in gaps)[len(gaps) // 2]
    reach = min(longest, max(2 * usual, 3), MAX_LINES)
    top = rows[found[0].start].line.chain[:depth]
    before = _inside(rows, range(max(0, found[0].start - reach), found[0].start), top, backwards=True)
    paths = {rows[n].line.path for gap in gaps for n in gap}
    # where all records are of one length the last is too; else its lines go on as long as they look like the others'
    most = longest if len({len(g) for g in gaps}) == 1 and len(gaps) > 1 else 2 * longest
    tail = found[-1].stop
    while tail < len(rows) and tail - found[-1].stop < most and rows[tail].line.path in paths:
        tail += 1
    after = _inside(rows, range(found[-1].stop, max(tail, min(len(rows), found[-1].stop + usual))), top)
    path = _title_path(rows, gaps)
    starts = [n for n in before if rows[n].line.path == path]
    if path is not None and starts:
        heads = [starts[-1]]
        for gap in gaps:
            own = [n for n in gap if rows[n].line.path == path]
            heads.append(own[-1] if own else gap.stop)
        ends = [*heads[1:], found[-1].stop + (len(after) if _same_end(rows, gaps, path) else 0)]
        return [range(a, max(b, c.stop)) for a, b, c in zip(heads, ends, found, strict=True)]
    ends = [one.start for one in found[1:]] + [found[-1].stop + len(after)]
    return [range(one.start, end) for one, end in zip(found, ends, strict=True)]


def _same_end(rows: Sequence[Row], gaps: list[range], path: tuple[str, ...]) -> bool:
    """Whether lines follow a date before the next title, so that some may follow the last date."""
    return any(len(gap) and rows[gap.start].line.path != path for gap in gaps)


def _inside(rows: Sequence[Row], where: range, top: Sequence[int], *, backwards: bool = False) -> range:
    """The part of a range, from the side of the records, whose lines stand in the same block as these."""
    order = reversed(where) if backwards else iter(where)
    count = 0
    for n in order:
        line = rows[n].line
        if tuple(line.chain[: len(top)]) != tuple(top) or line.margin:
            break
        count += 1
    return range(where.stop - count, where.stop) if backwards else range(where.start, where.start + count)


def _title_path(rows: Sequence[Row], gaps: list[range]) -> tuple[str, ...] | None:
    """The path that a line of (nearly) every gap has once, and that reads most like a title."""
    counts: Counter[tuple[str, ...]] = Counter()
    weights: dict[tuple[str, ...], float] = {}
    for gap in gaps:
        own = Counter(rows[n].line.path for n in gap)
        counts.update(path for path, times in own.items() if times == 1)
        for n in gap:
            best = max((c.weight for c in candidates([rows[n]])), default=-9.0)
            path = rows[n].line.path
            weights[path] = max(weights.get(path, -9.0), best)
    usual = [path for path, n in counts.items() if 10 * n >= 7 * len(gaps) and weights[path] > 0]
    return max(usual, key=lambda p: weights[p]) if usual else None


def inner(rows: Sequence[Row], found: Sequence[range], anchors: Sequence[int]) -> list[range] | None:
    """The entries under each date, where dates head several ("Friday 3 May", then a list); None where they do not."""
    dates = set(anchors)
    per: list[dict[tuple[str, ...], list[int]]] = []
    totals: Counter[tuple[str, ...]] = Counter()
    for one in found:
        own: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for n in one:
            row = rows[n]
            clocked = row.told is not None and bool(row.told.clocks)
            if (
                n not in dates
                and not row.line.margin
                and wordy(row.rest)
                and (clocked or row.line.heading or _is_link(row.line))
            ):
                own[row.line.path].append(n)
        per.append(own)
        totals.update({path: len(ns) for path, ns in own.items()})
    several = [
        p for p, n in totals.items() if n > len(found) and sum(1 for own in per if p in own) * 10 >= 7 * len(found)
    ]
    leading = [one for one in found if any(n in dates for n in range(one.start, min(one.start + 2, one.stop)))]
    if not several or 10 * len(leading) < 8 * len(found):
        return None
    several = [p for p in several if _distinct(rows, per, p)]
    if not several:
        return None
    # the path of which each date has the fewest, but several: entries, not the lines of entries
    path = min(several, key=lambda p: (not _rank(rows, per, p), totals[p]))
    out: list[range] = []
    for one, own in zip(found, per, strict=True):
        subs = own.get(path, [])
        spans = blocks(rows, subs) if len(subs) > 1 else []
        for k, at in enumerate(subs):
            stop = subs[k + 1] if k + 1 < len(subs) else one.stop
            span = spans[k] if spans else range(at, one.stop)
            out.append(
                range(max(span.start, one.start), min(max(span.stop, at + 1), one.stop))
                if len(span) > 1
                else range(at, stop)
            )
    return out


def _distinct(rows: Sequence[Row], per: list[dict[tuple[str, ...], list[int]]], path: tuple[str, ...]) -> bool:
    """Whether the lines of a path differ: entries do, "Agenda" and "Tickets" under each date do not."""
    texts = [rows[n].rest.casefold() for own in per for n in own.get(path, ())]
    return 2 * len(set(texts)) > len(texts)


def _rank(rows: Sequence[Row], per: list[dict[tuple[str, ...], list[int]]], path: tuple[str, ...]) -> bool:
    """Whether lines of a path are headings or have clocks."""
    line = next(rows[ns[0]] for own in per if (ns := own.get(path)))
    return bool(line.line.heading or (line.told and line.told.clocks))


def _is_link(line: Line) -> bool:
    return len(line.pieces) == 1 and bool(line.pieces[0].href)
