"""The only door out: which addresses, which headers, which redirects."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import ConfigError, FetchFailed
from app.outbound import Outbound, Response
from tests.unit.outbound.wire import LOOPBACK, answer, listening, names, path_of, reason_of


def test_an_answer_has_status_url_headers_in_any_case_and_body(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer(b"hoi", ETag='W/"é"'))) as line:
        response = outbound.get(line.url("/feed"))
    assert (response.status, response.url, response.body) == (200, line.url("/feed"), b"hoi")
    assert response.permanent_url is None
    assert response.header("etag") == response.header("ETAG") == 'W/"é"'
    assert response.header("niets") is None


def test_we_say_who_we_are_and_where_to_complain(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer())) as line:
        outbound.get(line.url())
    (head,) = line.heads
    assert "user-agent: Klankbord/" in head
    assert "(+info@rietmeer.example)" in head
    assert f"host: {line.place}" in head


def test_a_header_goes_back_byte_for_byte(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer(etag='W/"caf\xe9-\xff"'))) as line:
        etag = outbound.get(line.url()).header("etag")
        assert etag is not None
        outbound.get(line.url(), {"If-None-Match": etag})
    assert 'if-none-match: W/"caf\xe9-\xff"' in line.heads[1]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/",
        "http://0x7f.1:{port}/", "http://127.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/", "http://[::]:{port}/", "http://a:b@127.0.0.1:{port}/",
        "http://127.0.0.1.:{port}/", "http://①②⑦.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/", "http://[fe80::1%25lo]/", "http://[fe80::1]/",
    ],
)  # fmt: skip
def test_without_an_exception_nothing_private_is_reached_however_it_is_spelled(url: str) -> None:
    with (
        listening(lambda c, _: c.sendall(answer(b"geheim"))) as line,
        closing(Outbound(allow_private="", contact="x")) as door,
    ):
        assert reason_of(door, url.format(port=line.port)) in (
            "address-refused",
            "dns",
            "not-found",
        )
    assert line.heads == []


def test_an_exception_for_one_port_opens_no_other(outbound: Outbound) -> None:
    with (
        listening(lambda c, _: c.sendall(answer(b"wel"))) as one,
        listening(lambda c, _: c.sendall(answer(b"niet"))) as other,
        closing(Outbound(allow_private=one.place, contact="x")) as door,
    ):
        assert door.get(one.url()).body == b"wel"
        assert reason_of(door, other.url()) == "address-refused"
    assert other.heads == []


def test_a_bad_exception_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="geen-poort"):
        Outbound(allow_private="geen-poort", contact="x")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "file:///etc/passwd", "gopher://a.example", "a.example", "//a.example", "http://", "http://a.example:0/", ""]
)  # fmt: skip
def test_only_http_and_https_go_out(outbound: Outbound, url: str) -> None:
    assert reason_of(outbound, url) == "address-refused"


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://a.example:poort/", "http://a\x00b/", "http://[x]/"]
)
def test_what_is_no_address_is_said_to_be_none(outbound: Outbound, url: str) -> None:
    assert reason_of(outbound, url) in ("not-found", "address-refused", "dns")


def test_the_name_is_resolved_once_and_the_checked_address_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that says something else the second time (rebinding) gets no second time."""
    with listening(lambda c, _: c.sendall(answer(b"gepind"))) as line:
        asked = names(monkeypatch, {"bron.example": ["127.0.0.1"]})
        with closing(Outbound(allow_private=f"127.0.0.1:{line.port}", contact="x")) as door:
            assert door.get(line.url(host="bron.example")).body == b"gepind"
    assert asked == ["bron.example"]
    assert f"host: bron.example:{line.port}" in line.heads[0]


def test_a_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, {"slim.example": ["10.0.0.1", "127.0.0.1"]})
    with closing(Outbound(allow_private="", contact="x")) as door:
        assert reason_of(door, "http://slim.example/") == "address-refused"


def test_of_several_addresses_only_the_permitted_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(lambda c, _: c.sendall(answer(b"ja"))) as line:
        names(monkeypatch, {"half.example": ["10.0.0.1", "127.0.0.3", "127.0.0.1"]})
        allow = f"127.0.0.3:{line.port},127.0.0.1:{line.port}"
        with closing(Outbound(allow_private=allow, contact="x")) as door:
            assert door.get(line.url(host="half.example")).body == b"ja"


def test_a_redirect_to_a_private_place_is_refused() -> None:
    with listening(lambda c, _: c.sendall(answer(b"geheim"))) as secret:
        hop = answer(status=302, location=secret.url("/geheim"))
        with (
            listening(lambda c, _: c.sendall(hop)) as line,
            closing(Outbound(allow_private=line.place, contact="x")) as door,
        ):
            assert reason_of(door, line.url()) == "address-refused"
    assert secret.heads == []


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)"]
)
def test_a_redirect_to_another_scheme_is_refused(outbound: Outbound, target: str) -> None:
    with listening(lambda c, _: c.sendall(answer(status=301, location=target))) as line:
        assert reason_of(outbound, line.url()) == "address-refused"


def test_a_redirect_to_nonsense_is_an_answer_of_the_closed_list(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer(status=302, location="http://[::1"))) as line:
        assert reason_of(outbound, line.url()) == "not-found"


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303, 308), False)],
)
def test_only_a_chain_of_permanent_redirects_moves_a_source(
    outbound: Outbound, statuses: tuple[int, ...], permanent: bool
) -> None:
    def reply(connection: socket.socket, head: str) -> None:
        at = int(path_of(head).strip("/") or 0)
        if at < len(statuses):
            connection.sendall(answer(status=statuses[at], location=f"/{at + 1}#stukje"))
        else:
            connection.sendall(answer(b"er"))

    with listening(reply) as line:
        response = outbound.get(line.url("/0"))
    final = line.url(f"/{len(statuses)}")
    assert (response.body, response.url) == (b"er", final)
    assert response.permanent_url == (final if permanent else None)


def test_five_redirects_are_followed_and_a_sixth_is_not(outbound: Outbound) -> None:
    def reply(connection: socket.socket, head: str) -> None:
        left = int(path_of(head).strip("/"))
        connection.sendall(answer(status=302, location=f"/{left - 1}") if left else answer(b"er"))

    with listening(reply) as line:
        assert outbound.get(line.url("/5")).body == b"er"
        assert reason_of(outbound, line.url("/6")) == "redirect-loop"


def test_credentials_stay_with_their_host_and_never_come_from_an_address(
    outbound: Outbound,
) -> None:
    with listening(lambda c, _: c.sendall(answer(b"er"))) as other:

        def reply(connection: socket.socket, head: str) -> None:
            here = path_of(head) == "/begin"
            where = "/zelfde" if here else other.url("/ver").replace("//", "//naam:woord@")
            connection.sendall(answer(status=302, location=where))

        with listening(reply) as line:
            response = outbound.get(
                line.url("/begin"),
                {"Authorization": "Bearer geheim", "X-Api-Key": "geheim", "Accept": "text/xml"},
            )
    assert "geheim" in line.heads[0]
    assert "geheim" in line.heads[1]
    assert "geheim" not in other.heads[0]
    assert "authorization" not in other.heads[0].casefold()
    assert "accept: text/xml" in other.heads[0]
    assert "woord" not in response.url


def test_headers_of_one_url_go_to_that_url_only(outbound: Outbound) -> None:
    def reply(connection: socket.socket, head: str) -> None:
        moved = path_of(head) == "/oud"
        connection.sendall(answer(status=302, location="/nieuw") if moved else answer(b"er"))

    with listening(reply) as line:
        outbound.get(line.url("/oud"), None, {line.url("/nieuw"): {"if-none-match": '"n"'}})
    assert "if-none-match" not in line.heads[0]
    assert 'if-none-match: "n"' in line.heads[1]


def test_a_cookie_is_never_sent_back(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer(set_cookie="volg=ons; Path=/"))) as line:
        outbound.get(line.url())
        outbound.get(line.url())
    assert "cookie" not in line.heads[1].casefold()


def test_the_environment_names_no_proxy_and_no_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login jan password geheim\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with (
        listening(lambda c, _: c.sendall(answer(b"direct"))) as line,
        closing(Outbound(allow_private=LOOPBACK, contact="x")) as door,
    ):
        assert door.get(line.url()).body == b"direct"
    assert "authorization" not in line.heads[0].casefold()


def test_a_post_goes_out_once_with_its_body_and_follows_nothing(outbound: Outbound) -> None:
    with listening(lambda c, _: c.sendall(answer(status=307, location="/elders"))) as line:
        response = outbound.post(line.url("/haak"), b"{}", {"content-type": "application/json"})
    assert response.status == 307
    (head,) = line.heads
    assert head.startswith("POST /haak ")
    assert "content-length: 2" in head.casefold()


def test_a_post_that_fails_halfway_is_not_sent_to_the_next_address(
    monkeypatch: pytest.MonkeyPatch, outbound: Outbound
) -> None:
    with listening(lambda c, _: c.close()) as line:
        names(monkeypatch, {"haak.example": ["127.0.0.1", "127.0.0.1", "127.0.0.1"]})
        with pytest.raises(FetchFailed):
            outbound.post(line.url(host="haak.example"), b"{}")
    assert len(line.heads) == 1


def test_a_response_cannot_be_changed(outbound: Outbound) -> None:
    response = Response(200, "http://a.example/", None, {}, b"")
    with pytest.raises(AttributeError):
        response.status = 500  # type: ignore[misc]
