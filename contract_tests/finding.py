"""What exists on a target: whether a name is free, and things to read where a run may make none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any

from contract_tests.ledger import Entry
from contract_tests.model import Action, Resource
from contract_tests.samples import TAG_FORM
from contract_tests.thing import Blocked, Thing

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Things others hang on that are looked into, such as users with groups.
HOLDERS = 8


def is_taken(stage: Stage, resource: Resource, name: str) -> bool:
    """Whether somebody has a name that does not show whose it is; where nothing can tell, it is taken.

    A free one is the run's from now on.
    """
    for action in resource.all("exists", "read"):
        if len(action.target) == 1 and resource.naming & set(action.target.values()):
            outcome = "success" if action.verb == "exists" else "success|not-found"
            values = dict.fromkeys(action.target, name)
            exchange = stage.call(action.operation, values, outcome, why="is the name free?", evidence=action.evidence)
            absent = exchange.response.status == stage.promise.status_of("not-found")
            if absent or (action.verb == "exists" and stage.payload(exchange) is False):
                stage.session.ledger.claim(name)
                return False
            return True
    return True


def reserve(stage: Stage, resource: Resource, creation: Action, given: Mapping[str, Any]) -> None:
    """Make sure that nobody has a name which cannot carry the tag."""
    if not resource.untagged:
        return
    for parameter, key in creation.target.items():
        name = given.get(parameter)
        if key in resource.naming and isinstance(name, str) and not stage.session.ledger.owns(name):
            is_taken(stage, resource, name)


def is_own(stage: Stage, resource: Resource, shown: Mapping[str, Any]) -> bool:
    """Whether an answer is about the thing it should be: a target may answer with somebody else's."""
    names = [shown[key] for key in resource.naming if isinstance(shown.get(key), str)]
    ledger = stage.session.ledger
    own = not ledger.is_foreign(resource.name, shown) and all(ledger.may_name(name) for name in names)
    return own or not stage.mode.writes


def existing(
    stage: Stage,
    resource: Resource,
    creation: Action,
    *,
    below: frozenset[str] = frozenset(),
    answered: list[bool] | None = None,
) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Things of a resource that lists show, of the sort a creation makes: nothing of them is written down.

    What looks like a thing of another run is left out: it may be gone with the next request. ``below`` are resources
    whose holders are being looked for: things may lie in things of their own sort. ``answered`` is told of each list
    whether it answered; without it a list that is refused is a fault, since what is there has its lists.
    """
    for action in resource.all("list"):
        if any(creation.fixed.get(key, value) != value for key, value in action.where.items()):
            continue
        for values, known in _scopes(stage, action, creation, below, answered):
            told: dict[str, Any] = {"why": f"find a {resource.title}", "evidence": action.evidence}
            exchange = stage.call(action.operation, values, "success" if answered is None else None, **told)
            items = stage.items(exchange, action)
            if answered is not None:
                absent = bool(values) and exchange.response.status == stage.promise.status_of("not-found")
                answered.append(items is not None or absent)
            for item in items or ():
                fields = _fields(resource, item, known)
                if fields is not None and not _is_other_sort(fields, creation) and not _is_of_a_run(resource, fields):
                    yield Entry(-1, resource.name), fields


def _scopes(
    stage: Stage, action: Action, creation: Action, below: frozenset[str], answered: list[bool] | None
) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Arguments of a list, and what they tell of its items: for a list of what hangs on something, each of some."""
    if not action.target:
        if not any(one.required for one in action.operation.parameters):
            yield {}, {}
        return
    if len(action.target) > 1:
        return
    ((parameter, key),) = action.target.items()
    part = next((one for name, one in creation.parts.items() if creation.target.get(name) == key), None)
    if part is None or part.resource not in stage.resources or part.resource in below:
        return
    holder = stage.resources[part.resource]
    for made in holder.all("create"):
        found = existing(stage, holder, made, below=below | {holder.name}, answered=answered)
        for entry, fields in islice(found, HOLDERS):
            value = fields.get(part.key)
            if isinstance(value, str):
                if answered is None:
                    _borrow(stage, Thing(holder, entry, made, {}, fields=fields))
                yield {parameter: value}, {key: value}


def _fields(resource: Resource, item: Any, known: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        return None
    if resource.item:
        told = {key: item[shown] for shown, key in resource.item.items() if shown in item}
        return {**known, **told} if len(told) == len(resource.item) else None
    return {**item, **{key: value for key, value in known.items() if key not in item}}


def _is_other_sort(fields: Mapping[str, Any], creation: Action) -> bool:
    return any(key in fields and fields[key] != value for key, value in creation.fixed.items())


def _is_of_a_run(resource: Resource, fields: Mapping[str, Any]) -> bool:
    texts = (str(fields.get(key, "")) for key in {*resource.naming, *resource.identity, *resource.hung})
    return any(re.match(TAG_FORM, text.casefold()) for text in texts)


def _borrow(stage: Stage, thing: Thing) -> Thing:
    """Something of others that is there as long as lists show it."""
    if not any((one.resource, one.fields) == (thing.resource, thing.fields) for one in stage.session.borrowed):
        stage.session.borrowed.append(thing)
    return thing


def look_up(stage: Stage, resource: Resource, creation: Action) -> Thing:
    """The first thing there is of the sort a creation makes, a link also when no list shows it; raises ``Blocked``."""
    for entry, fields in chain(existing(stage, resource, creation), _linked(stage, resource, creation)):
        return _borrow(stage, Thing(resource, entry, creation, {}, fields=fields))
    raise Blocked(f"no list shows a {resource.title}, and a {stage.mode} run makes none")


def _linked(stage: Stage, resource: Resource, creation: Action) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Links between things that are there, for a resource that is known by those: asked of each pair, once in a run."""
    asking = resource.first("exists")
    if asking is None or not set(asking.target.values()) <= resource.hung or resource.name in stage.unlinked:
        return
    ends = [_ends(stage, creation, key) for key in asking.target.values()]
    for pair in product(*ends):
        if len(set(pair)) < len(pair):
            continue
        values = dict(zip(asking.target, pair, strict=True))
        exchange = stage.call(asking.operation, values, why="ask for a link", evidence=asking.evidence)
        if not exchange.succeeded:
            break
        if stage.payload(exchange) is True:
            yield Entry(-1, resource.name), dict(zip(asking.target.values(), pair, strict=True))
    stage.unlinked.add(resource.name)


def _ends(stage: Stage, creation: Action, key: str) -> list[str]:
    """Names of things a link may have at one of its ends."""
    part = next(one for name, one in creation.parts.items() if creation.target.get(name) == key)
    holder = stage.resources[part.resource]
    shown = chain.from_iterable(existing(stage, holder, made) for made in holder.all("create"))
    names = (fields.get(part.key) for _, fields in shown)
    return list(islice(dict.fromkeys(one for one in names if isinstance(one, str)), HOLDERS))


def look_up_others(stage: Stage, thing: Thing) -> Iterator[Thing]:
    """Other things there are of the sort of one, those first that lists show last: they are seldom read."""
    found = list(existing(stage, thing.resource, thing.action))
    for entry, fields in reversed(found):
        if not stage.is_item(fields, thing):
            yield _borrow(stage, Thing(thing.resource, entry, thing.action, {}, fields=fields))
