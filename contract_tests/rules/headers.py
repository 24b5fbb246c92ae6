"""Headers of successes: the promised ones in the promised form, of no other class of success, and true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Complaint
from contract_tests.listing import check_length
from contract_tests.model import Resource
from contract_tests.outcome import deleted_id, forms_of, headers_of, outcome_of
from contract_tests.promise import Promise
from contract_tests.rules.registry import exchange_rule, scenario_rule
from contract_tests.stage import Stage, Thing

SOURCE = "outcomes in conventions.yaml, x-location and x-deleted of the operation"


@exchange_rule("outcome-headers", title="Headers of a success say what was done, in the promised form", source=SOURCE)
def outcome_headers(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A creation names what it made, by an absolute address below the first base path and by its id; a change names
    what was changed; a deletion names the kind and the id of what is gone. All that name one thing agree."""
    outcome = outcome_of(promise, exchange)
    if outcome is None:
        return
    told: dict[str, str] = {}
    shown: dict[str, str] = {}
    for name, wanted, form in forms_of(promise, exchange, outcome):
        given = exchange.response.header(name)
        if given is None:
            yield Complaint(f"header {name} is missing", "absent", wanted, f"{name} missing", outcome.evidence)
            continue
        found = form.fullmatch(given)
        if found is None:
            yield Complaint(f"header {name} is {given!r}"[:300], given, wanted, f"{name} form", outcome.evidence)
        elif "id" in form.groupindex:
            told[name] = unquote(found["id"])
        if given != shown.setdefault(wanted, given):
            yield Complaint(f"header {name} is another address", given, shown[wanted], "addresses", outcome.evidence)
    if len(set(told.values())) > 1:
        ids = ", ".join(f"{name}: {value}" for name, value in told.items())
        yield Complaint("headers name different things", ids, "one id", "ids", outcome.evidence)


@exchange_rule(
    "headers-of-no-other-outcome",
    title="No answer has the headers of another class of success",
    source=SOURCE,
)
def headers_of_no_other_outcome(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A read names nothing that was made, a refusal nothing at all, a deletion that found nothing no deleted thing."""
    known = headers_of(promise)
    if not known or (exchange.call.method is not None and not exchange.call.mirrored):
        return
    outcome = outcome_of(promise, exchange)
    if outcome is None and exchange.succeeded:
        return
    own = {name.lower() for name in outcome.headers} if outcome is not None else set()
    for name in sorted(known):
        given = exchange.response.header(name)
        if given is not None and name.lower() not in own and not 300 <= exchange.response.status < 400:
            kind = exchange.operation.outcome if exchange.succeeded else "refusal"
            yield Complaint(f"a {kind} has the header {name}", given[:200], "absent", f"{kind} {name}")


@exchange_rule(
    "credential-not-echoed",
    title="The credential does not come back",
    source="a secret does not belong into logs and addresses that are passed on",
    evidence=Evidence.ASSUMED,
)
def credential_not_echoed(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """What was sent as the credential stands nowhere in the answer: neither in an address or another header, nor in
    the body."""
    place = promise.conventions.get("credential", {})
    if place.get("in", "header") != "query":
        return
    found = re.search(rf"(?:^|[?&]){re.escape(place['name'])}=([^&]+)", exchange.request.target)
    secret = unquote(found[1]) if found else ""
    if len(secret) < len("password"):
        return
    for name, value in exchange.response.headers:
        if secret in unquote(value):
            yield Complaint(f"header {name} repeats the credential", "(hidden)", "not there", cause=name)
    if secret in exchange.response.text:
        yield Complaint("the body repeats the credential", "(hidden)", "not there", cause="body")


@scenario_rule(
    "location-leads-there",
    title="The address of a new thing leads to it",
    source=SOURCE,
)
def location_leads_there(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Where the address that a creation or an update answers is one to read at, reading it shows that thing; where it
    is the address of a list, the list has it."""
    for action in resource.all("create"):
        thing = stage.make(resource, action=action, why="create something to look for by its address")
        made = stage.session.last
        if made is None:
            continue
        yield from _led(stage, thing, made)
        for update in stage.actions(thing, "update"):
            changed = stage.call(update.operation, stage.values(thing, update), why="update it, to learn its address")
            yield from _led(stage, thing, changed)


def _led(stage: Stage, thing: Thing, exchange: Exchange) -> Iterator[Complaint]:
    outcome = outcome_of(stage.promise, exchange)
    if outcome is None:
        return
    for name, wanted, _ in forms_of(stage.promise, exchange, outcome):
        given = exchange.response.header(name) or ""
        inside = "/" + urlsplit(given).path.partition(f"{stage.promise.base}/")[2]
        found = stage.promise.routes.find("GET", inside)
        if "<root>" not in wanted or found is None:
            continue
        raw = Request("GET", inside)
        seen = stage.bare(found[0], {}, why=f"follow {name}", raw=raw)
        if seen.succeeded and not _shows(stage, thing, seen):
            message = f"{name} leads to something else"
            yield Complaint(
                message, seen.response.text[:200], wanted, f"{name} leads", exchange=exchange, steps=(seen,)
            )


def _shows(stage: Stage, thing: Thing, seen: Exchange) -> bool:
    """Whether an answer is the thing, its list, or something that has no id to tell it by."""
    body, key = stage.payload(seen), thing.resource.id
    if key is None:
        return True
    wanted = str(thing.get(key))
    action = next((one for one in thing.resource.all("list") if one.operation == seen.operation), None)
    if action is not None:
        check_length(stage, seen)
        return any(stage.is_item(item, thing) for item in stage.items(seen, action) or ())
    return not isinstance(body, dict) or key not in body or str(body[key]) == wanted


@scenario_rule("deletion-names-what-is-gone", title="A deletion says what it has deleted, by its id", source=SOURCE)
def deletion_names_what_is_gone(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """However the client has named a thing, the header of its deletion has the id that its creation told."""
    for action in resource.all("delete"):
        thing = stage.make_for(resource, action, why="create something to delete")
        wanted = str(thing.get(resource.id or ""))
        exchange = stage.remove(thing, action)
        told = deleted_id(stage.promise, exchange)
        if told is not None and wanted.isdecimal() and told != wanted:
            yield Complaint("the header of a deletion has another id", told, wanted, "deleted", exchange=exchange)
