"""A signed POST of the report as JSON, through the one guarded door (trust.md §2).

The receiver checks `Klankbord-Signature: t=<unix time>,v1=<hex>`: HMAC-SHA256 under the shared secret
over `<t>.<body>`, refuses old times, and drops a second one with the same `Idempotency-Key`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from app.errors import NotifyError, SourceError
from app.notify.protocol import Means, Message, Parcel


class WebhookNotifier:
    """`recipient` is an http or https address; another answer than 2xx is a failure."""

    name = "webhook"
    repeats = True

    def deliver(self, parcel: Parcel, recipient: str, means: Means) -> None:
        body = {"type": "report", "key": parcel.key, "report": parcel.document, "text": parcel.text}
        _post(recipient, parcel.key, body, means)

    def tell(self, message: Message, recipient: str, means: Means) -> None:
        body = {
            "type": "message", "key": message.key, "dossier": message.dossier,
            "subject": message.subject, "text": message.body,
        }  # fmt: skip
        _post(recipient, message.key, body, means)


def signature(secret: bytes, at: int, body: bytes) -> str:
    """The value of the header `Klankbord-Signature`."""
    seal = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={seal}"


def _post(recipient: str, key: str, content: dict[str, Any], means: Means) -> None:
    if not means.webhook_secret:
        raise NotifyError("Een webhook wordt ondertekend: zet KLANKBORD_WEBHOOK_SECRET_FILE.")
    body = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": hashlib.sha256(f"{key}|{recipient}".encode()).hexdigest(),
        "Klankbord-Signature": signature(means.webhook_secret, int(time.time()), body),
    }
    try:
        answer = means.outbound().post(recipient, body, headers)
    except SourceError as error:
        raise NotifyError(f"De webhook is niet bereikbaar: {error.message}") from error
    if not 200 <= answer.status < 300:
        raise NotifyError(f"De webhook antwoordt met {answer.status}.", status=answer.status)
