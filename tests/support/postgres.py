"""A private PostgreSQL server for tests: started on a free port, stopped at the end, one schema for each asker."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

_NAME = "mystage"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """One server process in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"postgresql://{_NAME}@127.0.0.1:{self.port}/postgres"
        self._call("initdb", "-A", "trust", "--no-sync", "-U", _NAME, "-D", str(folder / "data"))

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -h 127.0.0.1 -c fsync=off -c max_connections=60"
        log = str(self._folder / "log")
        self._call("pg_ctl", "-w", "-D", str(self._folder / "data"), "-o", options, "-l", log, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._call("pg_ctl", "-w", "-D", str(self._folder / "data"), "-m", mode, "stop")

    def cpu_seconds(self) -> float:
        """Processor time that all processes of the server have taken so far. Only where there is /proc."""
        main = (self._folder / "data" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        ticks = 0
        for pid in (main, *children):
            with suppress(OSError):  # it has ended meanwhile, and its time is its parent's
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15] if pid == main else fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def schema(self) -> str:
        """The URL of a new, empty schema."""
        name = f"t{uuid4().hex[:12]}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.url}?options={quote(f'-csearch_path={name}')}"

    def run(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]  # text of our own

    def _call(self, *command: str) -> None:
        """Run a program of PostgreSQL's, as its own user where we are root: it refuses root."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        user = "postgres" if os.getuid() == 0 else None
        group = pwd.getpwnam("postgres").pw_gid if user else None
        done = subprocess.run(
            command,
            env=environment,
            cwd=self._folder,
            user=user,
            group=group,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr}")


def why_missing() -> str:
    """Why no server can be started here; empty if one can."""
    for program in ("initdb", "pg_ctl"):
        if shutil.which(program) is None:
            return f"PostgreSQL's `{program}` is not on PATH"
    if os.getuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return "there is no user `postgres` to run the server as"
    return ""


def require() -> None:
    """Skip the test where PostgreSQL is missing, with the reason; fail where all is required."""
    if reason := why_missing():
        if os.environ.get("MYSTAGE_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@contextmanager
def running_server() -> Iterator[Server]:
    """A started server that is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mystage-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            with suppress(RuntimeError):  # a test may have stopped it
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def emptied(url: str) -> None:
    """Empty every table of a schema, but for the notes on the schema itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'mystage_schema'"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"DELETE FROM {name}")  # noqa: S608 -- quoted; and quicker than TRUNCATE on small tables
