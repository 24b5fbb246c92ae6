"""API-wide policy: the envelope, statuses, which operations exist, and who may call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.kopicloud_ad.service import access, tokens
from mockserver.kernel.errors import ApiError
from mockserver.kernel.http import ANONYMOUS, Caller, Reply
from mockserver.kernel.operation import Operation
from mockserver.kernel.settings import Value
from mockserver.kernel.work import Work

#: The version that brought the section switches.
SWITCHES_SINCE = (1, 1)


def done(output: str, result: Any) -> Reply:
    """Success, which is 200 whatever was done."""
    return Reply(200, {"output": output, "result": result})


class KopiCloudConventions:
    """The policy as conventions.yaml states it: ``sections`` (switches, roles) and ``situations`` (statuses)."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._sections, self._situations = rules["sections"], rules["situations"]

    def visible(self, settings: Mapping[str, Value], operation: Operation) -> bool:
        """Whether the version has the operation, and its section's own and parent switch are on (A5).

        A version older than the switches knows none of them.
        """
        version = _version(str(settings["api-version"]))
        if _version(operation.since) > version:
            return False
        if version < SWITCHES_SINCE:
            return True
        return all(settings[switch] for switch in self._sections[operation.section]["switches"])

    def identify(self, work: Work, operation: Operation, credential: str | None) -> Caller:
        """Token, then licence, then permission (A2, A3, A4). Without token check there is nobody to check."""
        if work.settings["DisableTokenAuthentication"]:
            access.check_licence(work)
            return ANONYMOUS
        token, token_ends = tokens.holder(work, credential)
        licence_ends = access.check_licence(work)
        section = self._sections[operation.section]
        role = access.role_of(work, token.user, section["roles"], section["area"])
        return Caller(token.user_name, frozenset((role,)), min(token_ends, licence_ends))

    def failure(self, error: ApiError) -> Reply:
        """A refusal in the envelope, its status by its situation."""
        status = self._situations[error.situation]["code"]
        return Reply(status, {"output": error.message, "result": None}, error.headers)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
