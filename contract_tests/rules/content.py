"""The form of an answer: content type, charset, JSON, bodies where none is promised."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.rules.registry import exchange_rule

#: Larger bodies are not searched for repeated keys, nor beyond that for traces: it costs more than it finds.
SEARCHED_BYTES = 50_000
#: Traces of Python, .NET, Java, JavaScript and PHP, each with a text it has: looking for that is much faster.
_TRACES = {
    "Traceback": re.compile(r"Traceback \(most recent call last\)"),
    ", line ": re.compile(r"File \"[^\"]+\", line \d+"),
    "at ": re.compile(
        r"\bat [\w.<>`+]+\([^)\n]*\)(?: in [^\n]+:line \d+|[\s\\rn]+at )"
        r"|\bat [\w.$]+\(\w+\.(?:java|kt|scala):\d+\)"
        r"|\bat [\w.<>$ \[\]]+ \([^)\s]+\.js:\d+:\d+\)"
    ),
    ".php(": re.compile(r"#\d+ [^\s]+\.php\(\d+\)"),
    "Exception: ": re.compile(r"System\.\w*Exception: "),
}


def succeeded(exchange: Exchange) -> bool:
    """Whether an answer is a success, also of a method that is not offered."""
    return 200 <= exchange.response.status < 300 or exchange.succeeded


@exchange_rule(
    "content-type",
    title="The content type is the promised one",
    source="content of the response in the OpenAPI document",
)
def content_type(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Clients decode by the content type; a JSON body labelled otherwise is not decoded. Letter case and a UTF-8
    charset parameter carry no meaning and are accepted."""
    reply = exchange.reply
    if reply is None or not reply.media_types or not exchange.response.body:
        return
    given = exchange.response.header("content-type")
    media_type = (given or "").partition(";")[0].strip().lower()
    if media_type not in reply.media_types:
        shown = given if given is not None else "no content type"
        yield Complaint(f"content type is {shown}", shown, " or ".join(reply.media_types), cause=media_type)


@exchange_rule(
    "media-type-as-asked",
    title="What is asked for in one of several forms comes as the media type of that form",
    source="x-media-types of a parameter in the OpenAPI document",
    evidence=Evidence.ASSUMED,
)
def media_type_as_asked(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A client that asks for plain text shows what it gets as such; HTML labelled as text, or text as HTML, garbles."""
    for parameter in exchange.operation.parameters:
        types = {word.casefold(): kind for word, kind in parameter.raw.get("x-media-types", {}).items()}
        asked = types.get(str(exchange.call.values.get(parameter.name)).casefold())
        given = (exchange.response.header("content-type") or "").partition(";")[0].strip().lower()
        if asked is not None and exchange.succeeded and given != asked:
            told = f"content type is {given} where {parameter.name} is {exchange.call.values[parameter.name]}"
            yield Complaint(told, given, asked, cause=f"{asked} as {given}")


@exchange_rule(
    "media-type-is-exact",
    title="The content type is the promised one to the letter",
    source="casing.media_type in conventions.yaml",
)
def media_type_is_exact(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Where clients compare the whole value, a charset or another case of it makes them take JSON for a text."""
    given, promised = exchange.response.header("content-type"), promise.conventions.get("media_type", "")
    if promise.conventions.get("casing", {}).get("media_type") != "exact" or given is None:
        return
    if given.lower().partition(";")[0].strip() == promised and given != promised:
        yield Complaint(f"content type is {given}", given, promised, cause=given.partition(";")[2].strip() or "case")


@exchange_rule(
    "charset",
    title="Text is UTF-8, and not announced as something else",
    source="RFC 8259 section 8.1: JSON between systems is UTF-8",
)
def charset(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A charset parameter other than UTF-8, or bytes that are not UTF-8, turn names with umlauts into garbage."""
    given = exchange.response.header("content-type") or ""
    found = re.search(r"charset\s*=\s*\"?([\w.-]+)", given, re.IGNORECASE)
    if found and found.group(1).lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
        yield Complaint(f"charset is {found.group(1)}", given, "utf-8", cause="label")
    if exchange.response.body and "json" in given:
        try:
            exchange.response.body.decode("utf-8")
        except UnicodeDecodeError as error:
            yield Complaint("the body is not UTF-8", str(error), "UTF-8", cause="bytes")


@exchange_rule("body-is-json", title="A promised JSON body is JSON", source="content of the response")
def body_is_json(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Where a body is promised there is one, and it can be read: no HTML error page, no empty answer."""
    reply = exchange.reply
    if reply is None or reply.schema is None or exchange.request.method == "HEAD":
        return
    if not any("json" in one for one in reply.media_types):
        return
    if exchange.response.json is MISSING:
        shown = exchange.response.text[:200] or "(empty)"
        yield Complaint("the body is not JSON", shown, "a JSON document", cause=str(exchange.response.status))


@exchange_rule("repeated-key", title="No key stands twice in one JSON object", source="RFC 8259 section 4")
def repeated_key(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Of a repeated key, one client reads the first value and another the last."""
    if exchange.response.json is MISSING or len(exchange.response.body) > SEARCHED_BYTES:
        return
    found: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            found.extend(sorted({name for name in names if names.count(name) > 1}))

    json.loads(exchange.response.body, object_pairs_hook=note)
    for name in dict.fromkeys(found):
        yield Complaint(f"key {name!r} stands twice", name, "once", cause=name)


@exchange_rule("no-body", title="No body where none is promised", source="response without content")
def no_body(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """An answer documented without content has none, and no content type that announces one."""
    reply = exchange.reply
    if reply is None or reply.schema is not None or reply.media_types or not exchange.response.body:
        return
    yield Complaint("there is a body", exchange.response.text[:200], "no body", cause=str(reply.status))


@exchange_rule("promised-header", title="Promised headers are there", source="headers of the response")
def promised_header(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A header the document marks as required on an answer is present and not empty."""
    reply = exchange.reply
    for name, raw in (reply.headers if reply else {}).items():
        if raw.get("required") and not exchange.response.header(name):
            yield Complaint(f"header {name} is missing", "absent", name, cause=name.lower())


@exchange_rule(
    "announced-length", title="The body is as long as announced", source="Content-Length: RFC 9110, section 8.6"
)
def announced_length(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Of a longer body the rest is read as the next answer, for a missing rest clients wait."""
    given, length = exchange.response.header("content-length"), len(exchange.response.body)
    if given is None or exchange.request.method == "HEAD" or exchange.response.status in (204, 304):
        return
    if given.strip() != str(length):
        yield Complaint(f"Content-Length is {given}, the body has {length} bytes", given, str(length), "length")


@exchange_rule(
    "no-inner-workings",
    title="Answers do not show the inside of the program",
    source="the outcome text of the envelope is documented as text for people",
)
def no_inner_workings(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A stack trace is no outcome text: it tells an attacker files, versions and paths, and a user nothing."""
    # in JSON the lines of a trace are parted by escapes
    text = re.sub(r"\\[nrt]", " ", exchange.response.text[:SEARCHED_BYTES])
    found = next((match for part, one in _TRACES.items() if part in text and (match := one.search(text))), None)
    if found:
        yield Complaint("the answer shows a stack trace", found.group(0)[:200], "an outcome text", cause="trace")


@exchange_rule(
    "no-secret-echoed",
    title="A password that was sent does not come back",
    source="no schema of the promise has a password field",
    evidence=Evidence.CLIENT,
)
def no_secret_echoed(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Arguments of format password are for the server alone; they appear in no answer."""
    for name, value in exchange.call.values.items():
        parameter = exchange.operation.parameter(name)
        if (
            parameter
            and parameter.secret
            and isinstance(value, str)
            and len(value) > 6
            and value in exchange.response.text
        ):
            yield Complaint(f"the value of {name} stands in the answer", "(hidden)", "not there", cause=name)
