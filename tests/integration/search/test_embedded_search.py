"""The embedded index among many processes, killed writers and folders that are broken or not its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import tantivy
from tests.integration.contracts.search_world import artist, ask, ids

from mystage.adapters.search.embedded import EmbeddedSearch
from mystage.application.ports.search import SearchQuery
from mystage.domain.errors import Invalid, Malformed, MystageError, Unavailable

_ROOT = Path(__file__).parents[3]
_WRITE = """
import asyncio, sys
from pathlib import Path
from mystage.adapters.search.embedded import EmbeddedSearch
from mystage.application.ports.search import SearchDocument
folder, name, batches, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
async def main():
    index = EmbeddedSearch(folder)
    for batch in range(batches):
        ids = [f"{name}-{batch}-{n}" for n in range(size)]
        await index.write([SearchDocument(id=id, kind="artist", name=f"Ember {id}") for id in ids])
        print(batch + 1, flush=True)
asyncio.run(main())
"""


@contextmanager
def writing(folder: Path, name: str, batches: int, size: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes batches and prints how many are committed; killed at the end if it still runs."""
    arguments = [sys.executable, "-c", _WRITE, str(folder), name, str(batches), str(size)]
    environment = os.environ | {"PYTHONPATH": str(_ROOT / "src")}
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.mark.crash
async def test_two_processes_write_while_a_third_reads(folder: Path) -> None:
    """Both begin on a folder that does not exist yet; every document arrives and no reading fails meanwhile."""
    reader = EmbeddedSearch(folder)
    with writing(folder, "a", 10, 30) as one, writing(folder, "b", 10, 30) as other:
        seen = [0]
        while one.poll() is None or other.poll() is None:
            seen.append((await ask(reader, "ember")).total)
    assert (one.returncode, other.returncode) == (0, 0)
    assert seen == sorted(seen)
    assert (await reader.state()).documents == 600


@pytest.mark.crash
async def test_a_killed_writer_leaves_whole_commits_and_no_lock(folder: Path) -> None:
    """After `kill -9` in the midst of writing, all that was confirmed is there, in whole batches, and writing goes on."""
    confirmed = 0
    for attempt in range(4):
        with writing(folder, f"w{attempt}", 100_000, 20) as process:
            assert process.stdout is not None
            for _ in range(3 + attempt):
                assert process.stdout.readline()
        confirmed += (3 + attempt) * 20
        index = EmbeddedSearch(folder, patience=5)
        found = (await index.state()).documents
        assert found >= confirmed
        assert found % 20 == 0
        await index.write([artist("after", "Quill")], delete=[])
        assert ids(await ask(index, "quill")) == ["after"]
        await index.write([], delete=["after"])
        confirmed = found


async def test_another_instance_sees_a_write_at_once(folder: Path) -> None:
    """A reader that has searched before sees the next commit of somebody else, without waiting."""
    writer, reader = EmbeddedSearch(folder), EmbeddedSearch(folder)
    for number in range(3):
        await writer.write([artist(str(number), "Ember")])
        assert (await ask(reader, "ember")).total == number + 1
        assert (await reader.state()).documents == number + 1


async def test_concurrent_writes_and_searches_in_one_process(folder: Path) -> None:
    """Tasks of one loop take turns; none is lost."""
    index = EmbeddedSearch(folder)
    await asyncio.gather(
        *(index.write([artist(str(n), f"Ember {n}")]) for n in range(20)), *(ask(index) for _ in range(20))
    )
    assert (await index.state()).documents == 20


async def test_a_writer_that_never_ends_gives_unavailable(folder: Path) -> None:
    """While another holds the index, a write ends after its patience with a retryable error; readers go on."""
    index = EmbeddedSearch(folder, patience=0.05)
    await index.write([artist("a", "Ember")])
    held = tantivy.Index.open(str(folder)).writer(15_000_000, 1)
    with pytest.raises(Unavailable, match="no turn") as caught:
        await index.write([artist("b", "Quill")])
    assert caught.value.hint
    with pytest.raises(Unavailable):
        await index.clear()
    assert (await ask(index)).total == 1
    held.wait_merging_threads()
    await index.write([artist("b", "Quill")])
    assert (await ask(index)).total == 2


async def test_many_small_writes_stay_few_segments(folder: Path) -> None:
    """Segments are merged as they come, or each batch would slow all later searches."""
    index = EmbeddedSearch(folder)
    for number in range(40):
        await index.write([artist(f"{number}", "Ember")])
    assert tantivy.Index.open(str(folder)).searcher().num_segments <= 16


async def test_without_room_to_merge_writes_still_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a nearly full disk merging is put off, since it would fail for ever; the lock is given back all the same."""
    index = EmbeddedSearch(folder, patience=1)
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
        for number in range(20):
            await index.write([artist(f"{number}", "Ember")])
    assert (await ask(index, "ember")).total == 20
    await EmbeddedSearch(folder, patience=1).write([artist("last", "Ember")])
    assert tantivy.Index.open(str(folder)).searcher().num_segments <= 16
    assert (await ask(index, "ember")).total == 21


async def test_searching_makes_no_folder(folder: Path) -> None:
    """Reading leaves no trace on the disk."""
    index = EmbeddedSearch(folder)
    assert (await ask(index, "x")).total == 0
    assert (await index.state()).updated_at is None
    assert not folder.parent.exists()


async def test_making_leaves_nothing_beside_the_folder(folder: Path) -> None:
    """The index is built aside and moved; no leftovers."""
    await EmbeddedSearch(folder).write([artist("a", "Ember")])
    assert [entry.name for entry in folder.parent.iterdir()] == ["index"]


def _fill(folder: Path, content: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in content.items():
        (folder / name).write_text(text)


def _content(folder: Path) -> dict[str, str]:
    return {entry.name: entry.read_text() for entry in folder.iterdir()}


@pytest.mark.parametrize("content", [{"letter.txt": "dear"}, {"meta.json": "{}"}, {"mystage-search.json": "[]"}])
async def test_a_foreign_folder_is_refused_and_untouched(folder: Path, content: dict[str, str]) -> None:
    """Whatever is not labelled as our index is never written, cleared or removed."""
    _fill(folder, content)
    index = EmbeddedSearch(folder)
    attempts = (ask(index), index.write([artist("a", "Ember")]), index.state(), index.clear())
    errors = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(error) for error in errors] == [Invalid] * 4
    assert "no search index of MyStage" in str(errors[0])
    assert _content(folder) == content


def _truncate(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix not in {".json", ".lock"}:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _scramble(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix not in {".json", ".lock"}:
            file.write_bytes(bytes(len(file.read_bytes())))


def _forget(folder: Path) -> None:
    (folder / "meta.json").unlink()


def _lose(folder: Path) -> None:
    for file in folder.glob("*.idx"):
        file.unlink()


def _garble(folder: Path) -> None:
    (folder / "meta.json").write_text("{")


def _age(folder: Path) -> None:
    (folder / "mystage-search.json").write_text(json.dumps({"layout": 0}))


@pytest.mark.parametrize("damage", [_truncate, _scramble, _forget, _lose, _garble, _age])
async def test_a_broken_index_says_so_and_clear_mends_it(folder: Path, damage: object) -> None:
    """Damage of any sort is a clear error that names the way out, and the index works again after `clear`."""
    await EmbeddedSearch(folder).write([artist(str(n), f"Ember {n}") for n in range(50)])
    assert callable(damage)
    damage(folder)
    index = EmbeddedSearch(folder)
    with pytest.raises(Malformed) as caught:
        await index.search(SearchQuery(text="ember"))
    assert "rebuild" in caught.value.hint
    assert caught.value.where == str(folder)
    await index.clear()
    await index.write([artist("a", "Quill")])
    assert ids(await ask(index)) == ["a"]
    assert [entry.name for entry in folder.parent.iterdir()] == ["index"]


async def test_a_running_reader_survives_damage_and_repair(folder: Path) -> None:
    """A reader that had the index open finds the repaired one, without a restart."""
    reader, other = EmbeddedSearch(folder), EmbeddedSearch(folder)
    await other.write([artist("a", "Ember")])
    assert (await ask(reader)).total == 1
    _forget(folder)
    with pytest.raises(MystageError):
        await ask(reader)
    await EmbeddedSearch(folder).clear()
    await EmbeddedSearch(folder).write([artist("b", "Quill"), artist("c", "Larch")])
    assert (await ask(reader)).total == 2


def test_tantivy_is_loaded_on_first_use_only() -> None:
    """Making the adapter costs no import of the native library."""
    code = (
        "import sys; from pathlib import Path; from mystage.adapters.search.embedded import EmbeddedSearch;"
        "EmbeddedSearch(Path('nowhere')); assert 'tantivy' not in sys.modules"
    )
    environment = os.environ | {"PYTHONPATH": str(_ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
