"""Mail of the baseline seed: as much as whoever looks for it finds, and what a run of the judge looks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from apitwin import data
from apitwin.data import strict_yaml
from mockserver.apis.copernica.models.mailings import LOGFILES_OF
from tests.support.client import TwinClient

#: What a run needs to know of a target before it begins.
WANTED: Mapping[str, Mapping[str, Any]] = strict_yaml.parse(
    (data.specs_dir() / "copernica-v1" / "conventions.yaml").read_text("utf-8")
)["environment"]
OF_LOGFILES = {name: recipe for name, recipe in WANTED.items() if recipe["operation"] == "getLogfileJson"}


def lines(twin: TwinClient, name: str) -> list[dict[str, Any]]:
    """Lines of a logfile."""
    answer = twin.get(f"/v1/logfiles/{name}/json")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.body
    return found


def test_there_are_sixty_days_of_every_kind_of_event(twin: TwinClient) -> None:
    days = twin.get("/v1/logfiles").body
    assert (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days == 60
    names = [name for day in days for name in twin.get(f"/v1/logfiles/{day}").body]
    kinds = {kind for each in LOGFILES_OF.values() for kind in each.values()}
    assert {name.partition(".")[0] for name in names} == kinds
    assert sum(len(lines(twin, name)) for name in names) > 1000


@pytest.mark.parametrize("at", [0, -1], ids=["first", "last"])
def test_a_run_finds_what_it_looks_for(twin: TwinClient, at: int) -> None:
    """On the first day and on the last: messages of both products, with tags, and all that leads from them."""
    day = twin.get("/v1/logfiles").body[at]
    names = twin.get(f"/v1/logfiles/{day}").body
    found: dict[str, str] = {}
    for name in ("logfile", "old_logfile"):
        (found[name],) = (one for one in names if re.search(WANTED[name]["pattern"], one))
    assert OF_LOGFILES
    for name, recipe in OF_LOGFILES.items():
        each = lines(twin, recipe["values"]["filename"].format(**found))
        found[name] = str(next(line[recipe["key"]] for line in each if line[recipe["key"]]))
    for path in (
        "message/{message}", "message/{message}/body/MIME", "old/message/{old_message}", "message/{message}/events",
        "old/message/{old_message}/events", "template/{template}/events", "old/template/{old_template}/events",
        "old/document/{old_document}/events", "emailingdocument/{old_document}", "email/{email}/events",
        "tags/{tags}/events",
    ):  # fmt: skip
        answer = twin.get(f"/v1/{path.format(**found)}", start=day)
        assert answer.status == 200, (path, answer.body)
        assert len(answer.content) > 2, path
