"""Logging on: the only operation that needs no token."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import CONVENTIONS, done
from mockserver.apis.kopicloud_ad.models import User
from mockserver.apis.kopicloud_ad.service import login as service
from mockserver.apis.kopicloud_ad.service import tokens
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def login(work: Work, call: Call) -> Reply:
    attempt = service.attempt(work, name=call.arguments["username"], password=call.arguments["password"])
    if not isinstance(attempt, User):
        return CONVENTIONS.failure(attempt)
    return done(f"user {attempt.account!r} logged on", tokens.jwt_value(work, tokens.create_session(work, attempt)))
