"""Logfiles: days, names, and one file as CSV, JSON or XML."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.mailings import Logfile
from mockserver.apis.copernica.service import events, logfiles
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import lines
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done, Reply
from mockserver.kernel.work import Work


def list_logfile_dates(work: Work, call: Call) -> Done:
    return Done(logfiles.dates(work, account_of(work, call)))


def list_logfile_names(work: Work, call: Call) -> Done:
    return Done(logfiles.names(work, account_of(work, call), events.day("date", call.arguments["date"])))


def get_csv(work: Work, call: Call) -> Reply:
    return _csv(work, call, header=False)


def get_csv_with_header(work: Work, call: Call) -> Reply:
    return _csv(work, call, header=True)


def get_json(work: Work, call: Call) -> Done:
    return Done([lines.line(one) for one in logfiles.lines(work, _logfile(work, call))])


def get_xml(work: Work, call: Call) -> Reply:
    return Reply(200, lines.xml(logfiles.lines(work, _logfile(work, call))), media_type="application/xml")


def _csv(work: Work, call: Call, *, header: bool) -> Reply:
    logfile = _logfile(work, call)
    text = lines.csv(logfiles.lines(work, logfile), prefix=logfile.prefix, header=header)
    return Reply(200, text, media_type="text/csv")


def _logfile(work: Work, call: Call) -> Logfile:
    return logfiles.named(work, account_of(work, call), call.arguments["filename"])


HANDLERS: Mapping[str, Handler] = {
    "listLogfileDates": list_logfile_dates,
    "listLogfileNames": list_logfile_names,
    "getLogfileCsv": get_csv,
    "getLogfileCsvWithHeader": get_csv_with_header,
    "getLogfileJson": get_json,
    "getLogfileXml": get_xml,
}
