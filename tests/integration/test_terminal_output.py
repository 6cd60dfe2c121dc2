"""What people see on a terminal: names of strangers stay as they are, pairs in doubt are listed with what to type."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.programs import call
from typer.testing import CliRunner

from mystage.entrypoints.cli.app import app

VENUE = {"@context": "https://schema.org", "@type": "MusicVenue", "name": "Saltworks [/b] [red]"}
ADDRESS = {"addressLocality": "Lisboa", "addressCountry": "PT"}
STREETS = {"one": "Rua Augusta 4", "two": "Avenida do Norte 91"}


def catalogue(folder: Path) -> Path:
    """Two sources that name one venue and one town, but two streets: possibly the same."""
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text(
            json.dumps({**VENUE, "address": {**ADDRESS, "streetAddress": STREETS[name]}})
        )
    entries = [f'[[source]]\nname = "{name}"\nstart_urls = ["{name}.json"]\n' for name in ("one", "two")]
    (folder / "sources.toml").write_text("\n".join(entries))
    call("run", "sources.toml", "--data", "catalogue", cwd=folder)
    return folder / "catalogue"


def test_pairs_in_doubt_are_listed_and_names_are_no_markup(tmp_path):
    """`duplicates` gives the command that merges; brackets in a name neither vanish nor break the output."""
    data, cli = str(catalogue(tmp_path)), CliRunner()
    listed = cli.invoke(app, ["duplicates", "--data", data])
    assert listed.exit_code == 0, listed.output
    assert "Saltworks [/b] [red] ~ Saltworks [/b] [red]" in listed.output
    line = next(line.split() for line in listed.output.splitlines() if "duplicates answer" in line)
    (pair,) = json.loads(cli.invoke(app, ["duplicates", "--data", data, "--json"]).output)
    assert line[:4] == ["mystage", "duplicates", "answer", pair["id"]]
    for command in (["search", "saltworks"], ["show", pair["left"], "--lineage"]):
        assert "Saltworks [/b] [red]" in cli.invoke(app, [*command, "--data", data]).output
    merged = cli.invoke(app, [*line[1:4], "same", "--data", data])
    assert merged.exit_code == 0, merged.output
    assert json.loads(cli.invoke(app, ["duplicates", "--data", data, "--json"]).output) == []
