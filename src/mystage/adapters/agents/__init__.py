"""Reading with a model: the agent on pydantic-ai, prompts as files, clocks of pages. What is heavy loads when asked."""

from __future__ import annotations

from importlib.util import find_spec

from mystage.domain.errors import Invalid


def needs(*packages: str) -> None:
    """Raises Invalid where a package of the extra `llm` is not installed."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        what = f"reading with a model needs a package that is missing: {', '.join(missing)}"
        raise Invalid(what, where="model", hint="install `mystage[llm]`")
