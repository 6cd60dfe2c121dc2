"""The optional parts of the installation, and what is lost without each."""

from __future__ import annotations

from typing import Final

from mystage.domain.values import Model


class Extra(Model):
    """An optional part of the installation: what pip calls it, its distributions, what is lost without it."""

    name: str
    distributions: tuple[str, ...]
    costs: str
    needed: bool = False
    """Whether the main job needs it."""


EXTRAS: Final = (
    Extra(
        name="embedded", needed=True, costs="Nothing can be read, kept or searched on this machine.",
        distributions=("anyascii", "cronsim", "dependency-injector", "httpcore", "httpx", "orjson", "protego", "publicsuffixlist", "pydantic-settings", "rapidfuzz", "rich",
                       "sqlalchemy", "structlog", "tantivy", "typer", "zstandard"),
    ),
    Extra(
        name="sources", needed=True, costs="Pages, calendars and API answers cannot be read.",
        distributions=("babel", "icalendar", "orjson", "phonenumbers", "pycountry", "python-dateutil", "pyyaml",
                       "selectolax", "timezonefinder", "tzdata"),
    ),
    Extra(name="http", costs="`mystage serve` cannot start: no API and no page for browsers.", distributions=("fastapi", "jinja2", "markupsafe", "starlette", "uvicorn")),
    Extra(name="functions", costs="The stages cannot be served as cloud functions.", distributions=("cloudevents", "flask", "functions-framework")),
    Extra(name="postgres", costs="The store cannot be PostgreSQL.", distributions=("alembic", "asyncpg", "psycopg")),
    Extra(
        name="gcp", costs="The store cannot be Firestore, and pages cannot be kept in Cloud Storage.",
        distributions=("google-api-core", "google-auth", "google-cloud-firestore", "google-cloud-storage", "requests"),
    ),
    Extra(name="credentials", costs="Accounts and proxies of scrapers cannot be kept.", distributions=("cryptography",)),
    Extra(name="llm", costs="No page can be read by a model, and no model is asked for its opinion.", distributions=("dateparser", "genai-prices", "pydantic-ai-slim", "pydantic-evals", "tzdata")),
    Extra(name="tables", costs="`mystage resolve` cannot read Parquet files.", distributions=("duckdb",)),
    Extra(name="images", costs="Pictures of venues and artists cannot be fetched and served.", distributions=("pillow",)),
    Extra(name="train", costs="`mystage resolution train` cannot run; the models that come with MyStage work.", distributions=("numpy", "scipy")),
)  # fmt: skip  # a table
