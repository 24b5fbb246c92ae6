"""Logging on with name and password: what it takes, what failing does, and what it yields."""

from __future__ import annotations

from dataclasses import replace

from mockserver.apis.kopicloud_ad.models import OBJECTS, User, fold
from mockserver.apis.kopicloud_ad.service import policy, users
from mockserver.kernel.errors import Unauthenticated
from mockserver.kernel.work import Work


def attempt(work: Work, *, name: str, password: str) -> User | Unauthenticated:
    """The user logged on, or why not (A1).

    The refusal is returned and not raised: a failed attempt is remembered and may lock the account (U15).
    """
    user = users.find(work, name)
    if user is None or not policy.matches(password, user.password):
        if user is not None:
            _remember_failure(work, user)
        return Unauthenticated("user name or password is wrong", rule="A1")
    refusal = obstacle(user)
    if refusal is None and user.account_key == fold(str(work.settings["ADServiceUser"] or "")):
        refusal = f"user {user.account!r} is the service account"
    if refusal is not None:
        return Unauthenticated(refusal, rule="A1")
    user = replace(user, failed_logins=0, last_logon=work.clock.timestamp())
    work.store.replace(OBJECTS, user)
    return user


def obstacle(user: User) -> str | None:
    """What keeps an account from logging on, whatever its password."""
    if not user.enabled:
        return f"user {user.account!r} is disabled"
    if user.locked:
        return f"user {user.account!r} is locked"
    return f"user {user.account!r} must change the password first" if user.must_change else None


def _remember_failure(work: Work, user: User) -> None:
    threshold = int(work.settings["lockout-threshold"] or 0)
    if threshold and not user.locked:
        failed = user.failed_logins + 1
        work.store.replace(OBJECTS, replace(user, failed_logins=failed, locked=failed >= threshold))
