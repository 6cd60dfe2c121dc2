"""The forms that things take in Firestore, without a server: ids, JSON values, sizes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.firestore import need

need("google.cloud.firestore")
from mystage.adapters.stores.firestore.limits import MAX_DOCUMENT, MAX_ENTRIES, check_document  # noqa: E402  after the check that Google's library is there
from mystage.adapters.stores.firestore.names import decode_id, encode_id  # noqa: E402  after the check that Google's library is there
from mystage.adapters.stores.firestore.values import DOCUMENT, fill_map, plain, value_of  # noqa: E402  after the check that Google's library is there
from mystage.domain.errors import TooLarge  # noqa: E402  likewise

IDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\U0010ffff"), max_size=20) | st.text("/.a%_")
NAMES = st.text(max_size=5).map(lambda text: text.encode(errors="ignore").decode()) | st.sampled_from(
    ["_json", "__x__"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(IDS)
@example("__")
@example("____")
def test_an_id_comes_back_and_is_one_that_firestore_takes(id):
    encoded = encode_id(id, "things")
    assert decode_id(encoded) == id
    assert "/" not in encoded
    assert encoded not in ("", ".", "..")
    assert re.fullmatch("__.*__", encoded, re.DOTALL) is None


@given(IDS, IDS)
def test_ids_keep_their_order(one, other):
    """By code point, which is the order of UTF-8 bytes; but for those that had to get another name."""
    first, second = encode_id(one, "things"), encode_id(other, "things")
    if "%" not in (first[:1], second[:1]):
        assert (first.encode() < second.encode()) == (one < other)


@given(JSON)
def test_any_json_comes_back_by_value(value):
    assert json.dumps(plain(value_of(value)), sort_keys=True) == json.dumps(value, sort_keys=True)


def test_bytes_and_instants_come_back():
    moment = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert plain(value_of({"a": b"\x00\xff", "b": [moment]})) == {"a": b"\x00\xff", "b": [moment]}


def document(**fields):
    made = DOCUMENT(name="projects/p/databases/(default)/documents/c/d")
    fill_map(made.fields, fields)
    return made


@pytest.mark.parametrize("value", [1, 1.5, True, None, "", {"": 1}, [[]], datetime(2026, 1, 1, tzinfo=UTC)])
def test_what_is_small_in_protobuf_is_small_in_firestore(value):
    """Documents below the size that is not looked at reach no limit, whatever they hold."""
    small = document(values=[value] * 1)
    step = small.ByteSize()
    count = 60_000 // (document(values=[value] * 2).ByteSize() - step)
    whole = document(values=[value] * count)
    from mystage.adapters.stores.firestore import limits  # noqa: PLC0415  its parts

    assert limits._fields_size(whole.fields) < MAX_DOCUMENT
    assert sum(map(limits._entries, whole.fields.values())) <= MAX_ENTRIES


def test_the_limits_are_those_of_firestore():
    check_document(document(text="x" * (MAX_DOCUMENT - 200)), "c/d")
    with pytest.raises(TooLarge, match="bytes"):
        check_document(document(text="x" * MAX_DOCUMENT), "c/d")
    check_document(document(map={f"k{number}": number for number in range(MAX_ENTRIES // 2)}), "c/d")
    with pytest.raises(TooLarge, match="index entries"):
        check_document(document(map={f"k{number}": number for number in range(MAX_ENTRIES // 2 + 1)}), "c/d")
