"""Pages for people: server-rendered, without scripts and without anything from elsewhere."""

from mystage.entrypoints.http.pages.errors import answer_error
from mystage.entrypoints.http.pages.routes import router

__all__ = ["answer_error", "router"]
