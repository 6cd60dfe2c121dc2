"""All settings, in one class. The only reader of the environment (`MYSTAGE_...`) and of `mystage.toml`.

Secrets are `SecretStr`: they show as `**********` in logs, in `mystage doctor` and in error messages.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from mystage.domain.errors import Invalid
from mystage.domain.sources import SourceRank

TOML = "mystage.toml"


class Settings(BaseSettings):
    """The settings of one deployment. Every field may be set as `MYSTAGE_<NAME>` or as `<name>` in `mystage.toml`."""

    model_config = SettingsConfigDict(env_prefix="MYSTAGE_", extra="forbid", frozen=True, env_nested_delimiter="__")

    profile: Literal["embedded", "memory", "postgres"] = "embedded"
    """Which adapters are put together; see the architecture's profiles."""
    store: SecretStr = SecretStr("")
    """Where documents, tasks and journal are: `postgresql://...`, `firestore://project`, `sqlite:///path` or `memory:`;
    empty: as the profile says."""
    blobs: str = ""
    """Where raw pages are: `gs://bucket/prefix`; empty: as the profile says."""
    data: Path = Path(".mystage")
    """Folder of the embedded profile: database, pages and search index."""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """How much is logged, on standard error."""
    log_format: Literal["console", "json"] = "console"
    """Lines for people, or JSON for a log collector."""

    contact: str = ""
    """URL or mail address that site owners can turn to; part of the user agent. Give one when you crawl the open web."""
    fetch_timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds for one page, all redirects included."""
    fetch_max_bytes: Annotated[int, Field(gt=0)] = 32 * 1024 * 1024
    """A larger body is refused, compressed or not."""
    requests_per_second: Annotated[float, Field(gt=0)] = 1.0
    """Per host, for addresses without a manifest entry."""
    host_concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    """Requests at once per host, for addresses without a manifest entry."""
    allow_private: bool = False
    """Whether addresses that users submit may reach private networks (never on a server that others can use)."""

    images: bool = False
    """Whether the images that sources name are fetched as entities are merged (else when `mystage images fetch` asks for them)."""
    image_processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that decode images, each with up to 80 MB."""

    lease_seconds: Annotated[float, Field(ge=1, le=3600)] = 15.0
    """How long a task stays with a worker that no longer answers."""
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 5
    """How often a task is tried before it is kept as failed."""
    retry_base: Annotated[float, Field(gt=0)] = 10.0
    """Seconds before the second try at most; doubled for each further one. Stages with shorter pauses keep theirs."""
    retry_cap: Annotated[float, Field(gt=0)] = 300.0
    """The longest pause between two tries, in seconds."""

    schedule_stagger: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """Seconds between the beginnings of runs of one source that are due at the same time."""

    serve_worker: bool = True
    """Whether `mystage serve` also works on what is queued; False: run `mystage worker` beside it."""
    serve_hosts: tuple[str, ...] = ()
    """Names by which the server may be called beside its own (behind a reverse proxy: its public name)."""

    judge_model: str = ""
    """Language model that gives opinions on doubtful pairs and settles ties of sources (`provider:name`); empty: none,
    and a rule decides ties."""
    judge_key: SecretStr = SecretStr("")
    """Its key."""
    judge_timeout: Annotated[float, Field(gt=0, le=600)] = 60.0
    """Seconds for one question to it."""

    source_ranks: dict[str, str] = Field(default_factory=dict)
    """Whose word counts first: `source` or `source.field` -> rank name (`ticketing`, `own_site`, ...)."""

    model: str = ""
    """Model that reads pages without structured data: `anthropic:NAME`, `openai:NAME`, `google:NAME` or another provider of
    pydantic-ai; with `model_url`, the name that the server knows it by. Empty: such pages wait."""
    model_url: str = ""
    """Address of an OpenAI-compatible server that `model` is on, as `http://localhost:11434/v1`."""
    model_key: SecretStr | None = None
    """Key for `model`, where the provider's own setting below is empty; for `model_url`, the server's."""
    model_fallbacks: tuple[str, ...] = ()
    """Models that are asked, in this order, when the one before does not answer."""
    model_prompt: str = "events-1"
    """Which of the packaged prompts is used."""
    model_prices: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """US dollars a million tokens, input and output, by model, as `{"openai:NAME": [0.25, 2]}`: before the published prices."""
    model_budget: Annotated[float, Field(ge=0)] | None = 1.0
    """US dollars that calls of models may cost on one day (UTC), all in all; empty in `mystage.toml`: no limit."""
    model_budget_tenant: Annotated[float, Field(ge=0)] | None = None
    """Likewise for `tenant`, whichever deployments share the store."""
    model_budget_source: Annotated[float, Field(ge=0)] | None = None
    """Likewise for the pages of any one source."""
    model_max_output: Annotated[int, Field(ge=256, le=200_000)] = 8_000
    """Tokens of one answer."""
    model_max_chunks: Annotated[int, Field(ge=1, le=1_000)] = 10
    """Parts of one page (about 3,000 tokens each) that are read."""
    model_timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds for one answer."""
    tenant: str = "default"
    """Whose budget the calls of models count against."""
    anthropic_key: SecretStr | None = None
    """Anthropic API."""
    openai_key: SecretStr | None = None
    """OpenAI API."""
    google_key: SecretStr | None = None
    """Gemini API."""

    ticketmaster_key: SecretStr | None = None
    """Ticketmaster Discovery API."""
    bandsintown_app_id: SecretStr | None = None
    """Bandsintown API."""
    google_maps_key: SecretStr | None = None
    """Google Maps Places."""
    yelp_key: SecretStr | None = None
    """Yelp Fusion."""
    eventbrite_token: SecretStr | None = None
    """Eventbrite API."""
    songkick_key: SecretStr | None = None
    """Songkick API."""
    seatgeek_client_id: SecretStr | None = None
    """SeatGeek platform API."""
    luma_key: SecretStr | None = None
    """Luma API."""
    setlistfm_key: SecretStr | None = None
    """setlist.fm API."""
    apify_token: SecretStr | None = None
    """Apify (scraped items of maps and directories)."""
    lastfm_key: SecretStr | None = None
    """Last.fm API (enrichment)."""
    facebook_scraper: str = ""
    """Where the scraper of Facebook events is: its address (`http://scraper:8080`) or the folder of its results (`file:///...`)."""
    live_addresses: dict[str, str] = Field(default_factory=dict)
    """Where the API of a live source is, by its name, in place of its own address (a proxy, a simulator)."""
    credentials_key: SecretStr | None = None
    """Key (32 bytes, URL-safe base64) under which accounts and proxies of scrapers are kept; `mystage credentials key` makes one."""

    enrich_daily: Annotated[int, Field(ge=0)] = 500
    """Calls a day (UTC) that `mystage enrich` may make."""
    cadence_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 24.0
    """Between two visits of an address without a manifest entry, at the most frequent; `mystage run --due` visits what is due."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then `mystage.toml` of the working directory."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(TOML))


def load(**overrides: object) -> Settings:
    """Read the settings. Raises Invalid that names every wrong setting, where it stands and what it may be."""
    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # validated by the class
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Invalid(
            f"wrong settings: {wrong}", where=f"MYSTAGE_... or {TOML}", hint="`mystage doctor` lists all"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"not valid TOML: {error}", where=TOML) from error
    unknown = unknown_variables()
    if unknown:
        raise Invalid(f"no such setting: {', '.join(unknown)}", where="environment", hint="`mystage doctor` lists all")
    for name in settings.source_ranks.values():
        if name.upper() not in SourceRank.__members__:
            allowed = ", ".join(rank.name.lower() for rank in SourceRank)
            raise Invalid(f"no such rank: {name}", where="source_ranks", hint=f"one of {allowed}")
    return settings


_OTHER = frozenset({"MYSTAGE_SHARED", "MYSTAGE_REQUIRE_ALL"})
"""Variables of the test run, not of a deployment."""


def unknown_variables() -> list[str]:
    """Variables that look like settings and are none (a typing mistake must not pass in silence)."""
    known = {f"MYSTAGE_{name.upper()}" for name in Settings.model_fields} | _OTHER
    return sorted(v for v in os.environ if v.startswith("MYSTAGE_") and v.split("__")[0] not in known)


def variables() -> dict[str, str]:
    """The variables of the environment that are meant for MyStage, as they stand (secrets too: show none)."""
    return {name: value for name, value in os.environ.items() if name.startswith("MYSTAGE_")}


def no_colour() -> bool:
    """Whether the user wants plain text everywhere (the convention of no-color.org)."""
    return "NO_COLOR" in os.environ
