"""Addresses: their normal form, and what the platform knows of each."""

from __future__ import annotations

import string
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from mystage.domain.access import DATA_ROLES
from mystage.domain.errors import AddressRefused, Invalid
from mystage.domain.pipeline.cadence import Pace
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model, digest_id

TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "_ga", "came_from", "referral_id"}
)
"""Query parameters that name the visitor's path, not the page (besides every `utm_*`)."""

_DEFAULT_PORT = {"http": 80, "https": 443}


class UrlState(StrEnum):
    """What the last visit found."""

    NEW = "new"
    OK = "ok"
    BLOCKED = "blocked"
    """The site refuses us (robots.txt, 401, 403, a challenge page)."""
    GONE = "gone"
    """404 or 410."""
    EMPTY = "empty"
    """An answer without a body."""
    FAILED = "failed"
    """No answer that could be used; tried again later."""


class Missing(Model):
    """A show that a page does not tell of any more."""

    id: str
    """Of its entity source."""
    since: Instant
    """The first visit that missed it."""
    proofs: int = 1
    """Visits in a row that missed it."""


class UrlDoc(Model):
    """One address to visit: a page, an API call, a file on this machine."""

    id: str
    url: str
    source: str
    """Name of the source (manifest) or of the origin of a single address."""
    reader: str | None = None
    """The reader that the manifest names; None: decided by content."""
    state: UrlState = UrlState.NEW
    reason: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    """Digest of the last body that was read."""
    held_body: str | None = None
    """Digest of a body that came with the address (a member of an archive): read instead of fetching."""
    scrape_id: str | None = None
    extraction_id: str | None = None
    """The last extraction that gave records: the page's last good data."""
    first_seen: Instant
    last_fetched: Instant | None = None
    last_changed: Instant | None = None
    fetches: int = 0
    failures: int = 0
    """Failed visits since the last good one."""
    gone: int = 0
    """Visits in a row that found it gone."""
    leads_on: bool = False
    """Its body names further addresses (a sitemap): each visit plans them anew, also where the body is the same."""
    depth: int = 0
    """Steps from a start address (a sitemap's entries are one deeper)."""
    public: bool = False
    """Given by a user from outside: private and link-local addresses are refused."""
    obey_robots: bool = True
    live: str = ""
    """Name of the live source whose API this is a call of: signed when it is sent. "": a page."""
    run: str = ""
    """A call of a live source: trace of the run that asked for it last."""
    goal_hours: float | None = None
    """Between two visits as its source wants it; None: it is only visited when it is named, or something leads to it."""
    pace: Pace = Pace()
    """How often it changes, as far as visits have shown."""
    next_fetch_at: Instant | None = None
    """When `mystage run --due` visits it again."""
    missing: tuple[Missing, ...] = ()
    """Shows that stood on the page and do not any more, until that is proved or they are back."""
    doubted: str = ""
    """Id of the finding for which its present body is not believed; "": it is."""
    flaps: int = 0
    """How often something that was missing came back: such a page proves less."""


def url_id(url: str) -> str:
    """The document id of an address (in normal form)."""
    return digest_id(url, prefix="url_")


def normalise_url(url: str) -> str:
    """The normal form of an address: lower-case scheme and host, no default port, fragment or tracking parameters.

    Raises Invalid for anything that is not an absolute http, https or file address.
    """
    text = "".join(url.split()) if "\n" in url or "\t" in url else url.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Invalid(f"not an address: {error}", where=text[:200], hint="give an absolute http(s) URL") from error
    scheme = parts.scheme.lower()
    if scheme == "file":
        path = unquote_to_bytes(parts.path)  # bytes: the name of a file need not be UTF-8
        return urlunsplit(("file", "", quote(path, safe="/~!$&'()*+,;=:@"), "", parts.fragment))
    if scheme not in _DEFAULT_PORT or not parts.hostname:
        raise Invalid("not an absolute http, https or file URL", where=text[:200], hint="start it with https://")
    try:
        host = parts.hostname.encode("idna").decode("ascii").lower() if not parts.hostname.isascii() else parts.hostname
    except UnicodeError as error:
        raise Invalid("its host name is not valid", where=text[:200]) from error
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORT[scheme]:
        netloc = f"{netloc}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(k, v) for k, v in pairs if k.lower() not in TRACKING and not k.lower().startswith("utm_")]
    # what no query may hold as it stands (spaces, letters beyond ASCII) is escaped, the rest left as the site wrote it
    query = urlencode(kept) if len(kept) != len(pairs) else quote(parts.query, safe=string.punctuation)
    return urlunsplit((scheme, netloc, quote(parts.path or "/", safe="/%~!$&'()*+,;=:@"), query, ""))


_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def check_outside(url: str, *, allow_private: bool = False) -> None:
    """Refuse an address (in normal form) from outside that cannot be meant for the open web; asks no network.

    Names that lead to a closed address are found when they are fetched: this is the early answer, not the guard.

    Raises:
        AddressRefused: a file of the server, or (unless `allow_private`) a private address or local name.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        raise AddressRefused("a file of the server cannot be asked for", where=url, hint="give an http(s) URL")
    host = (parts.hostname or "").rstrip(".")
    if not allow_private and (f".{host}".endswith(_LOCAL_NAMES) or not _open(host)):
        raise AddressRefused(
            "a private or local address is refused", where=url, hint="only the open web can be asked for"
        )


def _open(host: str) -> bool:
    """Whether a host is a name, or an IP address of the open internet."""
    try:
        ip = ip_address(host)
    except ValueError:
        return True
    carried = getattr(ip, "ipv4_mapped", None) or ip
    return bool(carried.is_global) and not carried.is_multicast


def host_of(url: str) -> str:
    """Host (without `www.`) of an address; "" for a file."""
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.")


URLS = Collection(
    "urls",
    UrlDoc,
    indexes=(Index("source"), Index("state"), Index("last_fetched"), Index("next_fetch_at")),
    composites=(),
    readers=DATA_ROLES,
)
