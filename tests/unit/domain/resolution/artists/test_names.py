"""The names of acts: what is one name in several writings, and what is another name."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.artists.comparing import ADDED, ORDER, OTHER, SAME, SCRIPT, SOUND, STYLED, compare
from mystage.domain.resolution.artists.names import NO_NAME, act_name

CORPUS = Path(__file__).parents[5] / ".." / "shared" / "corpus"


def form(a: str, b: str) -> int:
    return compare(act_name(a), act_name(b)).form


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("The Velvet Foxes", "VELVET FOXES", SAME),
        ("Velvet Foxes, The", "Velvet Foxes", SAME),
        ("Cave, Nina", "Nina Cave", SAME),
        ("Owls & Foxes", "Owls and Foxes", SAME),
        ("Velvet Foxes feat. Iron Owls", "Velvet Foxes", SAME),
        ("Velvet Foxes (official)", "Velvet Foxes", SAME),
        ("Velvet Foxes (DE)", "Velvet Foxes", SAME),
        ("Bj\u00f6rk", "Bjork", SAME),
        ("A$AP Nova", "ASAP Nova", SAME),
        ("P!nk Owl", "Pink Owl", SAME),
        ("Ke$ha", "Kesha", SAME),
        ("Blink-182", "Blink 182", SAME),
        ("Blink182", "Blink-182", SAME),
        ("TheFoxes", "The Foxes", SAME),
        ("Velvetfoxes", "Velvet Foxes", ORDER),
        ("Nina Cave", "Cave Nina", ORDER),
        ("deadowl5", "deadowls", STYLED),
        ("Katya Zima", "Katja Sima", SOUND),
        ("\u041a\u0438\u043d\u043e", "Kino", SCRIPT),
        ("Nina Cave Band", "Nina Cave", ADDED),
        ("DJ Owl", "Owl", ADDED),
        ("Velvet Foxes", "Velvet Boxes", OTHER),
        ("Owl 51", "Owl 52", OTHER),
    ],
)
def test_forms(a, b, expected):
    assert form(a, b) == form(b, a) == expected


@pytest.mark.parametrize(
    "name",
    [
        "\u0e04\u0e32\u0e23\u0e32\u0e1a\u0e32\u0e27",
        "\u690e\u540d\u6797\u6a8e",
        "\ubc29\ud0c4",
        "\u05e9\u05dc\u05d5\u05dd",
    ],
)
def test_names_of_every_script_survive(name):
    """Another name of the script is another name, and the letters are kept."""
    prepared = act_name(name)
    assert prepared.foreign
    assert prepared.key
    assert prepared.latin.isascii()
    assert form(name, name + name[0]) == OTHER


def test_a_name_without_letters_is_none():
    assert act_name("") == NO_NAME
    assert act_name("!!!").key == "!!!"


def test_marks_and_countries_are_told_by_the_name():
    assert act_name("Tribute to Foxes").marks == {"tribute"}
    assert act_name("Foxes (DJ Set)").marks == {"dj set"}
    assert [act_name(f"Foxes {end}").country for end in ("(DE)", "[uk]", "(USA)", "(EP)", "")] == [
        "DE",
        "GB",
        "US",
        "",
        "",
    ]


def test_a_rare_name_tells_more_than_a_common_one():
    assert act_name("Zardogrel").rarity > act_name("Phoenix").rarity > act_name("Band").rarity
    assert act_name("Tidejord Zardogrel").rarity > act_name("Tidejord").rarity


def test_numbers_are_not_misspelt():
    assert compare(act_name("Front 242"), act_name("Front 424")).numbers == 0
    assert compare(act_name("Maroon 5"), act_name("Maroon")).numbers == 50


TEXTS = st.text(st.sampled_from("aeioubcdks $!&.-'15\u00e9\u0416\u0e01\u30ab(),T"), max_size=14)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_comparing_is_symmetric_and_in_range(a, b):
    """Either order gives the same levels, all of them levels; a name is itself."""
    one, other = act_name(a), act_name(b)
    levels = compare(one, other)
    assert levels == compare(other, one)
    assert all(-1 <= level <= 100 for level in levels)
    assert compare(one, one).form == SAME


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_case_and_space_change_nothing(text):
    assert act_name(f"  {text}  ").key == act_name(text).key


def test_the_corpus_names_stay_apart():
    """Names of real acts: each keeps letters, and two of one key differ in writing alone."""
    files = sorted(CORPUS.glob("*/open/*.gold.json"))
    if not files:
        pytest.skip("no corpus beside the repository")
    names = set()
    for file in files:
        gold = json.loads(file.read_text("utf-8"))
        names.update(artist["name"] for artist in gold.get("artists", ()) if isinstance(gold, dict))
    by_key = defaultdict(set)
    for name in names:
        assert act_name(name).key, name
        by_key[act_name(name).key].add("".join(c for c in name.casefold() if c.isalnum()).removeprefix("the"))
    merged = [found for found in by_key.values() if len(found) > 1]
    assert len(merged) <= len(names) // 50, merged
