"""Arguments with which an operation should succeed now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract_tests.arguments import Values
from contract_tests.blocked import Blocked
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter

if TYPE_CHECKING:
    from contract_tests.stage import Stage
    from contract_tests.thing import Thing


def happy(stage: Stage, operation: Operation) -> Values:
    """For an operation, on the run's standing things; raises ``Blocked``."""
    if operation.id == stage.conventions.get("authorization", {}).get("exchange"):
        raise Blocked("a code can be exchanged once only, which a rule of its own does")
    found = stage.actions_of(operation)
    for resource, action in found[:-1]:
        try:
            return _happy(stage, resource, action)
        except Blocked:
            continue  # another way to name a thing may do
    return _happy(stage, *found[-1]) if found else pair(stage, operation)


def pair(stage: Stage, operation: Operation) -> Values:
    """The arguments of a session operation for an account of the run; raises ``Blocked``."""
    for session in stage.conventions.get("sessions", ()):
        if session["operation"] == operation.id:
            account = stage.accounts.get(operation.id)
            if account is None or account.gone:
                account = stage.make(stage.resources[session["resource"]], session["made_with"])
                stage.accounts[operation.id] = account
            return {name: str(account.get(one)) for name, one in session["arguments"].items()}
    raise Blocked(f"the conventions do not say how {operation.id} succeeds")


def _happy(stage: Stage, resource: Resource, action: Action) -> Values:
    if action.verb == "create":
        return stage.arguments.creation(resource, action, {}, full=False, variant=0)[0]
    return stage.values(stage.standing(resource.name, resource.creation(action)), action)


def demanded(stage: Stage, thing: Thing, action: Action, values: Mapping[str, str]) -> Values:
    """What an action on a thing must be sent beside ``values``: what is mandatory, and the names it is about."""
    found: Values = {}
    listed = action.adds or action.replaces
    for parameter in action.operation.parameters:
        name = parameter.name
        if name in values or parameter.place == "path":
            continue
        if listed and listed in (parameter.field, name):
            text = inner(stage, thing, parameter, values, 0)
            found |= {name: text} if text is not None else {}
        elif parameter.required and parameter.place != "content":
            found[name] = _demanded(stage, thing, action, parameter)
    return found


def _demanded(stage: Stage, thing: Thing, action: Action, parameter: Parameter) -> str:
    if parameter.name == action.switches.get("pattern") and thing.resource.id is not None:
        return f"{stage.conventions['filter']['names'][0]}=={thing.get(thing.resource.id)}"
    current = thing.get(parameter.field or parameter.name)
    return str(current) if isinstance(current, str) and current else stage.arguments.sample(parameter, 0)


def inner(stage: Stage, thing: Thing, parameter: Parameter, values: Mapping[str, str], n: int) -> str | None:
    """The n-th map or list of names for a thing, as JSON; ``None`` where nothing has the names."""
    return stage.arguments.inner(thing.resource, thing.action, parameter, {**thing.sent, **values}, n)
