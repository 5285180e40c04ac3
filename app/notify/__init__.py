"""Deliver a finished report: the protocol, the desk in a folder, and a fake for tests."""

from __future__ import annotations

from app.notify.protocol import Notifier, Parcel, get, names

__all__ = ["Notifier", "Parcel", "get", "names"]
