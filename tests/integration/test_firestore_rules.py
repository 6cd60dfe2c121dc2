"""The generated security rules on the real emulator: who may read what directly, and that nobody may write."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.support.firestore import Emulator, needed_jar

from mystage.adapters.schema import export
from mystage.adapters.schema.firestore import OWN
from mystage.domain.access import Public, Role
from mystage.domain.collections import ALL
from mystage.domain.schema import Collection

PROJECT = "rules"
OWNER = {"Authorization": "Bearer owner"}
CLAIMS: dict[str, dict[str, object] | None] = {
    "nobody": None,
    "no role": {},
    "unknown role": {"role": "root"},
    "public's name as role": {"role": "anyone"},
    "empty role": {"role": ""},
    "list of roles": {"role": [role.value for role in Role]},
    "role in other letters": {"role": "SUPER_ADMIN"},
    **{role.value: {"role": role.value} for role in Role},
}
"""Who asks -> the claims of their token (None: without token)."""
GET, LIST, QUERY, COUNT = "get", "list", "query", "count"
CREATE, ADD, UPDATE, DELETE = "create", "add", "update", "delete"
READS, WRITES = (GET, LIST, QUERY, COUNT), (CREATE, ADD, UPDATE, DELETE)


class Door:
    """Firestore's REST interface, which obeys the rules (Google's server libraries stand above them)."""

    def __init__(self, host: str, database: str = "(default)") -> None:
        self._client = httpx.Client(base_url=f"http://{host}", timeout=30)
        self._root = f"/v1/projects/{PROJECT}/databases/{database}/documents"

    def close(self) -> None:
        self._client.close()

    def seed(self, path: str) -> None:
        """Write a document as the platform does: past the rules."""
        answer = self._client.patch(f"{self._root}/{path}", headers=OWNER, json={"fields": {}})
        assert answer.status_code == 200, answer.text

    def there(self, path: str) -> bool:
        return self._client.get(f"{self._root}/{path}", headers=OWNER).status_code == 200

    def ask(self, way: str, collection: str, who: str) -> int:
        """The HTTP status of one request. The document `seeded` of the collection is there, `fresh` is not."""
        parent, _, name = collection.rpartition("/")
        root = f"{self._root}/{parent}" if parent else self._root
        search = {"from": [{"collectionId": name}]}
        query = {"structuredQuery": search}
        count = {"structuredAggregationQuery": {"structuredQuery": search, "aggregations": [{"count": {}}]}}
        fields: dict[str, Any] = {"fields": {"x": {"integerValue": "1"}}}
        method, url, body = {
            GET: ("GET", f"{root}/{name}/seeded", None),
            LIST: ("GET", f"{root}/{name}", None),
            QUERY: ("POST", f"{root}:runQuery", query),
            COUNT: ("POST", f"{root}:runAggregationQuery", count),
            CREATE: ("PATCH", f"{root}/{name}/fresh", fields),
            ADD: ("POST", f"{root}/{name}", fields),
            UPDATE: ("PATCH", f"{root}/{name}/seeded", fields),
            DELETE: ("DELETE", f"{root}/{name}/seeded", None),
        }[way]
        return self._client.request(method, url, headers=token(CLAIMS[who]), json=body).status_code


def token(claims: dict[str, object] | None) -> dict[str, str]:
    """A bearer token that only an emulator takes: unsigned."""
    if claims is None:
        return {}
    common = {"sub": "u1", "user_id": "u1", "iat": 1, "exp": 4_000_000_000, "aud": PROJECT}
    parts: tuple[dict[str, object], ...] = ({"alg": "none", "typ": "JWT"}, common | claims)
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return {"Authorization": f"Bearer {text}."}


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator that was started with the exported rules."""
    file = tmp_path_factory.mktemp("rules") / "firestore.rules"
    file.write_text(export(ALL)["firestore.rules"])
    emulator = Emulator(needed_jar(), rules=file)
    emulator.start()
    yield emulator.host
    emulator.stop()


@pytest.fixture(scope="module")
def door(ruled: str) -> Iterator[Door]:
    door = Door(ruled)
    yield door
    door.close()


def table(door: Door, collection: str, ways: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """The status of each way for each who."""
    door.seed(f"{collection}/seeded")
    return {(who, way): door.ask(way, collection, who) for who in CLAIMS for way in ways}


@pytest.mark.parametrize("collection", ALL, ids=lambda c: c.name)
def test_those_read_who_are_declared_as_readers_and_nobody_else(door: Door, collection: Collection[Any]) -> None:
    """By get, list, query and count alike."""
    readers = {reader.value for reader in collection.readers}
    public = Public.ANYONE.value in readers
    expected = {(who, way): 200 if public or who in readers else 403 for who in CLAIMS for way in READS}
    assert table(door, collection.name, READS) == expected


@pytest.mark.parametrize("collection", ALL, ids=lambda c: c.name)
def test_nobody_writes_past_the_platform(door: Door, collection: Collection[Any]) -> None:
    """Also those who may read it, and also the super admin."""
    found = table(door, collection.name, WRITES)
    assert {key: status for key, status in found.items() if status != 403} == {}
    assert door.there(f"{collection.name}/seeded")
    assert not door.there(f"{collection.name}/fresh")


@pytest.mark.parametrize("collection", [*OWN, "journal/catalogue/entries", "evt_venues/v1/notes", "nothing_declared"])
def test_the_store_s_own_and_all_that_is_not_declared_is_closed(door: Door, collection: str) -> None:
    found = table(door, collection, READS + WRITES)
    assert {key: status for key, status in found.items() if status != 403} == {}


@pytest.mark.parametrize(
    ("who", "way", "collection", "status"),
    [
        ("nobody", GET, "evt_venues", 200),
        ("nobody", QUERY, "evt_performances", 200),
        ("nobody", LIST, "urls", 403),
        ("unknown role", GET, "sources", 403),
        ("read_only", LIST, "sources", 200),
        ("customer_support", LIST, "sources", 403),
        ("data_admin", GET, "audit_logs", 403),
        ("super_admin", GET, "audit_logs", 200),
        ("super_admin", UPDATE, "evt_venues", 403),
        ("super_admin", DELETE, "tasks", 403),
    ],
)
def test_rows_written_by_hand(door: Door, who: str, way: str, collection: str, status: int) -> None:
    """Said once more without the declarations, so that a wrong declaration is seen as well."""
    door.seed(f"{collection}/seeded")
    assert door.ask(way, collection, who) == status


def test_the_rules_hold_for_every_database(ruled: str) -> None:
    """A logical database may be a named one of its own."""
    door = Door(ruled, "entities")
    door.seed("evt_venues/seeded")
    door.seed("tasks/seeded")
    assert [door.ask(GET, name, "nobody") for name in ("evt_venues", "tasks")] == [200, 403]
    assert door.ask(UPDATE, "evt_venues", "super_admin") == 403
    door.close()


def test_without_rules_all_would_be_open(ruled: str) -> None:
    """The emulator does enforce what it is given: the refusals above are not its own."""
    door = Door(ruled)
    door.seed("urls/seeded")
    open_rules = "service cloud.firestore { match /databases/{d}/documents { match /{p=**} { allow read, write; } } }"
    url = f"http://{ruled}/emulator/v1/projects/{PROJECT}:securityRules"
    try:
        _swap(url, open_rules)
        assert door.ask(GET, "urls", "nobody") == 200
        assert door.ask(UPDATE, "urls", "nobody") == 200
    finally:
        _swap(url, export(ALL)["firestore.rules"])
        door.close()


def _swap(url: str, rules: str) -> None:
    body = {"rules": {"files": [{"name": "firestore.rules", "content": rules}]}}
    answer = httpx.put(url, json=body, timeout=30)
    assert answer.status_code == 200, answer.text
