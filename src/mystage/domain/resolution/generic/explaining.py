"""What a level of a feature says, in plain words."""

from __future__ import annotations

from mystage.domain.resolution.additive import MISSING, probability
from mystage.domain.resolution.generic.records import Record, Survey

_WORDS = {
    "key alike": "{key} is {level} % alike, letter by letter",
    "key told": "at least {level} % of what each says as {key} stands in the other",
    "key told once": "{level} % of one's {key} stands in the other",
    "start told": "the start of {key} stands in the other by {level} %",
    "second told": "{level} % of {second} stands in the other",
    "others told": "{level} % of the other columns' words stand in the other",
    "worst told": "the column that agrees least agrees by {level} %",
    "whole told": "at least {level} % of all words of each stand in the other",
    "whole told once": "{level} % of all words of one stand in the other",
    "rarest shared": "the rarest word they share is {level} % as telling as one that stands nowhere else",
    "information shared": "what they share is {level} % of what six unique words would say",
    "best number": "their most telling number agrees by {level} %",
    "other numbers": "their other numbers agree by {level} %",
    "date": "their dates agree by {level} %",
    "code": "{level} % of their codes (phones, numbers of products) are equal",
    "category": "{level} % of their categories are equal",
    "position": "their positions are close by {level} % (60 is 1 km)",
    "numbers differ": "numbers within their texts differ ({level})",
    "versions differ": "words such as remix, live or karaoke stand in one of them only ({level})",
    "editions differ": "words such as deluxe, volume or edition stand in one of them only ({level})",
    "key differs": "each {key} has a word, {level} % as telling as can be, that the other does not know",
}

_BASE = "shipped model"
_NONE = {
    "numbers differ": "no number within their texts that the other does not have",
    "versions differ": "no word such as remix, live or karaoke in one of them only",
    "editions differ": "no word such as deluxe, volume or edition in one of them only",
    "key differs": "at least one of the names says nothing that the other does not know",
}


def in_words(feature: str, level: int, a: Record, b: Record, survey: Survey) -> str:
    """One piece of evidence as a sentence; values of the key are quoted."""
    names = [survey.columns[n].name for n in survey.order[:2]] + ["", ""]
    if level == MISSING:
        return f"{feature}: one of them does not say"
    if feature == "key alike" and survey.order:
        n = survey.order[0]
        return f'{names[0]}: "{a.texts[n][:60]}" and "{b.texts[n][:60]}" are {level} % alike'
    if feature in ("numbers differ", "versions differ", "editions differ", "key differs") and not level:
        return _NONE[feature]
    if feature == _BASE:
        return f"the shipped model says {probability((level - 50) / 5):.0%}"
    template = _WORDS.get(feature)
    if template is None:
        return f"{feature.replace(': alike', '')} agrees by {level} %"
    return template.format(level=level, key=names[0], second=names[1])
