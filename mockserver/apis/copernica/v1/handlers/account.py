"""The account behind a token."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def get_identity(work: Work, call: Call) -> Done:
    account = account_of(work, call)
    shown = {"name": account.name, "description": account.description, "company": account.company}
    return Done({"ID": account.id, **shown})


HANDLERS: Mapping[str, Handler] = {"getIdentity": get_identity}
