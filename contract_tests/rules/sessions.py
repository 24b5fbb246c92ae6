"""Sessions: who gets in, and what tells of it, is changed by nothing that is not about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import settable
from contract_tests.stage import Blocked, Stage, Thing

SOURCE = "sessions in conventions.yaml"


@scenario_rule(
    "issued-credential-is-known",
    title="What a session operation issues is a credential",
    source="sessions in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="run",
)
def issued_credential_is_known(stage: Stage, promise: object) -> None:
    """A read with it is answered, or refused for want of permission, but not as without a credential."""
    reading = next((one for one in stage.promise.operations.values() if one.safe and one.secured), None)
    for session in stage.conventions.get("sessions", ()):
        operation = stage.promise.operation(session["operation"])
        exchange = stage.call(operation, stage.pair(operation), why="the right pair", credential=None)
        token = stage.payload(exchange)
        if reading is None or not session.get("issues") or not isinstance(token, str):
            continue
        header = ((stage.conventions["credential"]["name"], token),)
        stage.call(
            reading,
            stage.happy(reading),
            "success|permission",
            credential=None,
            headers=header,
            why="the credential a session operation has issued",
            evidence=Evidence.ASSUMED,
        )


@scenario_rule(
    "login-checks-the-password",
    title="A session operation accepts the right pair and refuses the wrong one",
    source="the session operations",
    evidence=Evidence.CLIENT,
    each="run",
)
def login_checks_the_password(stage: Stage, promise: object) -> None:
    """The right pair succeeds; a wrong secret and an unknown account are refused with the code for credentials."""
    for session in stage.conventions.get("sessions", ()):
        operation = stage.promise.operation(session["operation"])
        thing = stage.make(stage.resources[session["resource"]], session["made_with"], why="create an account")
        right = {name: str(thing.get(key)) for name, key in session["arguments"].items()}
        stage.call(operation, right, why="the right pair", credential=None)
        wrong = {**right, session["secret"]: "Wr0ng-" + right[session["secret"]]}
        stage.call(operation, wrong, "unauthenticated", why="a wrong secret", credential=None)
        account = next(iter(session["arguments"]))
        nobody = {**right, account: stage.arguments.fresh_name(thing.resource)}
        stage.call(operation, nobody, "unauthenticated", why="an unknown account", credential=None)


@scenario_rule(
    "logins-are-told-by-logins",
    title="What tells of a login is changed by logins only",
    source=SOURCE,
    evidence=Evidence.CLIENT,
)
def logins_are_told_by_logins(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Whatever a read of an account shows otherwise after a login stays so when the account is updated, renamed, moved
    or acted on, and when a login fails."""
    for session in _sessions(stage, resource):
        for action in resource.all("update", "rename", "move", "act"):
            thing = stage.make(resource, session["made_with"], why="create an account")
            before = _facets(stage, thing)
            if not _logs_in(stage, session, thing, "the right pair").succeeded:
                continue
            after = _facets(stage, thing)
            _logs_in(stage, session, thing, "a wrong secret", wrong=True)
            exchange = _changed(stage, thing, action)
            if not exchange.succeeded:
                continue
            now = _facets(stage, thing)
            for name in [one for one in now if one in before and one in after]:
                told, seen = now[name]
                if after[name][0] != before[name][0] and told != after[name][0]:
                    message = f"{name} shows {told!r} though nobody logged in"
                    wanted = repr(after[name][0])
                    yield Complaint(message, repr(told), wanted, name, exchange=exchange, steps=(seen,))


@scenario_rule(
    "who-gets-in-stays",
    title="Who gets in, and who does not, stays so when something else is changed",
    source=SOURCE,
    evidence=Evidence.ASSUMED,
)
def who_gets_in_stays(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After each action on an account a login succeeds or fails; after an update of one text, a rename or a move it
    still does."""
    for session in _sessions(stage, resource):
        for act in resource.all("act"):
            for action in resource.all("update", "rename", "move"):
                thing = stage.make(resource, session["made_with"], why="create an account")
                stage.call(act.operation, stage.values(thing, act), why=act.operation.id)
                before = _logs_in(stage, session, thing, f"after {act.operation.id}")
                exchange = _changed(stage, thing, action)
                after = _logs_in(stage, session, thing, f"after {act.operation.id} and {action.operation.id}")
                if exchange.succeeded and before.succeeded is not after.succeeded:
                    told = "gets in" if after.succeeded else "does not get in"
                    message = f"an account {told}, other than before, after {act.operation.id}"
                    cause = f"{act.operation.id} {told}"
                    yield Complaint(message, told, "as before", cause, exchange=exchange, steps=(after,))


def _sessions(stage: Stage, resource: Resource) -> Iterator[Mapping[str, Any]]:
    """The sessions that check an account of a resource by a secret."""
    for session in stage.conventions.get("sessions", ()):
        if session["resource"] == resource.name and session.get("secret"):
            yield session


def _logs_in(stage: Stage, session: Mapping[str, Any], thing: Thing, why: str, *, wrong: bool = False) -> Exchange:
    """A login with the pair an account was made with, whatever comes of it, or with another secret."""
    pair = {name: str(thing.get(key)) for name, key in session["arguments"].items()}
    if wrong:
        pair[session["secret"]] = "Wr0ng-" + pair[session["secret"]]
    return stage.call(stage.promise.operation(session["operation"]), pair, None, why=why, credential=None)


def _facets(stage: Stage, thing: Thing) -> dict[str, tuple[Any, Exchange]]:
    """What the parts of an account show, by operation."""
    found = {}
    for action in stage.actions(thing, "facet"):
        exchange = stage.call(action.operation, stage.address(action, thing), why="read what tells of a login")
        if exchange.succeeded:
            found[action.operation.id] = stage.payload(exchange), exchange
    return found


def _changed(stage: Stage, thing: Thing, action: Action) -> Exchange:
    """A change of an account: of one text where it is an update; raises ``Blocked`` where it has none."""
    if action.verb == "rename":
        return stage.rename(thing, action, stage.arguments.fresh_name(thing.resource), why="rename it")
    if action.verb == "move":
        return stage.move(thing, action, stage.goals(action), why="move it", evidence=action.evidence)
    values = stage.values(thing, action)
    if action.verb == "update":
        text = next((one for one in settable(action, thing) if stage.arguments.is_free(one)), None)
        if text is None:
            raise Blocked(f"{action.operation.id} sets no free text of a {thing.resource.title}")
        values[text.name] = stage.arguments.sample(text, stage.arguments.unused())
    return stage.call(action.operation, values, why=action.operation.id)
