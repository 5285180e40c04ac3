"""Which addresses may be reached, and how an administrator names exceptions."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ConfigError, FetchFailed
from app.outbound.guard import AllowList, is_public, resolve

NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::808:808", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808",
    "100::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
    "ff02::1", "ff0e::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "145.131.1.1", "2a00:1450:400e::200e", "::ffff:8.8.8.8",
          "64:ff9b::808:808"]  # fmt: skip


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_reached(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_hiding_an_ipv4_address_in_ipv6_never_makes_it_public(address: IPv4Address) -> None:
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        hidden = IPv6Address(prefix | int(address))
        assert is_public(hidden) == is_public(address)
    for prefix in (0x2002 << 112 | int(address) << 80, 0x20010000 << 96 | int(address)):
        assert not is_public(IPv6Address(prefix))


def test_nothing_private_is_allowed_by_default() -> None:
    allowed = AllowList.read("")
    assert not allowed.holds(ip_address("127.0.0.1"), 80, 1)


@pytest.mark.parametrize(
    ("entry", "address", "port", "expected"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", 8081, False),
        ("127.0.0.1:8080", "127.0.0.2", 8080, False),
        ("127.0.0.1:*", "127.0.0.1", 65535, True),
        ("10.0.0.0/8:443", "10.200.1.1", 443, True),
        ("10.1.2.3/8:443", "10.200.1.1", 443, True),
        ("10.0.0.0/8:443", "11.0.0.1", 443, False),
        ("[fd00::/8]:*", "fd12::1", 80, True),
        ("[fd00::/8]:*", "fe80::1", 80, False),
        ("[::1]:80", "::1", 80, True),
        ("10.0.0.0/8:443", "::ffff:10.0.0.1", 443, True),
        ("10.0.0.0/8:1, 192.168.0.0/16:2", "192.168.3.4", 2, True),
    ],
)
def test_an_exception_holds_for_its_network_and_its_port_only(
    entry: str, address: str, port: int, expected: bool
) -> None:
    assert AllowList.read(entry).holds(ip_address(address), port, 1) is expected


def test_a_host_in_the_list_means_the_addresses_it_resolves_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host != "intranet.rietmeer":
            raise socket.gaierror
        return [(2, 1, 6, "", ("10.0.0.7", port))]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    allowed = AllowList.read("intranet.rietmeer:8080,weg.rietmeer:*")
    assert allowed.holds(ip_address("10.0.0.7"), 8080, 1)
    assert not allowed.holds(ip_address("10.0.0.7"), 9090, 1)
    assert not allowed.holds(ip_address("10.0.0.8"), 8080, 1)


@pytest.mark.parametrize(
    "entry",
    [
        "localhost", "localhost:", ":80", "localhost:0", "localhost:65536", "localhost:http",
        "10.0.0.0/33:80", "10.0.0.300:80", "fd00::1:80", "[fd00::/129]:80", "http://a.nl:80",
        "a b:80", "*:80", "-a:80", "a..b:80", "localhost:８０", "localhost:" + "9" * 5000,
    ],
)  # fmt: skip
def test_a_bad_entry_is_named(entry: str) -> None:
    with pytest.raises(ConfigError) as caught:
        AllowList.read(f"127.0.0.1:80,{entry}")
    assert repr(entry) in caught.value.message
    assert "KLANKBORD_FETCH_ALLOW_PRIVATE" in caught.value.message


def test_a_name_that_nobody_knows_is_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "onbekend")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FetchFailed) as caught:
        resolve("bestaat-niet.example", 80, 1)
    assert caught.value.reason == "dns"


def test_a_name_server_that_keeps_silent_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    with pytest.raises(FetchFailed) as caught:
        resolve("traag.example", 80, 0.05)
    over.set()
    assert caught.value.reason == "timeout"
