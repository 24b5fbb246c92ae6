"""Bodies of requests: encodings, keys, methods that mirror each other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import refused, sent
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Again, Answer, Asked, answers, requests, talking

KEYS = "keys-in-another-case"


def _is_form(asked: Asked) -> bool:
    return "form" in (asked.header("content-type") or "")


def _unread(asked: Asked) -> Asked:
    """A form of which nothing but the first pair is read."""
    if not _is_form(asked):
        return asked
    body = asked.body.partition(b"&")[0]
    return replace(asked, body=body).with_header("content-length", str(len(body)))


def _flat(asked: Asked) -> Asked:
    """A form of which nothing in brackets is read."""
    if not _is_form(asked):
        return asked
    body = b"&".join(one for one in asked.body.split(b"&") if b"%5B" not in one)
    return replace(asked, body=body).with_header("content-length", str(len(body)))


def _folded(asked: Asked) -> Asked:
    """Keys of a body that are read in any case."""
    if not isinstance(asked.json, dict) or asked.operation is None:
        return asked
    known = {one.name.lower(): one.name for one in asked.operation.parameters if one.place == "body"}
    return asked.with_json({known.get(key.lower(), key): value for key, value in asked.json.items()})


async def _folded_fields(asked: Asked, server: Again) -> Answer:
    """Names of fields that are read in any case."""
    if asked.method == "PUT" and isinstance(asked.json, dict):
        plain = replace(asked, method="GET", body=b"", path=asked.path.removesuffix("/fields") + "/fields")
        shown = await server(plain.with_header("content-length", "0"))
        known = {name.lower(): name for name in shown.json or ()} if shown.good else {}
        asked = asked.with_json({known.get(key.lower(), key): value for key, value in asked.json.items()})
    return await server(asked)


async def _folded_names(asked: Asked, server: Again) -> Answer:
    """Names of interests that are read in any case: what is wrong is turned until it is right."""
    answer = await server(asked)
    if answer.status == 400 and isinstance(asked.json, list):
        return await server(asked.with_json([str(one).swapcase() for one in asked.json]))
    return answer


def _unwrapped(asked: Asked) -> Asked:
    """The values below `fields` in place of the whole."""
    body = asked.json
    wrapped = isinstance(body, dict) and isinstance(body.get("fields"), dict)
    return asked.with_json(body["fields"]) if wrapped else asked


def _as(method: str, other: str) -> Any:
    """Requests of one method read as those of another."""
    return lambda asked: replace(asked, method=other) if asked.method == method else asked


async def _strict(asked: Asked, server: Again) -> Answer:
    """A server that refuses what an operation is not documented to take."""
    answer = await server(asked)
    known = {one.name for one in asked.operation.parameters} if asked.operation else set()
    strange = isinstance(asked.json, dict) and known and asked.json.keys() - known
    return refused(answer) if answer.good and strange else answer


def _emptied(asked: Asked) -> Asked:
    """A POST without what it says."""
    return asked.with_json({}) if asked.method == "POST" else asked


async def _added(asked: Asked, server: Again) -> Answer:
    """Interests that a profile has stay on."""
    body = asked.json
    if isinstance(body, dict) and isinstance(body.get("interests"), list):
        plain = replace(asked, method="GET", body=b"").with_header("content-length", "0")
        shown = await server(plain)
        known = shown.json["interests"] if shown.good else []
        asked = asked.with_json({**body, "interests": [*known, *body["interests"]]})
    return await server(asked)


async def _by_brackets(asked: Asked, server: Again) -> Answer:
    """A change with the body [] changes the secret of a profile."""
    answer = await server(asked)
    if answer.good and asked.body == b"[]":
        await server(asked.with_json({"secret": "taken away"}))
    return answer


async def _mirrorless(asked: Asked, server: Again) -> Answer:
    """A server that knows the promised method of an address only."""
    answer = await server(asked)
    promised = asked.operation is None or asked.operation.method == asked.method
    return answer if promised else refused(answer)


async def _no_charset(asked: Asked, server: Again) -> Answer:
    """A server that compares the whole media type."""
    answer = await server(asked)
    return refused(answer) if answer.good and ";" in (asked.header("content-type") or "") else answer


async def _no_forms(asked: Asked, server: Again) -> Answer:
    answer = await server(asked)
    return refused(answer) if answer.good and _is_form(asked) else answer


def _emptied_when_broken(asked: Asked) -> Asked:
    """A body that cannot be read is taken for an empty object."""
    readable = isinstance(asked.json, dict | list) or not asked.body or _is_form(asked)
    return asked if readable else asked.with_json({}).with_header("content-type", "application/json")


def _guessed(asked: Asked) -> Asked:
    """JSON is known by its first sign, where nothing says what it is."""
    bare = asked.header("content-type") is None and asked.body[:1] == b"{"
    return asked.with_header("content-type", "application/json") if bare else asked


def _respelt(asked: Asked) -> Asked:
    """Names of forms as PHP reads them: without blanks and dots."""
    if not _is_form(asked):
        return asked
    pairs = [one.partition(b"=") for one in asked.body.split(b"&")]
    body = b"&".join(re.sub(rb"\.|%20|\+", b"_", name) + sign + text for name, sign, text in pairs)
    return replace(asked, body=body).with_header("content-length", str(len(body)))


def _plus(asked: Asked) -> Asked:
    """A plus in a form is a plus."""
    if not _is_form(asked):
        return asked
    body = asked.body.replace(b"+", b"%2B")
    return replace(asked, body=body).with_header("content-length", str(len(body)))


async def _undeleted(asked: Asked, again: Again) -> Answer:
    """What has a body is looked at in place of being deleted, and said to be gone."""
    if not asked.body:
        return await again(asked)
    seen = await again(replace(asked, method="GET", body=b""))
    if not seen.good:
        return await again(asked)
    kept = tuple(one for one in seen.headers if one[0].lower() not in (b"content-type", b"content-length"))
    gone = replace(seen, headers=(*kept, (b"content-length", b"0")), body=b"")
    return gone.with_header("x-deleted", f"subprofile {asked.values['subprofileId']}")


FAULTS = (
    fault("forms-cut", "of a form only the first pair is read", "encodings-agree", requests(_unread)),
    fault("forms-flat", "of a form nothing in brackets is read", "encodings-agree members-are-set", requests(_flat)),
    fault(
        "keys-in-any-case",
        "keys of bodies count in any case",
        KEYS + " mandatory-key-in-another-case",
        requests(_folded),
    ),
    fault(
        "fields-in-any-case",
        "names of fields count in any case",
        KEYS,
        talking(_folded_fields, "updateProfileFields", "updateSubprofileFields"),
    ),
    fault(
        "interests-in-any-case",
        "names of interests count in any case",
        KEYS,
        talking(_folded_names, "addProfileInterests", "setProfileInterests"),
    ),
    fault(
        "unknown-keys-refused",
        "a body with a key nobody knows is refused",
        "status-fits-situation unknown-keys-ignored",
        talking(_strict),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "no-mirrors", "only the promised method of an address is served", "mirrors-do-the-same", talking(_mirrorless)
    ),
    fault(
        "mirror-does-nothing",
        "a POST that should change does nothing",
        "mirrors-do-the-same",
        requests(_emptied, "updateDatabase", "updateView", "updateRule"),
    ),
    fault(
        "interests-put-adds",
        "a PUT of interests adds",
        "members-are-set",
        requests(_as("PUT", "POST"), "setProfileInterests"),
    ),
    fault(
        "interests-post-replaces",
        "a POST of interests replaces",
        "members-are-set",
        requests(_as("POST", "PUT"), "addProfileInterests"),
    ),
    fault(
        "interests-in-profile-add",
        "interests of a changed profile are added",
        "members-are-set",
        talking(_added, "updateProfile"),
    ),
    fault(
        "put-of-profiles-creates",
        "a PUT of profiles makes one",
        "change-of-many change-that-makes",
        requests(_as("PUT", "POST"), "updateDatabaseProfiles"),
    ),
    fault(
        "maps-read-as-lists",
        "a map of interests switches all of its names on",
        "members-are-set",
        sent(lambda body: list(body) if isinstance(body, dict) else body, "setProfileInterests"),
    ),
    fault(
        "media-type-ignored",
        "any media type is read as JSON",
        "body-that-cannot-be-read",
        requests(
            lambda asked: (
                asked.with_header("content-type", "application/json")
                if asked.header("content-type") == "text/plain"
                else asked
            )
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "reads-refuse-bodies",
        "a read with a body is refused",
        "bodies-of-reads-ignored",
        requests(
            lambda asked: (
                replace(asked, query=(*asked.query, ("limit", "no"))) if asked.method == "GET" and asked.body else asked
            ),
            "listDatabases",
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "fields-wrapped",
        "a creation takes its values below fields, as version 2 does",
        "maps-are-flat status-fits-situation",
        requests(_unwrapped, "createProfile", "updateSubprofileFields"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "charset-refused",
        "a charset behind the media type is refused",
        "media-types-of-every-write status-fits-situation",
        talking(_no_charset),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-forms-in-bulk",
        "a change of many takes no form",
        "media-types-of-every-write status-fits-situation",
        talking(_no_forms, "updateProfileSubprofiles"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "plus-kept",
        "a plus in a form is no blank",
        "media-types-of-every-write",
        requests(_plus),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "broken-bodies-empty",
        "a body that cannot be read is none",
        "unreadable-bodies-of-every-write status-fits-situation",
        requests(_emptied_when_broken, "updateView", "updateMinirule"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "json-guessed",
        "JSON without a media type is read as JSON",
        "unreadable-bodies-of-every-write",
        requests(_guessed),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-respelt",
        "blanks and dots in names of forms become underscores",
        "names-in-forms",
        requests(_respelt),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "empty-list-refused",
        "a change with the body [] is refused",
        "empty-list-names-nothing status-fits-situation",
        answers(lambda asked, got: refused(got) if got.good and asked.body == b"[]" else got, "updateProfile"),
    ),
    fault(
        "empty-list-clears",
        "a change with the body [] changes the secret of a profile",
        "empty-list-names-nothing",
        talking(_by_brackets, "updateProfile"),
    ),
    fault(
        "deletion-with-body-refused",
        "a deletion with a body is refused",
        "bodies-of-deletions-ignored status-fits-situation",
        answers(lambda asked, got: refused(got) if got.good and asked.body else got, "deleteProfile", "deleteView"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "deletion-with-body-does-nothing",
        "a deletion with a body deletes nothing",
        "bodies-of-deletions-ignored",
        talking(_undeleted, "deleteSubprofile"),
        evidence=Evidence.ASSUMED,
    ),
)
