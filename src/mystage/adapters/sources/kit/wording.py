"""What the names of events and places give away: festivals, tours, ticket products, states, acts. Pure."""

from __future__ import annotations

import re
from typing import Final

from mystage.domain.sources import PerformanceStatus, fold_text

_YEAR: Final = re.compile(r"\s(?:20[1-4]\d|\(20[1-4]\d\)|['\u2019][1-4]\d)$|^20[1-4]\d\s")
_FESTIVAL_WORDS: Final = frozenset((
    "festival", "festivals", "fest", "festivalen", "festivali", "festiwal", "festivalul", "weekender", "festspiele",
    "festivales", "jamboree", "lollapalooza", "coachella", "bonnaroo", "tomorrowland", "knotfest", "fezen",
))  # fmt: skip
_FESTIVAL_NAMES: Final = frozenset((
    "rock am ring", "rock im park", "primavera sound", "kendal calling", "sziget", "wacken open air", "tons of rock",
    "graspop metal meeting", "rock werchter", "pinkpop", "pukkelpop", "mad cool", "nos alive", "bilbao bbk live",
    "outside lands", "austin city limits", "electric daisy carnival", "creamfields", "trnsmt", "glastonbury",
    "rock in rio", "vive latino", "corona capital", "estereo picnic", "copenhell", "sweden rock", "nova rock",
    "eurockeennes", "vieilles charrues", "rock en seine", "paleo", "best kept secret", "north sea jazz", "zwarte cross",
    "slam dunk", "boomtown", "end of the road", "tecate pa l norte", "shaky knees", "governors ball", "riot fest",
    "when we were young", "sick new world", "welcome to rockville", "sonic temple", "aftershock", "louder than life",
    "rolling loud", "wireless", "all points east", "bst hyde park", "soundstorm", "ultra music", "fuji rock",
    "summer sonic", "splendour in the grass", "byron bay bluesfest", "beyond the valley", "falls", "laneway",
))  # fmt: skip
_BUILDING: Final = frozenset((
    "hall", "halle", "hallen", "saal", "haus", "house", "pier", "theatre", "theater", "teatro", "park", "parc", "grounds",
    "ground", "site", "plaza", "amphitheater", "amphitheatre", "stage", "centre", "center", "stadium", "arena", "square",
    "pavilion", "lawn", "field", "fields", "village", "club", "bar", "campus", "concert", "wiese", "platz", "landing",
    "building", "place", "marketplace", "walk", "quarter", "terrein", "plads", "plass", "city",
))  # fmt: skip
_NOT_FEST: Final = frozenset(("manifest", "infest"))
_NOWHERE: Final = frozenset((
    "online", "virtual", "virtual event", "online event", "livestream", "live stream", "streaming", "secret location",
    "various venues", "various locations", "multiple venues", "private event", "private residence", "venue", "venues",
    "to be announced", "to be confirmed", "to be determined", "unknown", "unknown venue", "n a", "none", "null",
    "bandsintown live", "bandsintown plus", "your living room", "your couch", "anywhere", "everywhere", "worldwide",
    "at home", "zoom", "youtube", "facebook live", "instagram live", "twitch",
))  # fmt: skip
_PRODUCT: Final = re.compile(
    r"\b(?:(?:\d+|two|three|four|multi|single|full|all)[- ]?(?:day|night|event|weekend)?[- ]?pass(?:es)?"
    r"|(?:weekend|season|festival|camping|vip|parking|access|general admission|ga|series) pass(?:es)?"
    r"|(?:two|three|four|\d)[- ]day (?:ticket|package|combo)s?|season tickets?|flex packs?"
    r"|parking|premium seat(?:s|ing)?|platinum seats?|vip (?:package|upgrade|experience|lounge|club|table|box|hospitality)s?"
    r"|meet (?:and|&) greet (?:package|upgrade|ticket)s?|(?:ticket|hotel|travel|hospitality|fan) packages?"
    r"|(?:vip|seat|ticket|camping) upgrades?|add[- ]?ons?|(?:club|lounge|terrace|deck) access|fast lane|early entry|locker rental|(?:gift|merchandise)"
    r" (?:card|voucher)s?|blanket voucher|lawn chair|shuttle (?:bus|pass|ticket)?|camping (?:spot|only|site)|suite rental|not a concert ticket)\b",
    re.IGNORECASE,
)
_STATE_WORD: Final = r"(?P<word>cancell?ed|postponed|rescheduled|sold[ -]?out|abgesagt|verschoben|annul[ée]e?|cancelad[oa]|ausverkauft|agotado|complet)"
_STATE: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^[\[(*!\s]*{_STATE_WORD}[\])*!]*\s*[:!|*\-\u2013\u2014]+\s*",
        rf"\s*[\[(*]+\s*{_STATE_WORD}\s*!*\s*[\])*]+\s*",
        rf"\s+[|\-\u2013\u2014:*]+\s*{_STATE_WORD}[\s!*]*$",
    )
)
_GUESTS: Final = re.compile(
    r"\s+(?:w/|with(?: special guests?)?|feat\.?|ft\.?|featuring|\+|plus|and special guests?:?)\s+|\s+w/\s*|\s*//\s*",
    re.IGNORECASE,
)
_NO_ACT: Final = re.compile(
    r"\b(?:tour|fest\w*|night|party|tribute|karaoke|open mic|showcase|brunch|battle|trivia|special guests?|more|tba|tbd"
    r"|guests?|friends|experience|concert series|presents|celebration|anniversary|album release|ball|bingo|gala|awards?|candlelight|musical|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|eve|music of|\d{4}s?|vs)\b",
    re.IGNORECASE,
)


def is_festival(name: str | None) -> bool:
    """Whether a name is that of a festival (or of another yearly event), not of a building or an act."""
    if not name:
        return False
    words = fold_text(name).split()
    if _ends_in_year(name) and not is_tour(name):
        return True
    core = " ".join(w for w in words if not re.fullmatch(r"20[1-4]\d", w))
    return _is_known(core) or any(_is_fest(words, at) for at in range(len(words)))


def _is_known(core: str) -> bool:
    """Whether folded words are a festival's own name, or begin with one of several words ("rock am ring sunday")."""
    if core in _FESTIVAL_NAMES:
        return True
    known = next((n for n in _FESTIVAL_NAMES if " " in n and core.startswith(f"{n} ")), None)
    return known is not None and not _BUILDING & set(core.removeprefix(known).split())


def _is_fest(words: list[str], at: int) -> bool:
    word = words[at]
    long_fest = len(word) > 5 and word.endswith(("fest", "festival", "festivalen")) and word not in _NOT_FEST
    return (word in _FESTIVAL_WORDS or long_fest) and not _BUILDING & set(words[at + 1 : at + 3])


def is_tour(name: str | None) -> bool:
    """Whether a name is that of a tour."""
    words = [w for w in fold_text(name or "").split() if not re.fullmatch(r"20[1-4]\d", w)]
    return len(words) > 1 and words[-1] in ("tour", "tournee", "tourdates")


def _ends_in_year(name: str) -> bool:
    return _YEAR.search(name.strip()) is not None and len(fold_text(name).split()) > 1


def is_nowhere(name: str | None) -> bool:
    """Whether a venue's name says that there is none: online, to be announced, secret."""
    folded = fold_text(name or "")
    return not folded or folded in _NOWHERE or re.search(r"\b(?:tba|tbc|tbd)\b", folded) is not None


def is_ticket_product(name: str | None) -> bool:
    """Whether an "event" is a thing to buy beside a show: a pass, parking, an upgrade."""
    return bool(name) and _PRODUCT.search(name or "") is not None


def without_state(title: str | None) -> tuple[str | None, PerformanceStatus | None]:
    """A title without a mark such as "CANCELLED -" or "(sold out)", and the status that the mark means."""
    for pattern in _STATE if title else ():
        found = pattern.search(title or "")
        rest = pattern.sub(" ", title or "", count=1).strip() if found else ""
        if found and rest:
            return rest, _status(found["word"])
    return title, None


def _status(word: str) -> PerformanceStatus:
    word = fold_text(word)
    if word.startswith(("cancel", "abgesagt", "annul")):
        return PerformanceStatus.CANCELLED
    if word in ("postponed", "verschoben"):
        return PerformanceStatus.POSTPONED
    return PerformanceStatus.RESCHEDULED if word == "rescheduled" else PerformanceStatus.SOLD_OUT


_GENRES: Final = frozenset(
    "jazz,blues,rock,pop,metal,punk,folk,country,bluegrass,techno,house,hip hop,rap,soul,funk,reggae,salsa,opera,classical,"
    "classical music,latin,indie,electronic,gospel,world music,acoustic,swing,edm,disco,r b,americana,singer songwriter".split(
        ","
    )
)
"""A title or a part of one that is only a kind of music names nobody."""


def acts_of(title: str | None) -> tuple[str, ...]:
    """The acts that the title of a concert names, in its order; () where it names the evening instead of an act."""
    if not title or is_festival(title):
        return ()
    parts = (part.strip(" ,;-\u2013\u2014") for part in _GUESTS.split(_without_subtitle(title)))
    return tuple(
        dict.fromkeys(p for p in parts if 1 < len(p) <= 60 and not _NO_ACT.search(p) and fold_text(p) not in _GENRES)
    )


def _without_subtitle(title: str) -> str:
    """The head of "Act: Name of the Tour" or "Act - Live"; the tail of "Somebody Presents: Act"."""
    pieces = re.split(r":\s+|\s+[-\u2013\u2014|]\s+", title)
    heads = [p for p in pieces if not re.search(r"\b(?:tour|live|presents?)\b", p, re.IGNORECASE)]
    if re.search(r"\bpresents?\b", pieces[0], re.IGNORECASE) and len(pieces) > 1:
        return pieces[1]
    return heads[0] if heads else pieces[0]


def split_at(title: str | None) -> tuple[str, str] | None:
    """("act", "venue") of "Act live at Venue" or "Act @ Venue"; None where it is not so written."""
    found = re.fullmatch(
        r"(?P<act>.{1,200}?)\s+(?:live\s+)?(?:at|@)\s+(?P<venue>\S.{0,199})", title or "", re.IGNORECASE
    )
    return (found["act"].strip(), found["venue"].strip()) if found else None
