"""`merge`, `unmerge`, `judge`, `edit`, `undo` and `history`."""

from __future__ import annotations

import json as jsons
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from mystage.application.curation.acting import Done, Effects
from mystage.application.reading.history import Story
from mystage.containers import Container
from mystage.entrypoints.cli.session import plain, print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def merge(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(
        data, lambda c: c.curate().merge(**asked, actor=by, reason=reason, preview=preview), preview=preview
    )
    tell(done, f"{done.other} is now part of {done.kept}.", json=json)


def unmerge(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(
        data, lambda c: c.curate().unmerge(**asked, actor=by, reason=reason, preview=preview), preview=preview
    )
    sources = counted(len(done.moved), "source")
    tell(done, f"{done.other} stands by itself again, with {sources}; {done.kept} keeps the rest.", json=json)


def judge(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(
        data, lambda c: c.curate().judge(**asked, actor=by, reason=reason, preview=preview), preview=preview
    )
    tell(done, told(done, asked["answer"]), json=json)


def told(done: Done, answer: str) -> str:
    """What an answer came to, in words."""
    if done.moved and answer == "same":
        return f"{done.other} is now part of {done.kept}."
    if done.moved:
        return f"{done.other} is parted from {done.kept}, with {counted(len(done.moved), 'source')}."
    return f"Kept: {answer}. Nothing moves."


def edit(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    change = {**asked, "value": parsed(asked["value"])}
    done = carried_out(
        data, lambda c: c.curate().edit(**change, actor=by, reason=reason, preview=preview), preview=preview
    )
    tell(done, f"{asked['field']} of {done.kept} is set; it stands on {done.moved[0]}.", json=json)


def parsed(text: str | None) -> Any:
    """A value as it was typed: JSON where it is JSON (a list, a number, true), else the text."""
    if text is None:
        return None
    try:
        return jsons.loads(text)
    except ValueError:
        return text


def undo(act: str, *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(data, lambda c: c.undo().undo(act, actor=by, reason=reason, preview=preview), preview=preview)
    tell(done, f"{act} is taken back.", json=json)


def carried_out(data: Path | None, action: Callable[[Container], Awaitable[Done]], *, preview: bool) -> Done:
    """Do it, then work until the catalogue and the index show it."""

    async def work(container: Container) -> Done:
        done = await action(container)
        if not preview:
            await container.worker().run(until_idle=True, patience=1.0)
        return done

    return with_container(data, work)


def tell(done: Done, text: str, *, json: bool) -> None:
    """Say what an act did, or (a preview) what it would do."""
    if json:
        row = {
            "kind": done.kind.value,
            "kept": done.kept,
            "other": done.other,
            "moved": list(done.moved),
            "act": done.act,
        }
        print_json(row if done.effects is None else {**row, "preview": True, "effects": plain(done.effects)})
        return
    console = output()
    if done.effects is None:
        console.print(f"{text} Undo: mystage undo {done.act}")
    else:
        console.print("[bold]Preview: nothing was changed.[/bold]")
        print_effects(console, done.effects)


def print_effects(console: Console, effects: Effects) -> None:
    """All that would be touched."""
    for id, state in effects.states.items():
        console.print(f"  entity   {id}: {state}")
    for move in effects.records:
        console.print(f"  record   {escape(move.record)}: {move.origin} -> {move.target}")
    for change in effects.fields:
        mark = "refers  " if change in effects.references else "field   "
        before, after = (_short(value) for value in (change.before, change.after))
        console.print(f"  {mark} {change.entity}.{change.field}: {escape(before)} -> {escape(after)}")
    for changed in effects.judgements:
        state = "retired" if changed.after.retired_at else changed.after.polarity.value
        console.print(f"  judged   {escape(changed.after.left)} ~ {escape(changed.after.right)}: {state}")
    for id, status in effects.questions.items():
        console.print(f"  question {id}: {status}")
    for id, state in effects.search.items():
        console.print(f"  search   {id}: {state}")
    touched = counted(len(effects.fields), "field"), counted(len(effects.search), "search record")
    console.print(f"[dim]{', '.join(touched)} touched[/dim]")


def _short(value: Any) -> str:
    text = "(none)" if value is None else value if isinstance(value, str) else jsons.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "..."


def history(id: str, *, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> Story:
        found: Story = await container.history().of(id)
        return found

    story = with_container(data, work)
    if json:
        print_json(story)
        return
    console = output()
    where = f" into {story.now}" if story.state == "merged" else ""
    console.print(f"[bold]{story.id}[/bold]  {story.state}{where}")
    if story.absorbed:
        console.print(f"[dim]it has absorbed {', '.join(story.absorbed)}[/dim]")
    for chapter in story.chapters:
        undone = f" [dim](undone: {escape(chapter.undone_by)})[/dim]" if chapter.undone_by else ""
        by = f"  [dim]by {escape(chapter.by)}[/dim]" if chapter.by else ""
        console.print(f"{chapter.at:%Y-%m-%d %H:%M} UTC  {chapter.what:9}  {escape(chapter.text)}{by}{undone}")
        if chapter.act and not chapter.undone_by:
            console.print(f"                      [dim]mystage undo {chapter.act}[/dim]")
