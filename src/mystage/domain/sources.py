"""What a source says: claims, how they are kept (`EntitySource`), and whose word counts first (`SourceRank`).

A reader turns one payload into a `Reading`: claims plus the outcome and an audit of what it left unread.
Field names follow the platform's record format (`mystage extract --json` prints them as they stand here).
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from mystage.domain.access import DATA_ROLES
from mystage.domain.decisions import Curated, Preferred
from mystage.domain.proofs import Proofs
from mystage.domain.schema import Collection, Index
from mystage.domain.values import CountryCode, Currency, Instant, Kind, LongText, Model, Text, WallClock, digest_id


class SourceRank(IntEnum):
    """Whose word counts first; the lower number wins (defaults, overridable by settings per source and field)."""

    CURATED = 0
    OWNER = 10
    OWN_SITE = 20
    TICKETING = 30
    MAPS = 40
    AGGREGATOR = 50
    GENERIC = 60


class PerformanceStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    SOLD_OUT = "sold_out"


class PerformanceKind(StrEnum):
    CONCERT = "concert"
    FESTIVAL = "festival"
    OTHER = "other"


Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
"""A source's own key for a thing; unique per source and kind, stable over re-crawls."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Price = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Link = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class Claim(Model):
    """What all claims share."""

    key: Key
    source_id: str | None = None
    """The source's id, where it gives one (then it is also the key)."""
    url: Link | None = None
    """The page of the source about this thing."""
    description: LongText | None = None
    images: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    """Further pages about the thing (social profiles, encyclopedias); never the source's own page."""
    identifiers: dict[str, str] = Field(default_factory=dict)
    """Ids in shared namespaces: `musicbrainz`, `google_place_id`, `ticketmaster`, ... -> id."""


class VenueClaim(Claim):
    """A named place one can go to. A performance without a venue name keeps its place in `PerformanceClaim`."""

    name: Text
    alt_names: tuple[Text, ...] = ()
    street: Text | None = None
    locality: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: CountryCode | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    timezone: Text | None = None
    """IANA zone."""
    phone: Text | None = None
    """E.164."""
    website: Link | None = None
    """The venue's own site, never a directory's page about it."""
    categories: tuple[Text, ...] = ()
    opening_hours: tuple[Text, ...] = ()
    """In the notation of schema.org (`Mo-Fr 18:00-02:00`), one entry a rule, as the source orders them."""
    capacity: Annotated[int, Field(gt=0, le=1_000_000)] | None = None
    closed: bool = False
    """The source says that it has closed for good."""


class ArtistClaim(Claim):
    """A performer: a person, a band, an ensemble, a DJ."""

    name: Text
    alt_names: tuple[Text, ...] = ()
    website: Link | None = None
    genres: tuple[Text, ...] = ()
    country: CountryCode | None = None


class PerformanceClaim(Claim):
    """One show, festival or other event at one place and start."""

    title: Text | None = None
    venue: Key | None = None
    """Key of a `VenueClaim` in the same `Claims`."""
    artists: tuple[Key, ...] = ()
    """Keys of `ArtistClaim`s in the same `Claims`, in billing order."""
    place: Text | None = None
    """Where it is, in words, when no venue is named (town, region, country)."""
    start_local: WallClock | None = None
    end_local: WallClock | None = None
    doors_local: WallClock | None = None
    timezone: Text | None = None
    """IANA zone."""
    status: PerformanceStatus = PerformanceStatus.SCHEDULED
    kind: PerformanceKind | None = None
    """None: the source does not let one decide."""
    ticket_url: Link | None = None
    price_min: Price | None = None
    price_max: Price | None = None
    currency: Currency | None = None
    genres: tuple[Text, ...] = ()


AnyClaim = VenueClaim | ArtistClaim | PerformanceClaim


class Claims(Model):
    """All that one payload says. Performances refer to venues and artists of the same `Claims` by key."""

    venues: tuple[VenueClaim, ...] = ()
    artists: tuple[ArtistClaim, ...] = ()
    performances: tuple[PerformanceClaim, ...] = ()

    def __len__(self) -> int:
        return len(self.venues) + len(self.artists) + len(self.performances)


class ReadingOutcome(StrEnum):
    """How the reading of one payload ended."""

    RECORDS = "records"
    NOTHING = "nothing"
    """Understood, and it holds no venue, artist or performance."""
    ERROR = "error"
    """The payload is itself an error answer, or it cannot be read."""
    PARKED = "parked"
    """Nothing structured, but it may speak of events: kept for a model (`needs_model`)."""


class ReadingErrorKind(StrEnum):
    QUOTA = "quota"
    AUTH = "auth"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    MALFORMED = "malformed"


class ReadingError(Model):
    """Why a payload could not be read, in words that name what was wrong."""

    kind: ReadingErrorKind
    message: Annotated[str, StringConstraints(max_length=1_000)]


class LeadReason(StrEnum):
    """Why a link is worth a visit, in the order in which a budget is spent; `listing`: it is named like a list of events."""

    NEXT_PAGE = "next_page"
    NEXT_MONTH = "next_month"
    EVENT = "event"
    LISTING = "listing"


class Lead(Model):
    """A link to follow, and why."""

    url: Link
    reason: LeadReason


class Reading(Proofs):
    """A reader's answer for one payload."""

    outcome: ReadingOutcome
    claims: Claims = Claims()
    error: ReadingError | None = None
    reason: str = ""
    """In words, why there is nothing, or why the payload was parked."""
    unread: tuple[str, ...] = ()
    """Paths of payload fields that the reader neither used nor knowingly ignored (the audit)."""
    follow: tuple[Link, ...] = ()
    """Addresses the payload names for further fetching (entries of a sitemap)."""
    leads: tuple[Lead, ...] = ()
    """Links of a page that may be followed, where the source's manifest gives a budget for it (`follow`)."""


def records(
    claims: Claims, *, unread: tuple[str, ...] = (), reason: str = "no venue, artist or event in it"
) -> Reading:
    """A `Reading` of `claims`: `records`, or `nothing` with `reason` where they are empty."""
    if len(claims):
        return Reading(outcome=ReadingOutcome.RECORDS, claims=claims, unread=unread)
    return Reading(outcome=ReadingOutcome.NOTHING, reason=reason, unread=unread)


def nothing(reason: str) -> Reading:
    """A payload that was understood and holds nothing."""
    return Reading(outcome=ReadingOutcome.NOTHING, reason=reason)


def parked(reason: str) -> Reading:
    """A payload kept for a model."""
    return Reading(outcome=ReadingOutcome.PARKED, reason=reason)


def failed(kind: ReadingErrorKind | str, message: str) -> Reading:
    """A payload that is an error, or cannot be read."""
    error = ReadingError(kind=ReadingErrorKind(kind), message=message[:1_000])
    return Reading(outcome=ReadingOutcome.ERROR, error=error, reason=message[:1_000])


_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=32_768)
def fold_text(text: str) -> str:
    """Case, accents and punctuation folded away; letters of every script are kept."""
    if text.isascii():
        return " ".join(_NOT_WORD.sub(" ", text.casefold()).split())
    flat = unicodedata.normalize("NFKD", text).casefold()
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", flat).split())


def derived_key(*parts: str | None) -> str:
    """A key for a thing to which the source gives none, from the folded words that name it."""
    return "~" + digest_id(*(fold_text(part or "") for part in parts))


def is_derived(key: str) -> bool:
    """Whether a key was made by `derived_key`, since the source gives the thing no id."""
    return key.startswith("~")


class EntitySource(Model):
    """What one source says of one thing: the unit of resolution and of provenance."""

    id: str
    kind: Kind
    source: str
    rank: SourceRank
    key: str
    claim: Annotated[AnyClaim, Field(union_mode="left_to_right")]
    extraction_id: str
    scrape_id: str
    url: str
    """The page or file it was read from."""
    also_on: tuple[str, ...] = ()
    """A show: further pages of the source that tell of it, in less detail."""
    reader: str
    """Reader and version, as `jsonld/1`."""
    first_seen: Instant
    last_seen: Instant
    fingerprint: str
    """Over the claim and its references; unchanged means nothing to do."""
    entity_id: str
    """The canonical entity that it is part of (as decided by resolution; a rebuild gives the same)."""
    match_keys: tuple[str, ...] = ()
    venue_source: str | None = None
    """Performance: id of the EntitySource of its venue."""
    artist_sources: tuple[str, ...] = ()
    """Performance: ids of the EntitySources of its artists, in billing order."""
    withdrawn_at: Instant | None = None
    """Set when the source has taken it back; it then counts for nothing."""
    edits: tuple[Curated, ...] = ()
    """What people have said in its place, one a field; the entity that it is part of takes it over."""
    preferred: tuple[Preferred, ...] = ()
    """Conflicts with sources of equal rank that were decided in its favour."""


def entity_source_id(source: str, kind: Kind, key: str) -> str:
    """`source:kind:key`; a key that is long or holds odd characters is replaced by its digest."""
    plain = key if re.fullmatch(r"[A-Za-z0-9~._-]{1,80}", key) else digest_id(key)
    return f"{source}:{kind.value}:{plain}"


def _rank(value: object) -> object:
    """A rank by its name (`own_site`) or its number."""
    if not isinstance(value, str):
        return value
    try:
        return SourceRank[value.strip().upper()]
    except KeyError:
        raise ValueError(f"not one of {', '.join(rank.name.lower() for rank in SourceRank)}") from None


_Count = Annotated[int, Field(ge=0)]
_Share = Annotated[float, Field(gt=0, le=1)]
_KINDS: dict[str, type[AnyClaim]] = {
    "venue": VenueClaim,
    "artist": ArtistClaim,
    "performance": PerformanceClaim,
}


class Area(Model):
    """A box of positions; `west` may be greater than `east` (across the 180th meridian)."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position lies in it."""
        across = self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east
        return self.south <= lat <= self.north and across


class Expect(Model):
    """Assertions over one page's records. What is None is not asserted."""

    min_records: _Count | None = None
    max_records: _Count | None = None
    filled: dict[str, _Share] = Field(default_factory=dict)
    """`performance.start_local = 0.9`: at least this share of the performances have it."""
    area: Area | None = None
    """Where venues are (most of them)."""
    days_back: _Count | None = None
    """How long ago shows may have begun (most of them)."""
    days_ahead: _Count | None = None

    @model_validator(mode="after")
    def _known(self) -> Expect:
        for name in self.filled:
            kind, _, field = name.partition(".")
            if kind not in _KINDS or field not in _KINDS[kind].model_fields:
                msg = f"filled: there is no field {name!r}; write `performance.start_local`, `venue.lat`, ..."
                raise ValueError(msg)
        return self


class ManifestSource(Model):
    """One entry of a source manifest: what to fetch, how often, how politely, and how far to trust it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """Unique in the manifest; letters, digits, `.`, `_`, `-`."""
    start_urls: Annotated[tuple[Link, ...], Field(min_length=1)]
    """Pages, sitemaps, feeds or API calls (http, https), or files, folders and archives (`file:///`)."""
    kind: str | None = None
    """The reader to use; None: decided by content."""
    rank: Annotated[SourceRank | None, BeforeValidator(_rank)] = None
    """Whose word counts first; None: the reader's own."""
    cadence_hours: Annotated[float, Field(gt=0, le=24 * 366, allow_inf_nan=False)] = 24.0
    """Between two visits of an address."""
    requests_per_second: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = 1.0
    """Per host."""
    concurrency: Annotated[int, Field(ge=1, le=256)] = 2
    """Requests at once per host."""
    obey_robots: bool = True
    expect: Expect | None = None
    """Assertions: a page that breaks one is not believed, its last good data stays."""
    follow: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Links that each page may add (further pages of a listing, the next month, its events); 0: sitemaps alone."""
    enabled: bool = True

    @property
    def id(self) -> str:
        """The document id: the name."""
        return self.name


ENTITY_SOURCES = Collection(
    "entity_sources",
    EntitySource,
    indexes=(
        *map(Index, ("kind", "source", "entity_id", "extraction_id", "url")),
        Index("also_on", array=True),
        Index("venue_source"),
        Index("match_keys", array=True),
        Index("artist_sources", array=True),
    ),
    composites=(),
    readers=DATA_ROLES,
)
SOURCES = Collection(
    "sources", ManifestSource, indexes=(Index("enabled", type="integer"),), composites=(), readers=DATA_ROLES
)
