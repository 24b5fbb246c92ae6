"""Wrong status codes, documented ones in the wrong situation among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import status
from contract_tests.planted.fault import Plant, fault, forgiving, patched
from contract_tests.planted.wire import Answer, Asked, answers, requests
from mockserver.apis.kopicloud_ad.service import groups, policy, zones
from mockserver.kernel.errors import BadInput, Internal, NotFound

FITS = "status-fits-situation"


def when(condition: Callable[[Asked, Answer], bool], code: int, *operations: str) -> Plant:
    """Another code where a condition holds."""
    return answers(lambda one, got: replace(got, status=code) if condition(one, got) else got, *operations)


def _clash(_: Asked, answer: Answer) -> bool:
    return answer.status == 400 and b"exists already" in answer.body


def _unreadable(_: Asked, answer: Answer) -> bool:
    return answer.status == 400 and b"is not allowed" in answer.body


def _missing(_: Asked, answer: Answer) -> bool:
    return answer.status == 400 and b"is mandatory" in answer.body


def _empty_list(_: Asked, answer: Answer) -> bool:
    return answer.good and answer.json["result"] == []


def _no_content(_: Asked, answer: Answer) -> Answer:
    return replace(answer, status=204).with_body(b"") if answer.good else answer


def _every(step: int) -> Plant:
    """Every so many answers a 500: a server that fails now and then."""
    numbers = count(1)
    return answers(lambda _, got: replace(got, status=500) if next(numbers) % step == 0 else got)


def _bad(error: Exception) -> Exception:
    return BadInput(str(error))


def _crash(error: Exception) -> Exception:
    return Internal(str(error))


FAULTS = (
    fault(
        "created-201",
        "a creation answers 201",
        "status-documented",
        when(lambda one, got: got.good and one.method == "POST", 201),
    ),
    fault(
        "deleted-204",
        "a deletion answers 204 and no body",
        "status-documented deleted-is-gone",
        answers(_no_content, "deleteUser"),
    ),
    fault(
        "accepted-202",
        "a change answers 202",
        "status-documented update-changes-only-what-was-sent",
        status(202, 200, "updateOu"),
    ),
    fault(
        "absent-200",
        "what does not exist is answered with 200 and null",
        "status-fits-situation absent-is-not-found",
        status(200, 404),
    ),
    fault(
        "absent-400",
        "what does not exist is answered with 400",
        "status-fits-situation absent-is-not-found",
        status(400, 404),
    ),
    fault("absent-410", "what does not exist is answered with 410", "status-documented", status(410, 404)),
    fault(
        "absent-user-400",
        "an absent user is answered with 400, on one operation",
        "absent-is-not-found",
        status(400, 404, "getUserByGuid"),
    ),
    fault(
        "absent-container-400",
        "a container that does not exist is answered with 400",
        "status-fits-situation parts-must-exist",
        when(lambda _, got: got.status == 404 and b"no OU or container" in got.body, 400),
        reads=Evidence.ASSUMED,
    ),
    fault(
        "absent-zone-500",
        "a record in a zone that does not exist is a crash",
        "no-server-error parts-must-exist",
        patched(zones, "chosen", forgiving(NotFound, instead=_crash)),
    ),
    fault("duplicate-409", "a duplicate is answered with 409", "status-documented creating-twice", when(_clash, 409)),
    fault(
        "duplicate-404", "a duplicate is answered with 404", "status-fits-situation creating-twice", when(_clash, 404)
    ),
    fault("duplicate-500", "a duplicate is a crash", "no-server-error creating-twice", when(_clash, 500)),
    fault(
        "unreadable-422",
        "a value that cannot be read is answered with 422",
        "status-documented unreadable-value",
        when(_unreadable, 422),
    ),
    fault(
        "unreadable-404",
        "a value that cannot be read is answered with 404",
        "status-fits-situation unreadable-value",
        when(_unreadable, 404),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "unreadable-500",
        "a value that cannot be read is a crash",
        "no-server-error unreadable-value",
        when(_unreadable, 500),
    ),
    fault(
        "missing-404",
        "a missing mandatory value is answered with 404",
        "status-fits-situation mandatory-value-missing",
        when(_missing, 404),
    ),
    fault(
        "missing-500",
        "a missing mandatory value is a crash",
        "no-server-error mandatory-value-missing",
        when(_missing, 500),
    ),
    fault("credential-403", "a wrong credential is answered with 403", FITS, status(403, 401)),
    fault("credential-400", "a wrong credential is answered with 400", FITS, status(400, 401)),
    fault(
        "credential-404",
        "a wrong credential is answered with 404, on one operation",
        FITS,
        status(404, 401, "removeGroup"),
    ),
    fault(
        "login-403",
        "a wrong password is answered with 403",
        "status-documented status-fits-situation login-checks-the-password",
        status(403, 401, "login"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "login-unknown-404",
        "an unknown account is answered with 404",
        "status-documented status-fits-situation login-checks-the-password",
        when(lambda one, got: one.id == "login" and got.status == 401, 404),
        evidence=Evidence.CLIENT,
    ),
    fault("empty-list-404", "an empty list is answered with 404", FITS, when(_empty_list, 404)),
    fault("empty-list-204", "an empty list is answered with 204", "status-documented", when(_empty_list, 204)),
    fault(
        "exists-404",
        "a question for existence is answered with 404",
        FITS,
        when(lambda one, got: one.id.endswith("Exists") and got.good and got.json["result"] is False, 404),
    ),
    fault(
        "fails-on-umlauts",
        "letters outside ASCII are a crash",
        "no-server-error",
        when(lambda one, _: any(not value.isascii() for _, value in one.query), 500),
    ),
    fault(
        "fails-on-quotes",
        "a quotation mark is a crash",
        "no-server-error",
        when(lambda one, _: any("'" in value for _, value in one.query), 500),
    ),
    fault(
        "fails-on-long-text",
        "a text of more than 200 characters is a crash",
        "no-server-error longest-value",
        when(lambda one, _: any(len(value) > 200 for _, value in one.query), 500),
    ),
    fault("fails-now-and-then", "every 97th answer is a 500", "no-server-error", _every(97)),
    fault(
        "fails-on-malformed-guid",
        "a malformed GUID is a crash",
        "no-server-error unreadable-value",
        patched(policy, "guid", forgiving(BadInput, instead=_crash)),
    ),
    fault(
        "fails-on-unknown-names",
        "an unknown query name is a crash",
        "no-server-error unknown-name-ignored",
        when(lambda one, _: one.argument("zz_unknown") is not None, 500),
    ),
    fault(
        "deleting-again-200",
        "a second deletion succeeds",
        "deleting-again",
        when(lambda one, got: one.method == "DELETE" and got.status == 404, 200),
    ),
    fault(
        "malformed-dn-404",
        "a malformed DN is answered with 404",
        "status-fits-situation story",
        when(lambda _, got: got.status == 400 and b"is no distinguished name" in got.body, 404),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "wrong-method-404",
        "a method that is not offered is answered with 404",
        "wrong-method",
        status(404, 405),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-such-route-400",
        "an unknown path is answered with 400",
        "unknown-route",
        when(lambda one, got: one.operation is None and got.status == 404, 400),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "rename-absent-400",
        "renaming what does not exist is answered with 400",
        "status-fits-situation absent-is-not-found",
        status(400, 404, "renameComputer"),
    ),
    fault(
        "no-member-400",
        "removing who is no member is answered with 400",
        "status-fits-situation deleting-again",
        status(400, 404, "removeUserFromGroup"),
    ),
    fault(
        "delete-absent-group-400",
        "deleting a group that does not exist is answered with 400",
        "status-fits-situation absent-is-not-found",
        patched(groups, "placed", forgiving(NotFound, instead=_bad)),
    ),
    fault("redirects", "a read is answered with a redirection", "status-documented", status(302, 200, "getComputer")),
    fault(
        "wrong-method-without-allow",
        "a method that is not offered is refused without a word on those that are",
        "wrong-method",
        answers(lambda _, got: got.with_header("allow", None)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "read-by-delete-path",
        "a GET on the path of a deletion deletes",
        "reading-does-not-write",
        requests(
            lambda one: replace(one, method="DELETE") if one.method == "GET" and one.path.endswith("/Remove") else one
        ),
    ),
    fault(
        "fails-on-broken-encoding",
        "broken percent-encoding is a crash",
        "no-server-error malformed-request",
        when(lambda one, _: "%zz" in one.path, 500),
    ),
    fault(
        "fails-on-long-names",
        "a name of more than 256 characters is a crash",
        "no-server-error story",
        when(lambda one, _: any(len(value) > 256 for value in one.values.values()), 500),
    ),
    fault(
        "link-never-found",
        "whether a user is in a group is never told: it is always absent",
        "status-fits-situation",
        when(lambda _, got: got.good, 404, "userGroupExists"),
    ),
    fault(
        "nesting-never-told",
        "whether a group is in a group is never told: the request is always bad",
        "status-fits-situation",
        when(lambda _, got: got.good, 400, "groupGroupExists"),
    ),
    fault(
        "groups-of-users-refused",
        "the groups of a user are never listed: the request is always bad",
        "status-fits-situation",
        when(lambda _, got: got.good, 400, "listUserGroups"),
    ),
)
