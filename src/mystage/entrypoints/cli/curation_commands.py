"""What persons decide on the catalogue: merge, unmerge, judge, edit, undo, history, rebuild. Each can be shown first."""

from __future__ import annotations

from typing import Annotated

import typer

from mystage.entrypoints.cli.options import Actor, Data, Json, Preview, Reason

curation = typer.Typer()


@curation.command(short_help="Merge two entities.")
def merge(
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="Id of the entity that stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Id of the entity that becomes part of it.")],
    survivor: Annotated[
        str, typer.Option("--survivor", metavar="ID", help="Which of the two ids stays (default: KEEP).")
    ] = "",
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Merge two entities. The id that goes keeps leading to the one that stays; `mystage undo ACT` takes it back."""
    from mystage.entrypoints.cli import acting

    asked = {"one": keep, "other": other, "survivor": survivor or None}
    acting.merge(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@curation.command(short_help="Undo a merge, or take one source out.")
def unmerge(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ENTITY", help="An entity that was merged away, or one entity source (source:kind:key)."
        ),
    ],
    source: Annotated[
        str, typer.Option("--source", metavar="SOURCE_ID", help="Take this entity source out of ENTITY.")
    ] = "",
    which: Annotated[
        str, typer.Option("--merge", metavar="ID", help="Undo the merge of this id, which ENTITY has absorbed.")
    ] = "",
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Undo a merge, or take one source out of an entity. It stays undone: no machine joins them again."""
    from mystage.entrypoints.cli import acting

    asked = {"id": id, "source": source or None, "which": which or None}
    acting.unmerge(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@curation.command(short_help="Say whether two things are the same.")
def judge(
    one: Annotated[str, typer.Argument(metavar="A", help="An entity id or an entity source id (source:kind:key).")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    answer: Annotated[str, typer.Argument(metavar="same|different|unsure", help="What they are.")],
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Say that two things are the same (they are merged), different (they are parted and stay so), or that you are unsure.

    `unsure` takes back what a person has said of the two before. No machine overrules an answer.
    """
    from mystage.entrypoints.cli import acting

    asked = {"one": one, "other": other, "answer": answer}
    acting.judge(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@curation.command(short_help="Set a field by hand.")
def edit(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a venue, artist or performance.")],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="A canonical field, such as name.")],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="The value (JSON for lists and numbers); with --empty: none.")
    ] = "",
    empty: Annotated[bool, typer.Option("--empty", help="Say that the field has no value.")] = False,
    source: Annotated[
        str,
        typer.Option(
            "--source", metavar="SOURCE_ID", help="The entity source that it concerns (default: who gave the value)."
        ),
    ] = "",
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Set a field by hand. It wins over all sources, and goes where its source goes when entities merge or part."""
    from mystage.entrypoints.cli import acting

    asked = {"id": id, "field": field, "value": None if empty else value, "source": source or None}
    acting.edit(asked, preview=preview, by=by, reason=reason, data=data, json=json)


@curation.command(short_help="Take back what a person did.")
def undo(
    act: Annotated[
        str, typer.Argument(metavar="ACT", help="Id of the act, as it was printed; `mystage history` lists them.")
    ],
    preview: Preview = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Take back a merge, un-merge, judgement, edit or choice as if it had never been. An undo can itself be undone."""
    from mystage.entrypoints.cli import acting

    acting.undo(act, preview=preview, by=by, reason=reason, data=data, json=json)


@curation.command(short_help="Tell the whole story of an id.")
def history(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of an entity, alive, merged away or deleted.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Tell the whole story of an id: founded, records that came, merges, splits, re-keys, judgements, edits; where it is now."""
    from mystage.entrypoints.cli import acting

    acting.history(id, data=data, json=json)


@curation.command(short_help="Recompute all, and prove the catalogue right.")
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Compare only; change nothing.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Recompute every entity from its sources and judgements, and prove that the catalogue equals it."""
    from mystage.entrypoints.cli import curating

    curating.rebuild(check=check, data=data, json=json)
