"""What every use case may ask for: settings, clock, database, keys, and the heavy things lazily."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.clock import Clock
from app.config import Settings
from app.storage import Database, Vault

if TYPE_CHECKING:
    from analysis.labellers import Labeller
    from app.outbound import Outbound
    from app.services.standing import Standing


@dataclass
class House:
    """One wired service. `labeller_name` chooses among the registered labellers."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    labeller_name: str = "ibs-nl"
    demo: bool = False
    #: (user name, name, role, password) of the demo's accounts, shown on its sign-in page.
    demo_accounts: tuple[tuple[str, str, str, str], ...] = ()
    #: What queries are tried on, per dossier; rebuilt from the database at will.
    archives: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    #: Posts behind numbers of reports that were opened lately; found again at will.
    behind: dict[tuple[int, str, str], list[tuple[datetime, str]]] = field(default_factory=dict)

    @cached_property
    def labeller(self) -> Labeller:
        from analysis import labellers

        return labellers.get(self.labeller_name)

    @cached_property
    def standing(self) -> Standing:
        """The queries of all active dossiers, held against every batch at once."""
        from app.services.standing import Standing

        return Standing()

    @cached_property
    def outbound(self) -> Outbound:
        from app.outbound import Outbound

        return Outbound(
            allow_private=self.settings.fetch_allow_private, contact=self.settings.contact
        )

    def close(self) -> None:
        """Let go of connections and child processes."""
        if "outbound" in self.__dict__:
            self.outbound.close()
        self.database.dispose()
