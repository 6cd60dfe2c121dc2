"""A comparison's words: found once, when somebody asks, and the same ones then as ever."""

from __future__ import annotations

import pickle

from mystage.domain.resolution.evidence import Evidence, Scored, parted
from mystage.domain.resolution.judgements import JudgedBy, Verdict

PIECE = Evidence("name", 2.0, "same name")


def test_words_are_found_once_and_only_when_asked() -> None:
    asked = []

    def telling() -> list[Evidence]:
        asked.append(1)
        return [PIECE]

    scored = Scored(0.9, Verdict.MATCH, JudgedBy.MODEL, telling)
    assert not asked
    assert scored.evidence == (PIECE,)
    assert scored.reasons[0].text == "same name"
    assert len(asked) == 1


def test_it_equals_one_that_was_told_at_once_and_travels_to_another_process() -> None:
    late = Scored(0.9, Verdict.MATCH, JudgedBy.MODEL, lambda: [PIECE])
    told = Scored(0.9, Verdict.MATCH, JudgedBy.MODEL, (PIECE,))
    assert late == told == pickle.loads(pickle.dumps(late))  # noqa: S301  our own bytes
    assert hash(late) == hash(told)
    assert late != Scored(0.8, Verdict.MATCH, JudgedBy.MODEL, (PIECE,))


def test_a_rule_comes_before_what_it_overrules() -> None:
    scored = parted("rooms", "two rooms", lambda: [PIECE])
    assert scored.apart
    assert [piece.feature for piece in scored.evidence] == ["rooms", "name"]
