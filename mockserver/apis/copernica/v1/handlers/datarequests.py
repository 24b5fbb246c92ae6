"""Data requests: to ask for all that is known of somebody, and to fetch it once it is gathered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.apis.copernica.models.mailings import ABOUT_PROFILE, EVENT_TYPES, Datarequest, Known
from mockserver.apis.copernica.service import datarequests, mailings, mime, profiles, subprofiles
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import lines
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def request_profile_data(work: Work, call: Call) -> Done:
    profile, database = profiles.numbered(work, account_of(work, call), call.arguments["profileId"])
    return Done(id=datarequests.about_profile(work, database, profile, _report(call)).id)


def request_subprofile_data(work: Work, call: Call) -> Done:
    account = account_of(work, call)
    subprofile, collection = subprofiles.numbered(work, account, call.arguments["subprofileId"])
    return Done(id=datarequests.about_subprofile(work, account, collection, subprofile, _report(call)).id)


def request_email_data(work: Work, call: Call) -> Done:
    return Done(id=datarequests.about_email(work, account_of(work, call), call.arguments["email"], _report(call)).id)


def get_status(work: Work, call: Call) -> Done:
    account, key = account_of(work, call), call.arguments["datarequestId"]
    status = datarequests.status(work, account, key)
    if status != datarequests.AVAILABLE:
        return Done({"status": status})
    size = len(orjson.dumps(_result(work, datarequests.ready(work, account, key))))
    return Done({"status": status, "available": size, "content-type": "application/json"})


def get_data(work: Work, call: Call) -> Done:
    return Done(_result(work, datarequests.ready(work, account_of(work, call), call.arguments["datarequestId"])))


def get_datarequest(work: Work, call: Call) -> Done:
    """The short form: a text in place of data that are not there yet."""
    account, key = account_of(work, call), call.arguments["datarequestId"]
    request = datarequests.asked(work, account, key)
    if datarequests.status(work, account, key) == datarequests.PENDING:
        return Done({"info": _info(request), "data": datarequests.NOT_YET})
    return Done(_result(work, request))


def _report(call: Call) -> str:
    """Where the result goes: the query may say it, or the body (REPORT)."""
    text: str = call.arguments.get("report") or (call.body or {}).get("report", "")
    return text


def _info(request: Datarequest) -> dict[str, str]:
    return {"type": request.type, "id": request.subject}


def _result(work: Work, request: Datarequest) -> dict[str, Any]:
    """What was found, a list per kind: profiles and subprofiles, messages as MIME, events of each type."""
    found = datarequests.events_of(work, request)
    kinds: list[list[Any]] = [[_known(one) for one in request.known], _messages(work, request)]
    kinds += [[lines.shown(one) for one in found if one.type == kind] for kind in EVENT_TYPES]
    return {"info": _info(request), "data": [one for one in kinds if one]}


def _messages(work: Work, request: Datarequest) -> list[str]:
    messages = datarequests.messages_of(work, request)
    return [mime.written(one, mailings.content(work, one)).decode() for one in messages]


def _known(known: Known) -> dict[str, Any]:
    place = {"database" if known.type == ABOUT_PROFILE else "collection": known.place}
    times = {"created": known.created, "modified": known.modified}
    return {"ID": known.id, **place, **times, "fields": known.values, "interests": list(known.interests)}


HANDLERS: Mapping[str, Handler] = {
    "requestProfileData": request_profile_data,
    "requestSubprofileData": request_subprofile_data,
    "requestEmailData": request_email_data,
    "getDatarequestStatus": get_status,
    "getDatarequestData": get_data,
    "getDatarequest": get_datarequest,
}
