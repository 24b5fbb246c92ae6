"""The lane and connexion's full stack read bodies, mirrored methods and bracketed queries alike."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.forms import FORM, JSON, Forms
from tests.support.mini_forms import TOKEN

NAMES = st.sampled_from(["text", "size", "share", "done", "kind", "list", "map", "0", "1", "a b", "a.b", "", "é"])
WORDS = st.sampled_from(["", "1", "0", "-3", "1.5", "true", "no", "Plain", "rich", "x" * 21, "日", "a b", "%", "\0"])
KEYS = st.sampled_from(["", "0", "1", "7", "01", "a", "b c", "[", "]", "-1"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-100, 100), st.floats(allow_nan=False, width=32), WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
TYPES = st.sampled_from([None, JSON, FORM, f"{FORM}; charset=latin-1", "text/plain", "", "Application/JSON"])
TARGETS = st.sampled_from(
    [
        "/notes",
        "/v1/notes",
        "/note/1",
        "/memo/2",
        "/note/1/tags",
        "/only/3",
        "/typed",
        "/kinds/PLAIN",
        "/logs/2016-11-04",
    ]
)


@st.composite
def form(draw: st.DrawFn) -> bytes:
    """A form, mostly of names and brackets as they should be."""
    parts = []
    for _ in range(draw(st.integers(0, 5))):
        brackets = "".join(f"[{key}]" for key in draw(st.lists(KEYS, max_size=3)))
        name = draw(NAMES) + brackets
        parts.append(f"{name if draw(st.booleans()) else quote_plus(name)}={quote_plus(draw(WORDS))}")
    return "&".join(parts).encode()


BODIES = st.one_of(form(), VALUES.map(orjson.dumps), st.binary(max_size=20))


@st.composite
def query(draw: st.DrawFn) -> str:
    """Arguments of a list, brackets and all."""
    names = st.sampled_from(["ids", "ids[]", "ids[0]", "ids[3]", "ids[a]", "ids%5B%5D", "limit", "total", "ids[x][y]"])
    pairs = draw(st.lists(st.tuples(names, st.sampled_from(["1", "2", "x", "", "yes", "no", "0"])), max_size=5))
    return "&".join(f"{name}={value}" for name, value in pairs)


@pytest.fixture(scope="module")
def sides() -> Iterator[tuple[Forms, Forms]]:
    """One with the lane and one without, their clocks of no matter."""
    both = Forms(lane=True), Forms(lane=False)
    yield both
    for side in both:
        side.close()


@settings(max_examples=400, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["POST", "PUT", "GET", "DELETE", "PATCH"]),
    target=TARGETS,
    asked=query(),
    body=BODIES,
    content_type=TYPES,
    token=st.sampled_from([TOKEN, TOKEN, TOKEN, "wrong"]),
)
def test_any_request_is_answered_alike(
    sides: tuple[Forms, Forms], method: str, target: str, asked: str, body: bytes, content_type: str | None, token: str
) -> None:
    headers = {} if content_type is None else {"content_type": content_type}
    fast, full = (side.call(method, f"{target}?{asked}", body, token=token, **headers) for side in sides)
    assert (fast.status, fast.headers, fast.content) == (full.status, full.headers, full.content)
    assert fast.status < 500, fast
    assert sides[0].notes() == sides[1].notes()
