"""Errors become RFC 9457 problems by one table."""

from __future__ import annotations

import json

import pytest

from mystage.domain.errors import (
    AddressRefused,
    Conflict,
    ErrorKind,
    Invalid,
    LeaseLost,
    Malformed,
    MystageError,
    NotFound,
    Throttled,
    TooLarge,
    Unavailable,
)
from mystage.entrypoints.http.problems import STATUSES, problem_of, problem_response


def test_every_kind_has_a_status():
    assert set(STATUSES) == set(ErrorKind)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("x"), 404, "not_found"),
        (Conflict("x"), 409, "conflict"),
        (LeaseLost("x"), 409, "lease_lost"),
        (AddressRefused("x"), 403, "address_refused"),
        (Invalid("x"), 422, "invalid"),
        (Malformed("x"), 422, "malformed"),
        (TooLarge("x"), 413, "too_large"),
        (Throttled("x"), 429, "throttled"),
        (Unavailable("x"), 503, "unavailable"),
    ],
)
def test_each_error_keeps_its_stable_code(error: MystageError, status: int, code: str):
    found, _ = problem_of(error)
    assert (found.status, found.code, found.type) == (status, code, f"urn:mystage:problem:{code}")


def test_the_wait_that_the_other_side_named_goes_out_as_retry_after():
    answer = problem_response(*problem_of(Throttled("slow down", retry_after=2.6)))
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_nobody_expected_says_nothing_of_its_inside():
    """No message, no path, no type of the exception reaches the caller."""
    body = bytes(problem_response(*problem_of(KeyError("secret-dsn"))).body)
    assert json.loads(body)["code"] == "unexpected"
    assert b"secret" not in body
    assert b"KeyError" not in body
