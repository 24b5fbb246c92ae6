"""Other ages of an API: its conventions and its document as a dialect of it has them.

Conventions list under ``dialects`` what each says instead, the first being the default: whole entries of a section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: The setting that chooses one.
SETTING = "dialect"

#: Headers whose text is filled in with one value, and what that value is.
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "{id}": {"type": "string", "pattern": "^[0-9]+$"},
    "{url}": {"type": "string", "format": "uri"},
}


def names(conventions: Mapping[str, Any]) -> tuple[str, ...]:
    """The dialects of an API; one without a name where it has no others."""
    return tuple(conventions.get("dialects", {"": {}}))


def conventions_in(conventions: Mapping[str, Any], dialect: str) -> Mapping[str, Any]:
    """The conventions with what a dialect says instead; raises ``KeyError`` for an unknown one."""
    changes: Mapping[str, Any] = conventions.get("dialects", {"": {}})[dialect]
    return {**conventions, **{section: {**conventions[section], **entries} for section, entries in changes.items()}}


def responses_in(operation: Mapping[str, Any], conventions: Mapping[str, Any], dialect: str) -> Mapping[str, Any]:
    """The responses of an operation of the document, as a dialect gives them."""
    changes = conventions.get("dialects", {"": {}})[dialect]
    said = conventions_in(conventions, dialect)
    gone = {str(conventions["situations"][name]["code"]) for name in changes.get("situations", {})}
    gone -= {str(one["code"]) for one in said.get("situations", {}).values()}
    changed: dict[str, Any] = {}
    for status, response in operation["responses"].items():
        outcome = _outcome(operation, int(status), conventions)
        if outcome in changes.get("outcomes", {}):
            rule = said["outcomes"][outcome]
            changed[str(rule["code"])] = _answered(response, conventions["outcomes"][outcome], rule)
        elif status not in gone:
            changed[status] = response
    return changed


def document_in(document: Mapping[str, Any], conventions: Mapping[str, Any], dialect: str) -> Mapping[str, Any]:
    """A bundled OpenAPI document whose operations answer as a dialect has it."""
    if not conventions.get("dialects", {"": {}})[dialect]:
        return document

    def spoken(node: Any) -> Any:
        if not isinstance(node, Mapping) or "responses" not in node:
            return node
        also = {"x-also": [spoken(one) for one in node["x-also"]]} if "x-also" in node else {}
        return {**node, **also, "responses": responses_in(node, conventions, dialect)}

    paths = {path: {key: spoken(node) for key, node in item.items()} for path, item in document["paths"].items()}
    return {**document, "paths": paths}


def _outcome(operation: Mapping[str, Any], status: int, conventions: Mapping[str, Any]) -> str | None:
    """The outcome a response of an operation tells: its own, or the only other one of that code."""
    outcomes = conventions.get("outcomes", {})
    own = operation.get("x-outcome")
    if own is None or outcomes[own]["code"] == status:
        return own
    others = [name for name, rule in outcomes.items() if rule["code"] == status]
    return others[0] if len(others) == 1 else None


def _answered(response: Mapping[str, Any], usual: Mapping[str, Any], rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A response with the headers of another rule, and the links that follow from those."""
    headers = dict(_headers(response.get("headers", {}), usual["headers"], rule["headers"]))
    links = {name: link for name, link in response.get("links", {}).items() if _leads(link, headers)}
    return {**response, "headers": headers, "links": links}


def _headers(
    known: Mapping[str, Any], usual: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, text in texts.items():
        if usual.get(name) == text and name in known:
            yield name, known[name]
        else:
            kept = {key: value for key, value in known.get(name, {}).items() if key != "example"}
            yield name, {**kept, "required": True, "schema": SCHEMAS.get(text, {"type": "string"})}


def _leads(link: Mapping[str, Any], headers: Mapping[str, Any]) -> bool:
    sources = [text for text in link.get("parameters", {}).values() if "$response.header." in str(text)]
    return all(text.partition("$response.header.")[2] in headers for text in sources)
