"""Files and folders as inputs."""

from __future__ import annotations

import os
import sys

import pytest

from mystage.adapters.inputs import FileInputs
from mystage.adapters.inputs.names import file_url
from mystage.domain.pipeline.urls import normalise_url


def listed(path) -> list:
    return list(FileInputs().items(str(path)))


def labels(path) -> list[str]:
    return [item.label for item in listed(path)]


def test_file_is_named_and_not_read(tmp_path):
    """A plain file gives its address; its bytes are fetched later."""
    page = tmp_path / "tonight & more #1?.html"
    page.write_text("<p>one</p>")
    (item,) = listed(page)
    assert (item.label, item.body, item.error) == (page.name, None, "")
    assert item.url == f"{tmp_path.as_uri()}/tonight%20&%20more%20%231%3F.html"
    assert listed(item.url) == [item]


def test_addresses_are_in_normal_form(tmp_path):
    """What is planned from an input equals what is planned from its address."""
    for name in ("a b.json", "50%.json", "é~'(1)!.json", "x+y;z=1,2&3@4.json"):
        url = file_url(str(tmp_path / name))
        assert normalise_url(url) == url


def test_folder_is_walked_in_order(tmp_path):
    """Below a folder all files, by name, at any depth; hidden things and litter are passed over."""
    for name in (
        "b/2.json",
        "b/1.json",
        "a.json",
        "c/d/e/f.ics",
        ".git/config",
        "b/.hidden",
        "__MACOSX/x",
        "Thumbs.db",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert labels(tmp_path) == ["a.json", "b/1.json", "b/2.json", "c/d/e/f.ics"]


def test_hidden_folder_that_was_named_is_walked(tmp_path):
    """The user's word counts more than the dot."""
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "a.json").write_text("x")
    assert labels(tmp_path / ".data") == ["a.json"]


def test_links_in_a_circle_end(tmp_path):
    """Each folder is entered once, whatever links to it; a link to nowhere is told."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page").write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    items = listed(tmp_path)
    assert [item.label for item in items] == ["a/page", "nowhere"]
    assert "no such file" in items[1].error


def test_special_files_are_not_opened(tmp_path):
    """A pipe, even one that is named like an archive, is told and left alone."""
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.zip")
    assert [item.error.endswith("not a regular file") for item in listed(tmp_path)] == [True, True]


@pytest.mark.parametrize("name", ["missing.json", "missing/", "x" * 5_000, "a\x00b"])
def test_missing_path_is_one_item_that_says_so(tmp_path, name):
    """Never an exception for what is on the disk."""
    (item,) = listed(tmp_path / name)
    assert item.error
    assert item.body is None


def test_path_below_a_file(tmp_path):
    """A path through a file is told like any other."""
    (tmp_path / "file").write_text("x")
    (item,) = listed(tmp_path / "file" / "below")
    assert "file/below" in item.error


@pytest.mark.skipif(sys.platform != "linux", reason="other systems only have names that are Unicode")
def test_name_that_is_not_utf8(tmp_path):
    """Bytes of another encoding survive in the address; the label can be printed."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.json"
    with open(path, "wb") as file:  # noqa: PTH123 - the name is bytes
        file.write(b"x")
    (item,) = listed(tmp_path)
    assert item.url.endswith("/caf%E9.json")
    assert item.label == "caf\ufffd.json"
    assert listed(item.url)[0].error == ""


def test_deep_folders_need_no_deep_stack(tmp_path):
    """A thousand levels are no recursion."""
    folder = tmp_path
    for _ in range(400):
        folder /= "d"
    folder.mkdir(parents=True)
    (folder / "x").write_text("x")
    assert len(listed(tmp_path)) == 1
