"""The API over a real catalogue: every route, every sort of problem, merges, validators, paging."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.http import Served, fill, ids, served, work_off
from tests.support.pages import page, show
from tests.support.site import site

from mystage.application.runtime.worker import Worker
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import PERFORMANCES
from mystage.domain.delivery import FAILED_TASKS, Task, dead_letter
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.urls import URLS
from mystage.domain.values import evolve

PROBLEM = "application/problem+json"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Served]:
    async with served() as found:
        await fill(found.container, tmp_path)
        yield found


def _problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem of this status and code, and answer its body."""
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:mystage:problem:{code}"
    assert body["title"]
    assert body["detail"]
    return body


async def test_every_route_of_the_openapi_document_answers_as_documented(api: Served):
    """Each operation, called as its document says, gives a documented status and media type, and its example is JSON."""
    document = (await api.client.get("/openapi.json")).json()
    venue = ids(await api.client.get("/v1/venues"))[0]
    called = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = {"urls": ["https://venue.example/"]} if "requestBody" in operation else None
            answer = await api.client.request(method, path.replace("{id}", venue), json=body)
            assert str(answer.status_code) in operation["responses"], (path, answer.text)
            content = operation["responses"][str(answer.status_code)]["content"]
            assert answer.headers["content-type"] in content
            assert content["application/json"]["example"]
            assert answer.is_success
            called.add(operation["operationId"])
    assert called == {
        "health", "ready", "get_entity", "list_venues", "list_artists", "list_performances", "search", "submit_urls",
        "get_status", "list_failed_tasks",
    }  # fmt: skip


async def test_the_openapi_document_holds_together(api: Served):
    """Every reference leads somewhere; each operation documents its problems as problem+json."""
    document = (await api.client.get("/openapi.json")).json()
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        assert part.partition('"')[0] in schemas
    assert "HTTPValidationError" not in schemas
    assert {"status", "code", "detail", "type"} <= set(schemas["Problem"]["properties"])
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                assert int(status) < 400 or list(answer["content"]) == [PROBLEM]


async def test_an_entity_carries_what_it_refers_to_and_its_lineage_when_asked(api: Served):
    found = (await api.client.get("/v1/performances", params={"from": "2027-01-01", "limit": 1})).json()["items"][0]
    plain = (await api.client.get(f"/v1/entities/{found['id']}")).json()
    assert plain["entity"] == found, "a list gives the stored document, as the entity's own answer does"
    assert plain["venue"]["id"] == found["venue_id"]
    assert [a["id"] for a in plain["artists"]] == found["artist_ids"]
    assert "lineage" not in plain
    full = (await api.client.get(f"/v1/entities/{found['id']}?lineage=true")).json()
    assert sorted(s["id"] for s in full["lineage"]["sources"]) == found["sources"]


async def test_a_merged_id_answers_with_the_one_that_it_is_part_of(api: Served):
    keep, other = ids(await api.client.get("/v1/artists"))[:2]
    await api.container.curate().merge(keep, other, actor="test")
    await work_off(api.container)
    answer = (await api.client.get(f"/v1/entities/{other}?lineage=1")).json()
    assert answer["entity"]["id"] == keep
    assert answer["redirected_from"] == other
    assert other in answer["lineage"]["merged_ids"]
    assert other not in ids(await api.client.get("/v1/artists"))
    seen = await api.client.get(f"/e/{other}")
    assert (seen.status_code, seen.headers["location"]) == (302, f"/e/{keep}")


async def test_if_none_match_answers_304_until_something_changes(api: Served):
    """A venue's answer changes with its shows too: the validator covers all that is in the answer."""
    found = (await api.client.get("/v1/performances", params={"limit": 1})).json()["items"][0]
    url = f"/v1/entities/{found['venue_id']}"
    first = await api.client.get(url)
    etag = first.headers["etag"]
    for asked in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = await api.client.get(url, headers={"if-none-match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await api.client.get(url, headers={"if-none-match": 'W/"other"'})).status_code == 200
    assert (await api.client.get(f"{url}?lineage=1", headers={"if-none-match": etag})).status_code == 200
    here = (await api.client.get(f"/v1/performances?venue_id={found['venue_id']}")).json()["items"]
    unit = UnitOfWork(api.container.store())
    await api.container.store().commit(_moved(unit, (await api.container.show().entity(here[0]["id"])).entity))
    assert (await api.client.get(url, headers={"if-none-match": etag})).status_code == 200


def _moved(unit: UnitOfWork, show: Any) -> Any:
    """The change set of a show that starts later."""
    unit.of(PERFORMANCES).overwrite(evolve(show, start_local="2027-01-05T21:30", fingerprint="moved"))
    return unit.changes()


async def test_lists_are_read_page_by_page_without_gaps_or_doubles(api: Served):
    whole = ids(await api.client.get("/v1/performances", params={"limit": 200}))
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 5}
    while True:
        part = await api.client.get("/v1/performances", params=params)
        seen += ids(part)
        if part.json()["next"] is None:
            break
        params["after"] = part.json()["next"]
    assert seen == whole == sorted(set(whole))
    assert len(whole) == 12


async def test_lists_filter_by_town_venue_artist_and_day(api: Served):
    venues = (await api.client.get("/v1/venues", params={"locality": "Oststrand", "country": "DK"})).json()["items"]
    assert venues
    assert {v["locality"] for v in venues} == {"Oststrand"}
    found = (await api.client.get("/v1/performances", params={"limit": 1})).json()["items"][0]
    of_venue = (await api.client.get("/v1/performances", params={"venue_id": found["venue_id"]})).json()["items"]
    assert {p["venue_id"] for p in of_venue} == {found["venue_id"]}
    artist = found["artist_ids"][0]
    of_artist = (await api.client.get("/v1/performances", params={"artist_id": artist})).json()["items"]
    assert of_artist
    assert all(artist in p["artist_ids"] for p in of_artist)
    day = found["start_local"][:10]
    on_day = (await api.client.get("/v1/performances", params={"from": day, "to": day})).json()["items"]
    assert found["id"] in [p["id"] for p in on_day], "both ends of the range are inclusive"
    assert {p["start_local"][:10] for p in on_day} == {day}


async def test_search_forgives_typing_mistakes_filters_and_counts(api: Served):
    answer = (await api.client.get("/v1/search", params={"text": "kasimr", "facets": "1"})).json()
    assert any("Kasimir" in hit["document"]["name"] for hit in answer["hits"])
    assert answer["facets"]["kind"]
    params = {"kind": ["venue", "artist"], "limit": 200}
    both = (await api.client.get("/v1/search", params=params)).json()
    assert {hit["document"]["kind"] for hit in both["hits"]} == {"venue", "artist"}
    near = (await api.client.get("/v1/search", params={"near": "55.6,12.5", "km": 30})).json()
    assert [hit["document"]["id"] for hit in near["hits"]] == ["ven_hostile"]
    assert near["hits"][0]["km"] == pytest.approx(9.0, abs=0.3)


@pytest.mark.parametrize(
    ("path", "status", "code", "where"),
    [
        ("/v1/nope", 404, "no_such_route", None),
        ("/v1/venues/", 404, "no_such_route", None),
        ("/v1/entities/ven_0", 404, "not_found", "ven_0"),
        ("/v1/entities/nonsense", 422, "invalid", "nonsense"),
        ("/v1/venues?limit=0", 422, "invalid", "query.limit"),
        ("/v1/venues?limt=5", 422, "invalid", "query.limt"),
        ("/v1/venues?country=denmark", 422, "invalid", "query.country"),
        ("/v1/venues?after=zzz", 422, "malformed", "evt_venues"),
        ("/v1/performances?from=yesterday", 422, "invalid", "query.from"),
        ("/v1/search?near=somewhere", 422, "invalid", "query.near"),
        ("/v1/search?near=91,0", 422, "invalid", "query.near"),
        ("/v1/search?kind=band", 422, "invalid", "query.kind.0"),
        ("/v1/tasks/failed?limit=9999", 422, "invalid", "query.limit"),
    ],
)
async def test_every_wrong_request_is_a_problem_that_names_the_place(path: str, status: int, code: str, where: str):
    async with served() as api:
        body = _problem(await api.client.get(path), status, code)
    assert body.get("where") == where


async def test_a_wrong_method_is_a_problem_that_says_what_is_allowed():
    async with served() as api:
        answer = await api.client.delete("/v1/urls")
    _problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_a_defect_is_a_500_without_its_inside():
    async with served() as api:
        api.container.index.override(ZeroDivisionError("/secret/path"))
        body = _problem(await api.client.get("/v1/search"), 500, "unexpected")
    assert "secret" not in json.dumps(body)


async def test_readiness_names_the_part_that_does_not_answer(tmp_path: Path):
    """A search folder that has become a file: alive, but not ready."""
    async with served(profile="embedded", data=tmp_path / "c") as api:
        (tmp_path / "c" / "search").write_text("in the way")
        assert (await api.client.get("/health")).status_code == 200
        body = _problem(await api.client.get("/ready"), 503, "unavailable")
    assert body["where"] == "index"


async def test_submitted_addresses_are_planned_and_the_rest_is_refused_with_its_reason():
    async with served() as api:
        urls = ["https://venue.example/shows", "http://169.254.169.254/", "file:///etc/passwd", "venue.example"]
        answer = await api.client.post("/v1/urls", json={"urls": urls})
        assert answer.status_code == 202
        assert answer.json()["planned"] == urls[:1]
        assert [row["url"] for row in answer.json()["refused"]] == urls[1:]
        assert "private" in answer.json()["refused"][0]["reason"]
        waiting = await api.container.store().claim(("plan",), 10, 60.0, "test")
    (lease,) = waiting
    assert lease.task.payload["public"] == "1", "the guard of the fetcher knows that it came from outside"
    assert lease.task.trace == answer.json()["trace"]


async def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_visited():
    """`localhost.` spelt as a number passes no early check by name; the fetcher's guard sees the address itself."""
    async with served() as api:
        answer = await api.client.post("/v1/urls", json={"urls": ["http://2130706433:1/"]})
        assert answer.json()["planned"] == ["http://2130706433:1/"]
        await work_off(api.container)
        (url,) = await UnitOfWork(api.container.store()).of(URLS).find()
    assert url.state.value in {"blocked", "failed"}
    assert url.fetches <= 1
    assert url.body is None


@pytest.mark.parametrize(
    ("body", "headers", "status", "where"),
    [
        (b'{"urls": []}', {}, 422, "body.urls"),
        (b'{"urls": ["https://a.example/"], "source": "x"}', {}, 422, "body.source"),
        (b'{"urls": ["https://a.example/' + b"x" * 3_000 + b'"]}', {}, 422, "body.urls.0"),
        (json.dumps({"urls": ["https://a.example/"] * 101}).encode(), {}, 422, "body.urls"),
        (b'{"urls":', {}, 422, "body"),
        (b"[" * 100_000, {}, 400, None),
        (b"\xff\xfe", {}, 422, "body"),
        (b'{"urls": ["https://a.example/"]}', {"content-type": "text/plain"}, 422, "body"),
        (b" " * 300_000, {}, 413, None),
    ],
)
async def test_bodies_are_bounded_and_typed(body: bytes, headers: dict[str, str], status: int, where: str | None):
    """A form's content type is refused as well: no page of the open web can send JSON here without being asked first."""
    async with served() as api:
        answer = await api.client.post("/v1/urls", content=body, headers={"content-type": "application/json"} | headers)
        assert await api.container.store().stats() == []
    found = _problem(answer, status, {400: "bad_request", 413: "too_large", 422: "invalid"}[status])
    assert found.get("where") == where


async def test_a_body_without_a_length_is_cut_off_at_the_limit():
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    async with served() as api:
        answer = await api.client.post("/v1/urls", content=endless(), headers={"content-type": "application/json"})
    _problem(answer, 413, "too_large")


async def test_failed_tasks_go_out_by_cause_and_without_tracebacks():
    async with served() as api:
        task = Task(id="t", queue="fetch", trace="run_1")
        now = api.container.clock().now()
        records = [dead_letter(task, ZeroDivisionError("boom"), now=now)]
        records.append(dead_letter(Task(id="u", queue="fetch"), Invalid("wrong", where="x"), now=now))
        unit = UnitOfWork(api.container.store())
        for record in records:
            unit.of(FAILED_TASKS).put(record)
        await unit.commit()
        answer = (await api.client.get("/v1/tasks/failed")).json()
        one = (await api.client.get("/v1/tasks/failed?limit=1")).json()
    assert sorted(row["task_id"] for row in answer["tasks"]) == ["t", "u"]
    assert sorted(row["count"] for row in answer["causes"]) == [1, 1]
    assert len(one["tasks"]) == 1
    assert "Traceback" not in json.dumps(answer)


async def test_every_answer_carries_the_security_headers_and_none_opens_to_other_origins():
    async with served() as api:
        answers = [
            await api.client.get(path, headers={"origin": "https://evil.example"})
            for path in ("/", "/health", "/v1/nope", "/static/style.css")
        ]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


async def test_the_background_worker_processes_what_is_submitted(tmp_path: Path):
    """`serve_worker`: a page of a loopback site, submitted over HTTP, is in the catalogue without any other process."""
    (tmp_path / "shows.html").write_text(page(show(1), show(2)))
    settings = {"serve_worker": True, "allow_private": True, "requests_per_second": 100.0}
    with site(tmp_path) as address:
        async with served(**settings) as api:
            answer = await api.client.post("/v1/urls", json={"urls": [f"{address}/shows.html"]})
            assert answer.json()["refused"] == []
            for _ in range(200):
                if (await api.client.get("/v1/search?kind=performance")).json()["total"] == 2:
                    break
                await api.container.clock().sleep(0.05)
            else:
                pytest.fail((await api.client.get("/v1/status")).text)


async def test_a_worker_that_breaks_down_is_replaced_and_the_server_stops_in_order(monkeypatch: pytest.MonkeyPatch):
    """A defect in a worker costs a pause, not the rest of the server's life."""
    monkeypatch.setattr("mystage.entrypoints.http.api._PAUSE", 0.01)
    broken: list[str] = []
    run = Worker.run

    async def once(self: Worker, **options: Any) -> None:
        if not broken:
            broken.append("yes")
            raise ZeroDivisionError
        await run(self, **options)

    monkeypatch.setattr(Worker, "run", once)
    async with served(serve_worker=True) as api:
        await api.client.post("/v1/urls", json={"urls": ["http://2130706433:1/"]})
        for _ in range(200):
            if (await api.client.get("/v1/status")).json()["funnel"][0]["changed"]:
                break
            await api.container.clock().sleep(0.02)
        else:
            pytest.fail("nobody works")
    assert broken
