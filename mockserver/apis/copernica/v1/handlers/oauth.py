"""From authorisation code to access token."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.service import tokens
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def exchange_oauth_code(work: Work, call: Call) -> Done:
    token = tokens.exchange(
        work,
        client_id=call.arguments["client_id"],
        client_secret=call.arguments["client_secret"],
        redirect_uri=call.arguments["redirect_uri"],
        code=call.arguments["code"],
    )
    return Done({"access_token": token.id})


HANDLERS: Mapping[str, Handler] = {"exchangeOauthCode": exchange_oauth_code}
