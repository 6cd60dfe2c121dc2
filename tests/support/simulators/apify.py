"""Apify: a run that takes some looks to be done, and a dataset in pages."""

from __future__ import annotations

import json
from typing import Any

from tests.support.simulators.server import KEY, Refused, Simulator, only, whole


class ApifySimulator(Simulator):
    """`looks`: how often a run is still running. `ends`: how it ends."""

    def __init__(self, items: list[dict[str, Any]], looks: int = 2, ends: str = "SUCCEEDED") -> None:
        super().__init__()
        self.items, self.looks, self.ends = items, looks, ends
        self.inputs: list[dict[str, Any]] = []

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "User was not found or authentication token is not valid")
        parts = path.strip("/").split("/")
        if method == "POST" and parts[:2] == ["v2", "acts"] and parts[3:] == ["runs"]:
            only(params)
            self.inputs.append(json.loads(body))
            return self._run("READY")
        if method != "GET":
            raise Refused(405, "method not allowed")
        if parts == ["v2", "actor-runs", "run1"]:
            only(params)
            self.looks -= 1
            return self._run("RUNNING" if self.looks >= 0 else self.ends)
        if parts == ["v2", "datasets", "set1", "items"]:
            only(params, "clean", "format", "offset", "limit")
            offset, limit = whole(params, "offset", 0, 0, 10**9), whole(params, "limit", 1_000, 1, 1_000)
            return self.items[offset : offset + limit]
        raise Refused(404, "Page not found")

    def _run(self, status: str) -> Any:
        return {"data": {"id": "run1", "actId": "x", "status": status, "defaultDatasetId": "set1"}}
