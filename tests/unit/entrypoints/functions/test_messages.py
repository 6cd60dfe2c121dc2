"""What arrives at function targets is read and checked before anything is done."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from mystage.application.flow import FLOW
from mystage.domain.errors import Malformed, NotFound
from mystage.entrypoints.functions.messages import StageWanted, UrlsWanted, pushed_task, wanted

URLS = {"urls": ["https://venue.example/"]}


@pytest.mark.parametrize(
    "data",
    [
        URLS,
        json.dumps(URLS),
        json.dumps(URLS).encode(),
        {"message": {"data": base64.b64encode(json.dumps(URLS).encode()).decode()}, "subscription": "s"},
    ],
)
def test_addresses_are_read_however_the_bus_wraps_them(data: Any):
    assert wanted(data) == UrlsWanted(urls=("https://venue.example/",))


@pytest.mark.parametrize(
    "data",
    [None, "", "[1]", "not json", b"\xff", {}, {"urls": []}, {"urls": "x"}, {"urls": ["x"], "public": False}, {"stage": "merge"},
     {"stage": "merge", "payload": {"a": 1}}, {"message": {"data": "%%%"}}, {"message": {}}, "[" * 100_000],
)  # fmt: skip
def test_anything_else_is_malformed(data: Any):
    with pytest.raises(Malformed):
        wanted(data)


@pytest.mark.parametrize("row", FLOW, ids=lambda row: row.name)
def test_every_stage_of_the_flow_can_be_asked_for(row: Any):
    """Without an id, the payload names the task: the same event twice is one task."""
    asked = wanted({"stage": row.name, "payload": {"b": "2", "a": "1"}})
    again = wanted({"stage": row.name, "payload": {"a": "1", "b": "2"}})
    assert isinstance(asked, StageWanted)
    assert isinstance(again, StageWanted)
    assert asked.task("t").id == again.task("t").id
    assert asked.task("t").queue == row.name


def test_a_stage_that_is_none_is_named():
    with pytest.raises(NotFound, match="paint"):
        StageWanted(stage="paint", payload={}).task("")
    with pytest.raises(NotFound, match="paint"):
        pushed_task(b'{"id": "t", "queue": "paint"}')


def test_a_wrong_task_names_the_field():
    with pytest.raises(Malformed, match="queue"):
        pushed_task(b'{"id": "t"}')
