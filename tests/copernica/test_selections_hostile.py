"""Whatever is sent where selections are concerned, the twin answers: never with a fault of its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.copernica.hostile import BODIES
from tests.copernica.people import Database
from tests.copernica.selections import miniview, view
from tests.copernica.test_demands import PLAIN, TYPES
from tests.support.client import TwinClient

WRITES = (
    ("POST", "/v1/database/{database}/views"),
    ("PUT", "/v1/view/{view}"),
    ("POST", "/v1/view/{view}/views"),
    ("POST", "/v1/view/{view}/rules"),
    ("PUT", "/v1/rule/{rule}"),
    ("POST", "/v1/rule/{rule}/conditions"),
    ("PUT", "/v1/rule/{rule}/conditions/Field"),
    ("POST", "/v1/collection/{collection}/miniviews"),
    ("PUT", "/v1/miniview/{miniview}"),
    ("POST", "/v1/miniview/{miniview}/rules"),
    ("PUT", "/v1/minirule/{minirule}"),
    ("POST", "/v1/minirule/{minirule}/conditions"),
    ("PUT", "/v1/minirule/{minirule}/conditions/Field"),
)
READS = (
    "/v1/view/{view}",
    "/v1/view/{view}/profiles",
    "/v1/view/{view}/profileids",
    "/v1/view/{view}/rules",
    "/v1/view/{view}/rule/{rule}",
    "/v1/rule/{rule}/conditions",
    "/v1/miniview/{miniview}",
    "/v1/miniview/{miniview}/subprofiles",
    "/v1/miniview/{miniview}/subprofileids",
    "/v1/miniview/{miniview}/rules",
    "/v1/minirule/{minirule}/conditions",
)


class Places:
    """A selection and a miniselection with a rule each, and the ids of all."""

    def __init__(self, twin: TwinClient) -> None:
        self.twin = twin
        database = Database(twin, Name="text", Age="integer", Born="date")
        collection = database.collection(Name="text", Age="integer")
        database.interest("tennis", "sports")
        for name in ("ann", "bob"):
            collection.subprofile(database.profile(Name=name, Age=7, Born="1980-02-29"), Name="tea")
        some, mini = view(database), miniview(collection)
        rules = [one.rule({"type": "Field"}).rpartition("/")[2] for one in (some, mini)]
        self.ids = {
            "database": database.id, "collection": collection.id, "view": some.id, "miniview": mini.id,
            "rule": rules[0], "minirule": rules[1],
        }  # fmt: skip

    def write(self, method: str, path: str, **more: Any) -> int:
        """The status of an answer, which is never a fault, and names its refusal in the one form."""
        answer = self.twin.call(method, path.format(**self.ids), **more)
        assert answer.status in (200, 201, 400), (method, path, answer)
        if answer.status == 400:
            assert set(answer.body) == {"error"}
            assert 0 < len(answer.body["error"]["message"]) < 2000
        return answer.status

    def read(self) -> None:
        """Everything can be read."""
        for path in READS:
            answer = self.twin.get(path.format(**self.ids))
            assert answer.status == 200, (path, answer)


@pytest.fixture
def places(twin: TwinClient) -> Places:
    """Such selections."""
    return Places(twin)


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_bodies(places: Places, number: int) -> None:
    kind, content = BODIES[number]
    for method, path in WRITES:
        places.write(method, path, raw=content, headers={"content-type": kind} if kind else {})
    places.read()


def test_long_names(places: Places) -> None:
    name = "ä" * 100_000
    for path in ("/v1/database/{database}/views", "/v1/view/{view}/rules", "/v1/miniview/{miniview}/rules"):
        statuses = [places.write("POST", path, json={"name": name}) for _ in range(2)]
        assert statuses == [201, 400]
    for key in (*sorted(NAMING), "begin", "before-time", "type"):
        for kind in TYPES:
            places.write("POST", "/v1/rule/{rule}/conditions", json={"type": kind, key: name})
    places.read()


WORDS = sorted({str(value) for one in PLAIN.values() for value in one.values()})
ODD = ["", "0", "-1", "1.5", "1e9", "%", "Name", "Age", "Born", "Name,Age", "tennis", "Some", "sports", "x" * 300, "日",
       "(", "^a+$", "2026-02-30", '["plus","999999999","year","year"]', '["minus","1","week","week"]', "9" * 30, "٣",
       "[[[["]  # fmt: skip
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from([*ODD, *WORDS]), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "0", ""]), inner, max_size=2),
    max_leaves=4,
)
NAMING = {"field", "fields", "other-field", "interest", "refer-view", "mini-view"}
KEYS = sorted({key for one in PLAIN.values() for key in one} | NAMING)
TEXTS = st.sampled_from([*ODD, *WORDS])


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A condition of some type; the more often its keys hold plain values, the more is evaluated."""
    kind = draw(st.sampled_from(TYPES))
    plain = {key: value for key, value in PLAIN[kind].items() if draw(st.booleans())}
    odd = draw(st.dictionaries(st.sampled_from(KEYS), draw(st.sampled_from([TEXTS, VALUES])), max_size=3))
    return {"type": kind, **plain, **odd}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(conditions(), min_size=1, max_size=4), inversed=st.booleans())
def test_conditions(places: Places, bodies: list[dict[str, Any]], inversed: bool) -> None:
    for rule in ("rule", "minirule"):
        for body in bodies:
            places.write("POST", f"/v1/{rule}/{{{rule}}}/conditions", json=body)
            places.write("PUT", f"/v1/{rule}/{{{rule}}}/conditions/{body['type']}", json=body)
        places.write("PUT", f"/v1/{rule}/{{{rule}}}", json={"inversed": inversed, "conditions": bodies})
    places.read()
