"""The command line: what each command takes. The work is done by the modules beside, loaded when a command runs."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from mystage.entrypoints.cli import image_commands, live_commands
from mystage.entrypoints.cli.curation_commands import curation
from mystage.entrypoints.cli.linkage_commands import resolution as training
from mystage.entrypoints.cli.linkage_commands import resolve
from mystage.entrypoints.cli.options import Actor, Data, Json, Reason
from mystage.entrypoints.cli.quality_commands import quality
from mystage.entrypoints.cli.review_commands import conflicts, duplicates, resolution
from mystage.entrypoints.cli.schedule_commands import quotas, schedule
from mystage.entrypoints.cli.store_commands import schema, store

app = typer.Typer(
    name="mystage",
    help="The open data platform for live music: from pages that disagree to one traceable catalogue.",
    epilog="Start with: mystage demo. Then: mystage run URL|FILE|FOLDER..., mystage search TEXT, mystage show ID --lineage.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loading rich to draw boxes would triple the time of `--help`
    context_settings={"help_option_names": ["-h", "--help"]},
)
tasks = typer.Typer(help="Failed tasks: list them by cause, run them again, or set them aside.", no_args_is_help=True)
app.add_typer(tasks, name="tasks", short_help="List failed tasks, or run them again.")
app.add_typer(schema, name="schema", short_help="Export the collections, and compare exports.")
app.add_typer(store, name="store")
app.add_typer(quality, name="quality", short_help="Pages whose answer was not believed.")
app.add_typer(image_commands.images, name="images", short_help="Fetch images of entities, and see what became of them.")
app.add_typer(schedule, name="schedule", short_help="What is asked when.")
app.command("quotas", short_help="How each live source stands.")(quotas)
app.add_typer(live_commands.credentials, name="credentials", short_help="Accounts and proxies of scrapers.")
app.command("enrich", short_help="Ask for more of artists.")(live_commands.enrich)
app.registered_commands += curation.registered_commands  # they stand at the top, not in a group
app.add_typer(duplicates, name="duplicates", short_help="Pairs that may be one, for you to decide.")
app.add_typer(conflicts, name="conflicts", short_help="Sources of equal rank that disagree.")
app.add_typer(resolution, name="resolution", short_help="Label pairs, train models, review clusters.")
resolution.registered_commands += training.registered_commands
app.add_typer(resolve, name="resolve", short_help="Find the duplicates in a file of your own.")


def _version(value: bool) -> None:
    if value:
        from mystage import __version__

        typer.echo(f"mystage {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options before the command."""


@app.command(short_help="Read pages, files and sources into the catalogue.")
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[URL|FILE|FOLDER|ARCHIVE|MANIFEST.toml]...", help="What to read; nothing: go on with what waits."
        ),
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Name of the source that these inputs belong to.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Also visit again every address whose time has come.")] = False,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a retry that is due later.")] = 20.0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Read pages and files into the catalogue: plan, fetch, route, extract, resolve, merge, publish.

    Takes addresses, files, folders, archives (.zip, .tar.gz), sitemaps, .ics feeds, and source manifests (.toml).
    What has not changed since the last run ends early. Ctrl-C stops cleanly; run again to go on.
    """
    from mystage.entrypoints.cli import running

    running.run(inputs or [], source=source, due=due, wait=wait, data=data, json=json)


@app.command(short_help="Ask the APIs of live sources, and read their answers.")
def discover(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Live sources; nothing: all that are ready and can be asked so."),
    ] = None,
    near: Annotated[str, typer.Option("--near", metavar="LAT,LON", help="Around this position.")] = "",
    km: Annotated[float, typer.Option("--km", help="Radius of --near in kilometres.")] = 25.0,
    city: Annotated[str, typer.Option("--city", help="In this city.")] = "",
    country: Annotated[str, typer.Option("--country", metavar="CC", help="In this country: two letters.")] = "",
    day_from: Annotated[
        str, typer.Option("--date-from", metavar="YYYY-MM-DD", help="Shows on or after this day.")
    ] = "",
    day_to: Annotated[str, typer.Option("--date-to", metavar="YYYY-MM-DD", help="Shows on or before this day.")] = "",
    artist: Annotated[list[str] | None, typer.Option("--artist", help="An artist by name; may be repeated.")] = None,
    id: Annotated[
        list[str] | None,
        typer.Option("--id", help="A thing by the source's own id, such as venue:123; may be repeated."),
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option("--site", help="A site with a known calendar program; may be repeated.")
    ] = None,
    words: Annotated[str, typer.Option("--words", help="Words to look for, where the source can.")] = "",
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a retry that is due later.")] = 60.0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Ask the APIs of live sources for shows and venues, page by page, and read the answers into the catalogue.

    A query with more answers than its source shows is split by time and area until all are seen. Keys are settings;
    `mystage sources` says which are missing. Each source is asked within its limits; what must wait goes on with `mystage run`.
    """
    from mystage.entrypoints.cli import discovering

    asked = {
        "near": near, "km": km, "city": city, "country": country, "date_from": day_from, "date_to": day_to,
        "artists": artist, "ids": id, "sites": site, "words": words,
    }  # fmt: skip
    discovering.discover(sources or [], asked, wait=wait, data=data, json=json)


@app.command(short_help="Work on what is queued, until stopped.")
def worker(
    data: Data = None,
    json: Json = False,
) -> None:
    """Work on whatever is queued, until stopped (Ctrl-C). Any number of workers may share one catalogue."""
    from mystage.entrypoints.cli import running

    running.work(data=data, json=json)


@app.command(short_help="Show the funnel, the queues and what failed.")
def status(
    data: Data = None,
    json: Json = False,
) -> None:
    """Show the funnel, the queues, and what failed, grouped by cause."""
    from mystage.entrypoints.cli import reading

    reading.status(data=data, json=json)


@app.command(short_help="Search by name, place and date.")
def search(
    text: Annotated[list[str] | None, typer.Argument(help="Words to look for; typing mistakes are forgiven.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="venue, artist or performance; may be repeated.")
    ] = None,
    near: Annotated[
        str, typer.Option("--near", metavar="LAT,LON", help="Only near this position, nearest first.")
    ] = "",
    km: Annotated[float, typer.Option("--km", help="Radius of --near in kilometres.")] = 25.0,
    day_from: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="Shows on or after this day.")] = "",
    day_to: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="Shows on or before this day.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")] = 20,
    data: Data = None,
    json: Json = False,
) -> None:
    """Search venues, artists and performances by name, place and date."""
    from mystage.entrypoints.cli import reading

    asked = {"text": " ".join(text or []), "kinds": kind or [], "near": near, "km": km}
    reading.search(asked, day_from=day_from, day_to=day_to, limit=limit, data=data, json=json)


@app.command(short_help="Show one entity; --lineage: where it comes from.")
def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a venue, artist or performance; merged ids are followed.")
    ],
    lineage: Annotated[
        bool, typer.Option("--lineage", help="Where each field comes from, and why its records are one.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show one entity; with --lineage, the source of every field and the judgements behind it."""
    from mystage.entrypoints.cli import reading

    reading.show(id, lineage=lineage, data=data, json=json)


@app.command(short_help="List the sources and the readers.")
def sources(
    data: Data = None,
    json: Json = False,
) -> None:
    """List the sources that are kept, the live sources with their state, and the readers."""
    from mystage.entrypoints.cli import sourcing

    sourcing.sources(data=data, json=json)


@app.command(short_help="Read files and print what they say; keep nothing.")
def extract(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files or folders to read.")] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Instead: have the model read the catalogue's pages that wait for it.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Read files and print what they say, without keeping anything. With --json: one line per file.

    With --pending, and a model set (MYSTAGE_MODEL), pages of the catalogue are read that no structure can be found in,
    and those that a model has read under another version of the prompt.
    """
    from mystage.entrypoints.cli import extracting

    if pending:
        extracting.pending(files or [], data=data, json=json)
    else:
        extracting.extract(files or [], json=json)


@app.command(short_help="Give a field the right value.")
def correct(
    id: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of a venue, artist or performance.")],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Name of the field, as `mystage show` prints it.")],
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help="The right value; lists are separated by commas.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Leave the field empty, whatever sources say.")] = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Give a field the right value. It wins over every source and survives every re-crawl.

    Where a model had read the field, the correction is kept as an example (see `mystage quality examples`).
    """
    from mystage.entrypoints.cli import correcting

    correcting.correct(id, field, value, clear=clear, by=by, reason=reason, data=data, json=json)


@app.command("eval", short_help="Measure how well a model reads labelled pages.")
def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Labelled pages: X.html beside X.html.gold.json.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option("--recorded", help="Answer from this record of exchanges; no model is called.")
    ] = None,
    record: Annotated[Path | None, typer.Option("--record", help="Add the exchanges to this file.")] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Also try what people have corrected in the catalogue.")
    ] = False,
    max_usd: Annotated[float, typer.Option("--max-usd", min=0, help="What the calls may cost in all.")] = 1.0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Measure how well a model and a prompt read labelled pages: precision, recall, right fields, cost a page.

    Calls the model that is set (MYSTAGE_MODEL), or replays a record (--recorded), which may hold several prompt versions.
    """
    from mystage.entrypoints.cli import evaluating

    evaluating.evaluate(
        folder, recorded=recorded, record=record, corrections=corrections, most_usd=max_usd, data=data, json=json
    )


@tasks.command("failed")
def tasks_failed(
    data: Data = None,
    json: Json = False,
) -> None:
    """List tasks that were given up, grouped by cause."""
    from mystage.entrypoints.cli import curating

    curating.failed(data=data, json=json)


@tasks.command("retry")
def tasks_retry(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Failed tasks; see `mystage tasks failed`.")
    ] = None,
    cause: Annotated[str, typer.Option("--cause", help="All of this cause.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All failed tasks.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show which documents another try would change; change nothing.")
    ] = False,
    by: Actor = "operator",
    data: Data = None,
    json: Json = False,
) -> None:
    """Queue failed tasks again; `mystage run` then works on them."""
    from mystage.entrypoints.cli import curating

    curating.retry(ids or [], cause=cause, everything=everything, dry_run=dry_run, by=by, data=data, json=json)


@tasks.command("review")
def tasks_review(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Failed tasks; see `mystage tasks failed`.")
    ] = None,
    cause: Annotated[str, typer.Option("--cause", help="All of this cause.")] = "",
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Give failed tasks to a person: they leave the list until they are retried or resolved."""
    from mystage.entrypoints.cli import curating

    curating.review(ids or [], cause=cause, by=by, reason=reason, data=data, json=json)


@tasks.command("resolve")
def tasks_resolve(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Failed tasks; see `mystage tasks failed`.")
    ] = None,
    cause: Annotated[str, typer.Option("--cause", help="All of this cause.")] = "",
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Set failed tasks aside: nothing more is to be done about them."""
    from mystage.entrypoints.cli import curating

    curating.resolve(ids or [], cause=cause, by=by, reason=reason, data=data, json=json)


@app.command(short_help="See it work: no network, no key.")
def demo(
    folder: Annotated[Path, typer.Option("--data", help="Where the demo's catalogue stays for you to explore.")] = Path(
        ".mystage-demo"
    ),
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the catalogue of an earlier demo.")] = False,
    json: Json = False,
) -> None:
    """See it work: a small fictional world, three sources that disagree, the whole pipeline. No network, no key."""
    from mystage.entrypoints.cli import demonstrating

    demonstrating.demo(folder, keep=keep, json=json)


@app.command(short_help="Say what is configured, reachable and missing.")
def doctor(
    data: Data = None,
    json: Json = False,
) -> None:
    """Say what is configured, reachable and missing, and what each missing thing costs you."""
    from mystage.entrypoints.cli import doctor as checks

    checks.doctor(data=data, json=json)


@app.command(short_help="Serve the HTTP API and a page, on loopback.")
def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; anything but loopback opens it to others.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8765,
    data: Data = None,
) -> None:
    """Serve the catalogue over HTTP: an API at /v1, its description at /docs, a page for people at /."""
    from mystage.entrypoints.http import server

    server.serve(host, port, data=data)


def main() -> None:
    """Run the command line; errors become one clear line and an exit code."""
    from mystage.entrypoints.cli.errors import exit_code_of

    code = exit_code_of(app)
    # all is done and told: a Ctrl-C while the interpreter takes itself down must not turn that into a death by signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
