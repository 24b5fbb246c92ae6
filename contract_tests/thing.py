"""A thing a scenario works on: what it is known by, and what it hangs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contract_tests.arguments import Values
from contract_tests.blocked import Blocked
from contract_tests.ledger import Entry
from contract_tests.model import Action, Resource

__all__ = ("Blocked", "Thing")


@dataclass(eq=False)
class Thing:
    """Something the run has made. ``fields`` is the object as last read, ``sent`` what it was made with."""

    resource: Resource
    entry: Entry
    action: Action
    sent: Values
    parts: dict[str, Thing] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        """Whether it is known to be no more."""
        return self.entry.gone

    def get(self, name: str) -> Any:
        """A value the thing is known by: a key of the object, or an argument of its creation."""
        return self.fields[name] if name in self.fields else self.sent.get(name)

    def concerns(self, action: Action) -> bool:
        """Whether an action is for this sort of thing, e.g. only for security groups."""
        return all(self.get(key) == value for key, value in action.where.items())
