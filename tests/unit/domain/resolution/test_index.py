"""The index in memory: what shares keys is found, blocks stay bounded, nothing is lost by growing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.index import MemoryIndex

KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.lists(KEYS, max_size=30), KEYS)
def test_it_finds_exactly_the_records_that_share_a_key(records, query):
    index = MemoryIndex()
    for n, keys in enumerate(records):
        index.add(n, keys)
    assert set(index.candidates(query, 100)) == {n for n, keys in enumerate(records) if set(keys) & set(query)}


def test_those_that_share_most_keys_come_first():
    index = MemoryIndex()
    for n, keys in enumerate(["a", "abc", "ab", "a"]):
        index.add(n, keys)
    assert index.candidates("abc", 2) == [1, 2]


def test_tables_grow_and_keep_what_was_added():
    index = MemoryIndex()
    many = 150_000
    for n in range(many):
        index.add(n, (f"k{n}", f"half {n // 2}"))
    assert len(index) == 2 * many
    assert [index.candidates([f"k{n}"], 5) for n in (0, 1, many - 1)] == [[0], [1], [many - 1]]
    assert sorted(index.candidates(["half 7"], 5)) == [14, 15]


def test_a_frequent_key_is_refined_not_dropped():
    """Beyond the limit of a block, two records meet by two frequent keys that they share."""
    index = MemoryIndex(limit=10)
    for n in range(400):
        keys = ["town", f"street {n % 20}", f"own {n}"]
        index.candidates(keys, 25)
        index.add(n, keys)
    assert index.refined == 21
    found = index.candidates(["town", "street 7", "own"], 25)
    assert 387 in found
    assert len(index.candidates(["town"], 1_000)) == 10
