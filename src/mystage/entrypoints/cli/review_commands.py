"""The groups `duplicates`, `conflicts` and `resolution`: questions for persons, and what they teach."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mystage.entrypoints.cli.options import Actor, Data, Json, Preview, Reason

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
KindOf = Annotated[str, typer.Option("--kind", help="venue, artist or performance; nothing: all.")]
Budget = Annotated[
    int, typer.Option("--budget", min=1, max=10_000, help="How many questions the model is asked at most.")
]

duplicates = typer.Typer(
    help="Pairs that may be one (or entities that may be two), the most harmful first: for a person to answer. "
    "Harm is the probability that the catalogue is wrong, times the audience: 1, live performances and sources of both sides."
)
conflicts = typer.Typer(
    help="Fields on which sources of equal rank disagree: list them, choose, or have a model choose.",
    no_args_is_help=True,
)
resolution = typer.Typer(
    help="What resolution learns from: label pairs, export labels, look at clusters again.", no_args_is_help=True
)


@duplicates.callback(invoke_without_command=True)
def _duplicates(context: typer.Context, limit: Limit = 20, data: Data = None, json: Json = False) -> None:
    """List them, where no other command is named."""
    if context.invoked_subcommand is None:
        from mystage.entrypoints.cli import reviewing

        reviewing.waiting(kind="", limit=limit, data=data, json=json)


@duplicates.command("list", short_help="List open questions.")
def duplicates_list(kind: KindOf = "", limit: Limit = 20, data: Data = None, json: Json = False) -> None:
    """List open questions, the most harmful first, each with its id, probability, audience and evidence."""
    from mystage.entrypoints.cli import reviewing

    reviewing.waiting(kind=kind, limit=limit, data=data, json=json)


@duplicates.command("show", short_help="Show one question in full.")
def duplicates_show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the question, as `mystage duplicates` lists it.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show both sides of a question field by field, all evidence with its weight, and opinions."""
    from mystage.entrypoints.cli import reviewing

    reviewing.show(id, data=data, json=json)


@duplicates.command("answer", short_help="Answer a question.")
def duplicates_answer(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the question.")],
    answer: Annotated[str, typer.Argument(metavar="same|different|unsure", help="What the two are.")],
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer a question. The same: merged; different: kept apart for good (or parted); `mystage undo` takes it back."""
    from mystage.entrypoints.cli import reviewing

    asked = {"id": id, "answer": answer}
    reviewing.answer(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@duplicates.command("ask", short_help="Have a model give its opinion.")
def duplicates_ask(kind: KindOf = "", budget: Budget = 20, data: Data = None, json: Json = False) -> None:
    """Ask the language model of MYSTAGE_JUDGE_MODEL about the least certain pairs. Its opinion stands beside the question, no more."""
    from mystage.entrypoints.cli import reviewing

    reviewing.ask(kind=kind, budget=budget, data=data, json=json)


@conflicts.command("list", short_help="List ties between sources.")
def conflicts_list(limit: Limit = 20, data: Data = None, json: Json = False) -> None:
    """List entities with fields on which sources of equal rank disagree and nobody has decided."""
    from mystage.entrypoints.cli import disputing

    disputing.undecided(limit=limit, data=data, json=json)


@conflicts.command("choose", short_help="Decide a tie by hand.")
def conflicts_choose(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the entity.")],
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="The field, as `mystage show` lists it under conflicts.")
    ],
    source: Annotated[str, typer.Argument(metavar="SOURCE_ID", help="The entity source whose word is to count.")],
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Decide a tie: this source's word counts first for the field, as long as it says the same."""
    from mystage.entrypoints.cli import disputing

    asked = {"id": id, "field": field, "source": source}
    disputing.choose(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@conflicts.command("settle", short_help="Have a model decide ties.")
def conflicts_settle(budget: Budget = 20, by: Actor = "operator", data: Data = None, json: Json = False) -> None:
    """Have the language model of MYSTAGE_JUDGE_MODEL decide ties. Each decision is kept with its reason, and reused."""
    from mystage.entrypoints.cli import disputing

    disputing.settle(budget=budget, by=by, data=data, json=json)


@resolution.command("label", short_help="Answer pairs by key, the least certain first.")
def resolution_label(
    kind: KindOf = "",
    limit: Limit = 100,
    by: Actor = "operator",
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer open questions by single keys, the least certain first, since these teach the model most.

    s: the same, d: different, u: unsure, n: next (leave it), b: back, q: stop. Each answer is a judgement of yours and takes
    effect when you stop; `mystage resolution export-labels` writes them as training data.
    """
    from mystage.entrypoints.cli import labelling

    labelling.label(kind=kind, limit=limit, by=by, data=data, json=json)


@resolution.command("export-labels", short_help="Write judged pairs as CSV.")
def resolution_export(
    kind: Annotated[str, typer.Option("--kind", help="venue, artist or performance.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="The file to write.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Write what persons have judged as labelled pairs: left_*, right_*, label (1: the same), actor, judged_at, why."""
    from mystage.entrypoints.cli import labelling

    labelling.export(kind=kind, out=out, data=data, json=json)


@resolution.command("review-clusters", short_help="Find entities that may be two.")
def resolution_review(data: Data = None, json: Json = False) -> None:
    """Score the records of every entity with each other again, and ask about those that hold together on a weak bridge.

    Nothing is split by itself: each finding is a question in `mystage duplicates`. Run it after a new model, or at times.
    """
    from mystage.entrypoints.cli import reviewing

    reviewing.clusters(data=data, json=json)
