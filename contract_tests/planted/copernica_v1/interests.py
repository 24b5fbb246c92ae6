"""Interests of profiles: what adds, what replaces, how they are named."""

from __future__ import annotations

from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.wire import Answer, answers
from mockserver.apis.copernica.service import interests, profiles
from mockserver.apis.copernica.v1.handlers import people
from mockserver.kernel.errors import BadInput

STORY = "story"
ACTS = f"{STORY} members-are-set"


def _off_ignored(good: Any) -> Any:
    """What is switched off stays on."""

    def switched(work: Any, database: Any, switches: Any, *, before: frozenset[str] = frozenset()) -> Any:
        return good(work, database, switches, before=before) | before

    return switched


def _map_as_list(good: Any) -> Any:
    """A map switches on whatever it names."""
    return lambda body: list(body) if isinstance(body, dict) else good(body)


def _names_only(good: Any) -> Any:
    """Interests go by name only."""

    def all_meant(work: Any, database: Any, texts: Any, **named: Any) -> Any:
        texts = list(texts)
        known = {one.name for one in interests.listed(work, database)}
        for text in texts:
            if text not in known:
                raise BadInput(f"interests: {text!r} is none")
        return good(work, database, texts, **named)

    return all_meant


def _last_of_a_name(good: Any) -> Any:
    """Of several interests of a name the last is meant."""

    def all_meant(work: Any, database: Any, texts: Any, **named: Any) -> Any:
        by_name = {one.name: one for one in interests.listed(work, database)}
        return {text: by_name.get(text, one) for text, one in good(work, database, texts, **named).items()}

    return all_meant


def _added_in_put(good: Any) -> Any:
    """Interests in the change of a profile are added."""

    def change(work: Any, database: Any, profile: Any, **given: Any) -> Any:
        switches = given.pop("switches", None)
        changed = good(work, database, profile, **given)
        if switches is not None:
            changed = profiles.add_interests(work, database, changed, switches)
        return changed

    return change


def _cleared_in_put(good: Any) -> Any:
    """A change of a profile that says nothing of interests removes them."""

    def change(work: Any, database: Any, profile: Any, **given: Any) -> Any:
        said = given if given.get("switches") is not None else {**given, "switches": ()}
        return good(work, database, profile, **said)

    return change


def _ids_for_objects(_: Any, got: Answer) -> Answer:
    body = got.json
    listed = isinstance(body, list) and all(isinstance(one, dict) for one in body)
    return got.with_json([one["ID"] for one in body]) if got.good and listed and body else got


def _duplicated(_: Any, got: Answer) -> Answer:
    return got.with_json([*got.json, *got.json]) if got.good and isinstance(got.json, list) else got


FAULTS = (
    fault(
        "post-replaces-interests",
        "POST of interests replaces them",
        ACTS,
        patched(
            profiles,
            "add_interests",
            lambda _: (
                lambda work, database, profile, switches: profiles.change(work, database, profile, switches=switches)
            ),
        ),
    ),
    fault("put-adds-interests", "PUT of interests adds them", ACTS, patched(profiles, "change", _added_in_put)),
    fault("off-is-on", "a map switches on whatever it names", STORY, patched(people, "switches", _map_as_list)),
    fault("off-ignored", "an interest is not switched off by POST", STORY, patched(profiles, "switched", _off_ignored)),
    fault(
        "interests-without-ids",
        "ids of interests are not understood",
        STORY,
        patched(interests, "all_meant", _names_only),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "last-interest-of-a-name",
        "of several interests of a name the last is meant",
        STORY,
        patched(interests, "all_meant", _last_of_a_name),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "interests-cleared-by-put",
        "a change of a profile removes interests that it does not name",
        STORY,
        patched(profiles, "change", _cleared_in_put),
    ),
    fault(
        "interest-ids-for-objects",
        "return=objects answers ids",
        f"{STORY} types",
        answers(_ids_for_objects, "getProfileInterests"),
    ),
    fault(
        "interests-twice",
        "interests are listed twice",
        f"{STORY} members-are-set types",
        answers(_duplicated, "getProfileInterests"),
    ),
)
