"""The words that the demo's world is made of. Names are invented; telephone numbers are from ranges kept for fiction."""

from __future__ import annotations

from typing import Final

ACT_FIRST: Final = (
    "Velvet", "Copper", "Paper", "Midnight", "Silver", "Hollow", "Amber", "Northern", "Crooked", "Electric",
    "Gentle", "Winter", "Marble", "Scarlet", "Distant", "Golden", "Thunder", "Quiet", "Plastic", "Wooden",
)  # fmt: skip
ACT_SECOND: Final = (
    "Harbor", "Lantern", "Orchard", "Telegraph", "Thicket", "Compass", "Carousel", "Foxglove", "Meridian", "Junction",
    "Pilgrims", "Sparrows", "Machinery", "Almanac", "Riverbed", "Chandelier", "Gazette", "Bonfire", "Umbrella", "Kestrels",
)  # fmt: skip
PERSON_FIRST: Final = (
    "Ada", "Bruno", "Celeste", "Dario", "Edda", "Fergus", "Greta", "Hamish", "Ines", "Jonas",
    "Katja", "Lorcan", "Mirela", "Nils", "Orla", "Piet", "Rosalind", "Stellan", "Tamsin", "Viggo",
)  # fmt: skip
PERSON_LAST: Final = (
    "Merrow", "Quillfeather", "Ashgrove", "Bellweather", "Castellane", "Drummond", "Everhart", "Falkner", "Greenwold", "Holloway",
    "Isenberg", "Juniper", "Kilgarriff", "Lindqvist", "Marchbanks", "Nightingale", "Oakenshaw", "Penhallow", "Rackham", "Sommerfeld",
)  # fmt: skip
HOUSES: Final = (
    ("Cobalt Anchor", "Tavern"), ("Grand Meridian", "Theatre"), ("Lighthouse", "Ballroom"), ("Saltworks", "Warehouse"),
    ("Iron Kettle", "Taproom"), ("Aurora", "Lounge"), ("Birchwood", "Opera House"), ("Twin Pines", "Saloon"),
    ("Snapping Turtle", "Pub"), ("Crystal Loon", "Club"), ("Oyster Catcher", "Bar"), ("Stonebridge", "Hall"),
    ("Thornfield", "Arts Centre"), ("Crannog", "Music Club"), ("Galleon", "Bar"), ("Kupferkessel", "Club"),
    ("Alte Weberei", "Saal"), ("Sternwarte", "Bühne"), ("Rabenkeller", "Bar"), ("Kulturschuppen", "Halle"),
)  # fmt: skip
"""Five for each town, in the order of the towns: what a house is called, and what kind of house it is."""
GENRES: Final = ("indie", "jazz", "folk", "electronic", "soul", "punk", "blues", "country", "metal", "ambient")
