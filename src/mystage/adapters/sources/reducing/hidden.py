"""What of a page nobody sees: hidden by attribute, by style, or by having the colour of its ground."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

_RULE: Final = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
_SIMPLE: Final = re.compile(r"^\s*[a-z0-9]*([.#][\w-]+)\s*$", re.IGNORECASE)
_GONE: Final = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0?(?:\.0+)?(?:;|$)|font-size:0(?:px|pt|em|rem|%)?(?:;|$|!)"
    r"|(?:text-indent|left|right|top):-\d{3,}|clip:rect\((?:0|1px)|clip-path:inset\((?:50|100)%|transform:scale\(0"
    r"|(?:max-)?(?:height|width):[01](?:px)?;.{0,200}overflow:hidden|overflow:hidden;.{0,200}(?:height|width):[01](?:px)?(?:;|$)"
)
_COLOUR: Final = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND: Final = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_NAMES: Final = {"white": "#fff", "black": "#000", "#ffffff": "#fff", "#000000": "#000", "rgb(255,255,255)": "#fff", "rgb(0,0,0)": "#000",
                 "hsl(0,0%,100%)": "#fff"}  # fmt: skip
_CLEAR: Final = frozenset({"transparent", "rgba(0,0,0,0)", "#0000", "#00000000"})


def _plain(style: str) -> str:
    return re.sub(r"\s+", "", style).lower()


def _colour(found: re.Match[str] | None) -> str:
    return _NAMES.get(found[1], found[1]) if found else ""


@dataclass(slots=True)
class Styles:
    """What the page's own style sheets and attributes say of visibility. Sheets of other files are not fetched."""

    rules: dict[str, str] = field(default_factory=dict)
    """`.class` or `#id` -> declarations."""
    external: bool = False
    """Whether other sheets may colour the ground: white on nothing is then no proof."""

    def add(self, sheet: str) -> None:
        """Take the simple rules (`.a`, `#b`, `p.a`) of a sheet. Rules inside `@media` are left out: they hold at times."""
        flat = re.sub(r"/\*.*?\*/", "", sheet[:200_000], flags=re.DOTALL)
        flat = re.sub(r"@[^{}]{0,200}\{(?:[^{}]{0,400}\{[^{}]{0,2000}\}\s{0,80}){0,200}\}", "", flat)
        for selectors, body in _RULE.findall(flat)[:5_000]:
            for selector in selectors.split(","):
                simple = _SIMPLE.match(selector)
                if simple:
                    self.rules[simple[1]] = self.rules.get(simple[1], "") + ";" + _plain(body)

    def of(self, attributes: dict[str, Any]) -> str:
        """All declarations that hold for an element: of its classes, its id, its own."""
        parts = (
            [self.rules.get(f".{name}", "") for name in (attributes.get("class") or "").split()] if self.rules else []
        )
        if self.rules and attributes.get("id"):
            parts.append(self.rules.get(f"#{attributes['id']}", ""))
        parts.append(_plain(attributes.get("style") or ""))
        return ";".join(part for part in parts if part)


def hides(attributes: dict[str, Any], declared: str) -> bool:
    """Whether an element and all inside it is invisible."""
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    return bool(declared) and _GONE.search(declared) is not None


def colours(declared: str, colour: str, ground: str) -> tuple[str, str]:
    """Text colour and ground inside an element, given those around it ("": not declared)."""
    if not declared:
        return colour, ground
    own = _colour(_GROUND.search(declared))
    return _colour(_COLOUR.search(declared)) or colour, ground if own in _CLEAR else own or ground


def unseen(colour: str, ground: str, *, external: bool) -> bool:
    """Whether text has the colour of its ground; a page that declares no ground, and loads no sheets, is white."""
    if not colour:
        return False
    if colour in _CLEAR:
        return True
    return colour == (ground or ("" if external else "#fff"))
