"""Access: every operation refuses a caller without a good credential, and does nothing for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import kept
from contract_tests.stage import Stage, Thing

SEED = "an invalid or expired credential is refused: the authentication section of the API"
#: Refused on every operation; the other wrong forms are tried on one operation each.
EVERYWHERE = ("missing", "wrong:unknown")


@scenario_rule(
    "credential-needed", title="Without a good credential every operation is refused", source=SEED, each="operation"
)
def credential_needed(stage: Stage, operation: Operation) -> None:
    """Sent as it would succeed, but with no credential, and with an unknown one: each time refused with the code for
    credentials, although the arguments are right."""
    if not operation.secured:
        return
    for name in EVERYWHERE:
        _refused(stage, operation, name)


@scenario_rule(
    "credential-forms",
    title="No form of a wrong credential passes",
    source=SEED,
    each="run",
)
def credential_forms(stage: Stage, promise: object) -> None:
    """Cut, changed, of another scheme, without its scheme, expired, disabled: each is refused, on reads and writes."""
    forms = sorted(name for name in stage.session.credentials.values if name not in ("valid", *EVERYWHERE))
    secured = [one for one in stage.promise.operations.values() if one.secured]
    reading = [one for one in secured if one.safe]
    for number, form in enumerate(one for one in forms if not one.startswith("role:")):
        for operations in (reading, secured):
            if operations:
                _refused(stage, operations[number % len(operations)], form)


def _refused(stage: Stage, operation: Operation, credential: str) -> None:
    name = None if credential == "missing" else credential
    why = "no credential" if name is None else f"a credential that is {credential.removeprefix('wrong:')}"
    found = stage.action_of(operation)
    if found is None or found[1].verb != "create":
        exchange = stage.call(operation, stage.happy(operation), "unauthenticated", why=why, credential=name)
        _done_anyway(stage, found, exchange)
        return
    resource, action = found
    given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
    stage.create(resource, action, given, parts, "unauthenticated", why=why, credential=name)


def _done_anyway(stage: Stage, found: tuple[Resource, Action] | None, exchange: Exchange) -> None:
    """Nothing may have changed; what was deleted or renamed all the same is no longer what the run thinks it is."""
    if found is None or not exchange.succeeded:
        return
    resource, action = found
    thing = stage.standing(resource.name, resource.creation(action))
    if action.verb == "delete":
        stage.mark_gone(thing)


@scenario_rule("refused-changes-nothing", title="A refused caller changes nothing", source=SEED)
def refused_changes_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After updates, renames, actions and deletions without a credential the thing is exactly as it was."""
    creation = resource.first("create")
    if creation is None:
        return
    thing = stage.make(resource, action=creation, full=True, why="create something nobody may touch")
    before = look(stage, thing)
    for action in stage.actions(thing, "update", "rename", "move", "act", "delete"):
        if not action.operation.secured:
            continue
        values = {**stage.values(thing, action), **_change(stage, thing, action, before)}
        exchange = stage.call(action.operation, values, "unauthenticated", why="no credential", credential=None)
        after = look(stage, thing)
        yield from kept(thing, before, after, exchange, why=f" by a refused {action.operation.id}")


def _change(stage: Stage, thing: Thing, action: Action, before: Mapping[str, object]) -> dict[str, str]:
    """A new value for the first key an update can set."""
    if action.verb != "update":
        return {}
    for parameter in action.operation.parameters:
        if parameter.field and parameter.name not in action.target and parameter.name not in thing.resource.parts:
            current = before.get(parameter.field)
            return stage.arguments.another(thing.resource, action.operation, parameter, current) or {}
    return {}


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
