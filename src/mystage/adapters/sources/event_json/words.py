"""Field names that lists of events use in English, Spanish, German and French, in one spelling (snake case)."""

from __future__ import annotations

from typing import Final

TITLE: Final = ("title", "event_title", "event_name", "titulo", "nombre_evento", "nombre", "titel", "titre", "evento", "name", "nom",
                 "summary", "headline", "show_name", "bezeichnung", "veranstaltung", "spectacle")  # fmt: skip  # a list of words
START: Final = ("start_local", "start_date_time", "start_datetime", "datetime_local", "datetime", "date_time", "starts_at", "start_at",
                 "start_date", "date_start", "startdate", "fecha_inicio", "fecha_hora", "fecha_evento", "inicio", "startdatum", "beginn",
                 "begin", "date_debut", "debut", "event_date", "show_date", "dtstart", "start", "fecha", "fechas", "datum", "date",
                 "when", "dia", "day", "start_time", "starttime")  # fmt: skip  # a list of words
END: Final = ("end_local", "end_date_time", "end_datetime", "ends_at", "end_at", "end_date", "date_end", "enddate", "fecha_fin",
               "fecha_termino", "fin", "enddatum", "ende", "date_fin", "dtend", "end", "end_time", "endtime", "hora_fin", "endzeit")  # fmt: skip  # a list of words
CLOCK: Final = (
    "time",
    "start_time",
    "starttime",
    "hora",
    "hora_inicio",
    "horario",
    "uhrzeit",
    "startzeit",
    "heure",
    "showtime",
)
VENUE: Final = ("venue", "place", "location", "recinto", "nombre_recinto", "lugar", "sede", "foro", "inmueble", "venue_name", "location_name",
                 "place_name", "ort", "spielort", "veranstaltungsort", "lieu", "salle", "teatro", "auditorio", "ubicacion", "hall", "club")  # fmt: skip  # a list of words
NAME: Final = ("name", "nombre", "title", "titulo", "venue", "nom", "display_name", "venue_name")
STREET: Final = ("street", "street_address", "address", "address_1", "address1", "address_line_1", "direccion", "domicilio", "calle",
                  "strasse", "adresse", "venue_address", "rue")  # fmt: skip  # a list of words
CITY: Final = ("city", "locality", "town", "ciudad", "nombre_ciudad", "municipio", "stadt", "ville", "venue_city")
REGION: Final = ("region", "state", "province", "estado", "abrev_estado", "bundesland", "state_code", "venue_state")
POSTAL: Final = ("postal_code", "zip", "zipcode", "postcode", "codigo_postal", "cp", "plz", "code_postal")
COUNTRY: Final = ("country_code", "country", "pais", "land", "pays", "venue_country")
LAT: Final = ("lat", "latitude", "latitud", "geo_lat")
LON: Final = ("lng", "lon", "long", "longitude", "longitud", "geo_lng")
LOW: Final = (
    "price_min",
    "min_price",
    "precio_minimo",
    "precio_min",
    "price_from",
    "desde",
    "precio_desde",
    "lowest_price",
)
HIGH: Final = ("price_max", "max_price", "precio_maximo", "precio_max", "price_to", "hasta", "highest_price")
PRICE: Final = (
    "price",
    "precio",
    "precios",
    "prices",
    "cost",
    "costo",
    "price_range",
    "preis",
    "eintritt",
    "prix",
    "tarif",
    "entrada",
)
ARTISTS: Final = ("artists", "lineup", "line_up", "performers", "acts", "bands", "artistas", "interpretes", "kuenstler", "artistes", "artist",
                   "artista", "performer", "headliner", "supports", "band")  # fmt: skip  # a list of words
ID: Final = ("id", "event_id", "evento_id", "uuid", "uid", "_id", "clave", "guid", "id_evento", "slug")
URL: Final = ("url", "link", "permalink", "event_url", "enlace", "liga", "href", "page_url", "details_url", "lien")
TICKETS: Final = ("ticket_url", "tickets_url", "ticket_link", "buy_url", "tickets", "boletos", "url_boletos", "url_compra", "link_compra",
                   "booking_url", "purchase_url", "external_url", "ticketlink", "billetterie")  # fmt: skip  # a list of words
LISTS: Final = ("events", "eventos", "shows", "concerts", "conciertos", "veranstaltungen", "termine", "konzerte", "evenements", "gigs",
                 "funciones", "cartelera", "agenda", "performances", "event", "concerts_list", "calendar", "dates", "upcoming")  # fmt: skip  # a list of words
FOREIGN: Final = frozenset({
    "gold", "rating", "stars", "review_text", "review_id", "ms_played", "played_at", "track", "track_name", "track_metadata", "listened_at",
    "charge", "payment_intent", "amount", "object", "subscription", "livemode", "album", "mbid", "isrc", "ts", "author_name", "place_id",
    "workflow_state", "commit", "sha", "stack", "release_date", "duration_ms", "episode", "msplayed",
})  # fmt: skip  # a list of words

SHOWINGS: Final = (
    "funciones", "showings", "showtimes", "dates", "fechas", "occurrences", "sessions", "sesiones", "termine", "performances",
    "representations", "seances", "horarios", "event_dates",
)  # fmt: skip  # a list of words
"""Lists inside an event of the times at which it is shown."""

DAY_FIRST: Final = frozenset({
    "fecha", "fecha_inicio", "titulo", "nombre", "recinto", "lugar", "ciudad", "hora", "datum", "titel", "beginn", "ort", "stadt", "titre",
    "nom", "lieu", "heure", "ville", "date_debut",
})  # fmt: skip  # a list of words
"""Names of languages that write the day before the month."""
