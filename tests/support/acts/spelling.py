"""How one name comes to be written in several ways."""

from __future__ import annotations

import random

_STYLES = {"s": "$5", "a": "@4", "i": "!1", "e": "3", "o": "0", "t": "7"}
_MARKED = {"a": "áàäåã", "e": "éèëê", "i": "íïî", "o": "óöøô", "u": "úüû", "n": "ñ", "c": "ç", "s": "š", "z": "ž"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SUFFIXES = [" (official)", " Official", " (live)", " - Live", " (band)"]


def typed(text: str, rng: random.Random) -> str:
    """One letter left out, doubled, changed, added or swapped with its neighbour; seldom the first one."""
    if len(text) < 4:
        return text
    at = rng.randrange(0 if rng.random() < 0.08 else 1, len(text) - 1)
    if text[at] == " " or text[at + 1] == " ":
        at = max(1, at - 2) if at > 2 else 1
    way = rng.randrange(5)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at] + text[at:]
    if way == 2:
        return text[:at] + rng.choice(_LETTERS) + text[at + 1 :]
    if way == 3:
        return text[:at] + rng.choice(_LETTERS) + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def styled(text: str, rng: random.Random) -> str:
    """One or two letters as signs or digits that look like them."""
    places = [i for i, c in enumerate(text) if c.lower() in _STYLES and 0 < i < len(text) - 1]
    letters = list(text)
    for i in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        letters[i] = rng.choice(_STYLES[text[i].lower()])
    return "".join(letters)


def marked(text: str, rng: random.Random) -> str:
    """Some letters with diacritics."""
    return "".join(rng.choice(_MARKED[c]) if c in _MARKED and rng.random() < 0.3 else c for c in text)


def varied(name: str, rng: random.Random, *, person: bool) -> tuple[str, str]:
    """The name in another customary writing, and what was done to it."""
    ways = ["case", "case", "suffix", "space", "marks", "style", "style"]
    if name.startswith("The ") or rng.random() < 0.25:
        ways += ["article"] * 4
    if "&" in name or " and " in name:
        ways += ["and"] * 6
    if person and name.count(" ") == 1:
        ways += ["inverted", "initial", "inverted"]
    if " " not in name or person:
        ways += ["guest"]
    ways += ["country", "band"]
    way = rng.choice(ways)
    return _apply(way, name, rng), way


def _apply(way: str, name: str, rng: random.Random) -> str:  # noqa: C901  one branch a way
    first, _, last = name.partition(" ")
    if way == "case":
        return rng.choice((name.upper(), name.lower()))
    if way == "suffix":
        return name + rng.choice(_SUFFIXES)
    if way == "space":
        return name.replace(" ", "", 1) if " " in name else name
    if way == "marks":
        return marked(name, rng)
    if way == "style":
        return styled(name, rng)
    if way == "article":
        return name.removeprefix("The ") if name.startswith("The ") else rng.choice((f"The {name}", f"{name}, The"))
    if way == "and":
        return name.replace("&", "and") if "&" in name else name.replace(" and ", rng.choice((" & ", " + ")))
    if way == "inverted":
        return f"{last}, {first}"
    if way == "initial":
        return f"{first[0]}. {last}"
    if way == "guest":
        return f"{name} {rng.choice(('feat.', 'ft.', 'featuring'))} Guest {rng.choice(_LETTERS).upper()}"
    if way == "country":
        return f"{name} ({rng.choice(('DE', 'US', 'UK', 'SE', 'FR'))})"
    return f"{name} Band" if rng.random() < 0.5 else f"DJ {name}"
