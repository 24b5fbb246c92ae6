"""Access: every operation refuses a caller without a good credential, and does nothing for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.attempts import attempt
from contract_tests.credentials import FROM_ENVIRONMENT, ROLE_PREFIX
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import kept
from contract_tests.stage import Blocked, Stage, Thing

SEED = "an invalid or expired credential is refused: the authentication section of the API"
PLACE = "credential in conventions.yaml; header names have no case: RFC 9110, 5.1"
#: Refused on every operation; the other wrong forms are tried on one operation each.
EVERYWHERE = ("missing", "wrong:unknown")


@scenario_rule(
    "credential-needed",
    writes=False,
    title="Without a good credential every operation is refused",
    source=SEED,
    each="operation",
)
def credential_needed(stage: Stage, operation: Operation) -> None:
    """Sent as it would succeed, but with no credential, and with an unknown one: each time refused with the code for
    credentials, although the arguments are right."""
    if not operation.secured:
        return
    for name in EVERYWHERE:
        _refused(stage, operation, name)


@scenario_rule("credential-forms", writes=False, title="No form of a wrong credential passes", source=SEED, each="run")
def credential_forms(stage: Stage, promise: object) -> None:
    """Cut, changed, in another case, of another scheme, without its scheme: each is refused, on reads and writes. Of
    two in the query the one counts that counts of every repeated name."""
    forms = sorted(
        one for one in stage.session.credentials.values if one.startswith("wrong:") and one not in EVERYWHERE
    )
    secured = [one for one in stage.operations if one.secured]
    reading = [one for one in secured if one.safe]
    for number, form in enumerate(forms):
        for operations in (reading, secured):
            if operations:
                _refused(stage, operations[number % len(operations)], form)
    for operation in reading[:1]:
        _repeated(stage, operation)


def _repeated(stage: Stage, operation: Operation) -> None:
    """Two credentials in one query, of which one is good."""
    place, which = stage.conventions["credential"], stage.conventions.get("query", {}).get("repeated")
    good, bad = (str(stage.session.credentials.get(name)) for name in ("valid", "wrong:changed"))
    if place.get("in") != "query" or which not in ("first", "last"):
        return
    for pair in ((good, bad), (bad, good)):
        counts = pair[0] if which == "first" else pair[1]
        situation, why = "success" if counts == good else "unauthenticated", f"two credentials, the {which} counts"
        extra = tuple((place["name"], one) for one in pair)
        values = stage.happy(operation)
        stage.call(operation, values, situation, why=why, credential=None, extra=extra, evidence=Evidence.ASSUMED)


@scenario_rule("expired-credential", writes=False, title="An expired credential is refused", source=SEED, each="run")
def expired_credential(stage: Stage, promise: object) -> None:
    """On a read and a write of each section. Judged where the run was given one."""
    _refused_everywhere(stage, "expired")


@scenario_rule("disabled-credential", writes=False, title="A disabled credential is refused", source=SEED, each="run")
def disabled_credential(stage: Stage, promise: object) -> None:
    """On a read and a write of each section. Judged where the run was given one."""
    _refused_everywhere(stage, "disabled")


def _refused_everywhere(stage: Stage, name: str) -> None:
    if stage.session.credentials.get(name) is None:
        raise Blocked(f"no {name} credential was given: set {FROM_ENVIRONMENT[name]}")
    seen: set[tuple[str, bool]] = set()
    for operation in stage.operations:
        sort = (operation.tag, operation.safe)
        if operation.secured and sort not in seen:
            seen.add(sort)
            _refused(stage, operation, name)


def _refused(stage: Stage, operation: Operation, credential: str) -> None:
    name = None if credential == "missing" else credential
    why = "no credential" if name is None else f"a credential that is {credential.removeprefix('wrong:')}"
    known = Evidence.ASSUMED if credential == "wrong:other-case" else Evidence.DOCUMENTED
    send_as(stage, operation, name, "unauthenticated", why, evidence=known)


def send_as(
    stage: Stage, operation: Operation, credential: str | None, situation: str, why: str, **more: Any
) -> Exchange:
    """Send what would succeed with another credential, and know what of it was done all the same."""
    found = stage.action_of(operation)
    if found is None or found[1].verb != "create":
        exchange = stage.call(operation, stage.happy(operation), situation, why=why, credential=credential, **more)
        _done_anyway(stage, found, exchange)
        return exchange
    resource, action = found
    given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
    return stage.create(resource, action, given, parts, situation, why=why, credential=credential, **more)[1]


def _done_anyway(stage: Stage, found: tuple[Resource, Action] | None, exchange: Exchange) -> None:
    """Nothing may have changed; what was deleted or renamed all the same is no longer what the run thinks it is."""
    if found is None or not exchange.succeeded:
        return
    resource, action = found
    thing = stage.standing(resource.name, resource.creation(action))
    if action.verb == "delete":
        stage.mark_gone(thing)


@scenario_rule("refused-creation-makes-nothing", title="A refused caller makes nothing", source=SEED)
def refused_creation_makes_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What was to be created without a credential is in no list, at no address, and does not exist."""
    for action in resource.all("create"):
        if not action.operation.secured:
            continue
        given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
        thing, exchange = stage.tried(
            resource, action, given, parts, "unauthenticated", why="no credential", credential=None
        )
        seen = find_again(stage, thing)
        if seen is None:
            stage.forget(thing)
            continue
        yield Complaint("it was made all the same", "there", "absent", "made", exchange=exchange, steps=(seen,))


def find_again(stage: Stage, thing: Thing) -> Exchange | None:
    """The exchange that shows a thing of which only its creation's arguments are known; what is learnt is kept."""
    for listing in stage.actions(thing, "list"):
        items, seen = stage.listed(listing, stage.address(listing, thing), why="look for what was refused")
        for item in items:
            if stage.is_item(item, thing, by=thing.resource.naming):
                thing.fields = {**thing.fields, **item}
                return seen
    for asking in stage.actions(thing, "exists") if not stage.actions(thing, "list") else ():
        exchange = stage.call(asking.operation, stage.address(asking, thing), why="look for what was refused")
        if stage.payload(exchange) is True:
            return exchange
    return None


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
    """A new value for the first key an update can set, but for those that name the thing."""
    if action.verb != "update":
        return {}
    besides = {*action.target, *thing.resource.parts}
    for parameter in action.operation.parameters:
        if parameter.field and parameter.name not in besides and parameter.field not in thing.resource.naming:
            current = before.get(parameter.field)
            return stage.arguments.another(thing.resource, action.operation, parameter, current) or {}
    return {}


@scenario_rule(
    "credential-in-its-place",
    writes=False,
    title="A credential counts only where it belongs",
    source=PLACE,
    evidence=Evidence.ASSUMED,
    each="operation",
)
def credential_in_its_place(stage: Stage, operation: Operation) -> None:
    """A good credential under another name, in other headers, in the query or in a body is none: every operation is
    sent it in all of these places, in as few requests as have room for them."""
    if stage.session.credentials.get("valid") is None or not operation.secured:
        return
    flat = any(one.place == "content" for one in operation.parameters)  # a body that has names of its own
    for more in _together(_elsewhere(stage), flat=flat):
        why = "the credential elsewhere"
        send_as(stage, operation, None, "unauthenticated", why, evidence=Evidence.ASSUMED, **more)


@scenario_rule(
    "credential-in-one-place",
    writes=False,
    title="A credential counts under the name of its header in any case, and in each wrong place alone for nothing",
    source=PLACE,
    evidence=Evidence.ASSUMED,
    each="run",
)
def credential_in_one_place(stage: Stage, promise: object) -> None:
    """One read is sent a good credential in each place where it does not belong, and nowhere else; and where it belongs
    in a header, under the name of that with its letters turned."""
    reading = next((one for one in stage.operations if one.safe and one.secured), None)
    if stage.session.credentials.get("valid") is None or reading is None:
        return
    values, place = stage.happy(reading), stage.conventions["credential"]
    if place.get("in", "header") == "header":
        turned = ((place["name"].swapcase(), str(stage.session.credentials.get("valid"))),)
        stage.call(reading, values, credential=None, headers=turned, why="its name in another case")
    for where, more in _elsewhere(stage).items():
        said: dict[str, Any] = {"why": f"the credential in {where}", "evidence": Evidence.ASSUMED, **more}
        stage.call(reading, values, "unauthenticated", credential=None, **said)


def _together(places: Mapping[str, Mapping[str, Any]], *, flat: bool) -> Iterator[dict[str, Any]]:
    """What is sent beside the arguments to have every place: the query alone, then headers, each once in a request,
    with what a body may have that is not ``flat``."""
    beside = {name: text for more in places.values() for name, text in more.get("beside", {}).items() if not flat}
    lines: dict[str, list[str]] = {}
    for more in places.values():
        if "extra" in more:
            yield {"extra": more["extra"]}
        for name, text in more.get("headers", ()):
            lines.setdefault(name, []).append(text)
    for number in range(max(map(len, lines.values()), default=0)):
        headers = tuple((name, texts[number]) for name, texts in lines.items() if number < len(texts))
        yield {"headers": headers, "beside": beside}


def _elsewhere(stage: Stage) -> dict[str, dict[str, Any]]:
    """The valid credential in each place where it does not belong: what is sent beside the arguments."""
    place, value = stage.conventions["credential"], str(stage.session.credentials.get("valid"))
    name, in_query = place["name"], place.get("in", "header") == "query"
    found: dict[str, dict[str, Any]] = {}
    if not in_query:
        found["the query"] = {"extra": ((name, value),)}
    elif stage.conventions.get("casing", {}).get("query_names") == "exact":
        found["the query, its name in another case"] = {"extra": ((name.swapcase(), value),)}
    for wrong in ("Authorization", f"X-{name}", "Cookie", *((name,) if in_query else ())):
        if in_query or wrong != name:
            found[wrong] = {"headers": ((wrong, f"{name}={value}" if wrong == "Cookie" else value),)}
    if in_query:
        for scheme in ("Basic", "Bearer"):
            found[f"Authorization: {scheme}"] = {"headers": (("Authorization", f"{scheme} {value}"),)}
        found["the body"] = {"beside": {name: value}}
    return found


@scenario_rule(
    "checks-in-order",
    writes=False,
    title="Of several reasons to refuse, the promised one is told",
    source="check_order in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def checks_in_order(stage: Stage, operation: Operation) -> None:
    """Who has no credential learns neither whether something exists nor what is wrong with the arguments."""
    found = stage.action_of(operation)
    if not operation.secured or found is None or found[1].verb == "bulk":
        return
    if found[1].verb == "create":
        values = stage.happy(operation)
        _unknown_and_wrong(stage, operation, values, {"bad-input": stage.arguments.unreadable(operation)})
        _wanting(stage, found[1], values)
        return
    resource, action = found
    thing = stage.standing(resource.name, resource.creation(action))
    values = stage.values(thing, action)
    ghost, bad = stage.ghost(action, thing), stage.arguments.unreadable(operation)
    _unknown_and_wrong(stage, operation, values, {"not-found": ghost, "bad-input": bad})
    _wanting(stage, action, values)
    if ghost and bad and _comes_first(stage, "bad-input", "not-found"):
        why = "a name nobody has, and a value that cannot be read"
        stage.call(operation, {**values, **ghost, **bad}, "bad-input", why=why, evidence=Evidence.ASSUMED)


def _comes_first(stage: Stage, one: str, other: str) -> bool:
    """Whether the promise says that a situation is told before another one."""
    order: Sequence[str] = stage.conventions.get("check_order", ())
    return one in order and other in order and order.index(one) < order.index(other)


def _unknown_and_wrong(
    stage: Stage, operation: Operation, values: Mapping[str, str], wrongs: Mapping[str, Mapping[str, str] | None]
) -> None:
    """Requests without a credential that would be refused for another reason as well, by its situation."""
    for situation, wrong in wrongs.items():
        if wrong and _comes_first(stage, "unauthenticated", situation):
            why = f"no credential, and {situation}"
            sent = {**values, **wrong}
            attempt(stage, operation, sent, "unauthenticated", why=why, credential=None, evidence=Evidence.ASSUMED)


def _wanting(stage: Stage, action: Action, values: Mapping[str, str]) -> None:
    """Each mandatory value left out where there is no credential; of a write none that says what it is about."""
    for one in action.operation.parameters:
        if one.required and one.place != "path" and (action.operation.safe or one.name not in action.target):
            rest = {name: text for name, text in values.items() if name != one.name}
            more: dict[str, Any] = {"why": f"no credential, and {one.name} is missing", "credential": None}
            attempt(stage, action.operation, rest, "unauthenticated", evidence=Evidence.ASSUMED, **more)


@scenario_rule(
    "role-keeps-to-its-area",
    writes=False,
    title="A role may call what it is for, and nothing else",
    source="roles and sections in conventions.yaml",
    each="run",
)
def role_keeps_to_its_area(stage: Stage, promise: object) -> None:
    """With the credential of a role every operation outside its areas is refused as not permitted, and a read of each
    section inside them succeeds. Judged for the roles whose credentials the run was given."""
    areas: Mapping[str, Sequence[str]] = stage.conventions.get("roles", {})
    given = [role for role in areas if stage.session.credentials.get(f"role:{role}") is not None]
    if areas and not given:
        raise Blocked(f"no credential of a role was given: set {ROLE_PREFIX}{next(iter(areas)).upper()}")
    for role in given:
        allowed = areas[role]
        shown: set[str] = set()
        for operation in stage.operations:
            section = operation.raw.get("x-section", "")
            area = stage.conventions.get("sections", {}).get(section, {}).get("area")
            if not operation.secured or area is None:
                continue
            if area not in allowed:
                send_as(stage, operation, f"role:{role}", "permission", f"the credential of the role {role}")
            elif operation.safe and section not in shown:
                shown.add(section)
                send_as(stage, operation, f"role:{role}", "success", f"the credential of the role {role}")
