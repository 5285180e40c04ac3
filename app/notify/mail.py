"""Mail through the standard library: plain text first, the PDF beside it, one recipient at a time.

A server that answers says what became of the mail. When the line breaks after the text was handed
over nobody can know: that is told, and not sent a second time.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from app.errors import NotifyError
from app.notify.protocol import Mail, Means, Message, Parcel

SECONDS = 20


class MailNotifier:
    """`recipient` is one address. The Message-ID is the same at every try."""

    name = "mail"
    repeats = False

    def deliver(self, parcel: Parcel, recipient: str, means: Means) -> None:
        title = f"Omgevingsanalyse {parcel.date}: {parcel.title or parcel.dossier}"
        if parcel.edition > 1:
            title += f" (editie {parcel.edition})"
        letter = _letter(means, recipient, title, parcel.key)
        link = f"\n\nOp het scherm: {parcel.link}\n" if parcel.link else "\n"
        letter.set_content(parcel.text + link)
        if parcel.pdf:
            letter.add_attachment(
                parcel.pdf,
                maintype="application",
                subtype="pdf",
                filename=f"omgevingsanalyse-{parcel.date}-{parcel.edition}.pdf",
            )
        _send(letter, recipient, means)

    def tell(self, message: Message, recipient: str, means: Means) -> None:
        letter = _letter(means, recipient, message.subject, message.key)
        letter.set_content(message.body + "\n")
        _send(letter, recipient, means)


def _letter(means: Means, recipient: str, subject: str, key: str) -> EmailMessage:
    settings = _settings(means)
    letter = EmailMessage()
    try:
        for name, value in (("From", settings.sender), ("To", recipient)):
            letter[name] = Address(addr_spec=value)
    except (ValueError, IndexError) as error:
        raise NotifyError(f"{value!r} is geen mailadres.", recipient=recipient) from error
    letter["Subject"] = " ".join(subject.split())[:200]
    letter["Date"] = format_datetime(localtime())
    mark = hashlib.sha256(f"{key}|{recipient}".encode()).hexdigest()[:32]
    letter["Message-ID"] = f"<{mark}@{settings.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    return letter


def _settings(means: Means) -> Mail:
    if means.mail is None:
        raise NotifyError("Er is geen mailserver ingesteld: zet KLANKBORD_MAIL_HOST en _FROM.")
    return means.mail


def _send(letter: EmailMessage, recipient: str, means: Means) -> None:
    settings = _settings(means)
    handed = False
    try:
        with _connected(settings) as server:
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(settings.sender), "afzender")
            _expect(server.rcpt(recipient), "ontvanger")
            means.handing_over()
            handed = True
            _expect(
                server.data(letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))), "mail"
            )
    except smtplib.SMTPResponseException as error:
        raise NotifyError(
            f"De mailserver weigert: {error.smtp_code}.", recipient=recipient
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotifyError(
            f"De mailserver antwoordt niet goed ({type(error).__name__}).",
            recipient=recipient,
            unsure=handed,
        ) from error


@contextmanager
def _connected(settings: Mail) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=SECONDS, context=trusted
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
    try:
        if settings.security == "starttls":
            server.starttls(context=trusted)
        if settings.user:
            server.login(settings.user, settings.password)
        yield server
        server.quit()
    except smtplib.SMTPServerDisconnected:
        raise
    finally:
        server.close()


def _expect(answer: tuple[int, bytes], what: str) -> None:
    code, words = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, f"{what}: {words!r}".encode())
