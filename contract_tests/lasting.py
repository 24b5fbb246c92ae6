"""Things that nothing deletes: what a run leaves of them, and the ones it works in instead of making more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contract_tests.blocked import Blocked
from contract_tests.ledger import Entry
from contract_tests.model import Action, Resource
from contract_tests.modes import Mode
from contract_tests.thing import Thing

if TYPE_CHECKING:
    from contract_tests.promise import Promise
    from contract_tests.stage import Stage

#: What things are called that every run finds again.
KEPT_NAME = "apitwin-{letter}"


class NoLease(Exception):
    """What the run is to work in is not said, or not there; one line."""


def stays(resource: Resource, resources: Mapping[str, Resource]) -> bool:
    """Whether a thing is there for ever: nothing deletes it, nor what it hangs on."""
    holders = [resources[one.resource] for one in resource.parts.values() if one.key]
    return resource.lasting and all(stays(one, resources) for one in holders)


def staying(resources: Mapping[str, Resource]) -> list[Resource]:
    """The resources whose things stay."""
    return [one for one in resources.values() if stays(one, resources)]


def is_ground(resource: Resource) -> bool:
    """Whether a thing that stays hangs on nothing: others are made in it."""
    return not any(one.key for one in resource.parts.values())


def made_once(stage: Stage, resource: Resource) -> bool:
    """Whether a run makes no more things of a resource than it needs, since they stay on somebody's system."""
    return stage.mode is Mode.ADDITIVE and stays(resource, stage.resources)


def allow(stage: Stage, resource: Resource) -> None:
    """Raises ``Blocked`` where a run would make more than it needs of what stays on somebody's system."""
    if made_once(stage, resource) and not stage.keeping:
        raise Blocked(f"{resource.title}: what is made of it stays for ever, so a run makes no more than it needs")


def excused(resources: Mapping[str, Resource], mode: Mode) -> set[str]:
    """Operations that a run on somebody's system leaves alone: what stays is neither made without need nor changed."""
    if mode is not Mode.ADDITIVE:
        return set()
    lasts = {one.name for one in staying(resources)}
    touching: dict[str, bool] = {}
    for resource in resources.values():
        for action in resource.actions:
            named = {one.resource for one in action.parts.values()} if resource.coming else set()
            named |= {resource.kind_of(key) for key in action.target.values()} if action.verb == "bulk" else set()
            left = bool(named & lasts) or resource.name in lasts
            known = touching.get(action.operation.id, True)
            touching[action.operation.id] = known and left and not action.operation.safe
    return {name for name, left in touching.items() if left}


def kept(stage: Stage, resource: Resource, creation: Action) -> Thing:
    """The thing that every run on a system uses: the leased one, else one of a fixed name, made when it is not there.

    Raises ``Blocked``.
    """
    if is_ground(resource):
        name = stage.leased.get(resource.name)
        found = _found(stage, resource, creation, name, {}) if name else None
        if found is None:
            raise Blocked(f"{resource.title}: none is leased, and what is made of it stays for ever")
        return found
    parts = {name: stage.standing(part.resource) for name, part in creation.parts.items() if part.key}
    hung = {name: str(one.get(creation.parts[name].key)) for name, one in parts.items()}
    name = KEPT_NAME.format(letter=resource.letter)
    found = _found(stage, resource, creation, name, hung)
    if found is not None:
        return found
    named = {parameter: name for parameter, key in creation.target.items() if key in resource.naming}
    given, more = stage.arguments.creation(resource, creation, {**hung, **named}, full=False, variant=0)
    stage.session.ledger.lease(name, resource.name)
    stage.keeping = True
    try:
        thing, exchange = stage.create(resource, creation, given, {**parts, **more}, why=f"{resource.title} to keep")
    finally:
        stage.keeping = False
    if thing is None or not exchange.succeeded:
        raise Blocked(f"{creation.operation.id} answered {exchange.response.status}, so there is no {resource.title}")
    return thing


def _found(stage: Stage, resource: Resource, creation: Action, name: str, hung: Mapping[str, str]) -> Thing | None:
    """A thing of that name where it would be made, leased from now on."""
    for action in resource.all("list"):
        if action.ids or not action.own_answer:
            continue
        values = {parameter: hung[parameter] for parameter in action.target if parameter in hung}
        items, _ = stage.listed(action, values, why=f"find the {resource.title} to work in")
        for item in items:
            if isinstance(item, dict) and any(item.get(key) == name for key in resource.naming):
                _lease(stage, resource, item)
                return Thing(resource, Entry(-1, resource.name), creation, dict(hung), fields=dict(item))
    return None


def _lease(stage: Stage, resource: Resource, item: Mapping[str, Any]) -> None:
    for key in (resource.id, *resource.naming):
        value = item.get(key) if key else None
        if isinstance(value, str):
            stage.session.ledger.lease(value, resource.name)


def needed(promise: Promise, resources: Mapping[str, Resource], mode: Mode, leased: Mapping[str, str]) -> None:
    """Raises ``NoLease`` when a run would have to make something that stays on somebody's system."""
    name = promise.conventions.get("lease")
    if name and mode is Mode.ADDITIVE and name not in leased:
        title = resources[name].title
        raise NoLease(
            f"a {title} that a run makes stays for ever: name one it may work in with --{name} NAME; "
            "what it adds there it removes again"
        )


def told(resources: Mapping[str, Resource]) -> str:
    """What stays of a run in words, for those who start it; empty where nothing does."""
    titles = ", ".join(one.title for one in staying(resources))
    return f"what a run makes of these stays, since nothing deletes it: {titles}" if titles else ""


def left(stage: Stage, entries: Iterator[Entry]) -> list[str]:
    """The things that a run leaves for ever, those that hang on nothing by name."""
    from contract_tests.clearing import known_of, label

    found = []
    for entry in entries:
        resource = stage.resources[entry.resource]
        if stays(resource, stage.resources) and is_ground(resource):
            found.append(label(resource, {key: texts[0] for key, texts in known_of(resource, entry).items() if texts}))
    return found
