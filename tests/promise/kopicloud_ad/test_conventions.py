"""What conventions.yaml of the KopiCloud AD API keeps beside what every one does."""

from __future__ import annotations

from mockserver.kernel.promise import Promise
from tests.promise.kopicloud_ad.lists import blocks


def test_statuses_that_belong_to_no_operation(promise: Promise) -> None:
    """405, 500 and 503 belong to none (ERROR-405)."""
    codes = {name: situation["code"] for name, situation in promise.conventions["situations"].items()}
    promised = {status for one in promise.operations.values() for status in one.responses}
    assert {name for name, code in codes.items() if code not in promised} == {"wrong-method", "internal", "unavailable"}


def test_versions_are_those_of_the_operations(promise: Promise) -> None:
    versions = {one["version"] for one in promise.conventions["versions"]}
    assert {block.head.split()[3] for block in blocks("operations.txt")} <= versions
