"""Deliver a finished report or a short message: the protocol, folder, mail, webhook, and a fake."""

from __future__ import annotations

from app.notify.protocol import Mail, Means, Message, Notifier, Parcel, get, names

__all__ = ["Mail", "Means", "Message", "Notifier", "Parcel", "get", "names"]
