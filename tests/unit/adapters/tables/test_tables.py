"""Tables in the wild: encodings, delimiters, broken rows, JSON lines, Parquet; results are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mystage.adapters.tables import TableFiles
from mystage.domain.errors import Invalid, Malformed, NotFound


def read(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    tables = TableFiles()
    table = tables.open(path)
    return [line.values for line in tables.rows(table)], table.notes


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "id,name\n1,Café\n", ""),
        ("a.csv", "\ufeffid,name\n1,Café\n", ""),
        ("a.csv", "\n\nid;name\r\n1;Café\r\n\r\n", "semicolon"),
        ("a.tsv", "id\tname\n1\tCafé\n", "tab"),
        ("a.csv", "id,name\n1,Café\n".encode("cp1252"), "Windows-1252"),
        ("a.csv", "id,name\n1,Café\n".encode("utf-16"), ""),
        ("a.jsonl", '{"id": 1, "name": "Café"}\n\n', ""),
    ],
)
def test_one_row_in_many_writings(tmp_path: Path, name: str, content: bytes | str, said: str) -> None:
    rows, notes = read(written(tmp_path, name, content))
    assert rows == [{"id": "1", "name": "Café"}]
    assert said in " ".join(notes)
    assert bool(notes) is bool(said)


def test_quoted_values_may_hold_anything(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path, "a.csv", 'id,"na,me"\n1,"two\nlines, ""quoted"""\n2\n'))
    assert rows == [{"id": "1", "na,me": 'two\nlines, "quoted"'}, {"id": "2", "na,me": ""}]


@pytest.mark.parametrize(
    ("name", "content", "where", "message"),
    [
        ("a.csv", "", "a.csv", "empty"),
        ("a.csv", "id,name\n1,x\n2,y,z\n", "a.csv:3, column 3", "3 values for 2 columns"),
        ("a.csv", 'id,name\n1,x\n2,"y\n', "a.csv:3", "cannot be read"),
        ("a.csv", "id,id\n1,2\n", "a.csv:1", "two columns"),
        ("a.jsonl", '{"id": 1}\n{"id": \n', "a.jsonl:2", "no JSON"),
        ("a.jsonl", "[1]\n", "a.jsonl:1", "not an object"),
        ("a.jsonl", "\n", "a.jsonl", "empty"),
        ("a.parquet", "no parquet", "a.parquet", "no Parquet"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, name: str, content: str, where: str, message: str
) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("duckdb")
    with pytest.raises(Malformed, match=message) as caught:
        read(written(tmp_path, name, content))
    assert caught.value.where.endswith(where)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(tmp_path / "none.csv")
    with pytest.raises(Invalid, match="no kind that is known"):
        read(written(tmp_path, "a.xls", "x"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(Invalid, match="folder"):
        read(tmp_path / "folder.csv")


def test_nested_json_becomes_flat(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path, "a.ndjson", '{"a": {"b": 1.5, "c": [1, null, true]}}\n{"d": "x"}\n'))
    assert rows == [{"a.b": "1.5", "a.c": "1; ; true", "d": ""}, {"a.b": "", "a.c": "", "d": "x"}]


def test_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "a.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT 1 AS id, 'Café' AS name, NULL AS lat, [1, 2] AS l) TO '{path}' (FORMAT parquet)"
        )
    assert read(path)[0] == [{"id": "1", "name": "Café", "lat": "", "l": "1; 2"}]


def test_results_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"

    def fail() -> None:
        with TableFiles().writing(out, ("a", "b")) as writer:
            writer.write((1, "x,y"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with TableFiles().writing(out, ("a", "b")) as writer:
        writer.write((1, "x,y"))
    assert out.read_text() == 'a,b\n1,"x,y"\n'
