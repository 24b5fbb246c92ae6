"""Promises made stricter: what the API does not ask for is then missing from every answer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.promise import METHODS, Promise

Demand = Callable[[Promise], Promise]


def header(name: str, status: str) -> Demand:
    """A header that every answer of a status has."""
    return _replies(
        status, lambda reply: {**reply, "headers": {name: {"required": True, "schema": {"type": "string"}}}}
    )


def no_content(status: str) -> Demand:
    """No body in answers of a status."""
    return _replies(status, lambda reply: {key: value for key, value in reply.items() if key != "content"})


def _replies(status: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Demand:
    def demand(promise: Promise) -> Promise:
        document = copy.deepcopy(dict(promise.document))
        for item in document["paths"].values():
            for method in METHODS:
                replies = item.get(method, {}).get("responses", {})
                if status in replies:
                    replies[status] = change(replies[status])
        return replace(promise, document=document)

    return demand
