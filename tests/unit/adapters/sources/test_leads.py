"""Links that lead on are told by their relation, words and address, in any language."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from mystage.adapters.sources.leads import leads
from mystage.domain.sources import LeadReason

BASE = "https://hall.example/shows"


def reasons(html: str, base: str = BASE, events: tuple[str, ...] = ()) -> dict[str, LeadReason]:
    """Reason by path."""
    return {
        lead.url.removeprefix("https://hall.example"): lead.reason
        for lead in leads(LexborHTMLParser(html), base, events)
    }


@pytest.mark.parametrize(
    "link",
    [
        '<a rel="next" href="?p=2">&gt;</a>',
        '<a href="/shows/page/2/">2</a>',
        '<a href="/more">Nächste Seite</a>',
        '<a href="/more">Siguiente &raquo;</a>',
        '<a href="/more" aria-label="Next page"><svg></svg></a>',
    ],
)
def test_the_next_page(link: str) -> None:
    """By relation, number or word."""
    assert set(reasons(f"<body>{link}</body>").values()) == {LeadReason.NEXT_PAGE}


def test_the_next_month_and_not_the_last() -> None:
    """Of months in addresses only the following one, also over the end of a year."""
    html = '<a href="/shows/2030-11/">&lt;</a><a href="/shows/2031-01/">&gt;</a><a href="/shows/2032-01/">2032</a>'
    assert reasons(html, f"{BASE}/2030-12/") == {"/shows/2031-01/": LeadReason.NEXT_MONTH}


def test_events_of_a_listing_by_the_shape_of_their_addresses() -> None:
    """A show that was not read, but whose address is like those that were, is one too; a PDF is none."""
    html = '<a href="/show/one-night">One</a><a href="/show/two-nights">Two</a><a href="/about">About</a><a href="/show/menu.pdf">Menu</a>'
    found = reasons(html, events=("https://hall.example/show/one-night",))
    assert found == {"/show/one-night": LeadReason.EVENT, "/show/two-nights": LeadReason.EVENT}


def test_lists_in_the_menu_and_nothing_that_is_no_page() -> None:
    """Menu entries such as "Agenda" are followed; mail, scripts, anchors and the cart are not."""
    html = '<a href="/agenda">Agenda</a><a href="mailto:a@b.c">Shows</a><a href="#x">Events</a><a href="/cart">Events</a><a href="javascript:x()">Next</a>'
    assert reasons(html) == {"/agenda": LeadReason.LISTING}
