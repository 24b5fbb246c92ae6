"""Callers let in who should not be, turned away too late, or at the wrong door."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, fault, forgiving, never, patched, returning
from contract_tests.planted.wire import Answer, Asked, answers, requests
from mockserver.apis.kopicloud_ad.conventions import KopiCloudConventions
from mockserver.apis.kopicloud_ad.models import UNIQUE_TOKEN
from mockserver.apis.kopicloud_ad.service import access, directory, login, policy, tokens
from mockserver.kernel.errors import PermissionRefused, Unauthenticated
from mockserver.kernel.http import ANONYMOUS

DOOR = "auth-token"


def open_to_all(*operations: str) -> Plant:
    """Operations that ask for no credential."""

    def identify(good: Any) -> Any:
        def identified(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
            return ANONYMOUS if operation.id in operations else good(self, work, operation, credential)

        return identified

    return patched(KopiCloudConventions, "identify", identify)


def reading_open() -> Plant:
    """Reads that ask for no credential."""

    def identify(good: Any) -> Any:
        def identified(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
            return ANONYMOUS if operation.method == "GET" else good(self, work, operation, credential)

        return identified

    return patched(KopiCloudConventions, "identify", identify)


def _any_bearer(good: Any) -> Any:
    """Whoever sends a bearer token is the administrator."""

    def holder(work: Any, credential: str | None) -> Any:
        if credential and credential.lower().startswith("bearer"):
            return next(one for one in tokens.listed(work) if one.name == "twin-admin"), math.inf
        return good(work, credential)

    return holder


def _any_scheme(good: Any) -> Any:
    """The scheme in front of a token is not looked at."""

    def holder(work: Any, credential: str | None) -> Any:
        rest = (credential or "").rpartition(" ")[2]
        return good(work, f"Bearer {rest}" if rest.count(".") == 2 else credential)

    return holder


def _unsigned(_: Any) -> Any:
    """The signature of a token is not verified."""

    def claims(text: str, _: str) -> Any:
        parts = text.split(".")
        if len(parts) < 3:
            return {}
        try:
            return dict(json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))))
        except ValueError:
            return {}

    return claims


def done_anyway(*operations: str) -> tuple[Plant, Plant]:
    """A refused caller is told so, and what was asked for is done all the same."""

    def identify(good: Any) -> Any:
        def identified(self: Any, work: Any, operation: Any, credential: str | None) -> Any:
            try:
                return good(self, work, operation, credential)
            except Unauthenticated:
                if operation.id in operations:
                    return ANONYMOUS
                raise

        return identified

    def told(asked: Asked, answer: Answer) -> Answer:
        if answer.good and asked.header(DOOR) is None:
            refused = {"output": "Auth-Token: header missing", "result": None}
            return replace(answer, status=401).with_json(refused)
        return answer

    return patched(KopiCloudConventions, "identify", identify), answers(told, *operations)


def _elsewhere(asked: Asked) -> Asked:
    """A credential in the Authorization header is taken too."""
    given = asked.header("authorization")
    return asked.with_header(DOOR, given) if given and asked.header(DOOR) is None else asked


def _in_query(asked: Asked) -> Asked:
    given = asked.argument("Auth-Token")
    return asked.with_header(DOOR, given) if given and asked.header(DOOR) is None else asked


def _in_cookie(asked: Asked) -> Asked:
    """A cookie is taken where no other header might have a credential."""
    name, _, given = (asked.header("cookie") or "").partition("=")
    alone = all(asked.header(one) is None for one in (DOOR, "authorization", f"x-{DOOR}"))
    return asked.with_header(DOOR, given) if alone and name.lower() == DOOR.lower() else asked


def _late(asked: Asked, answer: Answer) -> Answer:
    """Callers without a credential learn of missing values first."""
    required = [one.name for one in (asked.operation.parameters if asked.operation else ()) if one.required]
    missing = [name for name in required if not asked.argument(name)]
    if answer.status == 401 and missing:
        return replace(answer, status=400).with_json({"output": f"{missing[0]}: missing", "result": None})
    return answer


def _none_is_signed(good: Any) -> Any:
    """A token whose header says that there is no signature needs none."""

    def claims(text: str, key: str) -> Any:
        header = text.partition(".")[0]
        plain = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
        return _unsigned(good)(text, key) if b'"alg":"none"' in plain else good(text, key)

    return claims


def _beginning(good: Any) -> Any:
    """A signature is compared as far as it goes."""

    def claims(text: str, key: str) -> Any:
        known = good(text, key)
        return known or (_unsigned(good)(text, key) if len(text.rpartition(".")[2]) in (39, 44) else known)

    return claims


FAULTS = (
    fault("open-list", "one list asks for no credential", "credential-needed", open_to_all("listAllGroups")),
    fault(
        "open-exists",
        "one question for existence asks for no credential",
        "credential-needed",
        open_to_all("userExists"),
    ),
    fault("open-create", "one creation asks for no credential", "credential-needed", open_to_all("createDnsARecord")),
    fault("open-update", "one change asks for no credential", "credential-needed", open_to_all("updateUserByGuid")),
    fault("open-delete", "one deletion asks for no credential", "credential-needed", open_to_all("deleteUserByGuid")),
    fault(
        "open-bulk",
        "the deletion of many asks for no credential",
        "credential-needed",
        open_to_all("removeComputersByWildcard"),
    ),
    fault(
        "open-action",
        "resetting a password asks for no credential",
        "credential-needed",
        open_to_all("resetUserPassword"),
    ),
    fault("open-reads", "reads ask for no credential", "credential-needed", reading_open()),
    fault(
        "any-bearer",
        "every bearer token is taken",
        "credential-needed credential-forms",
        patched(tokens, "holder", _any_bearer),
    ),
    fault(
        "any-scheme",
        "the scheme of a token does not count",
        "credential-forms",
        patched(tokens, "holder", _any_scheme),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "unsigned",
        "the signature of a token is not verified",
        "credential-forms",
        patched(tokens, "_verified", _unsigned),
    ),
    fault(
        "expired",
        "expired tokens are taken",
        "expired-credential",
        patched(tokens, "status", lambda good: lambda work, token: "Disabled" if token.disabled else "Active"),
        patched(tokens, "_of_jwt", lambda good: _by_name),
    ),
    fault(
        "disabled",
        "disabled tokens are taken",
        "disabled-credential",
        patched(tokens, "status", returning(lambda state, *_: "Active" if state == "Disabled" else state)),
    ),
    fault(
        "done-all-the-same",
        "an update is refused and made all the same",
        "refused-changes-nothing",
        *done_anyway("updateUser", "updateOu"),
    ),
    fault(
        "deleted-all-the-same",
        "a deletion is refused and made all the same",
        "refused-changes-nothing",
        *done_anyway("removeGroup", "deleteDnsCNameRecord"),
    ),
    fault(
        "created-all-the-same",
        "a creation is refused and made all the same",
        "refused-creation-makes-nothing",
        *done_anyway("createOu"),
    ),
    fault(
        "created-record-all-the-same",
        "a record is refused and made all the same",
        "refused-creation-makes-nothing",
        *done_anyway("createDnsAAAARecord"),
    ),
    fault(
        "authorization-header",
        "the Authorization header is taken too",
        "credential-in-its-place",
        requests(_elsewhere),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "credential-in-query",
        "a credential in the query is taken too",
        "credential-in-its-place",
        requests(_in_query),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "credential-in-a-cookie",
        "a credential in a cookie is taken where there is no other",
        "credential-in-one-place",
        requests(_in_cookie),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "input-before-credential",
        "missing values are told to callers without a credential",
        "checks-in-order",
        answers(_late),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "roles-ignored",
        "every role may call everything",
        "role-keeps-to-its-area",
        patched(access, "role_of", forgiving(PermissionRefused)),
    ),
    fault(
        "login-any-password",
        "a login takes any password",
        "login-checks-the-password",
        patched(policy, "matches", lambda good: lambda password, kept: bool(kept)),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "login-disabled",
        "disabled accounts log on",
        "story status-fits-situation",
        patched(login, "obstacle", never()),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "login-token-useless",
        "what a login answers is no credential",
        "issued-credential-is-known",
        patched(tokens, "jwt_value", never("Bearer nothing")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "login-open",
        "nobody is refused at login",
        "login-checks-the-password status-fits-situation",
        patched(login, "attempt", lambda good: lambda work, name, password: _somebody(work)),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "algorithm-none",
        "a token that says it is not signed is taken",
        "credential-forms",
        patched(tokens, "_verified", _none_is_signed),
    ),
    fault(
        "signature-by-beginning",
        "of a signature only the beginning counts",
        "credential-forms",
        patched(tokens, "_verified", _beginning),
    ),
)


def _by_name(work: Any, text: str) -> Any:
    claims = tokens._verified(text, directory.installation(work).token_key)
    token = work.store.find(UNIQUE_TOKEN, str(claims.get("unique_name", "")).lower())
    if token is None:
        raise Unauthenticated("Auth-Token: unknown")
    return token, math.inf


def _somebody(work: Any) -> Any:
    from mockserver.apis.kopicloud_ad.service import users

    return users.named(work, "Administrator")
