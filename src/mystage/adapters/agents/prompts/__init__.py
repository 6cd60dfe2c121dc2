"""Prompts are files, `NAME-NUMBER.md`. A version names the file and the digest of all that the model is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from mystage.domain.errors import NotFound
from mystage.domain.pipeline.reading.answers import PageAnswer
from mystage.domain.pipeline.reading.examples import Example


def names() -> list[str]:
    """The packaged prompts."""
    files = resources.files("mystage.adapters.agents.prompts").iterdir()
    return sorted(f.name.removesuffix(".md") for f in files if f.name.endswith(".md"))


@lru_cache(maxsize=16)
def load(name: str) -> str:
    """A prompt's text. Raises NotFound."""
    if name not in names():
        raise NotFound("no such prompt", where=name, hint=f"MYSTAGE_MODEL_PROMPT is one of: {', '.join(names())}")
    return resources.files("mystage.adapters.agents.prompts").joinpath(f"{name}.md").read_text("utf-8").strip()


def told(name: str, examples: Sequence[Example] = ()) -> str:
    """All instructions: the prompt, and what people have corrected and chosen as examples."""
    lines = [load(name)]
    if examples:
        lines.append("Earlier answers that people corrected (the words of the page, then what was right):")
        lines += [
            f"- {e.field}: in {json.dumps(e.context or e.quote, ensure_ascii=False)}"
            f" not {json.dumps(e.quote, ensure_ascii=False)}, but {json.dumps(e.right, ensure_ascii=False)}"
            for e in sorted(examples, key=lambda e: e.id)
        ]
    return "\n\n".join(lines[:2]) + "".join(f"\n{line}" for line in lines[2:])


@lru_cache(maxsize=1)
def schema() -> str:
    """The form of answers, as the model sees it."""
    return json.dumps(PageAnswer.model_json_schema(), sort_keys=True)


def version(name: str, examples: Sequence[Example] = ()) -> str:
    """`events-1.0a1b2c3d`: a changed word, field description or example is another version."""
    digest = hashlib.sha256(f"{told(name, examples)}\x1f{schema()}".encode()).hexdigest()[:8]
    return f"{name}.{digest}"
