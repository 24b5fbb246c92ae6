"""Switches, licences and clocks that do not do what they are for, or do more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, Replacement, fault, never, patched
from contract_tests.planted.wire import Answer, Asked, answers
from mockserver.apis.kopicloud_ad.conventions import KopiCloudConventions
from mockserver.apis.kopicloud_ad.models import OBJECTS
from mockserver.apis.kopicloud_ad.service import access, login, tokens, users
from mockserver.kernel.errors import ApiError, Unauthenticated

RULE = "state-refuses"
PERPETUAL = MappingProxyType({"licence": "perpetual"})


def _with(work: Any, settings: Mapping[str, Any]) -> Any:
    """The same work with some settings that are other than they are."""
    return work._replace(settings={**work.settings, **settings})


def _seeing(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Plant:
    """What can be seen is decided by other settings than there are."""

    def visible(good: Any) -> Any:
        return lambda self, settings, operation: good(self, {**settings, **change(settings)}, operation)

    return patched(KopiCloudConventions, "visible", visible)


def _reading(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Plant:
    """The licence is looked at with other settings than there are."""

    def checked(good: Any) -> Any:
        return lambda work: good(_with(work, change(work.settings)))

    return patched(access, "check_licence", checked)


def _asking(change: Callable[[Mapping[str, Any], Any], Mapping[str, Any]]) -> Plant:
    """Who asks is found out with other settings than there are; the operation says which."""

    def identify(good: Any) -> Any:
        def identified(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
            return good(self, _with(work, change(work.settings, operation)), operation, credential)

        return identified

    return patched(KopiCloudConventions, "identify", identify)


def _forgetting(*operations: str) -> Plant:
    """Operations that are offered whatever is switched off."""

    def visible(good: Any) -> Any:
        return lambda self, given, operation: operation.id in operations or good(self, given, operation)

    return patched(KopiCloudConventions, "visible", visible)


def _licence_first(good: Any) -> Any:
    """The licence is looked at before the token."""

    def identify(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
        access.check_licence(work)
        return good(self, work, operation, credential)

    return identify


def _as(situation: type[ApiError]) -> Replacement:
    """A licence that is none is another kind of refusal."""

    def replacement(good: Any) -> Any:
        def checked(work: Any) -> Any:
            try:
                return good(work)
            except ApiError as error:
                raise situation(error.message) from None

        return checked

    return replacement


def _hiding(*operations: str) -> Plant:
    """Operations of another section that go with the AD sections."""

    def visible(good: Any) -> Any:
        def seen(self: Any, settings: Any, operation: Any) -> Any:
            return good(self, settings, operation) and (settings["APIEnableAD"] or operation.id not in operations)

        return seen

    return patched(KopiCloudConventions, "visible", visible)


def _forbidden(_: Asked, answer: Answer) -> Answer:
    """What is hidden is refused as if it were forbidden."""
    return replace(answer, status=403) if b"is not offered here" in answer.body else answer


def _refused_when_done(*operations: str) -> tuple[Plant, Plant]:
    """Operations that look at the licence when their work is done."""
    refused: list[bool] = []

    def identify(good: Any) -> Any:
        def identified(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
            late = operation.id in operations and work.settings["licence"] == "expired"
            refused[:] = [late]
            return good(self, _with(work, PERPETUAL) if late else work, operation, credential)

        return identified

    def told(_: Asked, answer: Answer) -> Answer:
        if answer.good and refused == [True]:
            return replace(answer, status=403).with_json({"output": "licence is expired", "result": None})
        return answer

    return patched(KopiCloudConventions, "identify", identify), answers(told, *operations)


def _lasting(minutes: int) -> Plant:
    """A login yields a token of so many minutes."""
    return patched(tokens, "SESSION_MINUTES", lambda good: minutes)


def _once_locked(good: Any) -> Any:
    """Failed logins are counted from the one that succeeded on as before."""

    def attempt(work: Any, **named: Any) -> Any:
        before = users.find(work, named["name"])
        found = good(work, **named)
        if before is not None and before.failed_logins and not isinstance(found, Unauthenticated):
            work.store.replace(OBJECTS, replace(found, failed_logins=before.failed_logins))
        return found

    return attempt


FAULTS = (
    fault("licence-not-needed", "no licence is needed", RULE, _reading(lambda _: PERPETUAL)),
    fault(
        "licence-for-writes",
        "only writes need a licence",
        RULE,
        _asking(lambda _, operation: PERPETUAL if operation.method == "GET" else {}),
    ),
    fault(
        "licence-not-for-one",
        "one operation needs no licence",
        RULE,
        _asking(lambda _, operation: PERPETUAL if operation.id == "disableUser" else {}),
    ),
    fault(
        "licence-expired-accepted",
        "a licence that has run out is good",
        RULE,
        _reading(lambda settings: PERPETUAL if settings["licence"] == "expired" else {}),
    ),
    fault("licence-401", "a missing licence answers 401", RULE, patched(access, "check_licence", _as(Unauthenticated))),
    fault(
        "licence-before-token",
        "the licence is looked at before the token",
        RULE,
        patched(KopiCloudConventions, "identify", _licence_first),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "licence-looked-at-late",
        "what an expired licence refuses is done all the same",
        "state-leaves-nothing",
        *_refused_when_done("createSecurityGroup"),
    ),
    fault(
        "trial-refused",
        "a trial licence is refused",
        "state-spares",
        _reading(lambda settings: {"licence": "invalid"} if settings["licence"] == "trial" else {}),
    ),
    fault("licence-never-ends", "a trial does not run out", "state-story", _reading(lambda _: {"licence-expires": ""})),
    fault(
        "perpetual-ends",
        "a perpetual licence runs out as well",
        "state-story",
        _reading(lambda settings: {"licence": "trial"} if settings["licence-expires"] else {}),
    ),
    fault("switch-of-ad-idle", "APIEnableAD does nothing", RULE, _seeing(lambda _: {"APIEnableAD": True})),
    fault(
        "switch-of-zones-idle", "APIEnableDnsZones does nothing", RULE, _seeing(lambda _: {"APIEnableDnsZones": True})
    ),
    fault("switch-forgets-one", "one operation does not look at its switch", RULE, _forgetting("getUserLastLogon")),
    fault(
        "switch-of-users-too-wide",
        "APIEnableADUser hides the memberships, too",
        "state-spares",
        _seeing(lambda settings: {} if settings["APIEnableADUser"] else {"APIEnableADGroupMembership": False}),
    ),
    fault("switch-of-ad-too-wide", "without AD one zone is hidden", "state-spares", _hiding("getDnsZone")),
    fault("hidden-403", "a hidden section answers 403", RULE, answers(_forbidden), evidence=Evidence.ASSUMED),
    fault("version-idle", "an older version has what came later", RULE, _seeing(lambda _: {"api-version": "1.2"})),
    fault(
        "open-but-for-lists",
        "lists ask for a token, though none is needed",
        "state-spares",
        _asking(lambda _, one: {"DisableTokenAuthentication": False} if one.id.startswith("listAll") else {}),
    ),
    fault(
        "token-of-a-login-for-ever",
        "the token of a login does not run out",
        "state-story",
        _lasting(0),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-of-a-login-short",
        "the token of a login lasts five minutes",
        "state-story",
        _lasting(5),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "never-locked",
        "no account is locked",
        "state-story",
        patched(login, "_remember_failure", never()),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "failures-not-forgotten",
        "a login does not forget failed ones",
        "state-story",
        patched(login, "attempt", _once_locked),
        evidence=Evidence.ASSUMED,
    ),
)
