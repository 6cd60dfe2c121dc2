"""What a fetcher may be told."""

from __future__ import annotations

from dataclasses import dataclass

from mystage import __version__

ROBOT = "MyStageBot"
"""The name by which robots.txt may speak of us."""


def user_agent(contact: str = "") -> str:
    """The User-Agent header: who visits, and where to complain.

    Args:
        contact: a URL or mail address; "" leaves it out (a server's owner should be able to ask: set it).
    """
    return f"{ROBOT}/{__version__} (+{contact})" if contact else f"{ROBOT}/{__version__}"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Limits and manners of the HTTP fetcher. Sizes are bytes, times seconds."""

    contact: str = ""
    """URL or mail address in the User-Agent header."""
    max_bytes: int = 32 * 1024 * 1024
    """Of a body, after its content encoding is undone."""
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    """Between two pieces of an answer."""
    total_timeout: float = 60.0
    """For a page with all its redirects; waiting for the host's turn is not counted."""
    max_redirects: int = 10
    allow_private: bool = False
    """Let input from outside reach private, loopback and link-local addresses."""
    public_ports: frozenset[int] | None = None
    """The only ports that input from outside may ask for; None: all."""
    patience: float = 30.0
    """The longest pause of a host that a visit waits for; for a longer one it gives up and names the time."""
    max_pause: float = 600.0
    """The longest pause that a Retry-After header may put on a host."""
    max_crawl_delay: float = 60.0
    """The longest Crawl-delay of robots.txt that is kept to."""
    robots_seconds: float = 3_600.0
    """How long a robots.txt counts (RFC 9309 allows a day)."""
    robots_retry_seconds: float = 60.0
    """How long a robots.txt that could not be read keeps its host closed."""
    connections: int = 200
    """At once, over all hosts."""
