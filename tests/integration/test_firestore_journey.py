"""The pipeline over Firestore ends where it ends over memory."""

from __future__ import annotations

import re
import subprocess
import sys
from textwrap import dedent

import pytest
from tests.support.firestore import firestore_emulator, need, project
from tests.support.pages import folder_of_pages
from tests.support.programs import ROOT, environment

from mystage.backends import store_at
from mystage.containers import Container
from mystage.settings import Settings

need("google.cloud.firestore")
__all__ = ["firestore_emulator", "project"]
PAGES = 40


async def run(container: Container, folder) -> tuple[str, dict[str, int], tuple[object, ...]]:
    """Plan the folder, work until nothing is left; the digest, the entities, what differs from a rebuild."""
    store = container.store()
    submitted = await container.submit().paths([str(folder)], source="file")
    assert submitted.planned == PAGES
    await container.worker().run(until_idle=True, patience=5.0)
    checked = await container.rebuild().check()
    status = await container.status().read()
    assert (status.failed_tasks, await store.stats()) == (0, [])
    await container.fetcher().close()
    return checked.digest, status.entities, checked.differences


def test_the_how_to_page_is_true(firestore_emulator, tmp_path):
    """The program of the page runs as it stands there."""
    page = (ROOT / "docs/how-to/run-on-firestore.md").read_text()
    found = re.search(r"Then, in Python:\n\n(.*?)\nAny project", page, re.DOTALL)
    assert found is not None
    program = [sys.executable, "-c", dedent(found.group(1))]
    done = subprocess.run(
        program, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


@pytest.mark.slow
async def test_the_catalogue_is_that_of_memory(tmp_path, project):
    """Same pages, same content digest, nothing differs from a rebuild."""
    folder = folder_of_pages(tmp_path / "pages", PAGES)
    settings = Settings(profile="memory", data=tmp_path)
    expected = await run(Container(settings=settings), folder)

    container = Container(settings=settings)
    store = store_at(f"firestore://{project}", container.clock())
    await store.open()
    container.store.override(store)
    found = await run(container, folder)
    await store.close()
    assert found == expected
    assert found[2] == ()
    assert min(found[1].values()) > 0
