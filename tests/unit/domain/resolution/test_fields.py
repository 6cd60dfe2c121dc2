"""Which column is which field: by the caller's word, else by common names; answers are never evidence."""

from __future__ import annotations

import pytest

from mystage.domain.errors import Invalid
from mystage.domain.resolution.fields import answers_of, laid_out, sides_of
from mystage.domain.resolution.generic.columns import ColumnKind


def test_common_names_are_known() -> None:
    layout = laid_out("venue", ["rid", "Name", "addr", "City", "zip", "Latitude", "lng", "Phone", "cuisine"], [])
    assert layout.fields == {
        "id": "rid", "name": "Name", "street": "addr", "locality": "City", "postal_code": "zip", "lat": "Latitude",
        "lon": "lng", "phone": "Phone",
    }  # fmt: skip
    assert "street=addr" in layout.guessed


def test_german_and_spanish_names_are_known() -> None:
    german = laid_out("venue", ["Name", "Straße", "PLZ", "Ort", "Telefon", "Breite", "Länge", "Quelle"], [])
    spanish = laid_out(
        "venue", ["nombre", "dirección", "CP", "ciudad", "teléfono", "latitud", "longitud", "fuente"], []
    )
    fields = {"name", "street", "postal_code", "locality", "phone", "lat", "lon", "source"}
    assert set(german.fields) == set(spanish.fields) == fields
    assert (german.fields["street"], spanish.fields["street"]) == ("Straße", "dirección")


def test_the_callers_word_comes_first() -> None:
    layout = laid_out("venue", ["id", "name", "label"], ["name=label", "id=name"])
    assert (layout.fields["name"], layout.fields["id"]) == ("label", "name")


def test_an_id_column_is_preferred_to_other_numbers() -> None:
    assert laid_out("artist", ["recId", "id", "name"], []).fields == {"id": "id", "name": "name"}


@pytest.mark.parametrize(
    ("entry", "name", "column", "kind"),
    [
        ("t=title", "t", "title", None),
        ("t:text=title", "t", "title", ColumnKind.TEXT),
        ("text:t=title", "t", "title", ColumnKind.TEXT),
        ("title:text", "title", "title", ColumnKind.TEXT),
    ],
)
def test_generic_columns_are_named_with_their_kind(entry: str, name: str, column: str, kind: ColumnKind | None) -> None:
    layout = laid_out("generic", ["id", "title", "album"], [entry])
    assert layout.compared == {name: column}
    assert layout.kinds == ({name: kind} if kind else {})
    assert layout.ignored == ["album"]


def test_generic_takes_all_columns_but_ids_and_answers() -> None:
    layout = laid_out("generic", ["id", "source", "title", "recId", "yelp_id", "gold"], [], ["gold"])
    assert layout.compared == {"title": "title"}
    assert set(layout.ignored) == {"gold", "recId", "yelp_id"}
    assert layout.fields == {"id": "id", "source": "source"}


@pytest.mark.parametrize(
    ("kind", "maps", "message"),
    [
        ("venue", ["name=nowhere"], 'no column "nowhere"'),
        ("venue", ["colour=title"], 'no field "colour"'),
        ("venue", ["title"], "names no column"),
        ("venue", ["=title"], "lacks a name"),
        ("performance", [], "no column for start_local"),
        ("hall", [], "no such kind"),
    ],
)
def test_what_is_missing_is_named_and_the_columns_are_listed(kind: str, maps: list[str], message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        laid_out(kind, ["id", "title"], maps)
    assert caught.value.hint


def test_answers_are_told_by_name_and_a_label_by_its_values() -> None:
    assert answers_of({"cluster": ["7"], "Split": ["train"], "label": ["0", "1"]}) == ["cluster", "Split", "label"]
    assert answers_of({"label": ["Petra (Jordan)"], "match": ["Ajax - PSV"]}) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("l_{}", "r_{}"), ("left_{}", "right_{}"), ("ltable_{}", "rtable_{}"), ("left.{}", "right.{}"), ("{}_1", "{}_2"),
        ("{}_a", "{}_b"), ("{}_x", "{}_y"), ("A_{}", "B_{}"),
    ],
)  # fmt: skip
def test_sides_are_told_by_prefix_or_suffix(left: str, right: str) -> None:
    names = ["name", "street"]
    columns = [form.format(name) for form in (left, right) for name in names] + ["label"]
    assert sides_of(columns) == tuple({name: form.format(name) for name in names} for form in (left, right))


def test_columns_that_are_not_in_pairs_are_refused() -> None:
    with pytest.raises(Invalid, match="not in pairs"):
        sides_of(["name", "street"])
