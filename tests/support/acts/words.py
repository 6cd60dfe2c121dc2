"""Two vocabularies without a word in common, for training and for testing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

GIVEN = (
    "Adam Alex Alice Amy Ana Andrea Anna Ben Billy Bob Carlos Chris Daniel David Elena Emily Emma Eric Eva Frank Fred George "
    "Harry Helen Henry Jack James Jane Jeff Jim Joe John Jose Julia Karl Kate Kevin Kim Laura Lee Leo Linda Lisa Lou Lucas Lucy Luke "
    "Marco Maria Mark Martin Mary Matt Max Mia Mike Nick Nina Noah Oliver Oscar Pablo Paul Pedro Peter Ray Rob Robin Rosa Ross Ryan Sam "
    "Sandra Sara Scott Sean Simon Sofia Steve Susan Ted Thomas Tim Tina Tom Tony Victor Will Torsten Ingrid Zdenka Mireille Ngozi Kwame "
    "Anoushka Baptiste Cosima Dorotea Fenella Gudrun Hamish Ilario Jocasta Kasimir Leopold Maeve Nadezhda Olwen Perpetua Quillan"
).split()
FAMILY = (
    "Anderson Baker Brown Campbell Carter Clark Cohen Cooper Davis Diaz Evans Fischer Garcia Gomez Green Hall Harris Hill Jackson Johnson "
    "Jones Kelly King Lewis Lopez Martinez Meyer Miller Moore Morgan Murphy Nelson Parker Perez Phillips Reed Roberts Rossi Schmidt Silva "
    "Smith Stewart Stone Taylor Thompson Turner Walker Ward Weber White Williams Wilson Wood Young Achterberg Brzezina Castellanos "
    "Dragomir Ekstroem Fitzwarren Grondahl Hakonsen Iwaszko Jankauskas Kirchbaumer Lindqvist Mbekwe Nakagura Oyelaran Papadimos Quintero "
    "Rautavaara Szymborny Tsvetkov Umarov Vandersteen Wojtasik Yildirim Zapatero"
).split()
ADJECTIVES = (
    "Black White Red Blue Big Little Young Old New Broken Burning Cold Crazy Dark Dead Dirty Electric Free Gold Golden Happy Heavy High "
    "Holy Hot Last Lonely Lost Lucky Mad Midnight Orange Pink Purple Secret Silent Silver Slow Small Solar Strong Sweet United Velvet Wild "
    "Yellow Crooked Gilded Lopsided Marbled Nocturnal Ochre Pallid Quilted Rustling Sullen Tangled Umber Vacant Wayward Ashen Brittle Cobalt "
    "Drowsy Elastic Feral Gaudy Hollow Inverted Jagged Kinetic Lunar Molten Nimble Opaque Porcelain"
).split()
NOUNS = (
    "Angel Animal Bird Bone Boy Brother Child City Crow Crystal Daughter Devil Dog Dream Echo Eye Flower Fox Ghost Girl God Heart Horse "
    "House Kid King Lion Light Machine Monkey Moon Mother Mountain Ocean Paradise Phoenix Planet Prince Queen Rainbow Rebel River Road Rock "
    "Root Rose Saint Sea Shadow Sister Soul Star Stone Stranger Sun System Thunder Tiger Tree Twin Vision Voice Wave Wolf Woman World Abacus "
    "Barnacle Cartographer Dandelion Escalator Ferret Gasworks Haberdasher Icicle Juggler Kestrel Lighthouse Magpie Nettle Ottoman Pylon "
    "Quarry Rhubarb Sextant Thimble Urchin Viaduct Weathervane Yardarm Zeppelin Almanac Bellows Cormorant Drawbridge Easel"
).split()
SYLLABLES = (
    "ba be bo da de do du fa fi ga go ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe po ra re ri ro ru sa se si so ta te ti to "
    "va ve vo xa za ze zo bran dor fen grim hal jur kel lor mar nor pel quin ros sten tor ul ver wen yor zan dra fre glo kra plo stra tri sha tho vri"
).split()
ENDS = "n r s l th x m nd st lla ska ren vik dor mir lan tis que sen".split()
CYRILLIC = [
    ("ба", "ba"), ("ви", "vi"), ("до", "do"), ("жа", "zha"), ("зе", "ze"), ("кино", "kino"), ("лу", "lu"), ("ми", "mi"), ("но", "no"), ("пе", "pe"),
    ("ра", "ra"), ("со", "so"), ("ту", "tu"), ("фо", "fo"), ("хо", "kho"), ("ца", "tsa"), ("че", "che"), ("ша", "sha"), ("ю", "yu"), ("я", "ya"),
]  # fmt: skip
KANA = [
    ("ア", "a"), ("キ", "ki"), ("サ", "sa"), ("ト", "to"), ("ノ", "no"), ("ミ", "mi"), ("ラ", "ra"), ("ユ", "yu"), ("コ", "ko"), ("シ", "shi"),
    ("タ", "ta"), ("ネ", "ne"), ("フ", "fu"), ("モ", "mo"), ("リ", "ri"), ("ワ", "wa"), ("ハ", "ha"), ("マ", "ma"), ("ツ", "tsu"), ("ロ", "ro"),
]  # fmt: skip
THAI = [
    ("กา", "ka"), ("มา", "ma"), ("นา", "na"), ("ดี", "di"), ("ใจ", "chai"), ("รัก", "rak"), ("ลม", "lom"), ("ฟ้า", "fa"), ("น้ำ", "nam"), ("ดาว", "dao"),
    ("เสือ", "suea"), ("แมว", "maeo"), ("หมู", "mu"), ("เพลง", "phleng"), ("บ้าน", "ban"), ("ทอง", "thong"),
]  # fmt: skip
HANGUL = [
    ("가", "ga"), ("나", "na"), ("도", "do"), ("라", "ra"), ("미", "mi"), ("서", "seo"), ("영", "yeong"), ("지", "ji"), ("하", "ha"), ("수", "su"),
    ("민", "min"), ("진", "jin"), ("한", "han"), ("별", "byeol"), ("달", "dal"), ("봄", "bom"),
]  # fmt: skip
GREEK = [
    ("αλ", "al"), ("βε", "ve"), ("γα", "ga"), ("δη", "di"), ("ζω", "zo"), ("θα", "tha"), ("κυ", "ky"), ("λο", "lo"), ("μα", "ma"), ("νι", "ni"),
    ("πα", "pa"), ("ρο", "ro"), ("σι", "si"), ("τα", "ta"), ("φι", "fi"), ("χα", "cha"),
]  # fmt: skip
SCRIPTS = (CYRILLIC, KANA, THAI, HANGUL, GREEK)
GENRES = "rock,indie rock,pop,synth pop,jazz,free jazz,blues,folk,indie folk,metal,death metal,punk,post punk,techno,house,deep house,soul,funk,reggae,hip hop,latin,salsa,classical,ambient,disco".split(
    ","
)
COUNTRIES = "US GB DE FR ES IT SE NO NL JP TH KR RU GR BR MX CA AU".split()
TOWNS = (
    "Ashford Marburg Leiden Girona Siena Lund Bergen Utrecht Sapporo Rayong Daegu Tver Patras Olinda Puebla Halifax Hobart Dayton Bristol "
    "Lyon Bremen Zadar Tartu Gdansk Brno Graz Malaga Porto Ghent Aarhus Turku Cork Leeds Omaha Tulsa Boise Fresno Albany Mobile Tacoma"
).split()
VENUES = (
    "Lido Tempel Fabrik Anchor Lantern Paradiso Scala Apollo Corona Gloria Metro Kantine Schlachthof Olympia Bataclan Mojo Knust Conne Quasi "
    "Birdhouse Foundry Depot Granary Tannery Boiler Arsenal Zollhaus Werkstatt Cinema Rialto Bluebird Hawthorn Mercury Trabant Substage Feierwerk"
).split()
VENUE_KINDS = [
    "Theatre",
    "Club",
    "Hall",
    "Ballroom",
    "Music Hall",
    "Arena",
    "Bar",
    "",
    "",
    "Kulturzentrum",
    "House",
    "Lounge",
]
ROOMS = ["Main Hall", "Cellar Bar", "Upstairs", "Studio", "Kleiner Saal"]


@dataclass(frozen=True)
class Vocabulary:
    """One half (0 or 1) of all lists."""

    half: int

    def of(self, words: Sequence[str]) -> Sequence[str]:
        """This half of a list."""
        return words[self.half :: 2]

    def rare(self, rng: random.Random) -> str:
        """An invented word."""
        syllables = self.of(SYLLABLES)
        word = "".join(rng.choice(syllables) for _ in range(rng.choice((2, 2, 2, 3, 3, 4))))
        return (word + (rng.choice(self.of(ENDS)) if rng.random() < 0.5 else "")).capitalize()

    def foreign(self, rng: random.Random) -> tuple[str, str]:
        """An invented name in a script other than Latin, and as it is customarily written in Latin letters."""
        script = rng.choice(SCRIPTS)
        parts = []
        for _ in range(rng.choice((1, 1, 2))):
            pairs = [rng.choice(script[self.half :: 2]) for _ in range(rng.randint(2, 4))]
            parts.append(("".join(p[0] for p in pairs), "".join(p[1] for p in pairs)))
        gap = " " if script in (CYRILLIC, HANGUL, GREEK) else ""
        latin = " ".join(p[1] for p in parts)
        return gap.join(p[0] for p in parts).title(), latin.title()
