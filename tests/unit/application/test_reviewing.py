"""The review queue: what does most harm first, answers, opinions, labels; ties between sources; clusters looked at again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.scoring import scorer
from tests.support.world import World, world

from mystage.adapters.agents.conflicts import Judge
from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.curation.reviewing import Review
from mystage.application.ports.documents import ChangeSet
from mystage.domain.errors import Invalid, Malformed, NotFound
from mystage.domain.merging.conflicts import DAY_RULE
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.clusters import Split
from mystage.domain.resolution.evidence import Evidence, Model, Scored
from mystage.domain.resolution.judgements import JudgedBy, Verdict
from mystage.domain.resolution.labels import columns
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.scoring import Scorer
from mystage.domain.sources import EntitySource, entity_source_id
from mystage.domain.values import Kind, evolve

ELM = {"locality": "Harbel", "country": "DK", "street": "90 Elm Road"}


class Doubting(Scorer):
    """Scores two venues by a table of pairs of sites; 0.01 for all others."""

    def __init__(self, scores: dict[frozenset[str], float]) -> None:
        self._scores = scores

    @property
    def model(self) -> Model:
        return Model()

    def pair_model(self, kind: Kind) -> AdditiveModel:
        return evolve(scorer().pair_model(kind), version="table-1", match=0.92, possible=0.5)

    def score(self, a: Side, b: Side) -> Scored:
        if a.kind is not Kind.VENUE:
            return scorer().score(a, b)
        score = self._scores.get(frozenset((a.id.partition(".")[0], b.id.partition(".")[0])), 0.01)
        verdict = Verdict.MATCH if score >= 0.92 else Verdict.POSSIBLE if score >= 0.5 else Verdict.NEW
        return Scored(score, verdict, JudgedBy.MODEL, (Evidence("table", score, f"the table says {score}"),))


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=MemoryPageFetcher({}), readers=ClaimsReader()) as opened:
        yield opened


def record(site: str) -> str:
    return entity_source_id(f"{site}.example", Kind.VENUE, "v")


def scored_by(at: World, **scores: float) -> None:
    """`one_two=0.8`: how likely the venues of two sites are one."""
    table = {frozenset(pair.split("_")): score for pair, score in scores.items()}
    at.scored_by(Doubting(table))


async def waiting(at: World, order: str = "harm") -> list[Review]:
    found: list[Review] = await at.container.reviews().waiting(limit=10, order=order)
    return found


def judged_by(at: World, model: Any) -> None:
    at.container.judge.override(providers.Object(Judge("test:model", build=lambda: model)))


async def doubtful(at: World) -> None:
    """Two doubtful pairs: the likelier one without shows, the other with four."""
    scored_by(at, one_two=0.9, three_four=0.6)
    shows = [
        performance(f"p{n}", f"2027-03-0{n + 1}T20:00", title="Opening", venue="v", artists=("a",)) for n in range(4)
    ]
    await at.tell(
        one=said(venue("v", "Amber Hall", **ELM)),
        two=said(venue("v", "Amber Hall", **ELM)),
        three=said(venue("v", "Salt Mill", **ELM), artist("a", "Paper Weather"), *shows),
        four=said(venue("v", "Salt Mill", **ELM)),
    )


async def test_the_most_harmful_question_comes_first(at: World) -> None:
    """Harm is probability times audience: 0.6 of those who see four shows outweighs 0.9 of nobody."""
    await doubtful(at)
    first, second = await waiting(at)
    assert (first.pair.score, first.audience, first.harm) == (0.6, 8, pytest.approx(4.8))
    assert (second.pair.score, second.audience, second.harm) == (0.9, 4, pytest.approx(3.6))
    assert [r.pair.score for r in await waiting(at, "uncertain")] == [0.6, 0.9]
    assert (first.left["name"], first.right["street"]) == ("Salt Mill", "90 Elm Road")
    with pytest.raises(Invalid, match="no such order"):
        await waiting(at, "loudest")


@pytest.mark.parametrize(("answer", "venues"), [("same", 3), ("different", 4), ("unsure", 4)])
async def test_an_answer_is_a_judgement_and_is_not_asked_again(at: World, answer: str, venues: int) -> None:
    await doubtful(at)
    question = (await waiting(at))[0].pair.id
    done = await at.container.reviews().answer(question, answer, actor="ada")
    await at.settle()
    await at.tell(four=said(venue("v", "Salt Mill", phone="+4533112233", **ELM)))
    assert len(await at.live(Kind.VENUE)) == venues
    assert question not in [r.pair.id for r in await waiting(at)]
    await at.container.undo().undo(done.act, actor="bo")
    await at.settle()
    assert question in [r.pair.id for r in await waiting(at)]


async def test_an_answered_question_is_not_answered_twice(at: World) -> None:
    await doubtful(at)
    question = (await waiting(at))[0].pair.id
    await at.container.reviews().answer(question, "different", actor="ada")
    with pytest.raises(Invalid, match="answered already"):
        await at.container.reviews().answer(question, "same", actor="ada")
    with pytest.raises(NotFound, match="no such question"):
        await at.container.reviews().show("dup_nothing")


async def test_of_two_answers_at_once_the_later_one_is_refused(at: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw the question open; the commit of one comes first."""
    await doubtful(at)
    question, commit = (await waiting(at))[0].pair.id, at.store.commit

    async def overtaken(changes: ChangeSet) -> None:
        monkeypatch.undo()
        await at.container.reviews().answer(question, "different", actor="ada")
        await commit(changes)

    monkeypatch.setattr(at.store, "commit", overtaken)
    with pytest.raises(Invalid, match="answered already"):
        await at.container.reviews().answer(question, "same", actor="bo")
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 4


async def test_labels_are_what_persons_have_judged(at: World) -> None:
    """Yes and no with both sides; unsure, retired and implied judgements teach nothing."""
    await doubtful(at)
    for review, answer in zip(await waiting(at), ("same", "different"), strict=True):
        await at.container.reviews().answer(review.pair.id, answer, actor="ada")
        await at.settle()
    rows = await at.container.reviews().labels(Kind.VENUE)
    assert [(r["left_name"], r["right_name"], r["label"], r["actor"]) for r in rows] == [
        ("Salt Mill", "Salt Mill", 1, "ada"),
        ("Amber Hall", "Amber Hall", 0, "ada"),
    ]
    assert all(tuple(r) == columns(Kind.VENUE) for r in rows)
    assert await at.container.reviews().labels(Kind.ARTIST) == []


async def test_a_models_opinion_stands_beside_the_question_and_decides_nothing(at: World) -> None:
    """Within its budget, the least certain first, once a question."""
    await doubtful(at)
    with pytest.raises(Invalid, match="no model is configured"):
        await at.container.reviews().advise(kind=None, budget=1)
    judged_by(at, TestModel(custom_output_args={"polarity": "positive", "probability": 0.97, "reason": "one street"}))
    (review,) = await at.container.reviews().advise(kind=None, budget=1)
    assert (review.pair.score, review.pair.opinions[0].reason) == (0.6, "one street")
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 4
    assert len(await at.container.reviews().advise(kind=None, budget=5)) == 1
    assert await at.container.reviews().advise(kind=None, budget=5) == []


async def disputed(at: World) -> str:
    """Two sources of one rank, one venue, two phones."""
    scored_by(at, one_two=0.99)
    await at.tell(
        one=said(venue("v", "Amber Hall", phone="+4533112233", **ELM)),
        two=said(venue("v", "Amber Hall", phone="+4599887766", **ELM)),
    )
    (hall,) = await at.live(Kind.VENUE)
    return hall.id


async def test_a_tie_is_listed_and_decided_by_a_rule_that_says_so(at: World) -> None:
    id = await disputed(at)
    (conflict,) = (await at.container.show().entity(id)).conflicts
    assert (conflict.field, conflict.tied, conflict.decided_by) == ("phone", True, DAY_RULE)
    assert [option.value for option in conflict.options] == ["+4533112233", "+4599887766"]
    assert [d.entity for d in await at.container.conflicts().undecided(limit=5)] == [id]
    with pytest.raises(Invalid, match="no model is configured"):
        await at.container.conflicts().settle(budget=1, actor="ada")


async def test_a_models_choice_is_kept_with_its_reason_and_reused(at: World) -> None:
    """One question; a rebuild, a re-crawl and an un-tied source change nothing; another word of the record ends it."""
    id, questions = await disputed(at), 0

    def choose(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        nonlocal questions
        questions += 1
        return ModelResponse([ToolCallPart(info.output_tools[0].name, {"choice": 1, "reason": "the area code fits"})])

    judged_by(at, FunctionModel(choose))
    (done,) = await at.container.conflicts().settle(budget=5, actor="ada")
    await at.settle()
    assert (done.moved, questions) == ((record("two"),), 1)
    await at.tell(one=said(venue("v", "Amber Hall", phone="+4533112233", **ELM), look=1))
    assert (await at.live(Kind.VENUE))[0].phone == "+4599887766"
    (conflict,) = (await at.container.show().entity(id)).conflicts
    assert conflict.decided_by == "test:model (ada): the area code fits"
    assert await at.container.conflicts().settle(budget=5, actor="ada") == []
    await at.tell(two=said(venue("v", "Amber Hall", phone="+4511111111", **ELM)))
    assert (await at.live(Kind.VENUE))[0].phone == "+4533112233"
    await at.tell(two=said(venue("v", "Amber Hall", phone="+4599887766", **ELM)))
    await at.container.undo().undo(done.act, actor="bo")
    await at.settle()
    assert (await at.live(Kind.VENUE))[0].phone == "+4533112233"


async def test_a_person_chooses(at: World) -> None:
    id = await disputed(at)
    conflicts = at.container.conflicts()
    for field, source, words in (
        ("name", record("two"), "no tie on 'name'"),
        ("phone", "x:venue:y", "not part of the tie"),
    ):
        with pytest.raises(Invalid, match=words):
            await conflicts.choose(id, field, source, actor="ada")
    seen = await conflicts.choose(id, "phone", record("two"), actor="ada", preview=True)
    assert [(c.field, c.after) for c in seen.effects.fields] == [("phone", "+4599887766")]
    await conflicts.choose(id, "phone", record("two"), actor="ada", reason="called them")
    await at.settle()
    assert (await at.live(Kind.VENUE))[0].phone == "+4599887766"


async def test_what_a_person_decides_while_the_model_thinks_stands(at: World) -> None:
    """The model's answer comes after the person's: it is dropped, and nothing is told as done."""
    id = await disputed(at)

    async def late(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        at.clock.advance(1.0)
        await at.container.conflicts().choose(id, "phone", record("two"), actor="ada", reason="called them")
        at.clock.advance(1.0)
        return ModelResponse([ToolCallPart(info.output_tools[0].name, {"choice": 0, "reason": "it looks older"})])

    judged_by(at, FunctionModel(late))
    assert await at.container.conflicts().settle(budget=5, actor="bo") == []
    await at.settle()
    assert (await at.live(Kind.VENUE))[0].phone == "+4599887766"


async def test_an_answer_beside_the_question_is_malformed(at: World) -> None:
    await disputed(at)
    judged_by(at, TestModel(custom_output_args={"choice": 7, "reason": "why not"}))
    with pytest.raises(Malformed, match="option 7 of 2"):
        await at.container.conflicts().settle(budget=1, actor="ada")


async def test_what_a_person_parts_meanwhile_is_not_asked_about(at: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scored_by(at, one_two=0.99, two_three=0.95, three_four=0.99, one_three=0.93, one_four=0.93, two_four=0.93)
    for site in ("one", "two", "three", "four"):
        await at.tell(**{site: said(venue("v", "Amber Hall", **ELM))})
    scored_by(at, one_two=0.99, two_three=0.6, three_four=0.99)
    review = at.container.review_clusters()
    weakest = review._weakest

    async def slowly(members: list[EntitySource]) -> tuple[Split | None, int]:
        found: tuple[Split | None, int] = await weakest(members)
        assert found[0] is not None
        await at.container.curate().judge(*found[0].pair, "different", actor="ada")
        return found

    monkeypatch.setattr(review, "_weakest", slowly)
    assert (await review.run()).proposed == ()


async def test_a_weak_bridge_is_found_and_asked_about(at: World) -> None:
    """A new model thinks less of what held two halves together: a question, which a person answers."""
    scored_by(at, one_two=0.99, two_three=0.95, three_four=0.99, one_three=0.93, one_four=0.93, two_four=0.93)
    for site in ("one", "two", "three", "four"):
        await at.tell(**{site: said(venue("v", "Amber Hall", **ELM))})
    assert len(await at.live(Kind.VENUE)) == 1
    assert (await at.container.review_clusters().run()).proposed == ()
    scored_by(at, one_two=0.99, two_three=0.6, three_four=0.99)
    found = await at.container.review_clusters().run()
    assert (found.clusters, found.pairs, len(found.proposed)) == (1, 6, 1)
    assert (await at.container.review_clusters().run()).proposed == ()
    (review,) = await waiting(at)
    assert (review.pair.question.value, review.pair.score) == ("split", pytest.approx(0.1575))
    done = await at.container.reviews().answer(review.pair.id, "different", actor="ada")
    await at.settle()
    assert [len(e.sources) for e in await at.live(Kind.VENUE)] == [2, 2]
    assert await waiting(at) == []
    await at.container.undo().undo(done.act, actor="ada")
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 1
