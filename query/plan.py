"""The plan of an engine: clues and groups by number, and behind which gate each query stands.

Numbers are given out and never taken back, so that a plan can grow without a new scan table; what
belonged to a removed query stays as a clue that opens nothing, counted as `stale`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from query.matcher import CompiledQuery
from query.needs import Clue, Group

Key = TypeVar("Key", bound=Hashable)


@dataclass
class Plan(Generic[Key]):
    """Changed only while an engine is being made; `gates`: group → query → the groups it needs too."""

    clues: list[Clue] = field(default_factory=list)
    groups_of: list[tuple[int, ...]] = field(default_factory=list)
    gates: dict[int, dict[Key, frozenset[int]]] = field(default_factory=dict)
    always: dict[Key, None] = field(default_factory=dict)
    stale: int = 0
    _numbers: dict[Clue, int] = field(default_factory=dict)
    _groups: dict[Group, int] = field(default_factory=dict)
    _gate_of: dict[Key, int] = field(default_factory=dict)

    def copy(self) -> Plan[Key]:
        """A plan that can be changed without disturbing this one."""
        return Plan(
            list(self.clues), list(self.groups_of), dict(self.gates), dict(self.always), self.stale,
            dict(self._numbers), dict(self._groups), dict(self._gate_of),
        )  # fmt: skip

    def extend(self, queries: Mapping[Key, CompiledQuery]) -> None:
        """Give each query its gate: of its groups the one that shows least often."""
        for key, query in queries.items():
            groups = [self._group(group) for group in query.needs if group]
            if not groups:
                self.always[key] = None
                continue
            gate = groups[0]
            self.gates[gate] = {**self.gates.get(gate, {}), key: frozenset(groups[1:])}
            self._gate_of[key] = gate

    def discard(self, key: Key) -> None:
        """Take a query from behind its gate; nothing when it is not there."""
        self.stale += key in self.always or key in self._gate_of
        self.always.pop(key, None)
        gate = self._gate_of.pop(key, None)
        if gate is not None:
            self.gates[gate] = {k: rest for k, rest in self.gates[gate].items() if k != key}

    def _group(self, group: Group) -> int:
        number = self._groups.get(group)
        if number is None:
            number = self._groups[group] = len(self._groups)
            for clue in group:
                place = self._numbers.setdefault(clue, len(self._numbers))
                if place == len(self.clues):
                    self.clues.append(clue)
                    self.groups_of.append(())
                self.groups_of[place] += (number,)
        return number

    def asked(self, clues: set[int]) -> list[Key]:
        """The queries whose gate and other groups all hold one of the clues."""
        found = list(self.always)
        groups = {group for clue in clues for group in self.groups_of[clue]}
        for group in groups:
            for key, rest in self.gates.get(group, {}).items():
                if rest <= groups:
                    found.append(key)
        return found
