"""Two artists compared: rules, the shipped model, words and keys."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.acts.artists import make_artists, tell_artists
from tests.support.acts.pairs import pairs_of
from tests.support.acts.words import Vocabulary
from tests.support.scoring import MODELS

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import curve, probability
from mystage.domain.resolution.artists.engine import ArtistEngine
from mystage.domain.resolution.artists.features import FEATURES
from mystage.domain.resolution.judgements import JudgedBy, Verdict
from mystage.domain.values import Kind

ENGINE = ArtistEngine(MODELS[Kind.ARTIST])


def row(name: str, source: str = "a", **more: str):
    return ENGINE.prepare({"id": f"{source}-{name}", "name": name, "source": source, **more})


def test_a_row_needs_a_name():
    with pytest.raises(Invalid, match="needs a name"):
        ENGINE.prepare({"id": "1", "name": " "})


def test_fields_of_a_row():
    act = row(
        "Foxes",
        alt_names="The Vixens; Vixens UK",
        genres='["Rock", "Pop"]',
        country="uk",
        links="https://x.com/foxes",
        website="foxes.example",
        identifiers="MusicBrainz: m1; note",
    )
    assert [name.key for name in act.names] == ["foxes", "vixens", "vixens uk"]
    assert (act.genres, act.country, act.identifiers) == ({"rock", "pop"}, "GB", {"musicbrainz": "m1"})
    assert (act.sites, act.profiles) == ({"foxes.example"}, {"x.com": "x.com/foxes"})


def test_rules_stand_before_the_model():
    assert ENGINE.explain(row("Foxes", identifiers="mb:1"), row("Owls", "b", identifiers="mb:1")).by is JudgedBy.RULE
    for name in ("Foxes Tribute", "Foxes (DJ Set)"):
        scored = ENGINE.explain(row("Foxes"), row(name, "b"))
        assert scored.apart
        assert ENGINE.probability(row("Foxes"), row(name, "b")) == scored.score


def test_rows_without_source_are_not_one_by_their_number():
    """The rows of two files may be counted alike."""
    one, other = ENGINE.prepare({"id": "1", "name": "Velvet Foxes"}), ENGINE.prepare({"id": "1", "name": "Iron Owls"})
    assert ENGINE.probability(one, other) < 0.5


def test_what_is_told_beside_the_name_counts():
    """The same rare misspelling: joined by a profile, left to a person by the name alone, apart by country and profile."""
    misspelt = row("Velvt Fxes", "b")
    assert ENGINE.explain(row("Phoenix", country="DE"), row("Phoenix", "b", country="US")).verdict is not Verdict.MATCH
    joined = ENGINE.explain(row("Velvet Foxes", links="x.com/f"), row("Velvt Foxes", "b", links="x.com/f"))
    assert joined.verdict is Verdict.MATCH
    assert ENGINE.probability(row("Velvet Foxes"), misspelt) < joined.score


def test_a_rare_name_weighs_more_than_a_common_one():
    assert ENGINE.probability(row("Zardogrel Tidejord"), row("Zardogrel Tidejord", "b")) > ENGINE.probability(
        row("Echo"), row("Echo", "b")
    )


def test_the_words_name_the_evidence():
    scored = ENGINE.explain(
        row("Velvet Foxes", country="DE", genres="folk"), row("Velvet Foxes", "b", country="FR", genres="folk")
    )
    texts = [piece.text for piece in scored.evidence]
    assert 'same name "velvet foxes"' in texts[0]
    assert "country DE against FR" in texts
    assert "both play folk" in texts


def test_the_weights_of_the_words_are_the_score():
    """Prior and evidence, through the calibration, give the probability."""
    a, b = row("Velvet Foxes", country="DE"), row("Velvet Foxs", "b", country="DE")
    total = ENGINE.model.prior + sum(piece.weight for piece in ENGINE.explain(a, b).evidence)
    # weights too small for a word are left out
    assert probability(curve(ENGINE.model.calibration, total)) == pytest.approx(ENGINE.probability(a, b), abs=0.05)


FIELDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(
            ["Velvet Foxes", "Velvt Foxes", "The Foxes", "Foxes Tribute", "Owl 51", "\u041a\u0438\u043d\u043e", "Kino"]
        )
    },
    optional={
        "country": st.sampled_from(["DE", "US"]),
        "genres": st.sampled_from(["rock", "indie rock; folk"]),
        "website": st.sampled_from(["a.example", "b.example"]),
        "links": st.sampled_from(["x.com/a", "x.com/b; instagram.com/a"]),
        "identifiers": st.sampled_from(["mb:1", "mb:2"]),
        "alt_names": st.sampled_from(["Vixens", "Kino; Foxes"]),
        "source": st.sampled_from(["a", "b"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(FIELDS, FIELDS)
def test_comparing_is_symmetric(a, b):
    one, other = ENGINE.prepare(a | {"id": "1"}), ENGINE.prepare(b | {"id": "2"})
    assert ENGINE.levels(one, other) == ENGINE.levels(other, one)
    assert len(ENGINE.levels(one, other)) == len(FEATURES)
    assert ENGINE.explain(one, other) == ENGINE.explain(other, one)
    assert ENGINE.explain(one, other).score == ENGINE.probability(other, one)


def test_generated_artists_are_told_apart():
    """On words and a seed that the model has not seen: few false joins, most true ones, almost all pairs found."""
    rng = random.Random(5)
    told = tell_artists(make_artists(400, rng, Vocabulary(1)), rng)
    pairs = pairs_of(ENGINE, told)
    joined = [
        label
        for (a, b), label in zip(pairs.pairs, pairs.labels, strict=True)
        if ENGINE.probability(pairs.sides[a], pairs.sides[b]) >= ENGINE.match
    ]
    assert pairs.completeness >= 0.97
    assert sum(joined) >= 0.97 * len(joined)
    assert sum(joined) >= 0.7 * sum(pairs.labels)
