"""Speed and quality of the embedded search index, beside bare tantivy in the same run.

Run: `python benchmarks/search.py [--documents 20000] [--queries 500]`. The names are fictional and seeded.
Prints one line per figure: documents indexed per second (bulk and in the pipeline's batches of 64) as a share of what
bare tantivy does, latency of a search against a bare fuzzy query, and how often a misspelt name is among the first 10.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import tantivy

from mystage.adapters.search.embedded import EmbeddedSearch
from mystage.adapters.search.words import query_words
from mystage.application.ports.search import SearchDocument, SearchQuery
from mystage.domain.values import GeoPoint, Kind

STARTS = "b br c cl d dr f fl g gl h j k l m n p pr qu r s sh st t tr v w z".split()
VOWELS = "a e i o u ai ea io ou".split()
ENDS = "n r l s t x nd rk st ll m ck".split()
COMMON = (
    "black white golden silver electric velvet midnight paper iron crystal red blue wild silent broken little big "
    "night river mountain fire moon sun star wolf bird tiger garden mirror machine engine orchestra club hall house "
    "room theatre stage cellar garage band brothers sisters kings queens ghosts lovers dreams echo"
).split()
GENRES = ("Rock", "Jazz", "Techno", "Folk", "Hip-Hop", "Soul", "Metal", "Classical")
TOWNS = tuple((f"{start.title()}{mid}ville", country) for start in STARTS[:12] for mid, country in (("o", "CH"), ("a", "FR"), ("en", "DE")))  # fmt: skip


class World:
    """A seeded generator of venues, artists and shows, and of the misspellings of their names."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def word(self) -> str:
        pick = self.random.choice
        if self.random.random() < 0.5:
            return pick(COMMON)
        syllables = self.random.choice((1, 2, 2, 3))
        return "".join(pick(STARTS) + pick(VOWELS) for _ in range(syllables)) + pick(ENDS)

    def name(self) -> str:
        words = " ".join(self.word() for _ in range(self.random.choice((1, 2, 2, 3)))).title()
        return f"The {words}" if self.random.random() < 0.2 else words

    def document(self, number: int) -> SearchDocument:
        kind = self.random.choice((Kind.VENUE, Kind.ARTIST, Kind.PERFORMANCE, Kind.PERFORMANCE))
        town, country = self.random.choice(TOWNS)
        show = kind is Kind.PERFORMANCE
        day = f"2026-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}" if show else None
        return SearchDocument(
            id=f"e{number}", kind=kind, name=self.name(), also=(self.name(),) if number % 10 == 0 else (),
            locality=town, country=country, genres=tuple(self.random.sample(GENRES, 2)),
            venue_id=f"v{number % 500}" if show else None, venue=self.name() if show else None,
            artists=(self.name(), self.name()) if show else (), day=day, until=day,
            point=GeoPoint(lat=self.random.uniform(42, 54), lon=self.random.uniform(-4, 14)),
            weight=float(self.random.randint(1, 5)),
        )  # fmt: skip

    def misspell(self, name: str) -> str:
        """One edit inside a word of at least four letters: a swap, a loss, a doubling or a wrong letter."""
        words = name.split()
        long = [at for at, word in enumerate(words) if len(word) >= 4]
        if not long:
            return name
        at = self.random.choice(long)
        word, place = words[at], self.random.randrange(1, len(words[at]) - 1)
        words[at] = self.random.choice((
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + self.random.choice("aeiourst") + word[place + 1 :],
        ))  # fmt: skip
        return " ".join(words)


def bare_index(folder: Path, documents: Sequence[SearchDocument], batch: int) -> tuple[tantivy.Index, float]:
    """What tantivy alone does with the texts and the JSON of the same documents, a writer and a commit per batch."""
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw")
    builder.add_text_field("text")
    builder.add_bytes_field("doc", stored=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    start = time.perf_counter()
    for at in range(0, len(documents), batch):
        writer = index.writer(15_000_000, 1)
        for document in documents[at : at + batch]:
            text = " ".join((document.name, *document.also, document.venue or "", *document.artists))
            writer.add_document(tantivy.Document(id=document.id, text=text, doc=document.model_dump_json().encode()))
        writer.commit()
        writer.wait_merging_threads()
    index.reload()
    return index, time.perf_counter() - start


def bare_query(index: tantivy.Index, text: str) -> None:
    """The plainest typo-tolerant query: every word within one edit; the ten best are read and parsed."""
    searcher, schema = index.searcher(), index.schema
    words = [tantivy.Query.fuzzy_term_query(schema, "text", word) for word in query_words(text)]
    query = tantivy.Query.boolean_query([(tantivy.Occur.Must, word) for word in words])
    for _, address in searcher.search(query, limit=10).hits:
        json.loads(searcher.doc(address).get_first("doc"))


def latencies(asks: Sequence[str], ask: Callable[[str], object]) -> tuple[float, float]:
    """Milliseconds at the median and at the 99th percentile."""
    spent = []
    for text in asks:
        start = time.perf_counter()
        ask(text)
        spent.append((time.perf_counter() - start) * 1_000)
    cuts = statistics.quantiles(spent, n=100)
    return cuts[49], cuts[98]


async def fill(folder: Path, documents: Sequence[SearchDocument], batch: int) -> tuple[EmbeddedSearch, float]:
    index = EmbeddedSearch(folder)
    start = time.perf_counter()
    for at in range(0, len(documents), batch):
        await index.write(documents[at : at + batch])
    return index, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=500)
    options = parser.parse_args()
    world = World(7)
    documents = [world.document(number) for number in range(options.documents)]
    named = world.random.sample([document for document in documents if len(document.name) >= 6], options.queries)
    typos = [world.misspell(document.name) for document in named]
    with tempfile.TemporaryDirectory() as place, asyncio.Runner() as runner:
        root = Path(place)
        bare, bare_seconds = bare_index(root / "bare", documents, len(documents))
        _, bare_small = bare_index(root / "bare-small", documents[:2_000], 64)
        index, seconds = runner.run(fill(root / "bulk", documents, len(documents)))
        _, small = runner.run(fill(root / "small", documents[:2_000], 64))
        print(f"index: {len(documents) / seconds:,.0f} documents/s, {bare_seconds / seconds:.2f} of bare tantivy")
        print(f"2,000 documents in batches of 64: {small:.2f} s ({small / bare_small:.2f} of bare tantivy)")

        def found(text: str) -> list[str]:
            result = runner.run(index.search(SearchQuery(text=text, limit=10)))
            return [hit.document.name for hit in result.hits]

        found(typos[0])
        bare50, bare99 = latencies(typos, lambda text: bare_query(bare, text))
        p50, p99 = latencies(typos, found)
        print(
            f"search p50 {p50:.2f} ms ({p50 / bare50:.2f} of a bare fuzzy query), p99 {p99:.2f} ms ({p99 / bare99:.2f})"
        )
        right = sum(document.name in found(text) for document, text in zip(named, typos, strict=True))
        print(f"typo hit@10: {right / len(typos):.3f}")
        shows = world.random.sample([document for document in documents if document.artists], options.queries)
        right = 0
        for document in shows:
            query = SearchQuery(text=world.misspell(document.artists[0]), kinds=(Kind.PERFORMANCE,), limit=10)
            hits = runner.run(index.search(query)).hits
            right += any(document.artists[0] in (hit.document.name, *hit.document.artists) for hit in hits)
        print(f"show by misspelt artist, hit@10: {right / len(shows):.3f}")


if __name__ == "__main__":
    main()
