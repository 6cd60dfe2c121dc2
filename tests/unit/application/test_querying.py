"""Laws of the pure query functions; what each operator means is proven by the stores' contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.application.ports.documents import ChangeSet, Delete, Put, Query, Where
from mystage.application.ports.querying import (
    check_changes,
    decode_cursor,
    encode_cursor,
    is_after,
    matches,
    sort_key,
    stored_values,
)
from mystage.domain.errors import Invalid, Malformed
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Model


class Row(Model):
    id: str


ROWS = Collection(
    "rows",
    Row,
    indexes=(Index("name"), Index("size", type="real"), Index("n", type="integer"), Index("keys", array=True)),
)
REALS = st.floats(allow_nan=False)


@given(id=st.text(), name=st.text(), descending=st.booleans())
def test_a_cursor_leads_back_to_its_key(id, name, descending):
    query = Query("rows", order="name", descending=descending)
    text = encode_cursor(query, (name, id))
    assert text.isascii()
    assert decode_cursor(Query("rows", order="name", after=text), ROWS) == (name, id)


@given(size=REALS, id=st.text())
def test_a_cursor_keeps_every_number_exactly(size, id):
    query = Query("rows", order="size")
    assert decode_cursor(Query("rows", order="size", after=encode_cursor(query, (size, id))), ROWS) == (size, id)


@given(rows=st.lists(st.tuples(REALS, st.text()), unique=True, max_size=12), descending=st.booleans(), data=st.data())
def test_what_is_after_a_row_is_the_rest_of_the_sorted_rows(rows, descending, data):
    query = Query("rows", order="size", descending=descending)
    keys = sorted((sort_key(query, id, {"size": size}) for size, id in rows), reverse=descending)
    for place, key in enumerate(keys):
        assert [other for other in keys if is_after(query, other, key)] == keys[place + 1 :]


def test_an_answer_in_an_order_leaves_out_rows_without_it():
    assert not matches(Query("rows", order="name"), {"name": None})
    assert not matches(Query("rows", order="name"), {})
    assert matches(Query("rows", order="name"), {"name": ""})


@given(value=st.none() | st.integers(-3, 3), bound=st.integers(-3, 3))
def test_a_range_and_its_opposite_share_no_row_and_leave_out_only_the_empty(value, bound):
    found = [matches(Query("rows", (Where("n", op, bound),)), {"n": value}) for op in ("ge", "lt")]
    assert sum(found) == (value is not None)


@pytest.mark.parametrize("text", ["bm90IGpzb24", "WyJuYW1lIiwxLCJpZCJd", "WyJuYW1lIiwieCIsMV0"])
def test_a_cursor_with_a_value_of_another_type_is_refused(text):
    with pytest.raises((Malformed, Invalid)):
        decode_cursor(Query("rows", order="name", after=text), ROWS)


def test_stored_values_have_one_type_per_index():
    put = Put("rows", "a", b"{}", {"size": 2, "n": True, "keys": ("b", "a", "b")})
    values = stored_values(put, ROWS)
    assert values == {"name": None, "size": 2.0, "n": 1, "keys": ("b", "a")}
    assert [type(values[field]) for field in ("size", "n")] == [float, int]


def test_every_document_that_is_written_twice_is_named():
    changes = ChangeSet(
        puts=(Put("rows", "a", b"{}", {}), Put("rows", "a", b"{}", {}), Put("rows", "c", b"{}", {})),
        deletes=(Delete("rows", "b"), Delete("rows", "b")),
    )
    with pytest.raises(Invalid, match="rows/a, rows/b"):
        check_changes(changes, {"rows": ROWS})
