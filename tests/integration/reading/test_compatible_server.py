"""A server that speaks OpenAI's protocol, on loopback (no model is behind it): settings, key, answers and refusals."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai import models

from mystage.containers import Container
from mystage.domain.errors import Forbidden, Throttled
from mystage.settings import Settings

ANSWER = {"shows": [{"title": "Brass Owls", "date": "Sat 7 February"}]}


class Compatible(BaseHTTPRequestHandler):
    """Answers every question with one call of the tool that it was given for its answer."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.path, self.headers.get("authorization"), body))  # type: ignore[attr-defined]  # ours
        key = self.headers.get("authorization")
        if key != "Bearer right":
            self._send(
                429 if key == "Bearer busy" else 401, {"error": {"message": f"not {key}"}}, **{"retry-after": "7"}
            )
            return
        call = {"name": body["tools"][0]["function"]["name"], "arguments": json.dumps(ANSWER)}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": call}],
        }
        self._send(
            200,
            {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
                "usage": {"prompt_tokens": 1_000, "completion_tokens": 50, "total_tokens": 1_050},
            },
        )

    def _send(self, status: int, answer: dict[str, Any], **headers: str) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Compatible) as served:
        served.daemon_threads = True
        served.seen = []  # type: ignore[attr-defined]  # ours
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def agent(server: ThreadingHTTPServer, folder: Path, key: str) -> Any:
    values = {
        "profile": "memory",
        "data": folder,
        "model": "llama-3",
        "model_url": f"http://127.0.0.1:{server.server_port}/v1",
        "model_key": key,
        "model_prices": {"llama-3": (1.0, 2.0)},
    }
    return Container(settings=Settings.model_validate(values)).agent()


async def test_settings_lead_to_a_server_of_ones_own(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    """Address, name, key and price are those of the settings; the page stands in its frame, the schema in the tool."""
    with models.override_allow_model_requests(allow_model_requests=True):
        got = await agent(server, tmp_path, "right").read("Brass Owls, Sat 7 February")
    assert got.answer.shows[0].date == "Sat 7 February"
    assert (got.model, got.usage.calls, got.usage.micro_usd) == ("llama-3", 1, 1_100)
    ((path, key, body),) = server.seen  # type: ignore[attr-defined]  # ours
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer right", "llama-3")
    assert body["messages"][-1]["content"] == "<page>Brass Owls, Sat 7 February</page>"
    assert "Copied" in json.dumps(body["tools"]) or "copied" in json.dumps(body["tools"])


async def test_refusals_are_ours(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    with models.override_allow_model_requests(allow_model_requests=True):
        with pytest.raises(Forbidden) as refused:
            await agent(server, tmp_path, "wrong-secret").read("x")
        assert "wrong-secret" not in str(refused.value)
        with pytest.raises(Throttled) as busy:
            await agent(server, tmp_path, "busy").read("x")
        assert busy.value.retry_after in (7.0, None), "what the server asks for, where pydantic-ai passes it on"
    assert len(server.seen) == 2, "the queue tries again, not the SDK"  # type: ignore[attr-defined]  # ours
