"""Access tokens, and how an application gets one."""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest

from mockserver.apis.copernica.models.structure import (
    ACCOUNTS,
    APPLICATIONS,
    CODES,
    TOKEN_ACCOUNT,
    TOKEN_APPLICATION,
    TOKENS,
    USERS,
    Account,
    Application,
    Code,
    Token,
    User,
)
from mockserver.kernel.errors import BadInput, Unauthenticated
from mockserver.kernel.store.query import And, Eq
from mockserver.kernel.work import Work

#: A state that is shorter can be guessed: the pages name the length of an MD5 sum.
STATE_LENGTH = 32

#: A state of fewer different characters can be guessed too.
STATE_VARIETY = 6

#: What the seed prints for a token that is unknown; missing and revoked ones are answered alike (TOKEN-REFUSED).
REFUSED = "Invalid access token"


def holder(work: Work, credential: str | None) -> Account:
    """The account behind a token; raises ``Unauthenticated``."""
    token = work.store.get(TOKENS, credential) if credential else None
    account = None if token is None or token.revoked else work.store.get(ACCOUNTS, token.account)
    if account is None:
        # of an unknown token the seed tells; of none, and of one that was revoked, nobody does
        raise Unauthenticated(REFUSED, rule=None if credential and token is None else "TOKEN-REFUSED")
    return account


def issue(work: Work, *, application: Application, account: Account) -> Token:
    """The token of an application for an account: the one it has, or a new one."""
    both = And(Eq(TOKEN_APPLICATION, application.id), Eq(TOKEN_ACCOUNT, account.id))
    for token in work.store.select(TOKENS, both):
        if not token.revoked:
            return token
    token = Token(work.ids.token(), application.id, account.id)
    work.store.insert(TOKENS, token)
    return token


def revoke(work: Work, token: Token) -> Token:
    """Calls with it fail from now on."""
    revoked = replace(token, revoked=True)
    work.store.replace(TOKENS, revoked)
    return revoked


def application(work: Work, client_id: str) -> Application:
    """The application with a client key; raises ``BadInput``."""
    found = work.store.get(APPLICATIONS, client_id)
    if found is None:
        raise BadInput("client_id: no application has this client key", rule="OAUTH-FAILURES")
    return found


def is_weak(state: str) -> bool:
    """Whether a state is too easy to guess for the procedure to go on."""
    return len(state) < STATE_LENGTH or len(set(state)) < STATE_VARIETY


def user(work: Work, login: str, password: str) -> User | None:
    """Who logs in with a password, if it is the right one."""
    found = work.store.get(USERS, login)
    return found if found is not None and compare_digest(found.password.encode(), password.encode()) else None


def authorise(work: Work, *, application: Application, account: Account, redirect_uri: str) -> Code:
    """A code that the application may exchange once for a token of the account."""
    code = Code(work.ids.token(), application.id, account.id, redirect_uri)
    work.store.insert(CODES, code)
    return code


def exchange(work: Work, *, client_id: str, client_secret: str, redirect_uri: str, code: str) -> Token:
    """The token for a code, which is used up; raises ``BadInput`` that says which argument is wrong."""
    client = application(work, client_id)
    if not compare_digest(client.secret.encode(), client_secret.encode()):
        raise BadInput("client_secret: not that of the application", rule="OAUTH-FAILURES")
    known = work.store.get(CODES, code)
    if known is None or known.application != client.id:
        raise BadInput("code: not one that this application was given", rule="OAUTH-FAILURES")
    if known.used:
        raise BadInput("code: used already; a code works once", rule="OAUTH-FAILURES")
    if known.redirect_uri != redirect_uri:
        raise BadInput("redirect_uri: not the address at the authorisation", rule="OAUTH-FAILURES")
    account = work.store.get(ACCOUNTS, known.account)
    if account is None:
        raise BadInput("code: its account is gone", rule="OAUTH-FAILURES")
    work.store.replace(CODES, replace(known, used=True))
    return issue(work, application=client, account=account)
