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
    match = Router([operation(route) for route in ROUTES], fold=fold).match(path)
    return (match.methods["GET"].path, match.values) if match else None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Zones/All", ("/Zones/All", ())),
        ("/zones/ALL", ("/Zones/All", ())),
        ("/Zones/all.example", ("/Zones/{Zone}", ("all.example",))),
        ("/Zones/All/Exists", ("/Zones/{Zone}/Exists", ("All",))),
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


def test_methods_of_one_path_are_found_together() -> None:
    router = Router([operation("/OU"), operation("/OU", "POST"), operation("/OU", "PUT")], fold=True)
    match = router.match("/ou")
    assert match is not None
    assert sorted(match.methods) == ["GET", "POST", "PUT"]
