"""API-wide policy: whose token it is, and how a refusal looks. Success is phrased by the outcomes of the promise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.structure import ACCOUNTS, Account
from mockserver.apis.copernica.service import tokens
from mockserver.kernel.errors import ApiError, Unauthenticated
from mockserver.kernel.http import Call, Caller, Reply
from mockserver.kernel.operation import Operation
from mockserver.kernel.settings import Value
from mockserver.kernel.work import Work


def account_of(work: Work, call: Call) -> Account:
    """The account whose token came with a call."""
    account = work.store.get(ACCOUNTS, call.caller.name)
    if account is None:
        raise Unauthenticated(tokens.REFUSED, rule="TOKEN-REFUSED")
    return account


class CopernicaConventions:
    """The policy as conventions.yaml states it: ``situations``."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._situations = rules["situations"]

    def visible(self, settings: Mapping[str, Value], operation: Operation) -> bool:
        """Everything is there for everybody."""
        return True

    def identify(self, work: Work, operation: Operation, credential: str | None) -> Caller:
        """The account behind a token, by its id."""
        return Caller(tokens.holder(work, credential).id)

    def failure(self, error: ApiError) -> Reply:
        """The error object; nothing at all where the situation is no refusal."""
        status: int = self._situations[error.situation]["code"]
        body = {"error": {"message": error.message}} if status >= 400 else None
        return Reply(status, body, error.headers)
