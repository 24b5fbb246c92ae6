"""Projection: where an argument chooses the keys of an answer, those are shown and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.stage import Stage, Thing

#: A choice: what is asked for, the keys it means, and how well that is known.
Choice = tuple[str | None, list[str], Evidence]


@scenario_rule(
    "chosen-keys",
    writes=False,
    title="An answer shows the chosen keys and no others",
    source="projection in conventions.yaml",
)
def chosen_keys(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """All of them, the documented ones without a choice, some by their names; names in another spelling mean the same,
    unknown ones nothing. Judged on every read, list and other answer that takes the choice."""
    projection: Mapping[str, Any] = stage.conventions.get("projection", {})
    parameter, creation = projection.get("parameter"), resource.first("create")
    if not parameter or creation is None or "default" not in projection:
        return
    thing = stage.make(resource, action=creation, full=True)
    for action in stage.actions(thing, "read", "list", "update", "act"):
        if action.operation.parameter(parameter):
            for choice in _choices(projection, resource):
                yield from _shown(stage, thing, action, projection, choice)


def _choices(projection: Mapping[str, Any], resource: Resource) -> Iterator[Choice]:
    known, word = _keys(projection, resource), Evidence.DOCUMENTED
    one, other = known[len(known) // 2], known[-1]
    yield projection["all"], known, word
    yield from ((every, known, word) for every in projection.get("also_all", ()))
    yield None, projection["default"], word
    yield "", projection["default"], word
    yield f"{one},{other}", [one, other], word
    yield f" {one.upper()} , {other[:1]}_{other[1:]}", [one, other], Evidence.ASSUMED
    yield f"{one},zz_unknown", [one], Evidence.ASSUMED


def _keys(projection: Mapping[str, Any], resource: Resource) -> list[str]:
    """Every key that can be chosen."""
    aside = (*projection.get("always", ()), *projection.get("internal", ()))
    return [key for key in properties_of(resource.schema) if key not in aside]


def _shown(
    stage: Stage, thing: Thing, action: Action, projection: Mapping[str, Any], choice: Choice
) -> Iterator[Complaint]:
    word, wanted, evidence = choice
    chosen = {} if word is None else {projection["parameter"]: word}
    values = {**stage.address(action, thing), **stage.scope(action, thing)}
    why = "without a choice of keys" if word is None else f"keys chosen by {word!r}"
    exchange = stage.bare(action.operation, {**values, **chosen}, why=why, evidence=evidence)
    body = _item(stage, thing, stage.payload(exchange))
    if not exchange.succeeded or body is None:
        return
    always, internal = projection.get("always", ()), projection.get("internal", ())
    for key in (*wanted, *always):
        if key not in body:
            known = evidence if key in wanted else min(evidence, Evidence.CLIENT)
            yield Complaint(f"{key} is not shown {why}", ", ".join(body), key, f"{word} {key} missing", known, exchange)
    for key in sorted(set(body) - {*wanted, *always, *internal}):
        # that what is not chosen is left out, and not null, is our reading
        known = evidence if body[key] is not None else Evidence.ASSUMED
        yield Complaint(f"{key} is shown {why}", key, ", ".join(wanted), f"{word} too many", known, exchange)


def _item(stage: Stage, thing: Thing, body: Any) -> dict[str, Any] | None:
    """The thing in an answer, alone or in a list; found by its id, which is always shown."""
    if isinstance(body, list):
        body = next((one for one in body if stage.is_item(one, thing)), None)
    return body if isinstance(body, dict) else None
