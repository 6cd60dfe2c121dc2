"""The evidence on two artists in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.artists.comparing import ADDED, ORDER, SAME, SCRIPT, SOUND, STYLED
from mystage.domain.resolution.artists.features import FEATURES
from mystage.domain.resolution.artists.record import Act
from mystage.domain.resolution.evidence import Evidence

_LEAST = 0.05
"""Nats below which a weight is not worth a word."""
_INDEX = {feature.name: n for n, feature in enumerate(FEATURES)}
_OF_NAMES = 11
"""So many features, from the first on, are of the names; their weights are told as one."""

_FORMS = {
    SAME: "same name {a}",
    ORDER: "{a} and {b} differ in spacing or order only",
    STYLED: "{a} and {b} are one name in two styles",
    SOUND: "{a} and {b} sound alike",
    SCRIPT: "{a} and {b} are one name in two scripts",
    ADDED: "{a} and {b} are one name, with and without a word such as band",
}


def evidence(a: Act, b: Act, found: Sequence[int], model: AdditiveModel) -> list[Evidence]:
    """What speaks for and against two artists being one, with the model's weights (the prior left out)."""
    weights = model.weights(found)
    pieces = [Evidence("name", sum(weights[:_OF_NAMES]), _name(a, b, found))]
    for feature, text in _TEXTS.items():
        at = _INDEX[feature]
        if found[at] >= 0 and abs(weights[at]) >= _LEAST:
            pieces.append(Evidence(feature, weights[at], text(a, b, found[at])))
    silent = sum(w for level, w in zip(found[_OF_NAMES:], weights[_OF_NAMES:], strict=True) if level < 0)
    if abs(silent) >= _LEAST:
        pieces.append(Evidence("silence", silent, "what at least one of them does not say"))
    return pieces


def _name(a: Act, b: Act, found: Sequence[int]) -> str:
    one = f'"{a.names[0].key}"' if a.names else "no name"
    other = f'"{b.names[0].key}"' if b.names else "no name"
    form = _FORMS.get(found[0])
    if form and found[_INDEX["other name"]] <= 0:
        rare = found[_INDEX["rarity of the name"]]
        common = ", a common one" if rare < 35 else ""
        return form.format(a=one, b=other) + common
    if form:
        return f"a name of {one} is one of {other}"
    alike = max(found[1], found[2], 0)
    if found[1] < 0 <= found[2]:
        return f"{one} and {other} are in different scripts, {alike}% alike in Latin letters"
    return f"{one} and {other} are {alike}% alike"


def _either(yes: str, no: str) -> Callable[[Act, Act, int], str]:
    return lambda _a, _b, level: yes if level >= 50 else no


def _genre(a: Act, b: Act, level: int) -> str:
    if level == 100:
        return f"both play {min(a.genres & b.genres)}"
    return "their genres are related" if level else "their genres differ"


def _profile(a: Act, b: Act, level: int) -> str:
    if not level:
        return "different profiles on one host"
    return f"both link to {min(set(a.profiles.values()) & set(b.profiles.values()))}"


_TEXTS: dict[str, Callable[[Act, Act, int], str]] = {
    "other name": _either("the names that agree are not both the first ones", "their first names agree best"),
    "country": lambda a, b, level: f"both from {a.country}" if level else f"country {a.country} against {b.country}",
    "genre": _genre,
    "site": _either("same site", "other site"),
    "profile": _profile,
    "identifier": lambda a, b, _: f"different {_space(a, b)} ids",
    "source": lambda a, _b, level: f"{a.source} keeps them as two records" if level else "told by two sources",
}


def _space(a: Act, b: Act) -> str:
    return min(space for space, id in a.identifiers.items() if b.identifiers.get(space, id) != id)
