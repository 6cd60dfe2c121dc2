"""Migrations of PostgreSQL: generated from the declarations, up and down on data, and held against what is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import psycopg
import pytest
from tests.integration.contracts.samples import COLLECTIONS, INDEXES, OTHERS, THINGS, ids, put, query

from mystage.adapters.stores.sql.migrations import Migrator
from mystage.adapters.stores.sql.postgres.address import Address
from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Query, Where
from mystage.domain.collections import ALL
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.schema import Collection, Index

OLD = replace(THINGS, indexes=(Index("kind"), Index("rank", type="real")))
"""The collection as an earlier version declared it: fewer indexes, one of another type."""
VALUES = {"kind": "k", "rank": 7, "weight": 1.5, "keys": ("a\x00", 'b"\\'), "name": "n"}


@pytest.fixture
def url(postgres):
    return postgres.schema()


async def opened(url, *collections) -> PostgresStore:
    store = PostgresStore(url, collections, ManualClock())
    await store.open()
    return store


def columns(url: str, table: str) -> set[str]:
    with psycopg.connect(url) as connection:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        return {row[0] for row in connection.execute(sql, (table,))}


async def test_a_new_database_has_no_drift_and_a_second_open_changes_nothing(url):
    """All collections of MyStage; typed columns, arrays under GIN, JSONB bodies."""
    store = await opened(url, *ALL)
    assert await store.drift() == []
    assert await store.migrate() is False
    await store.close()
    with psycopg.connect(url) as connection:
        types = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = 'entity_sources'"
        ).fetchall()
        methods = connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%USING gin%'"
        ).fetchone()
    assert dict(types)["body"] == "jsonb"
    assert methods[0] == sum(index.array for collection in ALL for index in collection.indexes)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (query(("kind", "eq", "x")), "things__by_kind"),
        (query(("kind", "in", ("x", "y"))), "things__by_kind"),
        (query(("rank", "ge", 3), limit=5), "things__by_rank"),
        (query(("keys", "any", ("a", "b"))), "things__by_keys"),
        (query(order="name", limit=5), "things__by_name"),
        (query(limit=5), "things_pkey"),
    ],
)
async def test_every_kind_of_query_is_answered_by_an_index(url, asked, index):
    """With plain scans forbidden, PostgreSQL finds an index that fits types, collation and order."""
    store = await opened(url, *COLLECTIONS)
    await store.commit(
        ChangeSet(puts=tuple(put(f"d{n:03}", kind="z", rank=n, keys=(f"k{n}",), name=f"n{n}") for n in range(500)))
    )
    sql, values = store._statements["things"].find(asked, None)

    async def plan(connection) -> str:
        await connection.execute("ANALYZE; SET enable_seqscan = off")
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {sql}", *values))

    assert index in await store._connections.read(plan)
    await store.close()


async def test_up_fills_new_indexes_from_the_documents_and_down_takes_them_away_again(url):
    """Down twice and up again: the documents stay, and every index answers."""
    before = await opened(url, OLD, OTHERS)
    old_put = replace(put("a", **VALUES), index={"kind": "k", "rank": 7})
    await before.commit(ChangeSet(puts=(old_put, *(replace(put(f"b{n:04}"), index={}) for n in range(1100)))))
    await before.close()

    after = await opened(url, *COLLECTIONS)
    for condition in [
        ("rank", "ge", 7),
        ("weight", "eq", 1.5),
        ("keys", "any", ("a\x00",)),
        ("keys", "any", ('b"\\',)),
        ("name", "eq", "n"),
        ("kind", "eq", "k"),
    ]:
        assert ids(await after.find(query(condition))) == ["a"], condition
    assert await after.drift() == []
    await after.commit(ChangeSet(puts=(put("a", read=1, **VALUES),)))
    await after.close()

    migrator = Migrator(Address(url), COLLECTIONS)
    assert [step.number for step in migrator.history()] == [1, 2]
    assert migrator.history()[1].indexes["things"] == tuple(sorted(INDEXES, key=lambda index: index.field))
    await asyncio.to_thread(migrator.downgrade, 1)
    assert columns(url, "things") == {"id", "version", "kind", "rank", "body"}
    down = await opened_as_is(url, OLD, OTHERS)
    page = await down.find(Query("things", (Where("rank", "eq", 7.0),)))
    assert (ids(page), page.records[0].version) == (["a"], 2)
    assert await down.count(Query("things")) == 1101
    assert await down.drift() == []
    await down.close()
    again = await opened(url, *COLLECTIONS)
    assert ids(await again.find(query(("keys", "any", ("a\x00",))))) == ["a"]
    await again.close()


async def opened_as_is(url, *collections) -> PostgresStore:
    """A store for which nothing must be left to migrate."""
    store = PostgresStore(url, collections, ManualClock())
    assert await store.migrate() is False
    return store


async def test_going_back_to_what_never_was_is_refused(url):
    await (await opened(url, *COLLECTIONS)).close()
    with pytest.raises(NotFound, match="no migration 9"):
        Migrator(Address(url), COLLECTIONS).downgrade(9)


async def test_drift_names_what_somebody_changed(url):
    store = await opened(url, *COLLECTIONS)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE things DROP COLUMN name")
        connection.execute("ALTER TABLE things ALTER COLUMN rank TYPE text")
        connection.execute("ALTER TABLE others ADD COLUMN odd int")
        connection.execute("DROP TABLE counters")
        connection.execute("CREATE TABLE of_another_program (id int)")
    found = "\n".join(await store.drift())
    await store.close()
    for words in ("things.name is missing", "things.rank is of type TEXT", "others.odd is not declared", "counters is"):
        assert words in found
    assert "another_program" not in found


async def test_many_who_open_at_once_migrate_once(url):
    stores = await asyncio.gather(*(opened(url, *COLLECTIONS) for _ in range(5)))
    assert len(Migrator(Address(url), COLLECTIONS).history()) == 1
    for store in stores:
        await store.close()


async def test_a_migration_that_fails_changes_nothing(url):
    """A document that its model no longer reads cannot be indexed: the error names it, and the old schema stands."""
    store = await opened(url, OLD)
    await store.commit(ChangeSet(puts=(replace(put("bad"), body=b'{"no": "thing"}', index={}),)))
    await store.close()
    with pytest.raises(Invalid, match="things/bad"):
        await opened(url, THINGS)
    assert columns(url, "things") == {"id", "version", "kind", "rank", "body"}
    store = await opened_as_is(url, OLD)
    assert (await store.get("things", "bad")).version == 1
    await store.close()


async def test_tables_of_another_program_are_left_alone(url):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE things (id int)")
    with pytest.raises(Invalid, match="another program has tables of these names here: things"):
        await opened(url, *COLLECTIONS)
    assert columns(url, "things") == {"id"}


async def test_a_schema_of_a_newer_version_is_refused(url):
    await (await opened(url, *COLLECTIONS)).close()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE mystage_schema SET value = '99' WHERE name = 'schema_version'")
    with pytest.raises(Invalid, match="newer MyStage"):
        await opened(url, *COLLECTIONS)


def test_a_collection_cannot_take_the_name_of_a_table_of_the_store(url):
    with pytest.raises(Invalid, match="feed"):
        PostgresStore(url, (Collection("feed", THINGS.model),), ManualClock())
