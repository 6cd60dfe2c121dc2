"""One form for all JSON texts of a value, and another for every other value."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.system.canonical import canonical_json
from mystage.application.moving.digests import sorted_json
from mystage.domain.errors import Malformed

SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
CANONICAL = pytest.mark.parametrize("canonical", [sorted_json, canonical_json])


def shuffled(value, chance):
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@CANONICAL
@settings(deadline=None)
@given(value=VALUES, seed=st.integers(0, 99), ascii_=st.booleans())
def test_order_of_names_spaces_and_escapes_do_not_count(canonical, value, seed, ascii_):
    other = json.dumps(shuffled(value, random.Random(seed)), indent=1, ensure_ascii=ascii_)
    one = canonical([("d", json.dumps(value).encode())])
    assert canonical([("d", other.encode("utf-8", "surrogatepass"))]) == one


def typed(value):
    """A value that only equals one of the same types."""
    if isinstance(value, dict):
        return frozenset((name, typed(item)) for name, item in value.items())
    return tuple(map(typed, value)) if isinstance(value, list) else (type(value), repr(value))


@CANONICAL
@settings(deadline=None)
@given(one=VALUES, other=VALUES)
def test_other_values_have_other_forms(canonical, one, other):
    same = canonical([("d", json.dumps(one).encode())]) == canonical([("d", json.dumps(other).encode())])
    assert same == ((type(one), typed(one)) == (type(other), typed(other)))


@CANONICAL
@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "true"), ("0", "false"), ("18446744073709551617", "18446744073709551616"), ('""', "null"), ("[]", "{}")],
)
def test_what_python_or_a_float_would_take_for_equal_is_not(canonical, one, other):
    first, second = (canonical([("d", f'{{"a": {text}}}'.encode())]) for text in (one, other))
    assert first != second


@CANONICAL
@settings(deadline=None)
@given(values=st.lists(VALUES, max_size=6), cut=st.integers(0, 6))
def test_how_documents_are_put_into_calls_does_not_count(canonical, values, cut):
    documents = [(str(number), json.dumps(value).encode()) for number, value in enumerate(values)]
    assert canonical(documents[:cut]) + canonical(documents[cut:]) == canonical(documents)


@pytest.mark.parametrize("bodies", [(b"no",), (b"1", b"{"), (b"[1", b"2]"), (b"1,2",), (b"",)])
def test_what_is_no_json_is_told_by_its_document(bodies):
    with pytest.raises(Malformed):
        canonical_json([(f"d{number}", body) for number, body in enumerate(bodies)])


def test_infinity_and_half_a_character_are_python_s_to_read():
    assert canonical_json([("d", b'[Infinity, "\\ud800"]')]) != canonical_json([("d", b'[-Infinity, "\\ud800"]')])
