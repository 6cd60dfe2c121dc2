"""The word lists of normalisation and naming, each in its folded form."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


ARTICLES = word_set("a an der die das le la les el los las il het")
LEGAL_FORMS = word_set("inc llc ltd gmbh plc bv srl sarl corp mbh ug kg pty ev")
_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th")
SPELLINGS = {
    "theatre": "theater",
    "thtr": "theater",
    "theatro": "theater",
    "centre": "center",
    "ctr": "center",
    "harbour": "harbor",
    "saint": "st",
    "mount": "mt",
    "amphitheatre": "amphitheater",
    "und": "and",
    **dict(
        zip(
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
            _ORDINALS,
            strict=True,
        )
    ),
}
LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",  # dotless i
        "ħ": "h",
        "ŧ": "t",
    }
)
"""Letters that have no decomposition in Unicode, but a customary spelling."""

_STREETS = {
    "st": "street strasse str st strada straat",
    "av": "avenue avenida ave avda av aven avn",
    "bd": "boulevard blvd bd boul bvd bulevar",
    "rd": "road rd",
    "dr": "drive dr",
    "ln": "lane ln",
    "pl": "place platz plaza pl plz pza piazza plaats plein",
    "ct": "court ct crt",
    "hw": "highway hwy hiway",
    "pk": "parkway pkwy pky",
    "sq": "square sq",
    "tr": "terrace ter terr",
    "wy": "way wy",
    "al": "allee alley aly",
    "cr": "crescent cres",
    "c": "calle c",
    "r": "rue rua r",
    "v": "via",
    "ps": "passage paseo po",
    "ci": "circle cir",
    "n": "north n norte nord",
    "s": "south s sur sud",
    "e": "east e este ost est",
    "w": "west w oeste ouest",
    "ne": "northeast ne",
    "nw": "northwest nw",
    "se": "southeast se",
    "sw": "southwest sw",
}
STREET_WORDS = {variant: short for short, variants in _STREETS.items() for variant in variants.split()}
"""Street types and directions, each variant to its short form."""
STREET_CODES = frozenset(_STREETS)

PROFILE_HOSTS = word_set(
    "facebook.com instagram.com twitter.com x.com linktr.ee soundcloud.com youtube.com tiktok.com threads.net "
    "open.spotify.com mixcloud.com songkick.com bandsintown.com beatport.com vk.com patreon.com linkedin.com "
    "music.apple.com last.fm discogs.com residentadvisor.net ra.co musicbrainz.org wikidata.org"
)
"""Hosts where a path names a person, band or venue."""
DIRECTORY_HOSTS = word_set(
    "google.com goo.gl maps.google.com g.page yelp.com tripadvisor.com eventbrite.com ticketmaster.com dice.fm "
    "foursquare.com amazon.com wikipedia.org apple.com booking.com opentable.com bit.ly t.co meetup.com "
    "spotify.com seetickets.com axs.com eventim.de yellowpages.com mapquest.com"
)
"""Hosts whose pages are about somebody else; they identify nobody."""
TENANT_HOSTS = word_set(
    "bandcamp.com wordpress.com blogspot.com wixsite.com tumblr.com squarespace.com weebly.com github.io "
    "business.site webflow.io jimdofree.com myshopify.com godaddysites.com square.site netlify.app"
)
"""Hosts whose subdomains belong to their tenants."""
PATH_WORDS = word_set("pages people channel user c artist in groups profile.php e a p company music")
"""Segments of a profile's path that are no handle."""

KIND_WORDS = word_set(
    "theater hall ballroom lounge bar grill club jazz cafe tavern pub saloon arena amphitheater room house stage "
    "playhouse auditorium center brewery winery warehouse garage opera pavilion social music and the at of in live "
    "restaurant hotel nightclub venue kitchen tap taproom bistro gallery church cinema teatro sala halle haus kultur "
    "kulturzentrum festival park stadium concert dance disco diner inn co company st de la le el"
)
"""Words that say what a venue is rather than which."""
ROOM_WORDS = word_set(
    "main cellar upstairs downstairs basement small big little large studio room foyer kleiner grosser kleine grosse "
    "saal stage loft attic garden terrace rooftop balcony annex lounge bar hall salon keller floor 1 2 3 4 5 i ii iii "
    "one two three black side back front upper lower petite grande salle sala cafe restaurant kitchen"
)
"""Words that may tell one room of a house from another."""
SURE_ROOM_WORDS = word_set(
    "main cellar upstairs downstairs basement room foyer kleiner grosser kleine grosse saal stage loft attic terrace "
    "rooftop balcony annex keller floor sala salle studio"
)
"""Words that name a room whatever stands in the other name."""
DEPARTMENT_WORDS = word_set(
    "atm geldautomat cajero bancomat bankautomat pharmacy farmacia apotheke emergency er icu ward clinic lab laboratory "
    "imaging radiology surgery cardiology pediatrics optical vision optometry tech technology service services parts "
    "bakery deli fuel gas recharge charging ladestation charger kiosk station parking garage parkplatz carwash wash tire "
    "rental officer lender agent advisor broker department dept desk reception sporthalle sporthall turnhalle mensa "
    "library bibliothek museum shop store gift tour tours grooming training lounge spa pool gym fitness catering events "
    "restaurant cafe bar dealer leasing collision financial lending insurance admissions school preschool daycare "
    "cashier lobby rooftop terrace patio box ticket tickets office"
)
"""Words that name a department, a machine or a shop inside a house of its own name."""
TITLE_WORDS = word_set(
    "live at in the and a an of with concert concerts konzert concierto concerto show gig tour music on stage presents "
    "present presented by support guest guests special im en au am bei w"
)
"""Words that say of a show no more than that it is one."""
