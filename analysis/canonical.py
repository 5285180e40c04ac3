"""Canonical JSON (RFC 8785) at the speed of the standard library, byte for byte what rfc8785 writes.

The standard encoder differs from the RFC in two things only: how it writes a float, and the order of
keys outside ASCII. Values without either go the fast way; anything else goes to rfc8785 itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
#: Between these a float that is no whole number is written alike by Python and by the RFC.
_LEAST, _MOST = 1e-4, 1e15
_LARGEST = 2**53 - 1
_SAME = frozenset({str, bool, type(None)})


class _Odd(Exception):
    """Something that the standard encoder would write in its own way."""


def canonical(value: Any) -> bytes:
    """The canonical bytes; raises what rfc8785 raises on a value that JSON cannot hold."""
    try:
        return _encode(_plain(value)).encode()
    except (_Odd, UnicodeEncodeError):
        return rfc8785.dumps(value)


def _plain(value: Any) -> Any:
    """The same value with whole floats as integers; raises `_Odd`."""
    kind = type(value)
    if kind in _SAME:
        return value
    if kind is int:
        if -_LARGEST <= value <= _LARGEST:
            return value
        raise _Odd
    if kind is float:
        return _number(value)
    if kind is list or kind is tuple:
        return value if set(map(type, value)) <= _SAME else [_plain(one) for one in value]
    if not isinstance(value, Mapping):
        raise _Odd
    found = {}
    for key, one in value.items():
        if type(key) is not str or not key.isascii():
            raise _Odd
        found[key] = one if type(one) in _SAME else _plain(one)
    return found


def _number(value: float) -> float | int:
    if value.is_integer() and abs(value) < _MOST:
        return int(value)
    if _LEAST <= abs(value) < _MOST:
        return value
    raise _Odd
