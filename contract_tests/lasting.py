"""Things that nothing deletes: what a run leaves of them, and the ones it works in instead of making more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
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
#: What a full run makes at most of a thing that stays and hangs on nothing, to judge how it is made.
MOST = 12


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


def kept_name(resource: Resource) -> str:
    """What the thing of a resource is called that every run finds again."""
    return KEPT_NAME.format(letter=resource.letter)


def few(stage: Stage, resource: Resource) -> bool:
    """Whether a run makes as few things of a resource as it can, since they stay on somebody's system."""
    return stage.sparing and stays(resource, stage.resources)


def made_once(stage: Stage, resource: Resource) -> bool:
    """Whether a run makes no more things of a resource than the one to work in."""
    return stage.mode is Mode.ADDITIVE and few(stage, resource)


def allow(stage: Stage, resource: Resource) -> None:
    """Raises ``Blocked`` where a run would make more than it needs of what stays on somebody's system.

    In full it needs some, beside the one to work in, to judge how they are made, which scenarios do.
    """
    if stage.spares.keeping or not few(stage, resource):
        return
    scenario, made = stage.session.engine not in ("machine", "fuzz"), 0
    if is_ground(resource):
        made = sum(one.resource == resource.name and not one.gone for one in stage.session.ledger.entries)
    if made_once(stage, resource) or not scenario or made > MOST:
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
            left = bool(named & lasts) or resource.name in lasts or _is_on_fact(resource, action)
            known = touching.get(action.operation.id, True)
            touching[action.operation.id] = known and left and not action.operation.safe
    return {name for name, left in touching.items() if left}


def _is_on_fact(resource: Resource, action: Action) -> bool:
    """Whether it makes something that stays, on what is somebody else's."""
    return resource.lasting and action.verb == "create" and any(not one.key for one in action.parts.values())


def kept(stage: Stage, resource: Resource, creation: Action) -> Thing:
    """The thing that every run on a system uses: the leased one, else one of a fixed name, made when it is not there.

    Raises ``Blocked``.
    """
    name = _name(stage, resource)
    parts = {name: stage.standing(part.resource) for name, part in creation.parts.items() if part.key}
    hung = {name: str(one.get(creation.parts[name].key)) for name, one in parts.items()}
    found = _found(stage, resource, creation, name, hung)
    if found is not None:
        return found
    if resource.name in stage.leased:
        raise Blocked(f"{resource.title}: none is called {name}, and what is made of it stays for ever")
    named = {parameter: name for parameter, key in creation.target.items() if key in resource.naming}
    given, more = stage.arguments.creation(resource, creation, {**hung, **named}, full=False, variant=0)
    stage.session.ledger.lease(name, resource.name)
    with stage.spares.kept():
        thing, exchange = stage.create(resource, creation, given, {**parts, **more}, why=f"{resource.title} to keep")
    if thing is None or not exchange.succeeded:
        raise Blocked(f"{creation.operation.id} answered {exchange.response.status}, so there is no {resource.title}")
    return thing


def enter(stage: Stage) -> None:
    """Raises ``NoLease`` when the target shows nothing of the name that a run is to work in."""
    for kind, name in stage.leased.items():
        resource = stage.resources[kind]
        creation = resource.origin
        if creation is None or not is_ground(resource):
            continue
        with suppress(Blocked):  # of a list that does not answer rules have something to say
            if _found(stage, resource, creation, name, {}) is None:
                raise NoLease(f"--{kind} {name!r}: the target shows no {resource.title} of that name")


def _name(stage: Stage, resource: Resource) -> str:
    """What the thing to work in is called; raises ``Blocked``."""
    if resource.name not in stage.leased and is_ground(resource) and stage.mode is Mode.ADDITIVE:
        raise Blocked(f"{resource.title}: none is leased, and what is made of it stays for ever")
    return _called(stage, resource)


def _called(stage: Stage, resource: Resource) -> str:
    return stage.leased.get(resource.name) or kept_name(resource)


def is_kept(stage: Stage, resource: Resource, item: Mapping[str, Any]) -> bool:
    """Whether something is there for a full run to have as its own: it may be changed."""
    own = stage.mode is Mode.FULL and few(stage, resource)
    return own and any(item.get(key) == _called(stage, resource) for key in resource.naming)


def _found(stage: Stage, resource: Resource, creation: Action, name: str, hung: Mapping[str, str]) -> Thing | None:
    """A thing of that name where it would be made, leased or the run's own from now on."""
    for action in resource.all("list"):
        if action.ids or not action.own_answer:
            continue
        values = {parameter: hung[parameter] for parameter in action.target if parameter in hung}
        items, _ = stage.listed(action, values, why=f"find the {resource.title} to work in")
        for item in items:
            if isinstance(item, dict) and any(item.get(key) == name for key in resource.naming):
                thing = Thing(resource, _taken(stage, resource, item), creation, dict(hung), fields=dict(item))
                _spare_names(stage, thing)
                return thing
    return None


def _taken(stage: Stage, resource: Resource, item: Mapping[str, Any]) -> Entry:
    """Something that is there already is the run's to work in."""
    ledger = stage.session.ledger
    known = {key: item[key] for key in (resource.id, *resource.naming) if key and isinstance(item.get(key), str)}
    if is_kept(stage, resource, item):
        same = (one for one in ledger.entries if one.resource == resource.name and one.values == known)
        return next(same, None) or ledger.intend(resource.name, known)
    for value in known.values():
        ledger.lease(value, resource.name)
    return Entry(-1, resource.name)


def _spare_names(stage: Stage, holder: Thing) -> None:
    """What an earlier run with this seed has left in something keeps its names to itself."""
    for resource in staying(stage.resources):
        for action in resource.all("list"):
            parts = {name: part for one in resource.all("create") for name, part in one.parts.items()}
            here = {name: str(holder.get(parts[name].key)) for name in action.target if name in parts}
            if not here or any(parts[name].resource != holder.resource.name for name in here):
                continue
            items, _ = stage.listed(action, here, why=f"see what {resource.title}s there are")
            names = (item.get(key) for item in items if isinstance(item, dict) for key in resource.naming)
            stage.arguments.used.update(one for one in names if isinstance(one, str))


def needed(promise: Promise, resources: Mapping[str, Resource], mode: Mode, leased: Mapping[str, str]) -> None:
    """Raises ``NoLease`` when a run would have to make something that stays on somebody's system."""
    name = promise.conventions.get("lease")
    if name and mode is Mode.ADDITIVE and name not in leased:
        title = resources[name].title
        raise NoLease(
            f"a {title} that a run makes stays for ever: name one it may work in with --{name} NAME; "
            "what it adds there it removes again"
        )


def told(resources: Mapping[str, Resource], mode: Mode, leased: Mapping[str, str]) -> str:
    """What stays of a run that is sparing, for those who start it; empty where nothing does."""
    lasts = staying(resources)
    if not lasts or mode is Mode.READ_ONLY:
        return ""
    grounds = [one for one in lasts if is_ground(one)]
    places = [f"the {one.title} {leased.get(one.name) or kept_name(one)}" for one in grounds]
    inside = [f"the {one.title} {kept_name(one)}" for one in lasts if not is_ground(one)]
    if inside:
        places.append(f"{', '.join(inside)} there")
    place = f"the run works in {' and in '.join(places)}: they stay, and the next run finds them"
    if mode is Mode.ADDITIVE or not grounds:
        return place
    made = " or a ".join(one.title for one in grounds)
    more = f"{MOST} more" if len(grounds) == 1 else f"{MOST} more of each"
    return f"{place}; to judge how a {made} is made it makes up to {more}, and nothing deletes those"


def left(stage: Stage, entries: Iterator[Entry]) -> list[str]:
    """The things that a run leaves for ever, those that hang on nothing by name."""
    from contract_tests.clearing import known_of, label

    found = []
    for entry in entries:
        resource = stage.resources[entry.resource]
        if stays(resource, stage.resources) and is_ground(resource):
            found.append(label(resource, {key: texts[0] for key, texts in known_of(resource, entry).items() if texts}))
    return found
