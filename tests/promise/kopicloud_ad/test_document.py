"""What the specification of the KopiCloud AD API keeps beside what every specification does."""

from __future__ import annotations

from mockserver.kernel.promise import Promise
from tests.promise.kopicloud_ad.lists import blocks
from tests.promise.reading import operations

#: What kind of thing is meant by `x-section`: the area of the sources that has the operation.
SECTIONS = {block.head.split()[4] for block in blocks("operations.txt")}


def test_every_operation_but_login_promises_the_same_answers(promise: Promise) -> None:
    for _, _, one in operations(promise.document):
        expected = ["200", "400", "401"] if one["operationId"] == "login" else ["200", "400", "401", "403", "404"]
        assert list(one["responses"]) == expected, one["operationId"]


def test_every_operation_but_login_needs_the_token(promise: Promise) -> None:
    assert list(promise.document["components"]["securitySchemes"]) == ["AuthToken"]
    assert [one["operationId"] for _, _, one in operations(promise.document) if "security" in one] == ["login"]


def test_what_only_the_documentation_has_does_not_lean_on_the_client(promise: Promise) -> None:
    only_documented = next(block.lines for block in blocks("disagreements.txt") if block.name == "OP-DOCS-ONLY")
    for _, _, one in operations(promise.document):
        good = one["responses"]["200"]["x-evidence"]["level"]
        assert good == ("documented" if one["operationId"] in only_documented else "client"), one["operationId"]


def test_every_operation_is_of_a_listed_section_and_version(promise: Promise) -> None:
    for _, _, one in operations(promise.document):
        assert one["x-section"] in SECTIONS, one["operationId"]
        assert one["x-since"] in ("1.0", "1.1", "1.2"), one["operationId"]


def test_every_password_is_a_secret(promise: Promise) -> None:
    for _, _, one in operations(promise.document):
        for parameter in one.get("parameters", ()):
            secret = "password" in parameter["name"].lower() and parameter["schema"]["type"] == "string"
            assert parameter.get("x-secret", False) == secret, (one["operationId"], parameter["name"])


def test_every_text_a_put_can_change_can_be_cleared(promise: Promise) -> None:
    """U6: on PUT an empty text clears, except OUPath, where it means stay; elsewhere empty is absent."""
    for _, method, one in operations(promise.document):
        for parameter in one.get("parameters", ()):
            text = parameter["schema"]["type"] == "string" and "x-field" in parameter
            clears = method == "put" and text and parameter["in"] == "query" and not parameter.get("required")
            expected = clears and parameter["name"] != "OUPath"
            assert parameter.get("allowEmptyValue", False) == expected, (one["operationId"], parameter["name"])


def test_json_is_the_only_media_type_and_no_answer_is_empty(promise: Promise) -> None:
    for _, _, one in operations(promise.document):
        for status, answer in one["responses"].items():
            assert list(answer["content"]) == ["application/json"], (one["operationId"], status)
