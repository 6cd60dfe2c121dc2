"""The guard's table, and its properties."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.pages.addresses import is_closed_literal, parse_url, refusal, shown
from mystage.domain.errors import Invalid

CLOSED = [
    ("0.0.0.0", "unspecified"),  # noqa: S104 - an address to refuse, not to bind to
    ("0.1.2.3", ""),
    ("10.0.0.1", "private"),
    ("100.64.0.1", "carrier-grade NAT"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("169.254.169.254", "link-local"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.192", ""),
    ("192.0.2.1", "private"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", ""),
    ("224.0.0.1", "multicast"),
    ("240.0.0.1", ""),
    ("255.255.255.255", ""),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::127.0.0.1", "loopback"),
    ("::ffff:10.0.0.1", "private"),
    ("::ffff:169.254.169.254", "link-local"),
    ("64:ff9b::7f00:1", "loopback"),
    ("64:ff9b:1::1", ""),
    ("2001:0:7f00:1::", ""),
    ("2001:db8::1", ""),
    ("2002:7f00:1::", "loopback"),
    ("2002:a00:1::1", "private"),
    ("3fff::1", ""),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "private"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
    ("localhost", "not an IP address"),
    ("", "not an IP address"),
]


@pytest.mark.parametrize(("address", "why"), CLOSED, ids=[address or "nothing" for address, _ in CLOSED])
def test_closed_addresses(address, why):
    """Each special range is refused, with its name where we promise one."""
    assert refusal(address)
    if why:
        assert refusal(address) == why


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_open_addresses(address):
    """Addresses of the public internet pass, also inside IPv6."""
    assert refusal(address) == ""


@given(st.ip_addresses(v=4))
def test_carried_address_is_judged_like_itself(ip: IPv4Address):
    """Wrapping an IPv4 address as mapped, 6to4 or NAT64 never opens what is closed."""
    number = int(ip)
    wrapped = (0xFFFF << 32 | number, 0x2002 << 112 | number << 80, 0x64_FF9B << 96 | number)
    if refusal(str(ip)):
        assert all(refusal(str(IPv6Address(form))) for form in wrapped)


@given(st.ip_addresses())
def test_no_address_passes_that_python_calls_private(ip):
    """We are never more open than the standard library's own view."""
    if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        carries = isinstance(ip, IPv6Address) and (ip.ipv4_mapped or ip.sixtofour)
        assert refusal(str(ip)) or carries


@given(st.text())
def test_any_text_is_judged(text):
    """Neither check ever fails on what a stranger typed."""
    assert isinstance(refusal(text), str)
    with suppress(Invalid):
        assert parse_url(text).scheme in ("http", "https")


def test_closed_literals_and_names():
    """Only an address written as such is known to be closed without resolving it."""
    assert is_closed_literal("10.0.0.1")
    assert not is_closed_literal("localhost")
    assert not is_closed_literal("1.1.1.1")


def test_shown_address_has_no_password():
    """What goes into messages never carries credentials."""
    assert shown(parse_url("http://me:secret@example.org/a")) == "http://example.org/a"


def test_international_host_is_written_in_ascii():
    """A name in any script is resolved by its IDNA form."""
    assert parse_url("https://bücher.example/").raw_host == b"xn--bcher-kva.example"
