"""`enrich` and the groups `quality` and `credentials`: what each command takes."""

from __future__ import annotations

from typing import Annotated

import typer

from mystage.entrypoints.cli.options import Actor, Data, Json, Reason

quality = typer.Typer(
    help="Quality findings: pages whose answer was not believed. Their last good data stays.", no_args_is_help=True
)
credentials = typer.Typer(
    help="Accounts and proxies of scrapers: kept encrypted, used in turn, resting after refusals.", no_args_is_help=True
)


@quality.command("list", short_help="List open findings.")
def quality_list(
    source: Annotated[str, typer.Option("--source", help="Of this source only.")] = "",
    cause: Annotated[str, typer.Option("--cause", help="Of this cause only, such as shrunken or login.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """List open findings, the latest first: the page, the cause, and what was seen instead."""
    from mystage.entrypoints.cli import live

    live.findings(source=source, cause=cause, data=data, json=json)


@quality.command("accept", short_help="Believe what was set aside.")
def quality_accept(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Findings; see `mystage quality list`.")],
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Believe readings that were set aside: `mystage run` then takes them into the catalogue."""
    from mystage.entrypoints.cli import live

    live.review("accept", ids, by=by, reason=reason, data=data, json=json)


@quality.command("dismiss", short_help="Put findings away.")
def quality_dismiss(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Findings; see `mystage quality list`.")],
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Put findings away: the last good data stays, until the page says something that can be believed."""
    from mystage.entrypoints.cli import live

    live.review("dismiss", ids, by=by, reason=reason, data=data, json=json)


@credentials.command("key", short_help="Make a key.")
def credentials_key(json: Json = False) -> None:
    """Print a fresh key for MYSTAGE_CREDENTIALS_KEY. Keep it outside of the catalogue; without it all accounts are lost."""
    from mystage.entrypoints.cli import live

    live.new_key(json=json)


@credentials.command("add", short_help="Keep an account.")
def credentials_add(
    source: Annotated[str, typer.Argument(help="The live source that it is for, such as facebook.")],
    account: Annotated[str, typer.Option("--account", help="Its name (a mail address, a number).")] = "",
    proxy: Annotated[str, typer.Option("--proxy", help="The proxy that goes with it, with its password.")] = "",
    label: Annotated[str, typer.Option("--label", help="What lists show; by default a digest of the account.")] = "",
    by: Actor = "operator",
    data: Data = None,
    json: Json = False,
) -> None:
    """Keep an account and its proxy, encrypted. The password is read from standard input, so that no shell remembers it."""
    from mystage.entrypoints.cli import live

    live.add_credential(source, account=account, proxy=proxy, label=label, by=by, data=data, json=json)


@credentials.command("list", short_help="List accounts, without their secrets.")
def credentials_list(data: Data = None, json: Json = False) -> None:
    """List accounts: when each was used last, how that ended, and until when it rests."""
    from mystage.entrypoints.cli import live

    live.list_credentials(data=data, json=json)


@credentials.command("remove", short_help="Forget an account.")
def credentials_remove(
    id: Annotated[str, typer.Argument(metavar="ID", help="See `mystage credentials list`.")],
    by: Actor = "operator",
    data: Data = None,
    json: Json = False,
) -> None:
    """Forget an account."""
    from mystage.entrypoints.cli import live

    live.remove_credential(id, by=by, data=data, json=json)


def enrich(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Calls at most.")] = 100,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a retry that is due later.")] = 60.0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Ask MusicBrainz, Last.fm and setlist.fm for more of artists.

    Asked is only where resolution is undecided or a wanted field (MusicBrainz id, country, genres) is empty: the cheapest
    source first, each about each artist once in half a year, within the day's budget (MYSTAGE_ENRICH_DAILY).
    """
    from mystage.entrypoints.cli import live

    live.enrich(limit=limit, wait=wait, data=data, json=json)
