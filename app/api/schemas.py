"""Shapes of `/v1`: camelCase outside, snake_case inside; unknown fields are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from app.services.setup_file import GroupKind
from app.services.setup_file import Phase as PhaseName


def _clean(value: str) -> str:
    if any(ord(char) < 32 and char not in "\n\r\t" for char in value):
        raise ValueError("bevat een stuurteken")
    return value


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_clean),
]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_clean)
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000), AfterValidator(_clean)
]
LabelName = Literal["informatiebehoefte", "betekenisgeving", "schadebeperking"]
StatusName = Literal["gelabeld", "geen", "ruis", "echo", "niet-beoordeeld"]
GroupName = GroupKind
LocalityName = Literal["local", "outside", "unknown"]
__all__ = ["GroupName", "LabelName", "LocalityName", "PhaseName", "StatusName"]


class Out(BaseModel):
    """Something answered."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class In(BaseModel):
    """Something asked: nothing unknown, nothing silently converted."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", str_strip_whitespace=False)


class Created(Out):
    """What a POST made."""

    id: str


#: Maps whose keys are data (groups, labels, codes), which no convention may rename.
DATA_KEYS = frozenset({"groups", "sentiment", "stance", "locality", "statuses", "sub"})


def camel(value: Any) -> Any:
    """A document of ours with camelCase field names; keys that are data stay as they are."""
    if isinstance(value, Mapping):
        return {
            _camel_key(key): (
                dict(part) if key in DATA_KEYS and isinstance(part, Mapping) else camel(part)
            )
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [camel(part) for part in value]
    return value


def _camel_key(key: str) -> str:
    return to_camel(key) if "_" in key else key
