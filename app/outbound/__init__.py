"""The only door to the network: guarded addresses, bounded bodies, one deadline (trust.md §2)."""

from __future__ import annotations

from app.outbound.client import Outbound, Response

__all__ = ["Outbound", "Response"]
