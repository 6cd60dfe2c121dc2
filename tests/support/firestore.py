"""A real Firestore emulator for tests: one process for the session, one project for each test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast
from uuid import uuid4

import pytest

JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
VARIABLE = "FIRESTORE_EMULATOR_HOST"


def missing(reason: str) -> None:
    """Skip the test; fail where all parts are required."""
    if os.environ.get("MYSTAGE_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (MYSTAGE_REQUIRE_ALL=1)")
    pytest.skip(reason)


def need(module: str) -> ModuleType:
    """Import what an optional extra brings; skip (fail where all parts are required) if it is missing."""
    if os.environ.get("MYSTAGE_REQUIRE_ALL") == "1":
        return import_module(module)
    return cast("ModuleType", pytest.importorskip(module, reason=f"{module} cannot be imported (extra gcp)"))


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def emulator_jar() -> Path | None:
    """The emulator of the Google Cloud SDK whose `gcloud` is on the PATH."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    roots = [Path(gcloud).resolve().parents[1]]
    with suppress(OSError, subprocess.SubprocessError):
        asked = [gcloud, "info", "--format=value(installation.sdk_root)"]
        roots.append(Path(subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout.strip()))
    return next((root / JAR for root in roots if (root / JAR).is_file()), None)


class Emulator:
    """An emulator's process."""

    def __init__(self, jar: Path, port: int | None = None, rules: Path | None = None) -> None:
        self._jar = jar
        self._options = [f"--rules={rules}"] if rules else []
        self.port = port or free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = ["java", "-XX:+UseSerialGC", "-cp", str(self._jar), MAIN, "start", "--host=127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, f"--port={self.port}", *self._options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and self._process.poll() is None:
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), timeout=1)):
                return
            time.sleep(0.05)
        self.stop()
        missing("the Firestore emulator does not start")

    def stop(self) -> None:
        """Stop it; all its data is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None


def needed_jar() -> Path:
    """The emulator, or the test is skipped (fails where all parts are required)."""
    jar = emulator_jar()
    if jar is None or shutil.which("java") is None:
        missing("the Firestore emulator is missing (java, and gcloud components install cloud-firestore-emulator)")
    return cast("Path", jar)


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[Emulator]:
    """An emulator that runs, and whose address Google's library finds."""
    emulator = Emulator(needed_jar())
    emulator.start()
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = emulator.host
    yield emulator
    if before is None:
        del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = before
    emulator.stop()


@pytest.fixture
def project(firestore_emulator: Emulator) -> str:
    """A project of its own for each test: nothing of another is in it."""
    return f"test-{uuid4().hex[:20]}"
