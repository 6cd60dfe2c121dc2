"""Evaluation on pydantic-evals: labelled pages as cases, our scores as its evaluator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from mystage.adapters.agents import needs
from mystage.application.ports.evaluation import EvalRunner, GoldPage, PageScore
from mystage.domain.errors import MystageError

AT_ONCE = 4
"""Pages under way at the same time."""


class PydanticEvals(EvalRunner):
    """Runs a dataset. pydantic-ai loads when it runs."""

    async def run(
        self, name: str, pages: Sequence[GoldPage], task: Callable[[GoldPage], Awaitable[PageScore]]
    ) -> list[PageScore]:
        needs("pydantic_evals")
        from pydantic_evals import Case, Dataset  # noqa: PLC0415  seconds, only where something is evaluated

        async def tried(page: GoldPage) -> PageScore:
            try:
                return await task(page)
            except MystageError as error:
                return PageScore(page.name, error=str(error))

        cases = [Case(name=page.name, inputs=page, expected_output=None) for page in pages]
        dataset = Dataset(name=name, cases=cases, evaluators=[_scored()])
        report = await dataset.evaluate(tried, name=name, max_concurrency=AT_ONCE, progress=False)
        done = {case.name: case.output for case in report.cases}
        failed = {failure.name: PageScore(failure.name, error=failure.error_message) for failure in report.failures}
        return [done.get(page.name) or failed[page.name] for page in pages]


def _scored() -> Any:
    """The evaluator: what its reports show of a page."""
    from dataclasses import dataclass  # noqa: PLC0415  beside the class that needs it

    from pydantic_evals.evaluators import Evaluator, EvaluatorContext  # noqa: PLC0415  as above

    @dataclass
    class Scored(Evaluator[GoldPage, PageScore, None]):
        def evaluate(self, ctx: EvaluatorContext[GoldPage, PageScore, None]) -> Mapping[str, float]:
            shows = ctx.output.scores.get("performances")
            return (
                {"precision": shows.precision, "recall": shows.recall, "fields": shows.field_accuracy} if shows else {}
            )

    return Scored()
