"""`mystage images`: over loopback, from a page that was read before to the picture that `show` names."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from tests.support.pages import page, show
from tests.support.pictures import jpeg
from tests.support.site import site

from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import exit_code_of


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run `mystage ARGS` in this process: its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYSTAGE_ALLOW_PRIVATE", "true")
    monkeypatch.setenv("MYSTAGE_REQUESTS_PER_SECOND", "1000")

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mystage", *args])
        code = exit_code_of(app)
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    structlog.reset_defaults()


def test_images_are_fetched_when_asked_for_listed_and_shown(
    call: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    """`run` leaves them alone, `images fetch` brings them, `images list`, `status` and `show` tell of them."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "poster.jpg").write_bytes(jpeg())
    (folder / "broken.jpg").write_bytes(b"<html>gone</html>")
    with site(folder) as root:
        links = [f"{root}/poster.jpg", f"{root}/broken.jpg"]
        (folder / "index.html").write_text(page({**show(1), "image": links}))
        assert call("run", f"{root}/index.html", "--json")[0] == 0
        assert json.loads(call("status", "--json")[1])["pictures"] == 0
        code, _, err = call("images", "fetch", "--json")
        assert code == 0, err
    [kept] = json.loads(call("images", "list", "--state", "kept", "--json")[1])
    status = json.loads(call("status", "--json")[1])
    assert (status["pictures"], status["images"]["kept"], status["images"]["refused"]) == (1, 1, 1)
    assert "1 kept, 1 refused; 1 picture" in call("status")[1]
    out = call("images", "list")[1]
    assert "its bytes are html" in out
    assert "2 images" in out
    [hit] = json.loads(call("search", "", "--kind", "performance", "--json")[1])["hits"]
    assert hit["document"]["image"] == kept["picture"]
    assert kept["picture"] in call("show", hit["document"]["id"])[1]
    assert "image_html" in call("quality", "list")[1]


def test_a_wrong_state_is_refused_with_those_there_are(call: Callable[..., tuple[int, str, str]]) -> None:
    """Before anything is opened."""
    code, _, err = call("images", "list", "--state", "lost")
    assert code == 2
    assert "waiting" in err
