"""Apify: a run of an actor is started, asked until it is done, then its dataset is read page by page.

https://docs.apify.com/api/v2. The start is kept as an address that holds the actor's input; it is sent as a POST.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from mystage.adapters.live.kit import address, changed, number, params_of, path_of, rows, table, with_params
from mystage.application.ports.live import After, Signed

SIZE: Final = 1_000
"""Items of a dataset's page."""
_POLL: Final = 10.0
"""Seconds between two looks at a run."""
_DONE: Final = "SUCCEEDED"
_UNDER_WAY: Final = frozenset({"READY", "RUNNING", "TIMING-OUT", "ABORTING"})
_PARTLY: Final = frozenset({"TIMED-OUT", "ABORTED"})


def start(base: str, actor: str, given: dict[str, object]) -> str:
    """The address that starts a run of an actor (`owner~name`)."""
    body = json.dumps(given, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return address(base, f"/v2/acts/{quote(actor, safe='~')}/runs", {"input": body})


def send(url: str) -> Signed:
    """A start is a POST of its input; all else is asked for as it is."""
    params = params_of(url)
    if "input" not in params or not path_of(url).endswith("/runs"):
        return Signed(url)
    body = params.pop("input").encode()
    return Signed(with_params(url, params), "POST", (("Content-Type", "application/json"),), body)


def after(url: str, payload: Any) -> After:
    """From the start to the run, from the run (when it is done) to its dataset, from each of its pages to the next."""
    params, path = params_of(url), path_of(url)
    if "/datasets/" in path:
        full = len(rows(payload)) >= number(params.get("limit"), SIZE)
        return After((changed(url, offset=number(params.get("offset")) + SIZE),)) if full else After()
    run = table(table(payload).get("data"))
    state, id, dataset = run.get("status"), run.get("id"), run.get("defaultDatasetId")
    base = url.partition("/v2/")[0]
    if not isinstance(id, str) or not id.isalnum():
        return After(read=False, refused="the answer names no run")
    if path.endswith("/runs"):
        return After((address(base, f"/v2/actor-runs/{id}"),), wait=_POLL, read=False)
    if state in _UNDER_WAY:
        return After(again=_POLL, read=False)
    if state not in (_DONE, *_PARTLY) or not isinstance(dataset, str) or not dataset.isalnum():
        return After(read=False, refused=f"the run ended as {state!s:.40}")
    items = {"clean": "true", "format": "json", "offset": 0, "limit": SIZE}
    cut = "" if state == _DONE else f"the run ended early ({state})"
    return After((address(base, f"/v2/datasets/{dataset}/items", items),), read=False, cut=cut)
