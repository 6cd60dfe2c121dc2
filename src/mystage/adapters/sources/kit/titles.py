"""What titles give away: status, ticket products, kind of event, the acts in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_STATUS_WORDS: Final = (
    (PerformanceStatus.CANCELLED, r"cancel(?:l?ed|lation)|abgesagt|annul[ée]{1,2}e?|cancelad[oa]|annullat[oa]|aflyst|inställ[td]|odwołan[ey]|afgelast|zrušeno"),
    (PerformanceStatus.POSTPONED, r"postponed|verschoben|report[ée]e?|aplazad[oa]|pospuest[oa]|rinviat[oa]|udskudt"),
    (PerformanceStatus.RESCHEDULED, r"rescheduled|new date|reprogramad[oa]|nachholtermin"),
    (PerformanceStatus.SOLD_OUT, r"sold[ -]?out|ausverkauft|complet|agotad[oa]|uitverkocht|udsolgt|slutsåld|esaurito|lleno total"),
)  # fmt: skip  # a table
_MARKS: Final = tuple(
    (
        status,
        re.compile(rf"^[\s*!\[(<]*\b(?:{words})\b(?:\s*[\])>*!]+\s*[-\u2013\u2014:|]?\s*|\s*[-\u2013\u2014:|*!]+\s*)|[\s*!\-\u2013\u2014:|]*[\[(*<]+\s*(?:{words})\s*[!\])*>]+\s*$|\s+[-\u2013\u2014|:*]+\s*(?:{words})[\s*!]*$", re.IGNORECASE),
    )
    for status, words in _STATUS_WORDS
)  # fmt: skip  # one expression
_ANY_STATUS: Final = re.compile("|".join(words for _, words in _STATUS_WORDS), re.IGNORECASE)
_STATUS_URL: Final = {
    "cancelled": PerformanceStatus.CANCELLED,
    "canceled": PerformanceStatus.CANCELLED,
    "postponed": PerformanceStatus.POSTPONED,
    "rescheduled": PerformanceStatus.RESCHEDULED,
}


@lru_cache(maxsize=4_096)
def title_status(title: str) -> tuple[str, PerformanceStatus | None]:
    """A title without its status words ("CANCELLED - X", "X (Sold Out)"), and the status."""
    short, status = title[:500], None
    if not _ANY_STATUS.search(short):
        return title, None
    for found, pattern in _MARKS:
        bare = pattern.sub("", short).strip()
        if bare and bare != short.strip():
            return bare + title[500:], status or found
    return title, status


def named_status(value: object) -> PerformanceStatus | None:
    """The status of a schema.org address (`http://schema.org/EventCancelled`), an iCalendar word, or its like."""
    if not isinstance(value, str):
        return None
    word = value.rsplit("/", 1)[-1].strip().casefold().removeprefix("event")
    return _STATUS_URL.get(word)


_PRODUCT: Final = re.compile(
    r"\b(?:\d[- ]day|two[- ]day|three[- ]day|week(?:end)?|season|lawn|vip|festival|general|premium|platinum|camping)\s+(?:\w+\s+)?(?:pass(?:es)?|ticket)\b"
    r"|\bparking\b(?!\s+lot)|\b(?:premium|suite|club|vip) (?:seats?|seating|box(?:es)?|upgrade|packages?)\b|\bgift (?:card|certificate|voucher)s?\b"
    r"|\bmeet (?:and|&|&amp;) greet (?:upgrade|package)\b|\bseason tickets?\b|\b(?:locker|shuttle|camping) (?:rental|pass|add[- ]?on)\b",
    re.IGNORECASE,
)  # fmt: skip  # one expression
_CLOSED: Final = re.compile(
    r"\b(?:offices?|we are|we're|museum|box office|building|library|venue|restaurant|store|gallery|center|centre) (?:is |are |will be )?closed\b|^closed\b|\bclosed for\b|^\W*(?:private event|office closed|geschlossen|fermé|cerrado)\W*$",
    re.IGNORECASE,
)  # fmt: skip  # one expression

_BOOKING: Final = re.compile(
    r"\b(?:your|votre|ihre|su) (?:\w+ )?(?:booking|reservation|réservation|buchung|reserva)\b|\b(?:flight|flug|vol) (?:to|nach|[A-Z]{2} ?\d{2,4})\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def is_ticket_product(title: str) -> bool:
    """Whether a title names a pass, parking or a premium seat: something to buy, not to go to."""
    return bool(_PRODUCT.search(title[:300]))


def is_no_event(title: str, description: str | None) -> bool:
    """Whether a calendar's entry says that the house is closed, or is somebody's booking: nothing that is on."""
    if _BOOKING.search(title[:200]):
        return True
    return bool(_CLOSED.search(title[:200]) or (description and len(description) < 80 and _CLOSED.search(description)))


_OTHER: Final = re.compile(
    r"\b(?:meetings?|meetup|committee|board|commission(?:er)?s?|council|hearing|webinar|workshops?|class(?:es)?|courses?|training|"
    r"seminar|conference|symposium|lectures?|talks?|panel|conversation|charla|taller|conversatorio|cursos?|seminario|vortrag|"
    r"blood drive|open house|farmers'? market|market|bazaar|yard sale|group run|\d+k run|marathon|bird walk|hike|nature walk|guided tours?|tours? of|"
    r"story ?time|yoga|pilates|zumba|fundraiser|gala|fair|exhibit(?:ion)?s?|exposici[oó]n|ausstellung|film|movie|cinema|screening|"
    r"theat(?:er|re)|play|ballet|comedy|stand-?up|comedian|improv|magic(?:ian)?|circus|trivia|quiz|bingo|karaoke|poetry|book club|"
    r"breakfast|brunch|lunch(?:eon)?|dinner|wine tasting|beer tasting|cooking|networking|orientation|registration|deadline|holiday|christmas day|"
    r"boxing day|new year'?s day|administrative|volunteers?|preschool|kids|camp\b(?! \w+ - music)|church service|mass|worship|vs\.?|versus|"
    r"football|basketball|baseball|hockey|soccer|wrestling|boxing|rodeo|race|tournament|playoffs?|game \d|reservation|réservation|booking|sync|stand-up|"
    r"birthday party|wedding|anniversary gala|community days?|broadway series|school-?time|musical)\b",
    re.IGNORECASE,
)  # fmt: skip  # a word list
_MUSIC: Final = re.compile(
    r"\b(?:concerts?|konzerte?|koncert(?:y|er)?|concierto|live music|live band|musik|music (?:on|in|at|by|with)|jazz|blues|"
    r"dj|djs|gigs?|acoustic|orchestra|symphony|philharmonic|choir|quartet|quintet|trio|ensemble|recital|techno|house music|hip[- ]?hop|"
    r"punk|metal|indie|folk|bluegrass|rave|open[- ]air|album release|record release|on tour|world tour|tribute (?:to|band)|singer|songwriter|band)\b",
    re.IGNORECASE,
)  # fmt: skip  # a word list
_FESTIVAL: Final = re.compile(
    r"\bfest(?:ival|ivals|ivalen)?\b|\w{3,}(?:fest|festival)\b|\bfestivali?\b|\bcommunity days\b", re.IGNORECASE
)
_PLURAL_FESTIVAL: Final = re.compile(r"\bfilm fest", re.IGNORECASE)


def kind_of(
    title: str | None, labels: Iterable[str] = (), *, has_artists: bool, days: int = 1, music: bool | None = None
) -> PerformanceKind | None:
    """Concert, festival or other, from the title, the source's labels, the acts and the length; None where open.

    `music`: True where the source types it as music, False where everything about the payload is something else.
    """
    name = title or ""
    tags = " | ".join(labels)
    if (
        _FESTIVAL.search(name)
        and not _PLURAL_FESTIVAL.search(name)
        and (music is not False or "music" in tags.lower() or days > 1)
    ):
        return PerformanceKind.FESTIVAL
    if music or (has_artists and not _OTHER.search(name)):
        talk = re.search(r"\bconversation with|\bkaraoke|\bopen mic|\bcomedy|\btrivia|\bfilm\b", name, re.IGNORECASE)
        if (talk and not has_artists) or re.match(r"a?\s*conversation with", name, re.IGNORECASE):
            return PerformanceKind.OTHER
        return PerformanceKind.FESTIVAL if days > 2 and music is not False else PerformanceKind.CONCERT
    if _OTHER.search(name):
        return PerformanceKind.OTHER
    if _MUSIC.search(name):
        return PerformanceKind.CONCERT
    if _OTHER.search(tags) or re.search(r"\bperforming arts\b", tags, re.IGNORECASE):
        return PerformanceKind.OTHER
    if _MUSIC.search(tags) or re.search(r"\bmusic\b", tags, re.IGNORECASE):
        return PerformanceKind.CONCERT
    return PerformanceKind.OTHER if music is False or tags else None


def speaks_of_music(text: str) -> bool:
    """Whether a text has words of live music."""
    return bool(_MUSIC.search(text[:20_000]))


_WITH: Final = re.compile(
    r"\s+(?:with special guests?|with guests?|with|w/|feat\.?|featuring|ft\.?|\+|support:|supported by)\s+",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"\s*(?:,| \+ | & | and |/| \| |;)\s*(?:and |& )?")
_LABEL: Final = re.compile(
    r"\b(?:night|session|sessions|jam|open mic|party|series|fest|festival|concert|music|tour|presents|tribute|live|"
    r"weekend|matin[eé]e|show|showcase|evening|gala|celebration|experience|club|disco|album|release|edition|orchestra of)\b",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(r"\s+(?:at|@|live at|in|on)\s+.*$|\s*[-\u2013|:(\[].*$", re.IGNORECASE)


def acts_of_title(title: str, *, certain: bool) -> list[str]:
    """The acts that a title names: "A with B + C", "Jazz Night w/ A and B at the Hall".

    `certain`: the source says that it is music, so that a bare name is an act too.
    """
    head, *rest = _WITH.split(title[:300], maxsplit=1)
    if not rest:
        return [title] if certain and (_bare(title) or (title == title.lower() and len(title.split()) < 3)) else []
    guests = [part for part in _LIST.split(_TAIL.sub("", rest[0])) if part]
    if not certain and (_OTHER.search(title) or not all(_name(g) for g in guests)):
        return []
    acts = [head.strip()] if _bare(head) else []
    return [a for a in [*acts, *guests] if _name(a)]


def _bare(title: str) -> bool:
    """Whether a title is a name and nothing else."""
    return (
        _name(title)
        and not _LABEL.search(title)
        and not re.search(r"[:|@]|\d{4}|\s[-\u2013]\s", title)
        and len(title.split()) <= 5
    )


def _name(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 6 or len(text) > 60 or fold_text(text) in _NOBODY:
        return False
    return words[0][:1].isupper() or words[0][:1].isdigit()


_NOBODY: Final = frozenset(
    [
        "tba",
        "tbd",
        "more",
        "guests",
        "guest",
        "friends",
        "special",
        "guest",
        "special",
        "guests",
        "and",
        "more",
        "many",
        "more",
        "others",
        "support",
        "dj",
        "djs",
        "m",
        "fl",
        "various",
        "artists",
        "various",
        "unknown",
        "surprise",
        "guest",
        "special guest",
        "special guests",
        "and more",
        "many more",
        "m fl",
        "various artists",
        "support tba",
        "djs tba",
    ]
)


def is_nobody(name: str) -> bool:
    """Whether a performer's "name" names nobody (TBA, special guests)."""
    return fold_text(name) in _NOBODY
