"""Words by which pages name the parts of an event, in the languages of the lexicon where they are common. Folded."""

from __future__ import annotations

import re
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLE: Final = _set(
    "title titulo titel titre titolo tytul nazov nazev nombre heading headline summary event evento artist artista artiste "
    "act band bands headliner performer show veranstaltung kuenstler konzert koncert concert name name spectacle"
)
ACT: Final = _set(
    "artist artists artista artistas artiste kunstler kuenstler headliner headliners performer performers band bands act acts"
)
BUY: Final = _set("ticket tickets buy")
NOT_TITLE: Final = _set(
    "subtitle sub sup super cat category categories tag tags genre type kicker label presenter promoter series"
)
VENUE: Final = _set(
    "venue venues location place lugar recinto sede foro donde where ort veranstaltungsort spielort location lieu salle sala "
    "sted spillested lokal luogo locale dove plaats locatie zaal miejsce misto helyszin paikka klub wo"
)
ADDRESS: Final = _set("address direccion domicilio adresse adres indirizzo street adresa")
CITY: Final = _set("city town ciudad stadt ville citta stad locality region state country")
PRICE: Final = _set(
    "price prices pricing cost costo costos coste precio precios preis preise eintritt tarif tarifs prix prezzo entry admission "
    "cover entrada pris priser cena ceny biljett entre abendkasse vvk"
)
TICKETS: Final = _set(
    "ticket tickets buy boleto boletos boletaje entradas billets billet billetter karten kaufen vorverkauf biglietti bilety "
    "vstupenky register registration rsvp reserve reservar book booking comprar billetterie billetten koop kob"
)
DOORS: Final = _set("doors door einlass puertas portes apertura dore deuren drzwi insläpp ovet")
START: Final = _set(
    "show start starts begin begins beginn inicio debut inizio concert stage onstage musik music aanvang startet"
)
END: Final = _set("end ends ende fin fine hasta until curfew slut")
DESCRIPTION: Final = _set(
    "description descripcion excerpt content body text beschreibung summary details detail intro copy bio"
)
SUPPORT: Final = _set("support supports supporting guests guest with special opener openers opening lineup")
TOUR: Final = _set(
    "tour tours tourdates live gigs dates shows concerts konzerte konzert koncerter koncerty conciertos termine konserter keikat"
)
"""Headings over the shows of one act."""
MUSIC: Final = _set(
    "concert concerts concierto conciertos konzert konzerte koncert koncerter koncerty gig gigs tour tourdates musik music musica "
    "musique band bands jazz rock livemusic dj djs konserter konsert keikat"
)
"""Words of a page that say that what it lists is played."""
EVENTS: Final = _set(
    "event events evento eventos concert concerts concierto conciertos konzert konzerte koncert koncerter koncerty show shows gig "
    "gigs tour tours tourdates agenda calendar calendario kalender termin termine veranstaltung veranstaltungen performance "
    "performances schedule programm programme programma program cartelera funciones meeting meetings spectacle spectacles "
    "evenement evenements mtg mtgs hearing hearings sesiones sitzung sitzungen festival lineup upcoming whats line live dates evenementen kalendar akce udalosti wydarzenia"
)
"""Names of lists of events."""
POSTS: Final = _set(
    "post posts blog news article articles entry press comment comments review reviews byline author release releases archive "
    "archives noticias noticia nachrichten actualites aktuelles nyheder story stories minutes changelog commit job jobs "
    "publication publications paper papers download downloads testimonial order orders product products version discography "
    "album albums podcast episode episodes newsletter bulletin recent updates"
)
"""Names of lists that date their items without being of events."""

BUTTON: Final = re.compile(
    r"(?:(?:read|learn|see|view|find out|show|click|get|buy|more|all|add|go|back|next|prev(?:ious)?|share|print|save|follow|rsvp|book|reserve|"
    r"minutes|agenda|notice|pdf|regular|special|register|sign up|log in|subscribe|download|directions?|map|tickets?|info|details?|event|events?|here|now|this|on|to|for|the|my|a|"
    r"calendar|google|outlook|ical|ics|facebook|twitter|instagram|email|link|website|online|full|free|sale|soon|sold|out|out!|up|via|"
    r"tba|tbd|cancel+ed|postponed|rescheduled|today|tomorrow|date|dates|time|when|where|venue|price|doors?|"
    r"m[aá]s|informaci[oó]n|ver|leer|comprar|boletos?|entradas?|detalles?|compartir|agotado|registro|inscripci[oó]n|"
    r"mehr|weiter|weiterlesen|infos?|karten|kaufen|ausverkauft|zum|zur|event|abgesagt|tickets|lesen|"
    r"en|savoir|plus|lire|la|suite|r[eé]server|billets?|billetterie|complet|voir|"
    r"l[æa]s|mere|k[øo]b|billet(?:ter)?|udsolgt|meer|lees|koop|bestel|scopri|di|pi[uù]|acquista|biglietti|leggi|tutto|"
    r"wi[eę]cej|bilety|kup|v[ií]ce|vstupenky|koupit)[\s!.…›»→>:|+-]*){1,6}",
    re.IGNORECASE,
)
"""What is written on buttons and labels: never a title."""

PLACE_NOUN: Final = re.compile(
    r"\b(?:hall|halle|hallen|saal|theat(?:re|er)|teatro|teatr|th[eé][aâ]tre|arena|ar[eé]na|stadium|stadion|club|klub|bar|pub|tavern|lounge|"
    r"caf[eé]|coffee ?house|cent(?:re|er)|centro|zentrum|auditorium|auditorio|ballroom|amphitheat(?:re|er)|pavilion|church|cathedral|"
    r"kirche|kirke|chapel|library|museum|museo|gallery|brewery|brewing|winery|vineyard|park|parque|plaza|square|garden|gardens|inn|"
    r"saloon|house|haus|hotel|casino|coliseum|opera|room|sala|salle|foro|recinto|kulturhaus|schlachthof|sporthalle|forum|fairgrounds?|"
    r"amfiteatr|dom kultury|studio|roadhouse|loft|warehouse|palace|palais|palacio|z[eé]nith|olympia|academy|institute|school|college|university)\b",
    re.IGNORECASE,
)
"""Nouns of places that hold events, in a line of a record that nothing labels."""

HELD: Final = re.compile(
    r"\b(?:(?:will be|are|is|be|all|being)\s+(?:held|presented|performed)|take(?:s)? place|meets?|all (?:shows|concerts|meetings|events|performances) (?:are )?)"
    r"[^.:;]{0,60}?\s(?:at|in)\s+(?:the\s)?(?P<name>[A-Z0-9][^:,;.()|]{2,80}?)\s?(?:[:,;|(]|\slocated at|\sat\s|$)\s*(?P<address>[^;|]{0,200})"
)
"""A sentence that says where all of a list takes place."""
