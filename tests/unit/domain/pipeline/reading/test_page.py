"""Pages in parts: bounded, whole, and stable under insertions."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.pipeline.reading.page import Line, RelevantPage, chunks

LINES = st.lists(
    st.builds(
        Line,
        st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=60),
        links=st.lists(st.sampled_from([f"https://x.example/{n}" for n in range(9)]), max_size=3, unique=True).map(
            tuple
        ),
    ),
    max_size=80,
)


@settings(deadline=None)
@given(LINES, st.integers(120, 600))
def test_parts_are_bounded_hold_every_line_and_number_their_links(lines: list[Line], limit: int) -> None:
    parts = chunks(RelevantPage("https://x.example/", tuple(lines)), limit)
    shown = [row for part in parts for row in part.text.split("\n")]
    for line in lines:
        assert any(row.startswith(line.text) for row in shown)
    for part in parts:
        assert len(part.text) <= limit
        assert len(set(part.links)) == len(part.links)
        assert all(f"[{n}]" in part.text for n in range(1, len(part.links) + 1))


def test_a_line_put_in_at_the_top_changes_few_parts() -> None:
    """Seams follow the text: of a long page, what stands below is not read again."""
    lines = tuple(Line(f"Act number {n}, in the hall, at eight") for n in range(600))
    before = {c.digest for c in chunks(RelevantPage("u", lines), 2_000)}
    after = [c.digest for c in chunks(RelevantPage("u", (Line("New: a garden"), *lines)), 2_000)]
    assert len(after) > 8
    assert sum(digest not in before for digest in after) <= 3


def test_a_line_longer_than_a_part_is_cut() -> None:
    (part,) = chunks(RelevantPage("u", (Line("x" * 50_000, links=("https://x.example/",)),)), 1_000)
    assert len(part.text) <= 1_000
    assert part.text.endswith("[1]")


def test_places_of_offsets() -> None:
    page = RelevantPage("u", (Line("ab", ("body", "p"), (0,)), Line("cd", ("body", "p"), (1,))))
    assert page.text == "ab\ncd"
    assert [page.line_at(n) for n in range(5)] == [0, 0, 0, 1, 1]
    assert page.home(3) == (("body", 0), ("p", 1))
