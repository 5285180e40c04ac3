"""Connections that are secure: the address is pinned, the certificate is for the name."""

from __future__ import annotations

import datetime as dt
import ssl
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import AddressRefused
from app.outbound import Outbound
from tests.unit.outbound.wire import LOOPBACK, answer, listening, names, reason_of


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for a name, and a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dt.datetime.now(dt.UTC)
    try:
        told: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        told = x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([told]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, both = folder / "cert.pem", folder / "both.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(
        public.read_bytes()
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return public, context


@pytest.mark.parametrize(
    ("host", "expected"), [("bron.example", None), ("ander.example", "tls"), ("127.0.0.1", "tls")]
)
def test_the_certificate_is_checked_for_the_name_though_the_address_is_pinned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, expected: str | None
) -> None:
    public, context = certificate(tmp_path, "bron.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    names(monkeypatch, {"bron.example": ["127.0.0.1"], "ander.example": ["127.0.0.1"]})
    with (
        closing(Outbound(allow_private=LOOPBACK, contact="x")) as door,
        listening(lambda c, _: c.sendall(answer(b"veilig")), tls=context) as line,
    ):
        url = line.url(host=host, scheme="https")
        if expected:
            assert reason_of(door, url) == expected
        else:
            assert door.get(url).body == b"veilig"


def test_https_that_redirects_to_http_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    public, context = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with (
        closing(Outbound(allow_private=LOOPBACK, contact="x")) as door,
        listening(lambda c, _: c.sendall(answer(b"open"))) as plain,
        listening(
            lambda c, _: c.sendall(answer(status=301, location=plain.url())), tls=context
        ) as line,
        pytest.raises(AddressRefused) as caught,
    ):
        door.get(line.url(scheme="https"))
    assert caught.value.reason == "address-refused"
    assert plain.heads == []
