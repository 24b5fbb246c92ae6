"""Headers of successes that are missing, wrong, or where they do not belong."""

from __future__ import annotations

import re

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import after, header, header_of, outcome
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.wire import Answer, Asked, answers

RULE = "outcome-headers"
OTHER = "headers-of-no-other-outcome"


def _next(text: str) -> str:
    """The same with its last number one higher."""
    return re.sub(r"\d+$", lambda found: str(int(found[0]) + 1), text)


def _both(change: object) -> tuple[Plant, ...]:
    return tuple(header("create", name, change) for name in ("X-Location", "Location"))  # type: ignore[arg-type]


def _with_token(asked: Asked, got: Answer) -> Answer:
    given = header_of(got, "X-Location")
    token = asked.argument("access_token")
    return got.with_header("x-location", f"{given}?access_token={token}") if given and token else got


def _named(asked: Asked, got: Answer) -> Answer:
    return got.with_header("x-location", f"http://127.0.0.1{asked.path}")


def _deleted(asked: Asked, got: Answer) -> Answer:
    if outcome(asked) == "delete" and got.status == 204:
        return got.with_header("x-deleted", "profile 1")
    return got


def _by_name(asked: Asked, got: Answer) -> Answer:
    named = asked.values.get("fieldId", "")
    return got.with_header("x-deleted", f"field {named}") if header_of(got, "X-Deleted") else got


FAULTS = (
    fault(
        "no-x-location",
        "a creation does not say where its thing is",
        RULE,
        header("create", "X-Location", lambda _: None),
    ),
    fault("no-x-created", "a creation does not say the id", RULE, header("create", "X-Created", lambda _: None)),
    fault("no-location", "a creation has no Location", RULE, header("create", "Location", lambda _: None)),
    fault(
        "no-x-location-of-changes",
        "a change does not say of what",
        RULE,
        header("update", "X-Location", lambda _: None),
    ),
    fault("no-x-deleted", "a deletion does not say of what", RULE, header("delete", "X-Deleted", lambda _: None)),
    fault(
        "x-location-id",
        "X-Location is the bare id",
        RULE,
        header("create", "X-Location", lambda text: text.rpartition("/")[2]),
    ),
    fault(
        "x-location-relative",
        "X-Location is no absolute address",
        RULE,
        header("create", "X-Location", lambda text: re.sub(r"^https?://[^/]+", "", text)),
    ),
    fault(
        "x-location-unversioned",
        "X-Location leaves out the version",
        RULE,
        header("create", "X-Location", lambda text: text.replace("/v1/", "/")),
    ),
    fault(
        "x-location-plural",
        "X-Location names the list in place of the thing",
        RULE,
        header("create", "X-Location", lambda text: text.replace("/profile/", "/profiles/"), "createProfile"),
    ),
    fault("x-location-next", "the addresses of a new thing are those of the next", RULE, *_both(_next)),
    fault(
        "x-location-of-another",
        "all headers of a creation name another thing",
        "location-leads-there created-as-sent",
        header("create", "X-Created", lambda _: "1", "createDatabaseView"),
        header("create", "X-Location", lambda text: re.sub(r"\d+$", "1", text), "createDatabaseView"),
        header("create", "Location", lambda text: re.sub(r"\d+$", "1", text), "createDatabaseView"),
    ),
    fault(
        "x-created-next", "X-Created is another id than that of X-Location", RULE, header("create", "X-Created", _next)
    ),
    fault(
        "x-created-name",
        "X-Created has a word before the id",
        RULE,
        header("create", "X-Created", lambda text: f"profile/{text}"),
    ),
    fault(
        "x-location-of-changes-next",
        "X-Location of a change is another thing",
        RULE,
        header("update", "X-Location", _next),
    ),
    fault(
        "x-deleted-id",
        "X-Deleted leaves out the kind",
        RULE,
        header("delete", "X-Deleted", lambda text: text.partition(" ")[2]),
    ),
    fault(
        "x-deleted-kind",
        "X-Deleted names another kind",
        RULE,
        header("delete", "X-Deleted", lambda text: text.replace("subprofile", "profile"), "deleteSubprofile"),
    ),
    fault("x-deleted-next", "X-Deleted names another id", RULE, header("delete", "X-Deleted", _next)),
    fault("x-location-of-reads", "a read has X-Location", OTHER, after("read", _named)),
    fault(
        "x-location-of-refusals",
        "a refusal has X-Location",
        OTHER,
        answers(lambda asked, got: _named(asked, got) if got.status == 400 else got),
    ),
    fault("x-deleted-of-nothing", "a deletion that finds nothing names something", OTHER, answers(_deleted)),
    fault(
        "x-created-of-changes",
        "a change has X-Created",
        OTHER,
        after("update", lambda _, got: got.with_header("x-created", "1") if got.status == 200 else got),
    ),
    fault(
        "token-in-x-location",
        "X-Location repeats the token",
        "credential-not-echoed outcome-headers",
        answers(_with_token),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "x-location-elsewhere",
        "X-Location names another server than Location",
        "outcome-headers",
        header("create", "X-Location", lambda text: re.sub(r"//[^/]+", "//elsewhere.test", text)),
    ),
    fault(
        "x-deleted-as-named",
        "X-Deleted repeats the name in place of the id",
        "deletion-names-what-is-gone",
        answers(_by_name, "deleteDatabaseField", "deleteCollectionField"),
    ),
)
