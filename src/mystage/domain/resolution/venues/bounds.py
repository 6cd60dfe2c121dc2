"""Where states and countries lie: boxes of whole degrees, drawn outward, enough to tell Portland in Oregon from Maine's."""

from __future__ import annotations

_STATES = """
al 30 36 -89 -84  ak 51 72 -180 -129  az 31 38 -115 -109  ar 33 37 -95 -89  ca 32 43 -125 -114  co 36 42 -110 -102
ct 40 43 -74 -71  de 38 40 -76 -75  fl 24 32 -88 -79  hi 18 23 -161 -154  id 41 50 -118 -111  il 36 43 -92 -87
in 37 42 -89 -84  ia 40 44 -97 -90  ks 36 41 -103 -94  ky 36 40 -90 -81  la 28 34 -95 -88  me 42 48 -72 -66
md 37 40 -80 -75  ma 41 43 -74 -69  mi 41 49 -91 -82  mn 43 50 -98 -89  ms 30 36 -92 -88  mo 35 41 -96 -89
mt 44 50 -117 -104  ne 39 44 -105 -95  nv 35 43 -121 -114  nh 42 46 -73 -70  nj 38 42 -76 -73  nm 31 38 -110 -102
ny 40 46 -80 -71  nc 33 37 -85 -75  nd 45 50 -105 -96  oh 38 43 -85 -80  ok 33 38 -104 -94  or 41 47 -125 -116
pa 39 43 -81 -74  ri 41 43 -72 -71  sc 32 36 -84 -78  sd 42 46 -105 -96  tn 34 37 -91 -81  tx 25 37 -107 -93
ut 36 43 -115 -108  vt 42 46 -74 -71  va 36 40 -84 -75  wa 45 50 -125 -116  wv 37 41 -83 -77  wi 42 48 -93 -86
wy 40 46 -112 -104  dc 38 40 -78 -76  pr 17 19 -68 -65  ab 48 61 -121 -109  bc 48 61 -140 -113  mb 48 61 -103 -88
nb 44 49 -70 -63  nl 46 61 -68 -52  ns 43 48 -67 -59  on 41 57 -96 -74  qc 44 63 -80 -57  sk 48 61 -111 -101
nsw -38 -28 140 160  vic -40 -33 140 151  qld -30 -9 137 154  tas -44 -39 143 149
"""
"""Code, south, north, west, east in degrees; none for Georgia, which is a country as well."""
_COUNTRIES = """
us 17 72 -180 -64  gb 49 61 -9 2  de 47 56 5 16  at 46 50 9 18  ch 45 48 5 11  fr 41 52 -6 10  es 27 44 -19 5
it 35 48 6 19  pt 30 43 -32 -6  nl 50 54 3 8  be 49 52 2 7  dk 54 58 7 16  se 55 70 10 25  no 57 81 4 32
fi 59 71 19 32  pl 48 55 14 25  cz 48 52 12 19  ie 51 56 -11 -5  ca 41 84 -142 -52  mx 14 33 -119 -86
br -34 6 -75 -28  ar -56 -21 -74 -53  cl -57 -17 -110 -66  jp 20 46 122 154  cn 17 54 73 136  in 6 37 68 98
th 5 21 97 106  au -55 -9 112 160  gr 34 42 19 30  tr 35 43 25 45  hu 45 49 16 23  il 29 34 34 36  eg 21 32 24 37
za -47 -22 16 38  jo 29 34 34 40  kr 32 39 124 132  vn 8 24 102 110  pe -19 0 -82 -68  co -5 14 -82 -66
cu 19 24 -85 -74  ma 20 36 -18 0  ke -5 6 33 42  np 26 31 80 89  ua 44 53 22 41
"""
"""Likewise; islands overseas are left out where they would make the box a hemisphere."""
_OVERSEAS = frozenset(("fr", "nl", "gb", "dk", "no"))
"""Countries with places far outside of their box: outside of it nothing is said."""


def _read(letter: str, text: str) -> dict[str, tuple[float, ...]]:
    words = text.split()
    return {
        f"{letter}:{words[n]}": tuple(float(word) for word in words[n + 1 : n + 5]) for n in range(0, len(words), 5)
    }


_BOXES = _read("s", _STATES) | _read("n", _COUNTRIES)


def within(qualifier: str, lat: float, lon: float) -> bool | None:
    """Whether a position lies in a state ("s:or") or country ("n:gb"); None where its box can't say."""
    box = _BOXES.get(qualifier)
    if box is None:
        return None
    south, north, west, east = box
    inside = south <= lat <= north and west <= lon <= east
    return None if not inside and qualifier[2:] in _OVERSEAS and qualifier.startswith("n:") else inside
