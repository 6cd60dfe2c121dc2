"""Which addresses input from outside may reach: the guard against server-side request forgery.

A name is not enough to judge by: it is resolved first, each IP address is checked here, and the connection goes to the
checked address (`network.GuardedBackend`), so that a name which changes its mind in between gains nothing.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from mystage.domain.errors import AddressRefused, Invalid

_HOST = re.compile(rb"[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}|[0-9A-Fa-f:.]{2,45}")
"""A host name (after IDNA) or an IP address; httpx lets more pass."""
_NO_ADDRESS = "not an IP address"
_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address."""
_COMPATIBLE = IPv6Network("::/96")
"""RFC 4291, 2.5.5.1 (deprecated): the last 32 bits are an IPv4 address."""

_CLOSED = tuple(
    (ip_network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this network"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.88.99.0/24", "6to4 relays"),
        ("198.18.0.0/15", "benchmarking"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard only"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
    )
)
"""Ranges of the IANA special-purpose registries that `ipaddress` does not know in every Python version we support."""


def refusal(address: str) -> str:
    """Why the address may not be reached by input from outside; "" where it may.

    Args:
        address: an IPv4 or IPv6 address as text; a zone (`fe80::1%eth0`) is allowed.

    An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is judged by what it carries.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return _NO_ADDRESS
    if isinstance(ip, IPv6Address):
        return next((why for carried in _carried(ip) if (why := _closed(carried))), "") or _closed_v6(ip)
    return _closed(ip)


def _carried(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if ip.ipv4_mapped:
        return (ip.ipv4_mapped,)
    if ip.sixtofour:
        return (ip.sixtofour,)
    if ip.teredo:
        return ip.teredo
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    return ()


def _closed_v6(ip: IPv6Address) -> str:
    if ip.ipv4_mapped or ip.sixtofour or ip in _NAT64:
        return ""  # judged by the IPv4 address inside, which is open
    return "site-local" if ip.is_site_local else _closed(ip)


def _closed(ip: IPv4Address | IPv6Address) -> str:
    kinds = (
        (ip.is_unspecified, "unspecified"),
        (ip.is_loopback, "loopback"),
        (ip.is_link_local, "link-local"),
        (ip.is_multicast, "multicast"),
        (ip.is_private, "private"),
        (ip.is_reserved, "reserved"),
    )
    for closed, name in kinds:
        if closed:
            return name
    return next((name for network, name in _CLOSED if ip.version == network.version and ip in network), "")


def is_closed_literal(host: str) -> bool:
    """Whether the host is written as an IP address that input from outside may not reach."""
    return refusal(host) not in ("", _NO_ADDRESS)


def parse_url(text: str) -> httpx.URL:
    """The address as httpx reads it, without its fragment. Raises Invalid where it is no absolute http(s) address."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Invalid(f"not an address: {error}", where=text[:200], hint="give an absolute http(s) URL") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Invalid("not an absolute http or https address", where=text[:200], hint="start it with https://")
    if not _HOST.fullmatch(url.raw_host) or (url.port or 0) > 65_535:
        raise Invalid("its host or port is not valid", where=text[:200])
    return url.copy_with(fragment=None) if url.fragment else url


def check_public(url: httpx.URL, ports: frozenset[int] | None = None) -> None:
    """Check what can be known of a stranger's address before its name is resolved.

    Args:
        url: the address, by `parse_url`.
        ports: the only ports allowed; None: all.

    Raises:
        AddressRefused: it carries a user name or password, or asks for a port outside of `ports`.
    """
    if url.userinfo:
        raise AddressRefused("an address with a user name is refused", where=shown(url))
    port = url.port or (443 if url.scheme == "https" else 80)
    if ports is not None and port not in ports:
        raise AddressRefused(f"port {port} is refused", where=shown(url))


def shown(url: httpx.URL) -> str:
    """The address as text that may be logged: without user name and password."""
    return str(url.copy_with(userinfo=b"")) if url.userinfo else str(url)
