"""A server on loopback that does to its visitor what servers do."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

from tests.support.pages import page, show

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_PIECE = b"<p>endless</p>" * 4_000


class _Handler(socketserver.StreamRequestHandler):
    """One connection, one answer, by the path's name."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the visitor hangs up on most of these
            line = self.rfile.readline().decode("latin-1").split()
            while self.rfile.readline().strip():
                pass
            if len(line) > 1:
                name = line[1].strip("/").partition("?")[0].replace("-", "_").partition(".")[0]
                getattr(self, f"answer_{name}", self.answer_missing)()

    def say(self, data: bytes) -> None:
        self.wfile.write(data)

    def whole(self, status: str, body: bytes = b"", head: str = "") -> None:
        self.say(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{head}\r\n".encode() + body)

    def wait(self) -> None:
        """Until the visitor or the server goes."""
        self.server.over.wait(30)

    def answer_missing(self) -> None:
        self.whole("404 Not Found", b"not here")

    def answer_good(self) -> None:
        self.whole("200 OK", page(show(1), show(2)).encode(), "Content-Type: text/html\r\n")

    def answer_loop(self) -> None:
        self.whole("302 Found", head="Location: /loop-back\r\n")

    def answer_loop_back(self) -> None:
        self.whole("302 Found", head="Location: /loop\r\n")

    def answer_away(self) -> None:
        self.whole("302 Found", head="Location: ftp://elsewhere.example/\r\n")

    def answer_drip(self) -> None:
        self.say(_OK + b"Content-Length: 100000\r\n\r\n")
        while not self.server.over.wait(0.1):
            self.say(b"x")

    def answer_hang(self) -> None:
        self.wait()

    def answer_half_head(self) -> None:
        self.say(b"HTTP/1.1 200 OK\r\nContent-")
        self.wait()

    def answer_reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    def answer_no_http(self) -> None:
        self.say(b"220 mail.example ESMTP\r\n")

    def answer_error(self) -> None:
        self.whole("500 Internal Server Error", b"Traceback: it broke")

    def answer_throttled(self) -> None:
        self.whole("429 Too Many Requests", head="Retry-After: 3600\r\n")

    def answer_forbidden(self) -> None:
        self.whole("403 Forbidden")

    def answer_large(self) -> None:
        self.say(_OK + b"Content-Length: 209715200\r\n\r\n")
        for _ in range(209715200 // len(_PIECE)):
            self.say(_PIECE)

    def answer_endless(self) -> None:
        self.say(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
        while not self.server.over.is_set():
            self.say(b"%x\r\n%s\r\n" % (len(_PIECE), _PIECE))

    def answer_endless_head(self) -> None:
        self.say(_OK)
        while not self.server.over.is_set():
            self.say(b"X-More: " + b"y" * 8_000 + b"\r\n")

    def answer_too_short(self) -> None:
        self.say(_OK + b"Content-Length: 5000\r\n\r\n<html>cut off")

    def answer_wrong_length(self) -> None:
        self.say(_OK + b"Content-Length: minus\r\n\r\n<html>what length")

    def answer_empty(self) -> None:
        self.whole("200 OK")

    def answer_bad_gzip(self) -> None:
        self.whole("200 OK", b"\x1f\x8b\x08\x00rubbish", "Content-Encoding: gzip\r\n")

    def answer_api_error(self) -> None:
        self.whole("200 OK", b'{"error": {"code": 401, "message": "the key is not valid"}}')


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is what this server is for."""


@contextlib.contextmanager
def bad_server() -> Iterator[str]:
    """The address of a running one."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.over = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.over.set()
            server.shutdown()
            thread.join(5)
