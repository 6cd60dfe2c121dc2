"""`mystage serve` as a real process on loopback."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.programs import start


@contextmanager
def _serving(folder: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """The process, its address, and the lines it has said before."""
    process = start("serve", "--port", "0", "--data", "c", *args, cwd=folder)
    said: list[str] = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"serves at (http://\S+)/", line):
                yield process, found[1], said
                break
        else:
            raise AssertionError("".join(said))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _get(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:  # noqa: S310  loopback
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_it_serves_until_ctrl_c_and_stops_cleanly(tmp_path: Path) -> None:
    """It says its address once it listens, answers, refuses other names, and ends with exit code 0 and no traceback."""
    with _serving(tmp_path) as (process, address, said):
        assert "warning" not in "".join(said)
        assert _get(f"{address}/ready") == (200, b'{"status":"ok"}')
        assert _get(f"{address}/")[0] == 200
        status, body = _get(f"{address}/health", Host="rebound.example")
        assert (status, json.loads(body)["code"]) == (421, "misdirected")
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
        assert process.returncode == 0, rest
        assert "Traceback" not in rest


def test_it_warns_when_others_can_reach_it(tmp_path: Path) -> None:
    with _serving(tmp_path, "--host", "0.0.0.0") as (_, address, said):  # noqa: S104  what is tested
        assert "can be reached by others" in "".join(said)
        assert _get(f"{address}/health")[0] == 200


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("serve", "--port", str(taken.getsockname()[1]), "--data", "c", cwd=tmp_path)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 8
    assert "cannot listen here" in said
    assert "Traceback" not in said


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mystage.db").write_text("this is no database, whatever its name says" * 100)
    process = start("serve", "--port", "0", "--data", "c", cwd=tmp_path)
    _, said = process.communicate(timeout=30)
    assert process.returncode not in (0, 1), said
    assert "mystage.db" in said
    assert "Traceback" not in said
