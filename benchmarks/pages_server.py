"""A loopback server of made-up event pages for the benchmarks, in a process of its own.

Usage: python pages_server.py COUNT KILOBYTES; it prints its port, then serves until killed.

`/page/N` is a page of one show as JSON-LD in a page of about KILOBYTES; it has an ETag, which `POST /turn` changes for
all pages. `/sitemap.xml` lists them. Hand-written on asyncio, so that the server costs as little as it can.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys

_TOWNS = ("Harbel", "Oststrand", "Nidby", "Kleinau", "Port Vell", "Marlow Bay", "Sanderby", "Lough End")
_WORDS = "amber blue cedar delta ember flint gold hazel iris jade kite lunar maple north opal pearl quiet river stone".split()


def event(number: int, turn: int) -> dict[str, object]:
    """One show: 200 venues, 600 artists."""
    pick = random.Random(f"{number}")
    venue, artist = number % 200, pick.randrange(600)
    town = _TOWNS[venue % len(_TOWNS)]
    day, month = number % 28 + 1, number % 12 + 1
    return {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "name": f"{_name(artist, 'artist')} live",
        "url": f"http://127.0.0.1/page/{number}",
        "startDate": f"2027-{month:02}-{day:02}T{19 + turn % 3}:30:00+01:00",
        "location": {
            "@type": "MusicVenue",
            "name": f"{_name(venue, 'venue')} Hall",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": f"{venue + 1} Mill Street",
                "addressLocality": town,
                "addressCountry": "DK",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 55.0 + venue / 100, "longitude": 10.0 + venue / 77},
        },
        "performer": {"@type": "MusicGroup", "name": _name(artist, "artist")},
        "offers": {"@type": "Offer", "price": "150", "priceCurrency": "DKK", "url": f"http://127.0.0.1/t/{number}"},
    }


def _name(number: int, salt: str) -> str:
    pick = random.Random(f"{salt}{number}")
    return " ".join(word.title() for word in pick.sample(_WORDS, 2)) + f" {number}"


def page(number: int, turn: int, kilobytes: int) -> bytes:
    """The page: the event, and filler that looks like a page."""
    body = json.dumps(event(number, turn))
    filler = "".join(
        f'<div class="card c{i}"><a href="/x/{number}/{i}">A line of text that says nothing</a><p>More of it {i}.</p></div>'
        for i in range(kilobytes * 1024 // 110)
    )
    head = f"<title>Show {number}</title><meta property='og:title' content='Show {number}'>"
    return f'<!doctype html><html><head>{head}<script type="application/ld+json">{body}</script></head><body>{filler}</body></html>'.encode()


class World:
    """The pages and the turn they are in."""

    def __init__(self, count: int, kilobytes: int) -> None:
        self.turn = 0
        self.count, self.kilobytes = count, kilobytes
        self.pages: dict[int, bytes] = {}

    def answer(self, method: str, path: str, tag: str) -> tuple[int, bytes, str]:
        """Status, body and ETag."""
        if method == "POST":
            self.turn += 1
            self.pages.clear()
            return 200, b"turned", ""
        if path == "/robots.txt":
            return 404, b"", ""
        if path == "/sitemap.xml":
            rows = "".join(f"<url><loc>http://{{host}}/page/{n}</loc></url>" for n in range(self.count))
            return (
                200,
                f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode(),
                "",
            )
        etag = f'"t{self.turn}"'
        if tag == etag:
            return 304, b"", etag
        number = int(path.rsplit("/", 1)[-1])
        if number not in self.pages:
            self.pages[number] = page(number, self.turn, self.kilobytes)
        return 200, self.pages[number], etag


async def _serve(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:])}
            status, body, tag = world.answer(method, path, fields.get("if-none-match", ""))
            body = body.replace(b"{host}", fields.get("host", "").encode()) if path == "/sitemap.xml" else body
            kind = "application/xml" if path.endswith(".xml") else "text/html; charset=utf-8"
            etag = f"ETag: {tag}\r\n" if tag else ""
            writer.write(
                f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{etag}Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    """Serve."""
    world = World(int(sys.argv[1]), int(sys.argv[2]))
    for number in range(world.count):
        world.pages[number] = page(number, 0, world.kilobytes)
    server = await asyncio.start_server(lambda r, w: _serve(world, r, w), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
