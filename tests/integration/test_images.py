"""Images from claims to files that are served: over loopback, and through a table of addresses where time matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.support.claims import ClaimsReader, said, venue
from tests.support.pages import page, show
from tests.support.pictures import encoded, jpeg, scene
from tests.support.site import site
from tests.support.world import World, answer, world

from mystage.adapters.images.processes import ImageProcesses
from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.catalogue.entities import merge_task
from mystage.application.ports.pages import PageResult
from mystage.application.ports.search import SearchQuery
from mystage.containers import Container, running
from mystage.domain.decisions import Curated
from mystage.domain.delivery import FAILED_TASKS
from mystage.domain.pipeline.images import (
    ENTITY_IMAGES,
    PICTURES,
    TRIES,
    URL_IMAGES,
    EntityImage,
    ImageState,
    UrlImage,
    image_id,
)
from mystage.domain.pipeline.portraits import SHARED
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import Kind, evolve
from mystage.entrypoints.http.api import create_app
from mystage.settings import Settings

PHOTO = "https://cdn.example/photo.jpg"


@pytest.fixture
def web() -> MemoryPageFetcher:
    return MemoryPageFetcher({})


@pytest.fixture
async def at(tmp_path: Path, web: MemoryPageFetcher) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=web, readers=ClaimsReader(), images=True) as opened:
        yield opened


def picture(body: bytes, **more: object) -> PageResult:
    """What an image's address gives."""
    return PageResult("", FetchOutcome.OK, status=200, body=body, media_type="image/jpeg", **more)  # type: ignore[arg-type]  # tests name fields freely


async def address(at: World, url: str = PHOTO) -> UrlImage:
    return await at.unit.of(URL_IMAGES).need(image_id(url))


async def chosen(at: World) -> dict[str, EntityImage]:
    """The choice for each venue, by the venue's name."""
    images = await at.unit.of(ENTITY_IMAGES).get_many(e.id for e in await at.live(Kind.VENUE))
    return {getattr(e, "name", ""): images[e.id] for e in await at.live(Kind.VENUE) if e.id in images}


async def test_an_image_goes_from_a_claim_to_the_search_hit_and_shows_its_origin(at: World, web: MemoryPageFetcher):
    """Fetched once, kept without its original, named by the search document and by `show`, with its provenance."""
    web.set(PHOTO, picture(jpeg(size=(1600, 1000))))
    done = await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
    assert done["image/changed"] == 1
    [entity] = await at.live(Kind.VENUE)
    shown = await at.container.show().entity(entity.id)
    assert shown.image.width == 1600
    assert (shown.image.url, shown.image.page) == (PHOTO, "https://one.example/")
    assert shown.image.entity_source == entity.sources[0]
    [hit] = (await at.container.index().search(SearchQuery(text="oak hall"))).hits
    assert hit.document.image == shown.image.picture
    status = await at.container.status().read()
    assert (status.images["kept"], status.pictures) == (1, 1)
    kept = [digest async for digest in at.container.blobs().digests()]
    stored = await at.unit.of(PICTURES).need(shown.image.picture)
    assert {variant.blob for variant in stored.variants} <= set(kept)
    assert [variant.width for variant in stored.variants] == [160, 320, 640, 1280]


async def test_the_same_again_visits_nothing_and_changes_nothing(at: World, web: MemoryPageFetcher):
    """A page that says the same in another body leads to no second visit of its images."""
    web.set(PHOTO, picture(jpeg()))
    await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
    visits = len([visit for visit in web.visits if visit.url == PHOTO])
    await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,)), look=1))
    assert await at.container.plan_images().run(again=True) == 1
    again = await at.work()
    assert again == {"image/in": 1, "image/unchanged": 1}
    assert visits == len([visit for visit in web.visits if visit.url == PHOTO]) == 1


async def test_a_picture_under_a_hundred_addresses_is_processed_once(
    at: World, web: MemoryPageFetcher, monkeypatch: pytest.MonkeyPatch
):
    """Each address is visited; one file is decoded."""
    decoded = []
    plain = ImageProcesses.render

    async def counting(self: ImageProcesses, data: bytes) -> object:
        decoded.append(len(data))
        return await plain(self, data)

    monkeypatch.setattr(ImageProcesses, "render", counting)
    urls = [f"https://cdn{n}.example/photo.jpg" for n in range(100)]
    body = jpeg()
    for url in urls:
        web.set(url, picture(body))
    claims = [venue(f"v{n}", f"Hall {n} of {n}", locality=f"Town{n}", images=(urls[n],)) for n in range(100)]
    await at.tell(one=said(*claims))
    assert {visit.url for visit in web.visits} >= set(urls)
    assert len(decoded) == 1
    assert len(await at.unit.of(PICTURES).find()) == 1


async def test_a_picture_that_many_venues_share_stands_for_none(at: World, web: MemoryPageFetcher):
    """A placeholder is found by its look, in any size, also by those that chose it before."""
    urls = [f"https://cdn.example/{n}/photo.jpg" for n in range(SHARED + 1)]
    for n, url in enumerate(urls):
        web.set(url, picture(encoded(scene(3, (900 + 60 * n, 600 + 40 * n)), "PNG")))
    names = ("Anchor", "Birch House", "Cellar", "Dome", "Engine Room")
    for n, name in enumerate(names):
        await at.tell(**{f"site{n}": said(venue("v", name, locality=f"Town{n}", images=(urls[n],)))})
        if n == 0:
            assert (await chosen(at))["Anchor"].picture is not None
    found = await chosen(at)
    assert {image.picture for image in found.values()} == {None}
    assert "same picture" in found["Anchor"].passed_over[0].why


@pytest.mark.parametrize(
    ("given", "state", "cause"),
    [
        (answer(b"<html>not found</html>"), ImageState.REFUSED, "html"),
        (answer(b"<?xml version='1.0'?><svg onload='x'/>"), ImageState.REFUSED, "svg"),
        (picture(jpeg()[:2_000]), ImageState.REFUSED, "truncated"),
        (picture(encoded(scene(size=(20, 20)), "PNG")), ImageState.REFUSED, "small"),
        (PageResult("", FetchOutcome.GONE, status=404, code="http_404", reason="404"), ImageState.GONE, "http_404"),
        (PageResult("", FetchOutcome.BLOCKED, code="address_refused", reason="no"), ImageState.BLOCKED, "address_refused"),
        (PageResult("", FetchOutcome.FAILED, code="too_large", reason="large"), ImageState.REFUSED, "bytes"),
    ],
)  # fmt: skip
async def test_what_is_no_picture_is_a_finding_with_its_cause(
    at: World, web: MemoryPageFetcher, given: PageResult, state: ImageState, cause: str
):
    """Said once, not tried again, and closed when the address gives a picture after all."""
    web.set(PHOTO, given)
    await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
    found = await address(at)
    assert (found.state, found.cause, found.next_try_at) == (state, cause, None)
    [finding] = await at.unit.of(FINDINGS).find()
    assert (finding.cause, finding.status) == (f"image_{cause}", FindingStatus.OPEN)
    assert finding.message
    web.set(PHOTO, picture(jpeg()))
    at.clock.advance(31 * 24 * 3600)
    await at.container.plan_images().run(again=True)
    await at.work()
    [finding] = await at.unit.of(FINDINGS).find()
    assert finding.status is FindingStatus.RESOLVED
    assert (await chosen(at))["Oak Hall"].url == PHOTO


async def test_a_failing_address_is_tried_a_few_times_and_given_up(at: World, web: MemoryPageFetcher):
    """No dead letter: the entity's other image is there at once, the failing one ends as a finding."""
    bad = "https://down.example/photo.jpg"
    web.set(bad, PageResult("", FetchOutcome.FAILED, code="timeout", reason="late", retryable=True))
    web.set(PHOTO, picture(jpeg()))
    await at.tell(one=said(venue("v", "Oak Hall", images=(bad, PHOTO))))
    assert len([visit for visit in web.visits if visit.url == bad]) == TRIES.max_attempts
    found = await address(at, bad)
    assert (found.state, found.failures) == (ImageState.FAILED, TRIES.max_attempts)
    assert (await chosen(at))["Oak Hall"].url == PHOTO
    assert not await at.unit.of(FAILED_TASKS).find()


async def test_the_last_good_picture_stays_when_its_address_fails(at: World, web: MemoryPageFetcher):
    """Gone, then another picture: the choice follows only the latter."""
    web.set(PHOTO, picture(jpeg(1), etag='"1"'))
    await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
    first = (await chosen(at))["Oak Hall"].picture
    for body in (None, jpeg(2)):
        at.clock.advance(31 * 24 * 3600)
        gone = PageResult("", FetchOutcome.GONE, status=404, code="http_404", reason="404")
        web.set(PHOTO, gone if body is None else picture(body))
        await at.container.plan_images().run(again=True)
        await at.work()
        now = (await chosen(at))["Oak Hall"].picture
        assert (now == first) is (body is None)


async def test_an_entity_without_images_any_more_has_none(at: World, web: MemoryPageFetcher):
    """What no source names does not stay in the index."""
    web.set(PHOTO, picture(jpeg()))
    await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
    await at.tell(one=said(venue("v", "Oak Hall")))
    assert (await chosen(at))["Oak Hall"].picture is None
    [hit] = (await at.container.index().search(SearchQuery(text="oak hall"))).hits
    assert hit.document.image is None


async def test_a_person_says_which_image_it_is(at: World, web: MemoryPageFetcher):
    """Also one that would be passed over; the choice names no source."""
    logo = "https://cdn.example/logo.png"
    web.set(logo, picture(encoded(scene(5), "PNG")))
    web.set(PHOTO, picture(jpeg()))
    await at.tell(one=said(venue("v", "Oak Hall", images=(logo, PHOTO))))
    assert (await chosen(at))["Oak Hall"].url == PHOTO
    [entity] = await at.live(Kind.VENUE)
    unit = at.unit
    said_so = Curated(field="images", value=(logo,), by="ann", at=at.clock.now())
    source = await unit.of(ENTITY_SOURCES).need(entity.sources[0])
    unit.of(ENTITY_SOURCES).put(evolve(source, edits=(said_so,)))
    unit.queue(merge_task(Kind.VENUE, entity.id))
    await unit.commit()
    await at.work()
    now = (await chosen(at))["Oak Hall"]
    assert (now.url, now.source, now.entity_source) == (logo, "curated", "")


async def test_without_the_setting_nothing_is_fetched_until_asked(tmp_path: Path, web: MemoryPageFetcher):
    """Reading a file must not reach out to the web."""
    web.set(PHOTO, picture(jpeg()))
    async with world("memory", tmp_path, fetcher=web, readers=ClaimsReader()) as at:
        await at.tell(one=said(venue("v", "Oak Hall", images=(PHOTO,))))
        assert PHOTO not in {visit.url for visit in web.visits}
        assert await at.container.plan_images().run() == 1
        await at.work()
        assert (await chosen(at))["Oak Hall"].picture is not None
        assert await at.container.plan_images().run() == 0


async def test_over_loopback_an_image_is_fetched_and_served(tmp_path: Path):
    """A page, its image with a camera's metadata, and the file that is served: headers, 304, HEAD, wrong widths."""
    folder = tmp_path / "site"
    folder.mkdir()
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    (folder / "poster.jpg").write_bytes(jpeg(size=(1000, 700), exif=exif))
    settings = Settings.model_validate(
        {
            "profile": "embedded",
            "data": tmp_path / "data",
            "allow_private": True,
            "images": True,
            "serve_worker": False,
            "requests_per_second": 1_000,
        }
    )
    with site(folder) as root:
        (folder / "index.html").write_text(page({**show(1), "image": f"{root}/poster.jpg"}))
        async with running(settings) as container:
            await container.submit().urls([f"{root}/index.html"])
            await container.worker().run(until_idle=True)
            [kept] = await container.pictures().addresses()
            assert kept.state is ImageState.KEPT, kept
            await _served(settings, container, kept.picture or "")


async def _served(settings: Settings, container: Container, picture: str) -> None:
    app = create_app(settings)
    app.state.container = container
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        url = f"/images/{picture}/320.webp"
        got = await client.get(url)
        assert (got.status_code, got.headers["content-type"]) == (200, "image/webp")
        assert "immutable" in got.headers["cache-control"]
        assert b"Camera" not in got.content
        with Image.open(BytesIO(got.content)) as opened:
            assert (opened.format, opened.size) == ("WEBP", (320, 224))
        head = await client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(got.content))
        same = await client.get(url, headers={"if-none-match": got.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        whole = await client.get(f"/images/{picture}/1280.webp")  # never enlarged
        with Image.open(BytesIO(whole.content)) as opened:
            assert opened.width == 1000
        for wrong in (f"/images/{picture}/321.webp", f"/images/{'0' * 64}/320.webp", "/images/..%2f..%2fx/320.webp"):
            assert (await client.get(wrong)).status_code == 404
        [hit] = (await client.get("/v1/search", params={"kind": "performance"})).json()["hits"]
        assert hit["document"]["image"] == picture
        told = (await client.get(f"/v1/entities/{hit['document']['id']}")).json()
        assert told["image"]["picture"] == picture
        assert f"/images/{picture}/640.webp" in (await client.get(f"/e/{hit['document']['id']}")).text
