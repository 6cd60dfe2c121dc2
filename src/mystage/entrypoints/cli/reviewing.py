"""`duplicates` and `resolution review-clusters`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mystage.application.curation.clusters import Reviewed
from mystage.application.curation.reviewing import Review
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.resolution.judgements import Question
from mystage.domain.values import Kind
from mystage.entrypoints.cli.acting import carried_out, tell, told
from mystage.entrypoints.cli.progress import counting
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def kind_of(text: str) -> Kind | None:
    """The kind that an option names; nothing: all. Raises Invalid."""
    try:
        return Kind(text) if text else None
    except ValueError as error:
        raise Invalid("no such kind", where=f"--kind {text}", hint=f"one of {', '.join(Kind)}") from error


def waiting(*, kind: str, limit: int, data: Path | None, json: bool) -> None:
    """The command."""
    wanted = kind_of(kind)

    async def work(container: Container) -> list[Review]:
        found: list[Review] = await container.reviews().waiting(kind=wanted, limit=limit)
        return found

    found = with_container(data, work)
    if json:
        print_json([{**r.pair.model_dump(mode="json", exclude_none=True), "names": r.names, "audience": r.audience, "harm": r.harm}
                    for r in found])  # fmt: skip
        return
    console = output()
    for review in found:
        print_line(console, review)
    console.print(f"[dim]{counted(len(found), 'pair')}[/dim]")


def print_line(console: Console, review: Review) -> None:
    """One question on three lines: what, why, and how to answer."""
    pair, (left, right) = review.pair, review.names
    what = (
        f"{escape(left)} [dim]~[/dim] {escape(right)}"
        if pair.question is Question.JOIN
        else f"{escape(left)}: two things?"
    )
    numbers = f"harm {review.harm:g} = {pair.score:.0%} of {review.audience}"
    console.print(f"[bold]{pair.score:.0%}[/bold]  {pair.kind.value}  {what}  [dim]{numbers}[/dim]")
    console.print(f"     {escape('; '.join(reason.text for reason in pair.reasons[:4]))}")
    for opinion in pair.opinions:
        console.print(f"     [dim]{escape(opinion.by)}: {opinion.polarity.value}, {escape(opinion.reason)}[/dim]")
    console.print(f"     mystage duplicates answer {pair.id} same|different|unsure")


def show(id: str, *, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> Review:
        found: Review = await container.reviews().show(id)
        return found

    review = with_container(data, work)
    if json:
        print_json(review)
        return
    console = output()
    print_line(console, review)
    print_sides(console, review)


def print_sides(console: Console, review: Review) -> None:
    """Both records field by field, and all evidence."""
    table = Table(box=None, pad_edge=False)
    for column in ("field", review.pair.left_source, review.pair.right_source):
        table.add_column(escape(column), overflow="fold")
    for field in review.left:
        left, right = str(review.left.get(field, "")), str(review.right.get(field, ""))
        if left or right:
            style = "" if left == right else "yellow"
            table.add_row(field, escape(left), escape(right), style=style)
    console.print(table, soft_wrap=False)
    for reason in review.pair.reasons:
        console.print(f"  {reason.weight:+6.2f}  {escape(reason.text)}")


def answer(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(
        data, lambda c: c.reviews().answer(**asked, actor=by, reason=reason, preview=preview), preview=preview
    )
    tell(done, told(done, asked["answer"]), json=json)


def ask(*, kind: str, budget: int, data: Path | None, json: bool) -> None:
    """The command."""
    wanted = kind_of(kind)

    async def work(container: Container) -> list[Review]:
        found: list[Review] = await container.reviews().advise(kind=wanted, budget=budget)
        return found

    found = with_container(data, work)
    if json:
        print_json([review.pair for review in found])
        return
    console = output()
    for review in found:
        print_line(console, review)
    console.print(f"[dim]{counted(len(found), 'opinion')}; the questions stay open[/dim]")


def clusters(*, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> Reviewed:
        with counting("clusters looked at", quiet=json) as count:
            found: Reviewed = await container.review_clusters().run(count)
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
        return
    console = output()
    console.print(f"{counted(found.clusters, 'cluster')}, {counted(found.pairs, 'pair')} scored again.")
    for id in found.proposed:
        console.print(f"may be two: mystage duplicates show {id}")
    if found.cut:
        console.print(f"{counted(found.cut, 'cluster')} with more records than are compared: their first 40 were")
