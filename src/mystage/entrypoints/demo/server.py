"""The world on loopback: one server in a thread, with ETag, Last-Modified and conditional answers as real ones have."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from mystage.entrypoints.demo.pages import Page, Pages, pages_of
from mystage.entrypoints.demo.world import World

_EPOCH: Final = datetime(2031, 4, 1, tzinfo=UTC)
"""When the world's first pages were written; each publication is an hour later."""
_HOUR: Final = 3_600


class WorldServer:
    """A running server. `publish` replaces what it serves; `answers` counts what it has answered, by status."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def pages(self) -> Pages:
        """What it serves now, by path."""
        return dict(self._server.pages)

    def publish(self, world: World) -> None:
        """Serve this world from now on; a page whose body stays the same keeps its validators."""
        self._server.publish(pages_of(world, self.base))

    def take_answers(self) -> Counter[int]:
        """The answers since the last call, by status."""
        return self._server.take_answers()


@contextmanager
def serve_world(world: World, *, port: int = 0) -> Iterator[WorldServer]:
    """Serve a world on 127.0.0.1 (port 0: a free one) until the block ends."""
    server = _Server(("127.0.0.1", port), _Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-world", daemon=True
    )
    running = WorldServer(server)
    running.publish(world)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pages: Pages = {}
        self.written: dict[str, str] = {}
        self._edition = 0
        self._lock = threading.Lock()
        self._answers: Counter[int] = Counter()

    def publish(self, pages: Pages) -> None:
        stamp = format_datetime(datetime.fromtimestamp(_EPOCH.timestamp() + _HOUR * self._edition, UTC), usegmt=True)
        with self._lock:
            old, self.pages = self.pages, pages
            self.written = {
                path: self.written[path] if old.get(path) == page else stamp for path, page in pages.items()
            }
            self._edition += 1

    def count(self, status: int) -> None:
        with self._lock:
            self._answers[status] += 1

    def take_answers(self) -> Counter[int]:
        with self._lock:
            taken, self._answers = self._answers, Counter()
        return taken

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that hangs up in the middle is no news; anything else is told as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True
    wbufsize = -1
    """Headers and body leave in one piece."""

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, b"no such page", {"Content-Type": "text/plain"})
        elif page.validators:
            self._conditional(page)
        else:
            self._answer(HTTPStatus.OK, page.body, {"Content-Type": page.media_type})

    def _conditional(self, page: Page) -> None:
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:20]}"'
        headers = {"ETag": tag, "Last-Modified": self.server.written[self.path]}
        if self.headers.get("If-None-Match") == tag:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._answer(HTTPStatus.OK, page.body, {**headers, "Content-Type": page.media_type})

    def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        if self.path != "/robots.txt":
            self.server.count(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the demo tells what happens."""
