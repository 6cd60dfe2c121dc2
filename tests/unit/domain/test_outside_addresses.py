"""The early answer to addresses from outside that cannot be meant for the open web."""

from __future__ import annotations

import pytest

from mystage.domain.errors import AddressRefused
from mystage.domain.pipeline.urls import check_outside, normalise_url


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost:8080/x", "http://LOCALHOST./", "http://a.localhost/", "http://10.1.2.3/",
     "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1]/",
     "http://metadata.google.internal/", "http://printer.local/", "http://224.0.0.1/", "http://0.0.0.0/",
     "file:///etc/passwd"],
)  # fmt: skip
def test_private_and_local_addresses_are_refused(url: str):
    with pytest.raises(AddressRefused):
        check_outside(normalise_url(url))


@pytest.mark.parametrize(
    "url", ["https://venue.example/", "http://1.1.1.1/", "http://[2606:4700::1111]/", "http://mylocalhost.example/"]
)
def test_the_open_web_is_not(url: str):
    check_outside(normalise_url(url))


def test_a_setting_opens_private_addresses_but_never_files():
    check_outside("http://127.0.0.1/", allow_private=True)
    with pytest.raises(AddressRefused):
        check_outside("file:///etc/passwd", allow_private=True)
