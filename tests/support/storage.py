"""Cloud Storage's emulator, in this process and in memory.

It ignores `if_generation_match` and loses metadata: that an object is written once only is proved by what is asked
of it, not by what it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from tests.support.firestore import free_port, missing


@pytest.fixture(scope="session")
def storage_endpoint() -> Iterator[str]:
    """The address of an emulator that runs."""
    try:
        from gcp_storage_emulator.server import create_server  # noqa: PLC0415  skipped where it is missing
    except ImportError:
        missing("gcp-storage-emulator is missing")
        return
    port = free_port()
    server = create_server("127.0.0.1", port, in_memory=True)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(storage_endpoint):
    """A client and a new bucket's name."""
    from google.auth.credentials import AnonymousCredentials  # noqa: PLC0415  an optional extra
    from google.cloud import storage  # noqa: PLC0415  likewise

    client = storage.Client(
        "test", credentials=AnonymousCredentials(), client_options={"api_endpoint": storage_endpoint}
    )
    name = f"bucket-{uuid4().hex}"
    client.create_bucket(name)
    yield client, name
    client.close()
