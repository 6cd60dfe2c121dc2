"""`mystage serve`: uvicorn around the application."""

from __future__ import annotations

import socket
import sys
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from mystage.domain.errors import MystageError, Unavailable
from mystage.entrypoints.logs import configure_logging
from mystage.settings import Settings, load

try:
    import uvicorn
    from fastapi import FastAPI

    from mystage.entrypoints.http.api import create_app
except ModuleNotFoundError as error:  # pragma: no cover - an installation without the extra
    raise MystageError(
        f"{error.name} is not installed", where="mystage serve", hint="install the extra: pip install 'mystage[http]'"
    ) from error

_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_OPEN: Final = """warning: {host} can be reached by others, and nobody is asked who they are: whoever can reach it can read
         the catalogue and have pages fetched. Keep it behind a proxy that asks, or use the default, 127.0.0.1.
"""


def serve(host: str, port: int, *, data: Path | None = None) -> None:
    """Serve until Ctrl-C. `port` 0 takes a free one. Raises Unavailable where the address cannot be listened on."""
    settings = load(data=data)
    configure_logging(settings)
    listening = listen(host, port)
    local = is_loopback(host)
    if not local:
        sys.stderr.write(_OPEN.format(host=host))
    app = create_app(settings, hosts=allowed_hosts(host, settings))
    # what goes wrong is told by our own log; uvicorn's would say it a second time, with a traceback
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    server = _Server(config, app)
    with listening, suppress(KeyboardInterrupt):  # uvicorn has shut down in order before it raises this
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says where it listens once it does; raises what kept it from starting."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # uvicorn's word for a lifespan that failed
            failure = getattr(self._app.state, "failure", None)
            if failure is not None:
                raise failure from None
            raise
        if self.started:
            for each in sockets or ():
                sys.stderr.write(f"MyStage serves at {address_of(each)} (API: /docs; stop: Ctrl-C)\n")
            sys.stderr.flush()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Unavailable that names the address."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, proto)
    except OSError as error:
        raise Unavailable(f"no such address: {error}", where=f"{host}:{port}") from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        found.close()
        hint = "take another --port; 0 takes a free one"
        raise Unavailable(f"cannot listen here: {error.strerror}", where=f"{host}:{port}", hint=hint) from error
    return found


def address_of(listening: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a server bound to `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def allowed_hosts(host: str, settings: Settings) -> Collection[str] | None:
    """Names by which the server may be called: on loopback its own and those of the settings; elsewhere any, or those."""
    if is_loopback(host):
        return (*_LOOPBACK_NAMES, host, *settings.serve_hosts)
    return (host, *settings.serve_hosts) if settings.serve_hosts else None
