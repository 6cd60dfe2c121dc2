"""`resolve`, `resolve score` and `resolution train` from the command line, on files of our own and on public sets."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import exit_code_of

DATASETS = Path(__file__).resolve().parents[3] / "shared" / "datasets"
Call = Callable[..., tuple[int, str, str]]

WORDS = "Amber Silent Northern Velvet Broken Distant Paper Hollow Golden Winter Copper Marble".split()
THINGS = "Harbour Lantern Meadow Signal Orchard Mirror Comet Ferry Garden Window".split()


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run `mystage ARGS` in this process: its exit code, output and errors."""

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mystage", *args])
        code = exit_code_of(app)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def write(name: str, rows: Iterable[Sequence[object]]) -> None:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def read(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def songs() -> list[tuple[object, ...]]:
    """Songs of two shops: 120 things, 60 of them in both, told differently."""
    rows: list[tuple[object, ...]] = [("id", "source", "title", "artist", "length", "year", "cluster")]
    for n in range(120):
        title, artist = f"{WORDS[n % 12]} {THINGS[n // 12]}", f"{THINGS[n % 7]} {WORDS[n % 11]} Band"
        rows.append((f"a{n}", "a", title, artist, f"{2 + n % 5}:{n % 60:02}", 1980 + n % 40, n))
        if n % 2:
            typo = title[:3] + title[4:]
            rows.append(
                (f"b{n}", "b", f"{artist} - {typo}", "", 60 * (2 + n % 5) + n % 60, f"'{(80 + n % 40) % 100:02}", n)
            )
    return rows


def pairwise_f1(truth: Sequence[str], found: Sequence[str]) -> float:
    def pairs(groups: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(groups).values())

    both = pairs(zip(truth, found, strict=True))
    return 2 * both / max(1, pairs(truth) + pairs(found))


def clusters_f1(rows: list[dict[str, str]], truth: str, id_: str = "id", out: str = "clusters.csv") -> float:
    found = {row["id"]: row["cluster_id"] for row in read(out)}
    return pairwise_f1([row[truth] for row in rows], [found[row[id_]] for row in rows])


def pairs_f1(rows: list[dict[str, str]], out: str = "scored.csv") -> float:
    decided = [(row["label"] == "1", scored["match"] == "1") for row, scored in zip(rows, read(out), strict=True)]
    hits = sum(y and d for y, d in decided)
    return 2 * hits / max(1, sum(y for y, _ in decided) + sum(d for _, d in decided))


def test_a_file_of_songs_is_resolved_without_labels_and_each_pair_says_why(call: Call) -> None:
    write("songs.csv", songs())
    code, out, err = call("resolve", "songs.csv", "--kind", "generic", "--pairs", "pairs.csv", "--json")
    assert (code, err) == (0, "")
    done = json.loads(out)
    assert (done["records"], done["ignored"], done["fields"]["source"]) == (180, ["cluster"], "source")
    assert clusters_f1(read("songs.csv"), "cluster") >= 0.9
    pairs = read("pairs.csv")
    assert {row["match"] for row in pairs} <= {"0", "1"}
    assert all(0 <= float(row["score"]) <= 1 and row["why"] for row in pairs)


def test_the_result_is_measured_against_a_column_of_truth(call: Call) -> None:
    rows = [(*row[:-1], "thing" if row[-1] == "cluster" else row[-1]) for row in songs()]
    write("songs.csv", rows)
    code, out, _ = call("resolve", "songs.csv", "--kind", "generic", "--truth", "thing", "--json")
    done = json.loads(out)
    assert (code, done["ignored"]) == (0, ["thing"])
    assert done["measured"]["f1"] == pytest.approx(clusters_f1(read("songs.csv"), "thing"), abs=1e-3)
    assert done["measured"]["pairs_completeness"] > 0.95
    assert "there is no column" in call("resolve", "songs.csv", "--kind", "generic", "--truth", "nothing")[2]


def test_the_answer_changes_nothing(call: Call) -> None:
    """Clusters are the same with and without the column that holds the truth."""
    write("with.csv", songs())
    write("without.csv", [row[:-1] for row in songs()])
    for name in ("with", "without"):
        assert call("resolve", f"{name}.csv", "--kind=generic", "--out", f"{name}-clusters.csv")[0] == 0
    assert read("with-clusters.csv") == read("without-clusters.csv")


def test_training_on_some_clusters_and_using_the_model(call: Call) -> None:
    write("songs.csv", songs())
    code, out, _ = call("resolution", "train", "--clusters", "songs.csv", "--sample", "0.5", "--json")
    done = json.loads(out)
    assert (code, done["right"] > 0.95) == (0, True)
    assert 30 <= done["clusters"] <= 90
    assert call("resolve", "table", "songs.csv", "--kind", "generic", "--model", "model.json")[0] == 0
    assert clusters_f1(read("songs.csv"), "cluster") >= 0.95
    write("other.csv", [("id", "colour"), (1, "red")])
    code, _, err = call("resolve", "other.csv", "--kind", "generic", "--model", "model.json")
    assert code == 2
    assert "title" in err


def test_pairs_are_scored_in_order_and_a_model_learns_from_them(call: Call) -> None:
    by_cluster: dict[object, list[Sequence[object]]] = {}
    for row in songs()[1:]:
        by_cluster.setdefault(row[-1], []).append(row[2:6])
    groups = list(by_cluster.values())
    rows = [[*group[0], *group[1], 1] for group in groups if len(group) == 2]
    rows += [[*a[0], *b[-1], 0] for a, b in zip(groups, groups[12:], strict=False)]
    names = ("title", "artist", "length", "year")
    write("pairs.csv", [[f"left_{n}" for n in names] + [f"right_{n}" for n in names] + ["label"], *rows])
    code, out, err = call("resolve", "score", "pairs.csv", "--kind", "generic")
    assert (code, "not used as evidence: label" in err) == (0, True)
    assert f"{len(rows)} pairs" in out
    assert pairs_f1(read("pairs.csv")) >= 0.9
    assert call("resolution", "train", "pairs.csv", "--out", "m.json")[0] == 0
    assert call("resolve", "score", "pairs.csv", "--kind=generic", "--model=m.json")[0] == 0
    assert pairs_f1(read("pairs.csv")) >= 0.97


def test_columns_of_pairs_may_be_named_one_by_one(call: Call) -> None:
    write("p.csv", [("x", "y", "label"), ("Amber Hall", "Amber Hall", 1), ("Amber Hall", "Golden Ferry", 0)])
    args = ("--kind", "generic", "--map", "left.name=x", "--map", "right.name=y")
    assert call("resolve", "score", "p.csv", *args)[0] == 0
    assert float(read("scored.csv")[0]["score"]) > float(read("scored.csv")[1]["score"])


def test_venues_artists_and_performances_have_their_own_knowledge(call: Call) -> None:
    write(
        "venues.csv",
        [
            ("id", "name", "address", "city", "phone", "lat", "lon", "source"),
            (1, "The Blue Heron Hall", "7 Main Street", "Ashford", "+1 310 555 0101", 51.1, 0.87, "a"),
            (2, "Blue Heron Hall", "7 Main St.", "Ashford", "310-555-0101", 51.1001, 0.87, "b"),
            (3, "Red Lantern Club", "90 Hill Road", "Ashford", "", 51.2, "here", "b"),
            (4, "", "", "", "", "", "", "b"),
        ],
    )
    code, out, err = call("resolve", "venues.csv", "--kind", "venue")
    assert (code, out.startswith("4 records are 3 things (1 duplicates)")) == (0, True)
    assert 'venues.csv:4, column "lon": "here" is no number' in err
    write(
        "artists.csv", [("id", "name", "source"), (1, "Nora Quill", "a"), (2, "NORA QUILL", "b"), (3, "DJ Tide", "a")]
    )
    assert call("resolve", "artists.csv", "--kind", "artist")[0] == 0
    assert len({row["cluster_id"] for row in read("clusters.csv")}) == 2
    start = "2026-12-12T20:00"
    write(
        "shows.csv",
        [
            ("id", "title", "venue", "artists", "start_local", "source"),
            (1, "Nora Quill live", "Blue Heron Hall", "Nora Quill", start, "a"),
            (2, "Nora Quill", "Blue Heron Hall", "Nora Quill", start, "b"),
            (3, "Nora Quill", "Blue Heron Hall", "Nora Quill", "2027-02-12T20:00", "b"),
        ],
    )
    assert call("resolve", "shows.csv", "--kind", "performance")[0] == 0
    found = {row["id"]: row["cluster_id"] for row in read("clusters.csv")}
    assert found["1"] == found["2"] != found["3"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nowhere.csv", "--kind", "venue"], 4, "there is no such file"),
        (["empty.csv", "--kind", "venue"], 2, "the file is empty"),
        (["a.csv", "--kind", "hall"], 2, "no such kind"),
        (["a.csv", "--kind", "venue"], 2, "no column for name"),
        (["a.csv", "--kind", "generic", "--map", "x=y"], 2, 'no column "y"'),
        (["twice.csv", "--kind", "generic"], 2, "stands in line 2 already"),
        (["broken.csv", "--kind", "generic"], 2, "broken.csv:3, column 3"),
        (["a.csv", "--kind", "generic", "--model", "a.csv"], 2, "not a model"),
        (["a.csv"], 2, "--kind"),
        (["score", "a.csv", "--kind", "generic"], 2, "not in pairs"),
    ],
)
def test_wrong_input_is_one_clear_error(call: Call, args: list[str], code: int, words: str) -> None:
    Path("empty.csv").touch()
    write("a.csv", [("id", "colour"), (1, "red")])
    write("twice.csv", [("id", "colour"), (1, "red"), (1, "blue")])
    Path("broken.csv").write_text("id,colour\n1,red\n2,blue,green\n")
    found, out, err = call("resolve", *args)
    assert (found, out) == (code, "")
    assert words in err
    assert not Path("clusters.csv").exists()


def test_a_file_without_rows_gives_a_file_without_rows(call: Call) -> None:
    Path("head.csv").write_text("id,name\n")
    code, out, err = call("resolve", "head.csv", "--kind", "generic")
    assert (code, "0 records" in out, "no rows" in err) == (0, True, True)
    assert read("clusters.csv") == []


def test_jsonl_and_a_list_without_ids(call: Call) -> None:
    lines = [
        {"name": "Amber Harbour", "year": 1999},
        {"name": "amber harbour", "year": "'99"},
        {"name": "Golden Ferry"},
    ]
    Path("a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert call("resolve", "a.jsonl", "--kind", "generic")[0] == 0
    assert [row["id"] for row in read("clusters.csv")] == ["1", "2", "3"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "args", "truth", "id_", "least"),
    [("fodors_zagat", (), "cluster", "rid", 0.96), ("geo_settlements", ("--map", "source=srcId"), "recId", "id", 0.97)],
)
def test_public_sets_of_records(
    call: Call, name: str, args: tuple[str, ...], truth: str, id_: str, least: float
) -> None:
    file = _dataset(name)
    assert call("resolve", str(file), "--kind", "generic", *args)[0] == 0
    assert clusters_f1(read(str(file)), truth, id_) >= least


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("itunes_amazon", 0.95), ("itunes_amazon_dirty", 0.9)])
def test_public_sets_of_pairs(call: Call, name: str, least: float) -> None:
    file = _dataset(name)
    assert call("resolve", "score", str(file), "--kind", "generic")[0] == 0
    assert pairs_f1(read(str(file))) >= least


def _dataset(name: str) -> Any:
    file = DATASETS / f"{name}.csv"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    return file
