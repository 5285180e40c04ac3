"""Mail and webhooks against servers of our own on loopback: what arrives, what is signed, what is told."""

from __future__ import annotations

import email
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import default as policy
from pathlib import Path
from typing import Any

import pytest

from app.errors import NotifyError
from app.notify import Mail, Means, Message, Parcel
from app.notify.folder import FolderNotifier
from app.notify.mail import MailNotifier
from app.notify.webhook import WebhookNotifier, signature
from app.outbound import Outbound
from tests.web import Web

PARCEL = Parcel(
    "de-zonnehoek", "2026-11-20", 2, {"counts": {"posts": 3}}, "OMGEVINGSANALYSE\nKern.\n.\nslot",
    "N. Hofstra", "Noodopvang De Zonnehoek", b"%PDF-1.7 proef", "https://k.example/x",
)  # fmt: skip
MESSAGE = Message("alert:1:1", "de-zonnehoek", "Mogelijke dreiging", "Een bericht wacht.")


@dataclass
class Post:
    """A mail server of a few lines: says yes, says no to the text, or hangs up after it."""

    temper: str = "yes"
    letters: list[bytes] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                self._talk(file)

    def _talk(self, file: Any) -> None:
        def say(line: str) -> None:
            file.write(f"{line}\r\n".encode())
            file.flush()

        say("220 proef")
        while line := file.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                say("354 zeg het")
                body = b""
                while (part := file.readline()) != b".\r\n":
                    body += part
                if self.temper == "hang-up":
                    return
                self.letters.append(body)
                say("250 in orde" if self.temper == "yes" else "554 geen zin")
            elif verb == b"QUIT":
                say("221 dag")
                return
            elif verb == b"RCPT" and self.temper == "unknown":
                say("550 die woont hier niet")
            else:
                say("250 in orde")


@pytest.fixture
def server() -> Iterator[Post]:
    made = Post()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made.port = listener.getsockname()[1]
        thread = threading.Thread(target=made.serve, args=(listener,), daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def means(tmp_path: Path, port: int = 0, **more: Any) -> Means:
    mail = Mail("127.0.0.1", port, "klankbord@rietmeer.example", security="none")
    return Means(
        **{
            "data_dir": tmp_path,
            "outbound": lambda: Outbound(allow_private="127.0.0.1:*", contact="proef"),
            "mail": mail, "webhook_secret": b"geheim",
        }
        | more
    )  # fmt: skip


def test_mail_arrives_as_plain_text_with_the_pdf_beside_it(server: Post, tmp_path: Path) -> None:
    passed: list[int] = []
    way = means(tmp_path, server.port, handing_over=lambda: passed.append(len(server.letters)))
    MailNotifier().deliver(PARCEL, "noor@rietmeer.example", way)
    assert passed == [0]
    letter = email.message_from_bytes(server.letters[0], policy=policy)
    assert letter["subject"] == "Omgevingsanalyse 2026-11-20: Noodopvang De Zonnehoek (editie 2)"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Kern." in body.get_content()
    assert "https://k.example/x" in body.get_content()
    (pdf,) = letter.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    MailNotifier().deliver(PARCEL, "noor@rietmeer.example", way)
    again = email.message_from_bytes(server.letters[1], policy=policy)
    assert again["message-id"] == letter["message-id"]


@pytest.mark.parametrize(
    ("temper", "unsure"), [("no", False), ("unknown", False), ("hang-up", True)]
)
def test_a_mail_that_fails_says_whether_it_can_be_known(
    server: Post, tmp_path: Path, temper: str, unsure: bool
) -> None:
    server.temper = temper
    with pytest.raises(NotifyError) as caught:
        MailNotifier().tell(MESSAGE, "noor@rietmeer.example", means(tmp_path, server.port))
    assert bool(caught.value.facts.get("unsure")) == unsure


@pytest.mark.parametrize("address", ["geen adres", "a@b\r\nBcc: c@d.example", ""])
def test_what_is_no_address_gets_no_mail(server: Post, tmp_path: Path, address: str) -> None:
    with pytest.raises(NotifyError):
        MailNotifier().tell(MESSAGE, address, means(tmp_path, server.port))
    assert server.letters == []


def test_without_a_server_or_a_secret_it_is_told_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(NotifyError, match="KLANKBORD_MAIL_HOST"):
        MailNotifier().deliver(PARCEL, "n@r.example", means(tmp_path, mail=None))
    with pytest.raises(NotifyError, match="WEBHOOK_SECRET"):
        WebhookNotifier().deliver(PARCEL, "https://w.example", means(tmp_path, webhook_secret=b""))


def test_the_signature_is_one_that_anybody_with_the_secret_can_check() -> None:
    body = json.dumps({"type": "report"}).encode()
    stamp, _, seal = signature(b"geheim", 1_795_000_000, body).partition(",v1=")
    wanted = hmac.new(b"geheim", b"1795000000." + body, hashlib.sha256).hexdigest()
    assert (stamp, seal) == ("t=1795000000", wanted)


def test_a_webhook_to_a_private_address_is_refused(tmp_path: Path) -> None:
    way = means(tmp_path, outbound=lambda: Outbound(allow_private="", contact="proef"))
    with pytest.raises(NotifyError):
        WebhookNotifier().deliver(PARCEL, "http://127.0.0.1:9/in", way)


def test_a_webhook_that_is_not_there_is_a_failure(loopback_site: Web, tmp_path: Path) -> None:
    with pytest.raises(NotifyError, match="antwoordt met"):
        WebhookNotifier().tell(MESSAGE, loopback_site.url("/weg"), means(tmp_path))


def test_a_folder_keeps_text_json_and_pdf_and_stays_inside(tmp_path: Path) -> None:
    FolderNotifier().deliver(PARCEL, "verslagen", means(tmp_path))
    found = sorted(path.suffix for path in (tmp_path / "exports").rglob("*.*"))
    assert found == [".json", ".pdf", ".txt"]
    with pytest.raises(NotifyError):
        FolderNotifier().tell(MESSAGE, "../buiten", means(tmp_path))
