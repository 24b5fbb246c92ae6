"""Addresses at which there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract_tests.arguments import Values
from contract_tests.model import Action, Resource
from contract_tests.schema import properties_of

if TYPE_CHECKING:
    from contract_tests.stage import Stage
    from contract_tests.thing import Thing


def absent(stage: Stage, resource: Resource, key: str) -> str | None:
    """A value of a key that no thing has; ``None`` where none is known. A made-up id is the run's from now on."""
    made = stage.arguments.ghost(resource, key)
    if made is not None and key == resource.id:
        stage.session.ledger.claim(made, resource.name)
    return made


def ghost(stage: Stage, action: Action, thing: Thing) -> Values | None:
    """The address of a sibling that does not exist: the same but for the name; ``None`` where there is no telling.

    A made-up name without the run's tag might be somebody's: it is only read by.
    """
    values = stage.address(action, thing)
    for parameter, name in action.target.items():
        made, kind = absent(stage, thing.resource, name), thing.resource.name
        if made is not None:
            if properties_of(thing.resource.schema).get(name, {}).get("format") == "uuid":
                stage.session.ledger.claim(made)
            safe = action.operation.safe or stage.session.ledger.owns(made, kind)
            return {**values, parameter: made} if safe else None
    return None
