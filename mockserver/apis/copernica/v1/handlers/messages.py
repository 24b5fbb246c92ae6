"""Messages of both products, their bodies, documents of Publisher, and impressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.mailings import (
    EVENT_DESTINATION,
    EVENT_MAILING,
    EVENT_PROFILE,
    EVENT_SUBPROFILE,
    MARKETING_SUITE,
    PUBLISHER,
    Event,
)
from mockserver.apis.copernica.service import events, mailings, mime
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import lines
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done, Reply
from mockserver.kernel.store.query import Attribute
from mockserver.kernel.work import Work

#: Attributes of an event by the parameter that demands a value of them.
_DEMANDS: Mapping[str, Attribute] = {
    "emailing": EVENT_MAILING,
    "destination": EVENT_DESTINATION,
    "profile": EVENT_PROFILE,
    "subprofile": EVENT_SUBPROFILE,
}


def get_message(work: Work, call: Call) -> Done:
    return _message(work, call, MARKETING_SUITE)


def get_old_message(work: Work, call: Call) -> Done:
    return _message(work, call, PUBLISHER)


def get_message_body(work: Work, call: Call) -> Reply:
    message = mailings.message(work, account_of(work, call), call.arguments["messageId"], suite=MARKETING_SUITE)
    content = mailings.content(work, message)
    match call.arguments["type"]:
        case "MIME":
            return Reply(200, mime.written(message, content), media_type="message/rfc822")
        case "HTML":
            return Reply(200, content.html.encode(), media_type="text/html")
        case _:
            return Reply(200, content.text.encode(), media_type="text/plain")


def get_emailing_document(work: Work, call: Call) -> Done:
    document = mailings.document(work, account_of(work, call), call.arguments["emailingdocumentId"])
    return Done(
        {
            "id": document.id,
            "template_id": document.template,
            "name": document.name,
            "from_address": document.from_address,
            "subject": document.subject,
            "source": document.source,
        }
    )


def list_impressions(work: Work, call: Call) -> Done:
    account = account_of(work, call)
    given = call.arguments
    wanted = {attribute: str(given[name]) for name, attribute in _DEMANDS.items() if name in given}
    found = events.impressions(work, account, call.page, wanted)
    return Done(Batch([_impression(one) for one in found], lambda: events.count_impressions(work, account, wanted)))


def _message(work: Work, call: Call, suite: str) -> Done:
    """The columns of its line in the attempts logfile (MESSAGE)."""
    message = mailings.message(work, account_of(work, call), call.arguments["messageId"], suite=suite)
    return Done(lines.line(mailings.attempt(work, message)))


def _impression(event: Event) -> dict[str, Any]:
    return {
        "ID": event.id,
        "timestamp": event.time,
        "ip": event.details.get("ip", ""),
        "user-agent": event.details.get("user-agent", ""),
        "referer": event.details.get("referer") or None,
        "emailing": event.mailing,
        "destination": event.destination,
        "profile": event.profile or None,
        "subprofile": event.subprofile or None,
    }


HANDLERS: Mapping[str, Handler] = {
    "getMessage": get_message,
    "getOldMessage": get_old_message,
    "getMessageBody": get_message_body,
    "getEmailingDocument": get_emailing_document,
    "listImpressions": list_impressions,
}
