"""Inputs: absent objects, missing and unreadable values, names in another case, unknown names, wrong methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contract_tests.attempts import attempt
from contract_tests.blocked import Blocked
from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import MISSING, Call, Exchange, Request, build_request
from contract_tests.finding import look_up_others
from contract_tests.findings import Complaint
from contract_tests.guard import Refused
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.stage import Stage, Thing

#: So many things of others that change right when they are first read, and so many changes of one with as many more
#: reads, come of reading: nobody else does just so.
WITNESSES = 3


@scenario_rule(
    "absent-is-not-found",
    writes=False,
    title="What does not exist is answered with the code for absent objects",
    source="the code for absent objects in the status table",
)
def absent_is_not_found(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Reading, changing and deleting under a name nobody has."""
    thing = stage.standing(resource.name)
    for action in stage.actions(thing, "read", "facet", "update", "rename", "move", "act", "delete"):
        ghost = stage.ghost(action, thing)
        if ghost is not None:
            values = {**stage.values(thing, action), **ghost}
            exchange = stage.call(
                action.operation, values, "not-found", why="a name nobody has", evidence=action.evidence
            )
            if exchange.succeeded and action.verb in ("rename", "delete"):
                yield Complaint("something was changed", str(exchange.response.status), "absent", exchange=exchange)


@scenario_rule(
    "parts-must-exist",
    title="A thing is not made on something that does not exist",
    source="the code for absent objects in the status table",
)
def parts_must_exist(stage: Stage, resource: Resource) -> None:
    """A creation that names a container, a group or a zone which nobody has is refused, and so is a move to one, and
    asking for a link to one."""
    for action in resource.all("move"):
        for parameter, reference in action.places.items():
            missing = stage.absent(stage.resources[reference.resource], reference.key)
            if missing is not None:
                thing = stage.make_for(resource, action, why="create something to move")
                known = min(Evidence.ASSUMED, action.evidence)
                goals, why = {parameter: missing}, f"{parameter} names nothing"
                stage.move(thing, action, goals, "not-found", why=why, evidence=known)
    for action in resource.all("create"):
        for parameter, reference in action.parts.items():
            holder = stage.resources.get(reference.resource)
            if holder is None:
                continue
            missing = stage.absent(holder, reference.key)
            if missing is None:
                continue
            given, parts = stage.arguments.creation(resource, action, {parameter: missing}, full=False, variant=0)
            stage.create(resource, action, given, parts, "not-found", why=f"{parameter} names nothing")
            thing = stage.standing(resource.name, action)
            for asking in stage.actions(thing, "read", "exists", "delete") if resource.fresh else ():
                values = {**stage.address(asking, thing), parameter: missing}
                why = f"{parameter} names nothing"
                stage.call(asking.operation, values, "not-found", why=why, evidence=Evidence.ASSUMED)


@scenario_rule(
    "mandatory-value-missing",
    writes=False,
    title="Without a mandatory value a request is refused",
    source="required parameters",
    each="operation",
)
def mandatory_value_missing(stage: Stage, operation: Operation) -> None:
    """Each mandatory value is left out once, and where empty means absent, sent empty once."""
    values, refused = stage.happy(operation), None
    for parameter in operation.parameters:
        if not parameter.required or parameter.place == "path" or parameter.name not in values:
            continue
        rest = {name: value for name, value in values.items() if name != parameter.name}
        wanting = [(rest, f"{parameter.name} is missing", parameter.evidence)]
        if parameter.place != "body" and stage.conventions.get("query", {}).get("empty_value") == "absent":
            wanting.append(({**rest, parameter.name: ""}, f"{parameter.name} is empty", Evidence.CLIENT))
        for sent, why, evidence in wanting:
            try:
                attempt(stage, operation, sent, "bad-input", why=why, evidence=evidence)
            except Refused as error:
                refused = error
    if refused is not None:
        raise refused


@scenario_rule(
    "unreadable-value",
    writes=False,
    title="A value that is none of the allowed ones is refused",
    source="types and words of parameters; 400 stands for bad requests",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def unreadable_value(stage: Stage, operation: Operation) -> None:
    """A word where a boolean, a number, an id, a date or one of a few words is expected; a day that no month has; and
    where words count in their exact case, one of them with its letters turned."""
    for parameter in operation.parameters:
        strict = parameter.kind in ("boolean", "integer", "number") or "enum" in parameter.schema
        if not (strict or parameter.schema.get("format") == "uuid" or _is_day(parameter)):
            continue
        for text, why in _unreadable(stage, operation, parameter):
            values = {**stage.happy(operation), parameter.name: text}
            attempt(stage, operation, values, "bad-input", why=why, evidence=Evidence.ASSUMED)


def _is_day(parameter: Parameter) -> bool:
    """Whether it is a date; in a path something else may be meant."""
    return parameter.schema.get("format") == "date" and parameter.place == "query"


def _unreadable(stage: Stage, operation: Operation, parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Values that are none of a parameter's, and what is wrong with each."""
    if _is_day(parameter):
        yield "2024-02-30", f"{parameter.name} is a day that no month has"
    yield f"{stage.arguments.tag}-n0nsense", f"{parameter.name} is no {parameter.schema.get('format', parameter.kind)}"
    casing, free = stage.conventions.get("casing", {}), stage.conventions.get("case_free", ())
    kind = "booleans" if parameter.kind == "boolean" else "enums"
    if casing.get(kind) != "exact" or {"operation": operation.id, "name": parameter.name} in free:
        return
    words = ("true",) if kind == "booleans" else tuple(one for one in parameter.words if isinstance(one, str))
    for turned in [other_case(one) for one in words if other_case(one) not in words][:1]:
        yield turned, f"{parameter.name} is a word in another case"


@scenario_rule(
    "other-case-of-names",
    writes=False,
    title="Names of parameters and routes work, or not, in another case as promised",
    source="casing in conventions.yaml",
    evidence=Evidence.CLIENT,
    each="operation",
)
def other_case_of_names(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """Where names match without case, a safe request with every letter of its path and query names turned gets the
    same answer as the plain one."""
    casing = stage.conventions.get("casing", {})
    if not operation.safe or casing.get("query_names") != "insensitive" or casing.get("routes") != "insensitive":
        return
    values = stage.happy(operation)
    turned = {one.name: other_case(one.name) for one in operation.parameters if one.place == "query"}
    path = "".join(part if part.startswith("{") else other_case(part) for part in _parts(operation.path))
    before = stage.call(operation, values, why="as promised")
    exchange = stage.call(operation, values, None, renamed=turned, path_case=path, why="in another case")
    if differs(stage, before, exchange, values):
        evidence = level_of(casing, Evidence.CLIENT)
        told = f"{exchange.response.status}, another answer"
        yield Complaint("names in another case change the answer", told, "the same answer", "case", evidence, exchange)


@scenario_rule(
    "unknown-name-ignored",
    writes=False,
    title="An unknown query name changes nothing",
    source="query.unknown in conventions.yaml",
    evidence=Evidence.CLIENT,
    each="operation",
)
def unknown_name_ignored(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A safe request with a query name nobody documented gets the same answer as without."""
    if not operation.safe or stage.conventions.get("query", {}).get("unknown") != "ignored":
        return
    values = stage.happy(operation)
    before = stage.call(operation, values, why="as promised")
    exchange = stage.call(operation, values, None, extra=(("zz_unknown", "1"),), why="an unknown query name")
    if differs(stage, before, exchange, values):
        told = f"{exchange.response.status}, another answer"
        yield Complaint("an unknown query name changes the answer", told, "the same answer", exchange=exchange)


@scenario_rule(
    "reading-changes-nothing",
    writes=False,
    title="Reading twice shows the same",
    source="GET reads data and does not modify it in any way",
)
def reading_changes_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Two equal reads of one thing, with every other read in between, get equal answers. Of things of others, who may
    change them: a thing changes with each read, or each of three with its first."""
    thing = stage.make(resource, full=True)
    readings = stage.actions(thing, "read", "facet", "exists")
    others = list(islice(look_up_others(stage, thing), WITNESSES)) if thing.entry.number < 0 else []
    first = {one: _read(stage, thing, one) for one in readings}
    for action in readings:
        again = _read(stage, thing, action)
        changed = first[action].succeeded and _has_changed(stage, thing, action, first[action], again)
        shown = again if changed else _changed_by_reading(stage, others, action)
        if shown is not None:
            message = "the same read shows something else"
            yield Complaint(message, shown.response.text[:200], "the same answer", "again", exchange=shown)


def _has_changed(stage: Stage, thing: Thing, action: Action, first: Exchange, again: Exchange) -> bool:
    """Whether a read shows something else than before; of a thing of others, who may change it, time after time."""
    shown = [stage.payload(first), stage.payload(again)]
    while shown[-1] != shown[-2] and len(shown) < 2 + WITNESSES and thing.entry.number < 0:
        shown.append(stage.payload(_read(stage, thing, action)))
    return bool(shown[-1] != shown[-2])


def _changed_by_reading(stage: Stage, things: list[Thing], action: Action) -> Exchange | None:
    """The last second read, where that of each of several things shows something else than its first."""
    again: Exchange | None = None
    for thing in things if len(things) == WITNESSES else ():
        try:
            first, again = _read(stage, thing, action), _read(stage, thing, action)
        except Blocked:
            return None
        if not first.succeeded or stage.payload(again) == stage.payload(first):
            return None
    return again


def _read(stage: Stage, thing: Thing, action: Action) -> Exchange:
    return stage.call(action.operation, stage.address(action, thing), why="read it", evidence=action.evidence)


@scenario_rule(
    "wrong-method",
    title="A method that is not offered is refused, and those that are offered are named",
    source="wrong-method in conventions.yaml; Allow: RFC 9110, 15.5.6",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def wrong_method(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """On the path of each operation, a method no operation has there. The header Allow names those it has."""
    here = {one.method for one, _ in stage.promise.routes.match(operation.path) if one.path == operation.path}
    there = {one.method for one, _ in stage.promise.routes.match(operation.path)}
    method = next(one for one in ("PATCH", "PUT", "POST") if one not in there)
    found = stage.action_of(operation)
    if found is None or found[1].verb not in ("read", "facet", "exists") or "{" not in operation.path:
        return
    if any(not one.key for one in found[1].parts.values()):
        return  # it is at an address of things of others
    exchange = stage.call(
        operation, stage.happy(operation), "wrong-method", why=f"{method} is not offered", method=method
    )
    allowed = exchange.response.header("allow")
    if exchange.response.status != stage.promise.status_of("wrong-method"):
        return
    named = {one.strip().upper() for one in (allowed or "").split(",")}
    if not here <= named or method in named:
        yield Complaint("Allow names other methods", str(allowed), ", ".join(sorted(here)), "allow", exchange=exchange)


@scenario_rule(
    "reading-does-not-write",
    title="What a write is for cannot be had by reading",
    source="GET reads data and does not modify it in any way",
    each="operation",
)
def reading_does_not_write(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """On the path of a write where nothing is read, a GET with its arguments is refused."""
    if operation.safe:
        return
    values = stage.happy(operation)
    call = Call(operation, values, method="GET")
    if stage.promise.routes.find("GET", build_request(call).path) is not None:
        return
    exchange = stage.bare(
        operation, values, "wrong-method", why="a GET where nothing is read", method="GET", evidence=Evidence.ASSUMED
    )
    if exchange.succeeded:
        told = str(exchange.response.status)
        yield Complaint("a GET does what a write is for", told, "refused", "write", exchange=exchange)


@scenario_rule(
    "malformed-request",
    title="A request that cannot be decoded is refused",
    source="malformed-request in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="run",
)
def malformed_request(stage: Stage, promise: object) -> None:
    """Broken percent-encoding, bytes that are no UTF-8, and NUL, in a path and in a query."""
    reads = [one for one in stage.promise.operations.values() if one.safe and one.secured]
    in_path = next((one for one in reads if any(each.place == "path" for each in one.parameters)), None)
    in_query = next(
        (one for one in reads if any(each.required and each.place == "query" for each in one.parameters)), None
    )
    for operation in (in_path, in_query):
        if operation is None:
            continue
        plain = build_request(Call(operation, stage.happy(operation)))
        for broken in ("%zz", "%", "%ff", "%c3%28", "%00"):
            target = plain.target.replace(stage.arguments.tag, stage.arguments.tag + broken, 1)
            if target != plain.target:
                raw = Request(plain.method, target)
                stage.bare(operation, {}, "malformed-request", why=f"{broken} in a request", raw=raw)


@scenario_rule(
    "unknown-route",
    writes=False,
    title="A path that is none is answered with the code for it, in the envelope",
    source="no-route in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="run",
)
def unknown_route(stage: Stage, promise: object) -> Iterator[Complaint]:
    """Beside a known path, below one, and far from any: refused in the same form, with a credential and without."""
    reading = next((one for one in stage.promise.operations.values() if one.safe and "{" not in one.path), None)
    if reading is None:
        return
    for path in (f"{reading.path}/zz-unknown/zz", f"{reading.path}zz", "/zz-unknown"):
        for credential in ("valid", None):
            stage.bare(
                reading, {}, "no-route", why="an unknown path", method="GET", path_case=path, credential=credential
            )
        exchange = stage.session.last
        if exchange is not None and exchange.response.json is MISSING:
            yield Complaint("the body is not JSON", exchange.response.text[:200], "the envelope", "body")


@scenario_rule(
    "every-operation-succeeds",
    writes=False,
    title="Every operation can succeed",
    source="the operations of the promise",
    each="operation",
)
def every_operation_succeeds(stage: Stage, operation: Operation) -> None:
    """An operation that nothing else brought to a success is called once with arguments made for it; one that changes
    a thing on a thing of its own, which no other rule counts on."""
    if stage.session.coverage.reached(operation):
        return
    found, why = stage.action_of(operation), "arguments made for it"
    if found is None or operation.safe:
        stage.call(operation, stage.happy(operation), why=why)
        return
    resource, action = found
    if action.verb in ("create", "delete", "bulk"):
        return
    thing = stage.make_for(resource, action)
    if action.verb == "rename":
        stage.rename(thing, action, stage.arguments.fresh_name(resource), why=why)
    elif action.verb == "move":
        stage.move(thing, action, stage.goals(action), why=why)
    else:
        stage.call(operation, stage.values(thing, action), why=why)


def differs(stage: Stage, before: Exchange, exchange: Exchange, values: Mapping[str, str]) -> bool:
    """Whether a read is about something else than plain ones before and after it that agree, and is so once more:
    others may be at work on the target, and take back what they did. The outcome text is for people, and may repeat
    what was sent."""
    plain = stage.payload(before)
    if not before.succeeded or _shows(stage, exchange, plain):
        return False
    for again in (exchange.call, None):
        if stage.payload(stage.call(before.operation, values, why="as promised")) != plain:
            return False
        if again is not None and _shows(stage, stage.session.send(again), plain):
            return False
    return True


def _shows(stage: Stage, exchange: Exchange, wanted: Any) -> bool:
    return exchange.succeeded and bool(stage.payload(exchange) == wanted)


def _parts(path: str) -> list[str]:
    """A path cut so that each placeholder is a part of its own."""
    parts: list[str] = [""]
    for letter in path:
        if letter == "{":
            parts.append("{")
        elif letter == "}":
            parts[-1] += "}"
            parts.append("")
        else:
            parts[-1] += letter
    return parts
