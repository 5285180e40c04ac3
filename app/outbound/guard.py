"""Which addresses may be connected to: public ones, and those an administrator named (seam S1)."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from app.errors import ConfigError, FetchFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: The prefix that a network without IPv4 uses to reach it: the last 32 bits are the address.
NAT64 = IPv6Network("64:ff9b::/96")
#: Not public, whatever the library of this Python says of it: this network, CGNAT, protocol and
#: test ranges, the host's own service in Azure, IPv4-compatible, 6to4, Teredo, site and link local.
ALWAYS_REFUSED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "240.0.0.0/4", "168.63.129.16/32", "::/96", "fec0::/10", "fe80::/10", "fc00::/7",
        "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20",
        "5f00::/16",
    )
)  # fmt: skip
HOST_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def is_public(address: Address) -> bool:
    """True for an address that belongs to the open internet, also when it hides another one."""
    if isinstance(address, IPv6Address):
        hidden = _hidden(address)
        if hidden is not None:
            return is_public(hidden)
    if any(address.version == net.version and address in net for net in ALWAYS_REFUSED):
        return False
    return address.is_global and not address.is_multicast


def _hidden(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is really connected to: IPv4-mapped or NAT64."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


@dataclass(frozen=True, slots=True)
class AllowList:
    """Private places that may be reached all the same: networks or host names, each with a port."""

    networks: tuple[tuple[Network, int | None], ...]
    hosts: tuple[tuple[str, int | None], ...]

    @classmethod
    def read(cls, text: str) -> AllowList:
        """From `host:port`, `a.b.c.d/n:port`, `[v6/n]:port`; raises `ConfigError` on a bad entry."""
        networks: list[tuple[Network, int | None]] = []
        hosts: list[tuple[str, int | None]] = []
        for entry in (part.strip() for part in text.split(",") if part.strip()):
            place, port = _split(entry)
            try:
                networks.append((ip_network(place.strip("[]"), strict=False), port))
            except ValueError:
                if not _is_host(place):
                    raise _bad(entry) from None
                hosts.append((place.casefold(), port))
        return cls(tuple(networks), tuple(hosts))

    def holds(self, address: Address, port: int, seconds: float) -> bool:
        """True when this address and port were named, by network or by a host that resolves to it.

        `seconds` is the time for looking up those hosts.
        """
        plain = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        candidates = {address, plain or address}
        for network, allowed in self.networks:
            if allowed in (None, port) and any(
                one.version == network.version and one in network for one in candidates
            ):
                return True
        return any(
            allowed in (None, port) and candidates & set(_known(host, port, seconds))
            for host, allowed in self.hosts
        )


def _split(entry: str) -> tuple[str, int | None]:
    place, colon, port = entry.rpartition(":")
    if not colon or not place or (":" in place and not place.startswith("[")):
        raise _bad(entry)
    if port == "*":
        return place, None
    if not port.isascii() or not port.isdigit() or not 1 <= int(port[:6]) <= 65535:
        raise _bad(entry)
    return place, int(port)


def _is_host(place: str) -> bool:
    """A host name; one that ends in a number is an IP address that went wrong."""
    parts = place.split(".")
    return not parts[-1].isdigit() and all(HOST_PART.fullmatch(part) for part in parts)


def _bad(entry: str) -> ConfigError:
    return ConfigError(
        f"KLANKBORD_FETCH_ALLOW_PRIVATE: {entry!r} klopt niet. Schrijf host:poort, "
        "10.0.0.0/8:443 of [fd00::/8]:*."
    )


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses of a host within a time; raises `FetchFailed` (`dns`, `timeout`)."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    found: list[list[Address]] = []

    def look() -> None:
        found.append(_addresses_of(host, port))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        raise FetchFailed(f"De naam {host} was niet op tijd gevonden.", reason="timeout")
    if not found or not found[0]:
        raise FetchFailed(f"De naam {host} is niet te vinden.", reason="dns")
    return found[0]


def _known(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses of a host that an administrator named; none when it cannot be found now."""
    try:
        return resolve(host, port, seconds)
    except FetchFailed:
        return []


def _addresses_of(host: str, port: int) -> list[Address]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    unique = dict.fromkeys(str(info[4][0]).partition("%")[0] for info in infos)
    return [ip_address(text) for text in unique]
