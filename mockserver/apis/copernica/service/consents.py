"""How people are asked whether an application may enter an account: they log in, choose, and allow it or not."""

from __future__ import annotations

from mockserver.apis.copernica.models.structure import (
    ACCOUNTS,
    CONSENTS,
    USERS,
    Account,
    Application,
    Consent,
    User,
)
from mockserver.apis.copernica.service import tokens
from mockserver.kernel.errors import BadInput
from mockserver.kernel.work import Work

#: Seconds between login and decision.
PATIENCE = 600


def begin(work: Work, *, application: Application, user: User, redirect_uri: str, state: str) -> Consent:
    """Somebody logged in, and is asked."""
    made = Consent(work.ids.token(), application.id, user.id, redirect_uri, state, created=int(work.clock.timestamp()))
    work.store.insert(CONSENTS, made)
    return made


def pending(work: Work, key: str) -> Consent | None:
    """What is being asked under a key; ``None`` when it was answered, or too long ago."""
    found = work.store.get(CONSENTS, key) if key else None
    return None if found is None or work.clock.timestamp() - found.created > PATIENCE else found


def application_of(work: Work, consent: Consent) -> Application:
    """Which application asks; raises ``BadInput``."""
    return tokens.application(work, consent.application)


def accounts_of(work: Work, consent: Consent) -> list[Account]:
    """The accounts that whoever is asked may let it into."""
    user = work.store.get(USERS, consent.user)
    found = (work.store.get(ACCOUNTS, key) for key in (user.accounts if user else ()))
    return [account for account in found if account is not None]


def refuse(work: Work, consent: Consent) -> None:
    """The answer is no."""
    work.store.delete(CONSENTS, consent.id)


def allow(work: Work, consent: Consent, account: Account) -> str | None:
    """The answer is yes: a code for the application; ``None`` where its state was too easy to guess.

    Raises ``BadInput`` for an account that is not theirs to let anybody into.
    """
    if account not in accounts_of(work, consent):
        raise BadInput(f"account: {account.id!r} is not one of {consent.user!r}")
    work.store.delete(CONSENTS, consent.id)
    if tokens.is_weak(consent.state):
        return None
    application = application_of(work, consent)
    code = tokens.authorise(work, application=application, account=account, redirect_uri=consent.redirect_uri)
    return code.id
