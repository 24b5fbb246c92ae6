"""Logging on: the only operation that needs no token."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.models import User
from mockserver.apis.kopicloud_ad.service import login as service
from mockserver.apis.kopicloud_ad.service import tokens
from mockserver.kernel.errors import Unauthenticated
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def login(work: Work, call: Call) -> Reply | Unauthenticated:
    attempt = service.attempt(work, name=call.arguments["username"], password=call.arguments["password"])
    if not isinstance(attempt, User):
        return attempt
    return done(f"user {attempt.account!r} logged on", tokens.jwt_value(work, tokens.create_session(work, attempt)))
