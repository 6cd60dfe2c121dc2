"""Structured logs, the same for every entrypoint."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO, cast

import structlog

from mystage.settings import Settings, no_colour


class _Now:
    """Standard error as it is when something is written: it may be exchanged while loggers live on (by tests, by servers)."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logging(settings: Settings) -> None:
    """Structured logs on standard error; standard output stays for results."""
    level = getattr(logging, settings.log_level.upper())
    colours = sys.stderr.isatty() and not no_colour()  # none in files, journals and pipes
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=colours)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Now())),
        cache_logger_on_first_use=True,
    )
