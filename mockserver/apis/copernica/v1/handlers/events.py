"""Events, by what they happened to: bare lists, within a window of days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mockserver.apis.copernica.models.mailings import MARKETING_SUITE, PUBLISHER, Event, Message
from mockserver.apis.copernica.service import events, mailings, profiles, subprofiles
from mockserver.apis.copernica.service.events import Window
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import lines
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def list_profile_events(work: Work, call: Call) -> Done:
    profile, _ = profiles.numbered(work, account_of(work, call), call.arguments["profileId"])
    return _shown(events.of_profile(work, profile, _window(work, call), _tags(call)))


def list_subprofile_events(work: Work, call: Call) -> Done:
    subprofile, _ = subprofiles.numbered(work, account_of(work, call), call.arguments["subprofileId"])
    return _shown(events.of_subprofile(work, subprofile, _window(work, call), _tags(call)))


def list_message_events(work: Work, call: Call) -> Done:
    return _of_message(work, call, MARKETING_SUITE)


def list_old_message_events(work: Work, call: Call) -> Done:
    return _of_message(work, call, PUBLISHER)


def list_template_events(work: Work, call: Call) -> Done:
    return _of_template(work, call, MARKETING_SUITE)


def list_old_template_events(work: Work, call: Call) -> Done:
    return _of_template(work, call, PUBLISHER)


def list_old_document_events(work: Work, call: Call) -> Done:
    document = mailings.document(work, account_of(work, call), call.arguments["documentId"])
    return _shown(events.of_document(work, document, _window(work, call), _tags(call)))


def list_email_events(work: Work, call: Call) -> Done:
    account, email = account_of(work, call), call.arguments["email"]
    return _shown(events.of_email(work, account, email, _window(work, call), _tags(call)))


def list_tag_events(work: Work, call: Call) -> Done:
    return _shown(events.of_tags(work, account_of(work, call), _window(work, call), _tags(call)))


def _of_message(work: Work, call: Call, suite: str) -> Done:
    message = mailings.message(work, account_of(work, call), call.arguments["messageId"], suite=suite)
    return _shown(events.of_message(work, message, _window(work, call, of=message), _tags(call)))


def _of_template(work: Work, call: Call, suite: str) -> Done:
    template = mailings.template(work, account_of(work, call), call.arguments["templateId"], suite=suite)
    return _shown(events.of_template(work, template, _window(work, call), _tags(call)))


def _window(work: Work, call: Call, *, of: Message | None = None) -> Window:
    """The window a call asks for; without one the last month, of a message the month that began when it was sent."""
    start, end = _day(call, "start"), _day(call, "end")
    sent = None if of is None else Window.month_from(date.fromisoformat(of.time[:10]))
    return events.window(start=start, end=end, default=sent or Window.last_month(work))


def _day(call: Call, name: str) -> date | None:
    text = call.arguments.get(name)
    return None if text is None else events.day(name, text)


def _tags(call: Call) -> frozenset[str]:
    return events.tags_in(call.arguments.get("tags", ""))


def _shown(found: list[Event]) -> Done:
    return Done([lines.shown(one) for one in found])


HANDLERS: Mapping[str, Handler] = {
    "listProfileEvents": list_profile_events,
    "listSubprofileEvents": list_subprofile_events,
    "listMessageEvents": list_message_events,
    "listOldMessageEvents": list_old_message_events,
    "listTemplateEvents": list_template_events,
    "listOldTemplateEvents": list_old_template_events,
    "listOldDocumentEvents": list_old_document_events,
    "listEmailEvents": list_email_events,
    "listTagEvents": list_tag_events,
}
