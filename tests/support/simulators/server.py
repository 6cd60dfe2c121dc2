"""The server behind every simulator: counts requests, asks for the key, keeps a limit, answers JSON."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "s3cret/key+value=="
"""Holds characters that addresses escape."""


class Refused(Exception):
    """A request that the API does not accept."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class Simulator:
    """One API. Subclasses answer `respond`; what it raises as Refused is sent as such."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        """Method, target, headers (lower case), body."""
        self.refusals: Counter[str] = Counter()
        self.throttle_every = 0
        """Each so manieth request is answered 429 with a Retry-After."""
        self._lock = threading.Lock()

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        raise NotImplementedError

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, dict[str, str]]:
        with self._lock:
            self.requests.append((method, target, headers, body))
            parts = urlsplit(target)
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            try:
                if self.throttle_every and len(self.requests) % self.throttle_every == 0:
                    raise Refused(429, "slow down", {"Retry-After": "0"})
                if len(dict(pairs)) != len(pairs):
                    raise Refused(400, "a parameter is given twice")
                return 200, self.respond(method, parts.path, dict(pairs), headers, body), {}
            except Refused as refused:
                self.refusals[f"{refused.status} {refused}"] += 1
                return refused.status, self.error(refused), refused.headers

    def error(self, refused: Refused) -> Any:
        return {"error": str(refused)}


def only(params: dict[str, str], *known: str) -> None:
    """Refuse parameters that the API does not know."""
    unknown = sorted(params.keys() - set(known))
    if unknown:
        raise Refused(400, f"unknown parameters: {', '.join(unknown)}")


def whole(params: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds."""
    text = params.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise Refused(400, f"{name} must be {low} to {high}")
    return int(text)


@contextmanager
def serving(simulator: Simulator) -> Iterator[str]:
    """Serve on loopback; the answer is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer, extra = simulator.answer(self.command, self.path, headers, body)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = handle_any  # noqa: N815  names that the standard library calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)
