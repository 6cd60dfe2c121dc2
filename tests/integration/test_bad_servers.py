"""Servers that fail in every way, visited by the real command: each visit ends on record, in time and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.bad_servers import bad_server
from tests.support.limited import Finished, mystage
from tests.support.looking import documents

STATES = {
    "good": "ok", "api-error": "ok", "missing": "gone", "forbidden": "blocked", "empty": "empty", "loop": "failed",
    "away": "failed", "drip": "failed", "hang": "failed", "half-head": "failed", "reset": "failed", "no-http": "failed",
    "error": "failed", "large": "failed", "endless": "failed", "endless-head": "failed", "too-short": "failed",
    "wrong-length": "failed", "bad-gzip": "failed",
}  # fmt: skip
TRIED_AGAIN = {"drip", "hang", "half-head", "reset", "no-http", "error", "too-short"}
"""What another visit may mend: given up after `max_attempts`, as a failed task with its cause."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with bad_server() as address:
        yield address


@pytest.fixture(scope="module")
def visited(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """One run over all addresses, and one of a host that does not exist."""
    base = tmp_path_factory.mktemp("servers")
    addresses = [f"{server}/{name}" for name in STATES] + ["http://no-such-host.invalid/page"]
    run = mystage(
        "run", *addresses, "--data", "data", "--json", cwd=base, limit=90,
        fetch_timeout="1", requests_per_second="200", host_concurrency="32", max_attempts="2",
    )  # fmt: skip
    return base, run


def test_a_run_over_bad_servers_ends(server: str, visited: tuple[Path, Finished]) -> None:
    """Exit code 3, all accounted for, no stuck visit, no 200 MB in memory."""
    run = visited[1].proper(3)
    files = run.json["files"]
    assert files["listed"] == len(STATES) + 1 == sum(n for name, n in files.items() if name != "listed")
    assert (files["records"], files["error"], files["waiting"]) == (1, 1, 0)
    assert files["given_up"] == len(TRIED_AGAIN) + 1
    assert run.megabytes <= 400
    assert run.seconds <= 60


@pytest.mark.parametrize("name", STATES)
def test_each_visit_has_its_state_and_a_cause_that_names_the_address(
    server: str, visited: tuple[Path, Finished], name: str
) -> None:
    [url] = [u for u in documents(visited[0] / "data", "urls") if u["url"] == f"{server}/{name}"]
    assert url["state"] == STATES[name]
    if STATES[name] != "ok":
        assert server in url["reason"], url["reason"]


def test_what_was_tried_again_is_a_failed_task(server: str, visited: tuple[Path, Finished]) -> None:
    """`tasks failed` names each address, and `retry` brings it back."""
    base = visited[0]
    failed = mystage("tasks", "failed", "--data", "data", "--json", cwd=base).proper(0).json["tasks"]
    places = {task["where"] for task in failed}
    assert places == {f"{server}/{name}" for name in TRIED_AGAIN} | {"http://no-such-host.invalid/page"}
    assert all(task["attempts"] >= 2 for task in failed)  # a busy machine may lose a lease, and try once more


def test_a_host_that_asks_for_an_hour_is_left_alone_and_on_record(server: str, tmp_path: Path) -> None:
    """429 with Retry-After: 3600: the run ends at once, the visit waits in its queue until then."""
    run = mystage("run", f"{server}/throttled", "--data", "data", "--json", "--wait", "1", cwd=tmp_path, limit=30)
    run.proper(0)
    assert run.json["files"]["waiting"] == 1
    [waiting] = run.json["waiting"]
    assert (waiting["queue"], waiting["delayed"]) == ("fetch", 1)
    assert run.seconds < 20
