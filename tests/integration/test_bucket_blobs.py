"""Blobs in Cloud Storage keep the contract, over an emulator in this process."""

from __future__ import annotations

import pytest
from tests.integration.contracts.test_blobs import BlobStoreContract
from tests.support.firestore import need
from tests.support.storage import bucket, storage_endpoint

from mystage.domain.errors import Forbidden, Invalid, Malformed, NotFound, Unavailable

adapter = need("mystage.adapters.blobs.bucket")
__all__ = ["bucket", "storage_endpoint"]


class TestBucket(BlobStoreContract):
    @pytest.fixture
    def blobs(self, bucket):
        client, name = bucket
        return adapter.BucketBlobs(name, client=client, recent_bytes=0)


class TestBucketWithPrefix(BlobStoreContract):
    """With a prefix and the memory of recent blobs."""

    @pytest.fixture
    def blobs(self, bucket):
        client, name = bucket
        return adapter.BucketBlobs(name, prefix="raw/", client=client)


async def test_prefixes_keep_stores_apart_and_strangers_are_no_blobs(bucket):
    client, name = bucket
    one, other = (adapter.BucketBlobs(name, prefix=prefix, client=client, recent_bytes=0) for prefix in ("a/", "b/"))
    client.bucket(name).blob("a/notes.txt").upload_from_string(b"no blob")
    digest = await one.put(b"page")
    assert not await other.has(digest)
    assert [each async for each in one.digests()] == [digest]
    assert [each async for each in other.digests()] == []


@pytest.mark.parametrize("damage", [b"", b"no zstd", b"(\xb5/\xfd\x04\x00\x01\x00\x00"])
async def test_a_damaged_blob_is_malformed_and_named(bucket, damage):
    client, name = bucket
    blobs = adapter.BucketBlobs(name, client=client, recent_bytes=0)
    digest = await blobs.put(b"page")
    client.bucket(name).blob(f"{digest[:2]}/{digest[2:4]}/{digest}.zst").upload_from_string(damage)
    with pytest.raises(Malformed) as caught:
        await blobs.get(digest)
    assert caught.value.where.endswith(f"{digest}.zst")


async def test_an_object_is_written_only_where_none_is(bucket, monkeypatch):
    """The emulator ignores the condition, so look at what is sent; the answer 412 means that it is kept already."""
    from google.api_core.exceptions import PreconditionFailed  # noqa: PLC0415  an optional extra
    from google.cloud.storage import Blob  # noqa: PLC0415  likewise

    sent = []

    def refuse(self, data, **options):
        sent.append(options["if_generation_match"])
        raise PreconditionFailed("there is one")

    client, name = bucket
    blobs = adapter.BucketBlobs(name, client=client, recent_bytes=0)
    digest = await blobs.put(b"page")
    monkeypatch.setattr(Blob, "upload_from_string", refuse)
    assert await blobs.put(b"page") == digest
    assert sent == [0]


async def test_a_missing_bucket_is_not_found_by_name(bucket):
    client, _ = bucket
    with pytest.raises(NotFound, match="gs://nowhere"):
        await adapter.BucketBlobs("nowhere", client=client).put(b"page")


async def test_a_server_that_is_away_is_unavailable(monkeypatch, bucket):
    from google.auth.credentials import AnonymousCredentials  # noqa: PLC0415  an optional extra
    from google.cloud import storage  # noqa: PLC0415  likewise
    from tests.support.firestore import free_port  # noqa: PLC0415  this test's alone, need

    away = storage.Client(
        "test",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": f"http://127.0.0.1:{free_port()}"},
    )
    blobs = adapter.BucketBlobs("b", client=away, patience=0.5)
    with pytest.raises(Unavailable, match="gs://b"):
        await blobs.put(b"page")
    with pytest.raises(Unavailable, match="gs://b"):
        await blobs.get("0" * 64)
    await blobs.close()


@pytest.mark.parametrize("url", ["gs://", "s3://bucket", "bucket", "gs:///x"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(Invalid, match="gs://BUCKET"):
        adapter.bucket_at(url)


def test_without_credentials_the_error_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    with pytest.raises(Forbidden, match="sign in"):
        adapter.bucket_at("gs://bucket")
