"""Routes: literal segments beat placeholders, without case, on the raw path."""

from __future__ import annotations

import pytest

from mockserver.kernel.operation import Evidence, Operation
from mockserver.kernel.routing import Router


def operation(path: str, method: str = "GET") -> Operation:
    return Operation(
        id=f"{method} {path}",
        method=method,
        path=path,
        parameters=(),
        responses={},
        body=None,
        secured=False,
        section="",
        since="1.0",
        evidence=Evidence("assumed", "test"),
    )


ROUTES = ["/Zones/All", "/Zones/{Zone}", "/Zones/{Zone}/Exists", "/Zones/All/Old/{Name}", "/User/{Name}/Group/All"]


def matched(path: str, *, fold: bool = True) -> tuple[str, tuple[str, ...]] | None:
    match = Router([operation(route) for route in ROUTES], fold=fold).match("GET", path)
    return (match.operation.path, match.values) if match else None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Zones/All", ("/Zones/All", ())),
        ("/zones/ALL", ("/Zones/All", ())),
        ("/Zones/all.example", ("/Zones/{Zone}", ("all.example",))),
        ("/Zones/All/Exists", ("/Zones/{Zone}/Exists", ("All",))),
        ("/Zones/%41ll", ("/Zones/All", ())),
        ("/Zones/A%6C%6c", ("/Zones/All", ())),
        ("/Zones/All%2F", ("/Zones/{Zone}", ("All%2F",))),
        ("/Zones/%zz", ("/Zones/{Zone}", ("%zz",))),
        ("/Zones/A\u0131l", ("/Zones/{Zone}", ("A\u0131l",))),
        ("/Zones/10.0.0.0%2F24", ("/Zones/{Zone}", ("10.0.0.0%2F24",))),
        ("/Zones/x/", ("/Zones/{Zone}", ("x",))),
        ("/Zones", None),
        ("/Zones//Exists", None),
        ("/Zones/x/Exists/more", None),
        ("/User/Ann/Group/ALL", ("/User/{Name}/Group/All", ("Ann",))),
        ("", None),
        ("*", None),
    ],
)
def test_literals_beat_placeholders_without_case(path: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    assert matched(path) == expected


def test_a_router_that_does_not_fold_is_exact() -> None:
    assert matched("/zones/All", fold=False) is None
    assert matched("/Zones/ALL", fold=False) == ("/Zones/{Zone}", ("ALL",))


def test_the_kelvin_sign_is_no_letter_k() -> None:
    """Python lowers it to one; the web server emulated compares ASCII."""
    router = Router([operation("/Kind")], fold=True)
    assert router.match("GET", "/\u212aind") is None
    assert router.match("GET", "/%E2%84%AAind") is None
    assert router.match("GET", "/kIND") is not None


def test_a_literal_without_the_method_gives_way_to_the_placeholder() -> None:
    router = Router([operation("/Zones/All"), operation("/Zones/{Zone}", "POST")], fold=True)
    created = router.match("POST", "/Zones/All")
    assert created is not None
    assert (created.operation.path, created.values) == ("/Zones/{Zone}", ("All",))
    assert router.match("DELETE", "/Zones/All") is None


def test_all_operations_of_a_path_are_found_together() -> None:
    routes = [operation("/Zones/All"), operation("/Zones/{Zone}"), operation("/Zones/{Zone}", "PUT"), operation("/OU")]
    router = Router(routes, fold=True)
    assert [one.id for one in router.at("/zones/ALL/")] == ["GET /Zones/All", "GET /Zones/{Zone}", "PUT /Zones/{Zone}"]
    assert [one.id for one in router.at("/Zones/x")] == ["GET /Zones/{Zone}", "PUT /Zones/{Zone}"]
    assert router.at("/Zones") == []
