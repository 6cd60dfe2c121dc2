"""Archives as inputs: honest ones, broken ones, hostile ones. All are made here."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.inputs import ArchiveLimits, FileInputs
from mystage.adapters.inputs.names import clean_member

PAGES = {"a.json": b'{"name": "one"}', "shows/b.html": b"<p>two</p>" * 500, "shows/c d#1.ics": b"BEGIN:VCALENDAR"}
SMALL = ArchiveLimits(member_bytes=10_000, total_bytes=200_000, ratio=20, ratio_from=50_000, members=10)


def zipped(pages: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in pages.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def streamed_zip(pages: dict[str, bytes]) -> bytes:
    """A zip written to a pipe: the sizes stand behind the data."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in pages.items():
            archive.writestr(name, body)
    return pipe.getvalue()


def tarred(pages: dict[str, bytes], *extra: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, body in pages.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        for info in extra:
            archive.addfile(info)
    return buffer.getvalue()


PACKED = {
    "x.zip": zipped(PAGES),
    "stored.zip": zipped(PAGES, zipfile.ZIP_STORED),
    "streamed.zip": streamed_zip(PAGES),
    "x.tar": tarred(PAGES),
    "x.tar.gz": gzip.compress(tarred(PAGES), mtime=0),
    "X.TGZ": gzip.compress(tarred(PAGES), mtime=0),
}


@pytest.fixture
def unpack(tmp_path):
    """Writes an archive and lists it: (items that have a body, items that tell of an error)."""

    def run(name: str, data: bytes, limits: ArchiveLimits | None = None):
        (tmp_path / name).write_bytes(data)
        items = list(FileInputs(limits).items(str(tmp_path / name)))
        return [item for item in items if not item.error], [item for item in items if item.error]

    return run


@pytest.mark.parametrize("name", PACKED)
def test_members_come_with_their_bytes(unpack, tmp_path, name):
    """Each member has its body, and an address below the archive's."""
    good, bad = unpack(name, PACKED[name])
    assert [item.body for item in good] == list(PAGES.values())
    assert [item.label for item in good] == [f"{name}#{member}" for member in PAGES]
    assert good[2].url == f"{(tmp_path / name).as_uri()}#shows/c%20d%231.ics"
    assert bad == []


@pytest.mark.parametrize("name", PACKED)
def test_truncated_archive_gives_what_it_has(unpack, name):
    """Whatever is cut off, whole members come first and one error closes."""
    data = PACKED[name]
    best = 0
    for length in range(0, len(data), 37):
        good, bad = unpack(name, data[:length])
        assert [item.body for item in good] == list(PAGES.values())[: len(good)]
        assert len(good) == len(PAGES) or name in bad[-1].error
        best = max(best, len(good))
    assert best >= 2


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(PACKED)), position=st.integers(0, 400), byte=st.integers(0, 255))
def test_damage_never_raises(tmp_path_factory, name, position, byte):
    """One wrong byte anywhere: items or errors, nothing else."""
    data = bytearray(PACKED[name])
    data[position % len(data)] = byte
    path = tmp_path_factory.mktemp("damage") / name
    path.write_bytes(data)
    assert all(item.body is not None or item.error for item in FileInputs(SMALL).items(str(path)))


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_what_is_no_archive_says_so(unpack, name):
    """HTML saved under an archive's name, and an empty file, are one error each."""
    for data in (b"<!doctype html><p>Not found</p>" * 50, b""):
        good, bad = unpack(name, data)
        assert (good, len(bad)) == ([], 1)
        assert name in bad[0].error


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_cannot_lead_out(unpack, pack):
    """Roots, parents, drives and backslashes are taken out; equal names stay apart; litter is passed over."""
    pages = {name: name.encode() for name in ("../../etc/passwd", "/abs", "C:\\win\\x", "__MACOSX/y", ".git/z", "abs")}
    good, _ = unpack("x.zip" if pack is zipped else "x.tar", pack(pages))
    assert [item.url.partition("#")[2] for item in good] == ["etc/passwd", "abs", "win/x", "abs~2"]


@given(st.text())
def test_clean_names_stay_inside(name):
    """No cleaned name has a root, an empty part, a parent or a control character."""
    clean = clean_member(name)
    assert not any(part in ("", ".", "..") for part in clean.split("/")) or clean == ""
    assert not any(ord(character) < 32 for character in clean)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_nested_archive_is_told_not_opened(unpack, pack):
    """An archive inside of an archive is an error item of its own."""
    good, bad = unpack("x.zip" if pack is zipped else "x.tar", pack({"in.zip": zipped(PAGES), "a": b"page"}))
    assert [item.body for item in good] == [b"page"]
    assert "not opened" in bad[0].error


@pytest.mark.parametrize(("name", "pack"), [("x.zip", zipped), ("x.tar", tarred)])
def test_member_above_the_limit_is_left_out(unpack, name, pack):
    """The others still come."""
    good, bad = unpack(name, pack({"big": b"x" * 10_001, "fits": b"y" * 10_000}), SMALL)
    assert [len(item.body) for item in good] == [10_000]
    assert "10,001 bytes" in bad[0].error


@pytest.mark.parametrize(("name", "pack"), [("x.zip", zipped), ("x.tar", tarred)])
def test_too_many_members_end_the_reading(unpack, name, pack):
    """The count is bounded; what came before stays."""
    good, bad = unpack(name, pack({f"{n}.json": b"{}" for n in range(30)}), SMALL)
    assert len(good) == 10
    assert "more than 10 members" in bad[-1].error


@pytest.mark.parametrize(("name", "pack"), [("x.zip", zipped), ("x.tar", tarred)])
def test_total_is_bounded(unpack, name, pack):
    """All members together are bounded, not each alone."""
    limits = ArchiveLimits(total_bytes=50_000)
    good, bad = unpack(name, pack({f"{n}.json": bytes([n]) * 9_000 for n in range(20)}), limits)
    assert 0 < sum(len(item.body) for item in good) <= 50_000
    assert "50,000 bytes" in bad[-1].error


def test_zip_bomb_is_not_unpacked(unpack):
    """A member whose ratio no text has is an error."""
    limits = ArchiveLimits(ratio_from=100_000)
    good, bad = unpack("x.zip", zipped({"bomb": bytes(5_000_000), "page": b"page"}), limits)
    assert [item.body for item in good] == [b"page"]
    assert "200 times" in bad[0].error


def test_tar_bomb_is_left_where_it_shows(unpack):
    """A gzipped tar of zeros ends at the ratio, before the member is through."""
    limits = ArchiveLimits(ratio_from=100_000)
    good, bad = unpack("x.tgz", gzip.compress(tarred({"bomb": bytes(50_000_000), "page": b"page"})), limits)
    assert good == []
    assert "times its size" in bad[-1].error


def test_huge_tar_header_is_not_believed(unpack):
    """A long-name header that claims gigabytes is broken, not memory."""
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 8_000_000_000
    entries = tarred(PAGES).rstrip(b"\0")
    entries += bytes(-len(entries) % 512)
    good, bad = unpack("x.tar", entries + info.tobuf(tarfile.GNU_FORMAT) + bytes(2_048))
    assert len(good) == len(PAGES)
    assert "larger than any header" in bad[-1].error


def test_encrypted_member_is_told(unpack):
    """The flag of encryption gives an error for that member alone."""
    data = bytearray(zipped({"secret": b"x" * 50, "open": b"page"}))
    data[6] |= 1
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    good, bad = unpack("x.zip", bytes(data))
    assert [item.body for item in good] == [b"page"]
    assert "encrypted" in bad[0].error


def test_links_in_archives_are_not_followed(unpack):
    """Symbolic links, hard links and devices are errors, in tar and zip."""
    kinds = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "pipe": tarfile.FIFOTYPE}
    infos = []
    for name, kind in kinds.items():
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        infos.append(info)
    good, bad = unpack("x.tar", tarred({"a": b"page"}, *infos))
    assert (len(good), len(bad)) == (1, 3)
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "not followed" in unpack("x.zip", buffer.getvalue())[1][0].error


def test_unreadable_archive_is_told(tmp_path):
    """An archive that may not be opened is one error item."""
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(PAGES))
    with patch(
        "mystage.adapters.inputs.reader.open", side_effect=PermissionError(13, "Permission denied"), create=True
    ):
        (item,) = FileInputs().items(str(path))
    assert item.error.endswith("x.zip: Permission denied")
