"""What PostgreSQL cannot hold travels in another form, keeps its order, and comes back as it was."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.stores.sql.postgres.text import from_stored, json_from_stored, json_to_stored, to_stored

TEXTS = st.text(st.sampled_from('\x00\x01\x02a\\u0"é\U0001f3b8')) | st.text()


@given(TEXTS)
def test_text_comes_back_and_holds_no_nul(text):
    stored = to_stored(text)
    assert "\x00" not in stored
    assert from_stored(stored) == text


@given(TEXTS, TEXTS)
def test_the_order_of_texts_is_kept(one, other):
    assert (one < other) == (to_stored(one) < to_stored(other))


@given(st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_json_comes_back_as_postgres_writes_it(value):
    stored = json_to_stored(json.dumps(value).encode())
    written = json.loads(stored)
    assert "\\u0000" not in json.dumps(written).replace("\\\\", "")
    assert json.loads(json_from_stored(json.dumps(written).encode())) == value
