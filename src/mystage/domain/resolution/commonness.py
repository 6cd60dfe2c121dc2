"""How much a word of an act's name or a show's title tells: the rarer, the more.

A shipped assumption of our own making (no corpus was counted): words that name many acts, by hand, in two steps; all
others are taken to be rare, the longer the rarer. Weights are in nats, as -ln of the share of acts that bear the word.
"""

from __future__ import annotations

from functools import lru_cache

from mystage.domain.resolution.vocabulary import TITLE_WORDS, word_set

ENSEMBLES = word_set(
    "band trio quartet quartett cuarteto quatuor quintet quintett sextet septet octet duo orchestra orchester orkester orquesta "
    "orchestre ensemble choir chor allstars philharmonic symphony bigband"
)
"""Words that say how many play, told or left out at will ("Nina Cave Band")."""
TITLES_OF_ACTS = word_set("dj mc")
"""What stands before a name, told or left out at will."""
VERY_COMMON = word_set(
    "the and of a in to my you me we i love live music project group collective crew club boys girls brothers sisters sons "
    "children kids family people black white red blue big little young old new night day one two dj mc band trio show"
)
COMMON = word_set(
    # given names
    "adam alex alice amy ana andrea andrew anna anne anthony ben billy bob brian carl carlos charlie chris christian daniel "
    "david eddie elena emily emma eric eva frank fred gary george harry helen henry jack jackie james jane jason jay jean jeff "
    "jim jimmy joe john johnny jon jose josh juan julia julian karl kate kevin kim larry laura lee leo linda lisa lou louis lucas lucy "
    "luis luke marco maria marie mark martin mary matt max mia michael michelle miguel mike nick nico nina noah oliver oscar "
    "pablo patrick paul pedro peter phil ray richard rob robert robin roger ron rosa ross ryan sam sandra sara sarah scott sean "
    "simon sofia sophie stefan stephen steve steven sue susan ted thomas tim tina tom tommy tony victor will william "
    # family names
    "anderson allen baker brown campbell carter clark cohen cole collins cooper cruz davis diaz evans fischer fisher garcia "
    "gomez gonzalez gray green hall harris hernandez hill hughes jackson johnson jones kelly king lewis lopez martinez meyer "
    "miller mitchell moore morgan morris muller murphy nelson parker perez phillips reed roberts robinson rodriguez rossi "
    "sanchez schmidt silva smith stewart stone taylor thompson turner walker ward watson weber white williams wilson wood wright young "
    # what bands are named after
    "angel angels animal animals beat birds blood blues bones boy break bridge broken brother burning child city cold country crazy "
    "crow crystal dance dark daughter dead dear death devil dirty dog dogs dream dreams drive earth echo electric empire eyes "
    "fall fire first flower flowers foxes free future ghost ghosts girl god gold golden good grand great green happy hard "
    "heart hearts heaven heavy hell high holy home honey hope horse house hot ice iron island jazz junior kid kings lady land last "
    "life light lights lion lions lonely lost lucky machine mad magic man master men metal midnight milk mind monkey moon mother "
    "motion mountain mr mrs north nothing ocean orange orchestra paper paradise party phoenix pink planet power prince punk purple "
    "queen radio rain rainbow rebel rising river road rock roots rose roses royal run saint salt sea secret shadow shadows silent "
    "silver sister sky slow small snow social solar son soul sound sounds south space spirit spring star stars steel still "
    "stone stones storm stranger street strong sugar summer sun sunday super sweet swing system the three thunder tiger time tonight "
    "town tree trees true twin under union united velvet vision voice voices war water wave waves west wild wind winter wolf wolves "
    "woman women wonder world yellow zero echoes mirage genesis eclipse oasis nova aurora luna omega alpha atlas orion apollo titan"
)
GENRE_WORDS = word_set(
    "rock pop jazz blues folk metal punk indie techno house trance soul funk reggae ska rap hiphop hip hop latin salsa classical "
    "electronic disco country singer songwriter acoustic"
)
FEW = 1.0
_VERY, _SOME, _SHORT = 2.5, 5.0, 4.0
_RARE, _RAREST = 7.0, 9.5


@lru_cache(maxsize=1 << 16)
def weight(word: str) -> float:
    """What a shared word of two acts' names tells, in nats."""
    if word in VERY_COMMON:
        return _VERY
    if word in COMMON or word in GENRE_WORDS or word in ENSEMBLES:
        return _SOME
    if len(word) <= 2 or word.isdigit():
        return _SHORT
    return min(_RAREST, _RARE + 0.4 * max(0, len(word) - 4))


_TITLE_COMMON = word_set(
    "night party club session sessions jam open stage mic festival fest weekend special edition release album anniversary birthday "
    "new years eve christmas halloween summer winter spring autumn world europe european uk us usa north america tour tours "
    "evening afternoon best live acoustic solo presents vol volume part season opening closing show early late matinee day pass "
    "concert quartet trio band orchestra symphony dinner brunch comedy quiz karaoke workshop friday saturday sunday monday "
    "tuesday wednesday thursday noche fiesta abend nacht nuit soiree sold out cancelled postponed rescheduled date ersatztermin abgesagt verlegt"
)


@lru_cache(maxsize=1 << 16)
def title_weight(word: str) -> float:
    """What a shared word of two titles at one place and day tells, in nats."""
    if word in TITLE_WORDS:
        return FEW
    if word in _TITLE_COMMON or word in GENRE_WORDS or len(word) <= 1:
        return _VERY
    return _SOME if word in COMMON or word.isdigit() else _RARE
