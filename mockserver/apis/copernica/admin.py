"""Administration of the product that has no path in its API, its dashboard: applications and their tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.apis.copernica.models.structure import (
    ACCOUNTS,
    APPLICATIONS,
    TOKENS,
    USERS,
    Account,
    Application,
    Token,
)
from mockserver.apis.copernica.service import tokens
from mockserver.kernel.arguments import read
from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest
from mockserver.kernel.work import Work


def list_tokens(work: Work, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every token, revoked ones too."""
    read(given)
    return [_shown(work, token) for token in work.store.select(TOKENS)]


def create_token(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Link the application with a ``client_id`` to an ``account`` (its name or id): the token it has there."""
    values = read(given, client_id=str, account=str)
    application = tokens.application(work, values["client_id"])
    return _shown(work, tokens.issue(work, application=application, account=_account(work, values["account"])))


def revoke_token(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse calls with a ``token`` from now on."""
    key = read(given, token=str)["token"]
    token = work.store.get(TOKENS, key)
    if token is None:
        raise BadInput("token: no such token; list-tokens tells which there are")
    return _shown(work, tokens.revoke(work, token))


ADMIN: Mapping[str, Callable[[Work, Mapping[str, Any]], Any]] = {
    function.__name__.replace("_", "-"): function for function in (list_tokens, create_token, revoke_token)
}


def credentials(work: Work) -> list[tuple[str, str]]:
    """Every good token under the name of its account; of a second one the application is told too."""
    told: dict[str, str] = {}
    for token in work.store.select(TOKENS):
        if not token.revoked:
            account, application = _names(work, token)
            told[account if account not in told else f"{account} ({application})"] = token.id
    return sorted(told.items())


def accounts(work: Work) -> list[tuple[str, str]]:
    """Who may log in on the consent page, with passwords."""
    return [(user.id, user.password) for user in work.store.select(USERS)]


def notes(work: Work) -> list[tuple[str, str]]:
    """What applications exchange codes with."""
    return [
        ("application", f"{one.name}: client_id {one.id}, client_secret {one.secret}")
        for one in work.store.select(APPLICATIONS)
    ]


def _account(work: Work, text: str) -> Account:
    every = work.store.select(ACCOUNTS)
    for account in every:
        if text in (account.id, account.name):
            return account
    raise BadInput(f"account: no account {text!r}{nearest(text, (one.name for one in every))}")


def _shown(work: Work, token: Token) -> dict[str, Any]:
    account, application = _names(work, token)
    return {"token": token.id, "account": account, "application": application, "revoked": token.revoked}


def _names(work: Work, token: Token) -> tuple[str, str]:
    account: Account | None = work.store.get(ACCOUNTS, token.account)
    application: Application | None = work.store.get(APPLICATIONS, token.application)
    return (account.name if account else token.account, application.name if application else token.application)
