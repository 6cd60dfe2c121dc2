"""The fetcher of live sources: it waits for the source's turn, adds the key, and strikes it out of what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus

from mystage.application.ports.credentials import Credentials, Lent
from mystage.application.ports.live import Governor, LiveSources, Signed
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult
from mystage.domain.errors import MystageError, Throttled
from mystage.domain.pipeline.credentials import Use
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.values import digest_id

STRUCK = "***"
_SHORTEST = 4
"""Characters; what is shorter is no secret, and striking it out would harm the answer."""


class SigningFetcher(PageFetcher):
    """Hands on what is no request of a live source as it is.

    Args:
        inner: fetches.
        live: signs.
        governor: keeps the limits of each source.
        credentials: lends accounts to the sources that go out under one.
    """

    def __init__(
        self,
        inner: PageFetcher,
        live: Callable[[], LiveSources],
        governor: Governor,
        credentials: Callable[[], Credentials] | None = None,
    ) -> None:
        self._inner = inner
        self._live = live
        self._governor = governor
        self._credentials = credentials

    async def fetch(self, request: PageRequest) -> PageResult:
        if not request.live:
            return await self._inner.fetch(request)
        live, lent = self._live(), None
        try:
            info, signed = live.info(request.live), live.sign(request.live, request.url)
            key = digest_id(*signed.secrets)[:8] if signed.secrets else ""
            await self._governor.enter(request.live, info.limits, key)
            if info.credentials and self._credentials is not None:
                lent = await self._credentials().lend(request.live)
                signed = _under(signed, lent) if lent else signed
        except Throttled as error:
            return _not_sent(request, "held_back", error, retry_after=error.retry_after)
        except MystageError as error:
            return _not_sent(request, error.code, error)
        result = await self._inner.fetch(replace(request, signed=signed))
        await self._governor.learn(request.live, result.status, result.headers, key)
        if lent is not None and self._credentials is not None:
            await self._credentials().give_back(lent, _use(result), request.url)
        return _struck(replace(result, final_url=request.url if result.final_url else ""), signed.secrets)

    async def close(self) -> None:
        await self._inner.close()


def _under(signed: Signed, lent: Lent) -> Signed:
    """The request with the account that it goes out under."""
    opened = lent.opened
    named = (("Account", opened.account), ("Secret", opened.secret), ("Proxy", opened.proxy))
    headers = tuple((f"X-Scraper-{name}", value) for name, value in named if value)
    return replace(
        signed, headers=(*signed.headers, *headers), secrets=(*signed.secrets, *(value for _, value in named if value))
    )


def _use(result: PageResult) -> Use:
    if result.outcome in (FetchOutcome.OK, FetchOutcome.NOT_MODIFIED, FetchOutcome.EMPTY):
        return Use.OK
    if result.status == 429:
        return Use.THROTTLED
    return Use.REFUSED if result.outcome is FetchOutcome.BLOCKED else Use.FAILED


def _not_sent(request: PageRequest, code: str, error: MystageError, retry_after: float | None = None) -> PageResult:
    return PageResult(
        request.url,
        FetchOutcome.FAILED,
        code=code,
        reason=str(error),
        retryable=error.retryable,
        retry_after=retry_after,
    )


def _struck(result: PageResult, secrets: Iterable[str]) -> PageResult:
    """The result without the secrets: servers repeat the address that they were asked by."""
    forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    reason, body = result.reason, result.body
    for form in sorted(forms, key=len, reverse=True):
        reason = reason.replace(form, STRUCK)
        body = body.replace(form.encode(), STRUCK.encode())
    etag = None if any(form in (result.etag or "") for form in forms) else result.etag
    return replace(result, reason=reason, body=body, etag=etag)


def _forms(secret: str) -> tuple[str, ...]:
    """How a secret may be written in an address, in JSON, in text."""
    return secret, quote(secret, safe=""), quote_plus(secret), secret.replace("/", "\\/")
