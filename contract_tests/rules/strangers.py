"""Strangers: another account neither sees nor changes anything of this one, however it names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.arguments import GHOST
from contract_tests.batches import items_in
from contract_tests.credentials import ROLE_PREFIX
from contract_tests.evidence import Evidence
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.rules.access import find_again
from contract_tests.rules.addresses import names_for
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import kept
from contract_tests.stage import Blocked, Stage, Thing

SOURCE = "strangers in conventions.yaml; one account does not see the other's data"
KNOWN = Evidence.ASSUMED


def strangers(stage: Stage) -> Iterator[str]:
    """The credentials of other accounts; raises ``Blocked`` where one was not given."""
    for stranger in stage.conventions.get("strangers", ()):
        if stage.session.credentials.get(f"role:{stranger}") is None:
            raise Blocked(f"no credential of another account was given: set {ROLE_PREFIX}{stranger.upper()}")
        yield f"role:{stranger}"


@scenario_rule("strangers-see-nothing", title="Another account sees and changes nothing", source=SOURCE, evidence=KNOWN)
def strangers_see_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """With the credential of another account a thing, and what comes with it, is read, listed, changed and deleted as
    one that does not exist, by its id and by a name that stands for it; it stays as it was, and no list of the other
    account has it. What is answered about anything is answered about it as about what does not exist."""
    for stranger in strangers(stage):
        for creation in _origins(resource):
            thing = _own(stage, resource, creation)
            before = look(stage, thing)
            for action in stage.actions(thing, "read", "facet", "update", "rename", "act", "delete", "bulk"):
                if action.always:
                    yield from _as_unknown(stage, thing, action, stranger)
                elif _is_addressed(action):
                    yield from _unseen(stage, thing, action, stranger, before)
            for listing in stage.actions(thing, "list"):
                yield from _unlisted(stage, thing, listing, stranger)


def _origins(resource: Resource) -> Iterator[Action]:
    """How things of a resource come to be that an account has made, or that come with one it has made."""
    yield from resource.all("create")
    coming = resource.coming
    if coming is not None and any(part.key for part in coming.parts.values()):
        yield coming


def _own(stage: Stage, resource: Resource, creation: Action) -> Thing:
    if creation is resource.coming:
        return stage.standing(resource.name)
    return stage.make(resource, action=creation, why="create something another account may not see")


def _is_addressed(action: Action) -> bool:
    """Whether an action names something that only its account has."""
    facts = [one for one in action.parts.values() if not one.key]
    return bool(action.target or action.parts) and not facts


def _unseen(
    stage: Stage, thing: Thing, action: Action, stranger: str, before: Mapping[str, Any]
) -> Iterator[Complaint]:
    values = stage.values(thing, action)
    named = names_for(stage, action.operation, values) if action.operation.safe else {}
    known = min(KNOWN, action.evidence)
    for sent in (values, {**values, **named}) if named else (values,):
        why = "a thing of another account"
        exchange = stage.call(action.operation, sent, "not-found", why=why, credential=stranger, evidence=known)
        if exchange.succeeded and action.verb in ("read", "facet"):
            told, cause = exchange.response.text[:200], f"read {action.operation.id}"
            yield Complaint("another account reads it", told, "not found", cause, exchange=exchange)
        if not action.operation.safe:
            after = look(stage, thing)
            if before and not after:
                yield Complaint("another account has deleted it", "gone", "there", "deleted", exchange=exchange)
                stage.mark_gone(thing)
            yield from kept(thing, before, after, exchange, why=" by another account")


def _holders(action: Action) -> list[str]:
    return [part.resource for part in action.parts.values() if part.key]


def _as_unknown(stage: Stage, thing: Thing, action: Action, stranger: str) -> Iterator[Complaint]:
    """What is answered about everything tells another account of a thing what it tells of none."""
    values = stage.values(thing, action)
    ghost = stage.ghost(action, thing) or dict.fromkeys(action.target, GHOST)
    mine = stage.call(action.operation, values, why="what its own account is told")
    said: dict[str, Any] = {"credential": stranger, "evidence": min(KNOWN, action.evidence)}
    theirs = stage.call(action.operation, values, why="what another account is told", **said)
    unknown = stage.call(action.operation, {**values, **ghost}, why="what it is told of nothing", **said)
    told = stage.payload(theirs)
    if theirs.succeeded and told == stage.payload(mine) != stage.payload(unknown):
        shown = theirs.response.text[:200]
        yield Complaint("another account is told of it", shown, unknown.response.text[:200], "told", exchange=theirs)


def _unlisted(stage: Stage, thing: Thing, listing: Action, stranger: str) -> Iterator[Complaint]:
    values = {**stage.address(listing, thing), **stage.scope(listing, thing)}
    situation, why = "not-found" if listing.target else "success", "a list of another account"
    exchange = stage.call(listing.operation, values, situation, why=why, credential=stranger, evidence=KNOWN)
    if any(stage.is_item(item, thing) for item in items_in(stage.promise, stage.payload(exchange)) or ()):
        yield Complaint("another account lists it", "listed", "absent", listing.operation.id, exchange=exchange)


@scenario_rule(
    "strangers-make-nothing",
    title="Another account makes nothing in things of this one",
    source=SOURCE,
    evidence=KNOWN,
)
def strangers_make_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation in something of this account, with the credential of another one, is refused as one in something that
    does not exist, and nothing is there afterwards."""
    for stranger in strangers(stage):
        for action in resource.all("create"):
            if not _holders(action):
                continue
            given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
            why = "in a thing of another account"
            thing, exchange = stage.tried(
                resource, action, given, parts, "not-found", why=why, credential=stranger, evidence=KNOWN
            )
            seen = find_again(stage, thing) if resource.naming or exchange.succeeded else None
            if seen is None and not exchange.succeeded:
                stage.forget(thing)
            elif seen is not None:
                yield Complaint("another account makes it", "there", "absent", "made", exchange=exchange, steps=(seen,))


@scenario_rule(
    "strangers-have-their-own",
    writes=False,
    title="What comes with an account is not shown to another one",
    source=SOURCE,
    evidence=KNOWN,
)
def strangers_have_their_own(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What an account has without making it, such as its messages, events and logfiles, is asked for with the
    credential of another one in the same words: that has none of it, or something else under the same name."""
    coming = resource.coming
    if coming is None or any(part.key for part in coming.parts.values()):
        return
    missing: Blocked | None = None
    for stranger in strangers(stage):
        thing = stage.standing(resource.name)
        for action in stage.actions(thing, "read", "facet", "list"):
            try:
                values = {**stage.address(action, thing), **stage.scope(action, thing)}
            except Blocked as error:
                missing = error
                continue
            yield from _apart(stage, resource, action, values, stranger)
    if missing is not None:
        raise missing


def _apart(
    stage: Stage, resource: Resource, action: Action, values: Mapping[str, str], stranger: str
) -> Iterator[Complaint]:
    known = min(KNOWN, action.evidence)
    mine = stage.call(action.operation, values, why="what an account has", evidence=action.evidence)
    theirs = stage.call(
        action.operation, values, "success|not-found", why="of another account", credential=stranger, evidence=known
    )
    found = _shared(stage, mine, theirs) if mine.succeeded and theirs.succeeded else None
    if found is not None:
        message = "another account is shown what this one has"
        yield Complaint(message, str(found)[:200], "not there", action.operation.id, exchange=theirs, steps=(mine,))
    other = _words(stage, theirs)
    alone = next((one for one in _words(stage, mine) if one not in other), None)
    if alone is not None and action.verb == "list":
        yield from _followed(stage, resource, action, alone, stranger)


def _words(stage: Stage, exchange: Exchange) -> list[str]:
    items = items_in(stage.promise, stage.payload(exchange)) if exchange.succeeded else None
    return [one for one in items or () if isinstance(one, str)]


def _followed(stage: Stage, resource: Resource, listing: Action, word: str, stranger: str) -> Iterator[Complaint]:
    """What takes a word that only this account's list has knows nothing of it for another account."""
    recipes: Mapping[str, Mapping[str, Any]] = stage.conventions.get("environment", {})
    facts = {name for name, recipe in recipes.items() if recipe["operation"] == listing.operation.id}
    for action in resource.all("read", "facet", "list"):
        values = {name: word for name, part in action.parts.items() if part.resource in facts}
        if not values or len(values) < len(action.parts):
            continue
        situation = "success|not-found" if action.verb == "list" else "not-found"
        why = f"{word}, which only another account has"
        exchange = stage.call(action.operation, values, situation, why=why, credential=stranger, evidence=KNOWN)
        if exchange.succeeded and _words(stage, exchange):
            told, cause = exchange.response.text[:200], f"{action.operation.id} alone"
            yield Complaint("another account is shown what this one has", told, "nothing", cause, exchange=exchange)


def _shared(stage: Stage, mine: Exchange, theirs: Exchange) -> Any | None:
    """An item that two lists have, or what two answers show alike; words that lists are made of may be the same."""
    own, other = stage.payload(mine), stage.payload(theirs)
    items = items_in(stage.promise, own)
    if items is not None:
        return next(
            (one for one in items_in(stage.promise, other) or () if isinstance(one, dict) and one in items), None
        )
    alike = own == other and own not in (MISSING, None, "", {})
    header_alone = isinstance(own, str) and len(own.splitlines()) < 2
    return own if alike and not header_alone else None
