"""HTTPS: a throw-away authority, or the user's own certificate."""

from __future__ import annotations

import signal
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import trustme
import watchfiles

from tests.face.command import LIMIT, Twin, running, serving, trusting


def test_a_client_that_trusts_the_printed_authority_is_served() -> None:
    with serving("kopicloud-ad", "--tls") as twin:
        authority = _authority(twin)
        port = urlsplit(twin.url).port
        assert twin.url == f"https://127.0.0.1:{port}"
        for host in ("127.0.0.1", "localhost"):
            answer = _get(f"https://{host}:{port}/__twin__/health", trusting(authority))
            assert answer.json()["status"] == "ok"
        assert twin.stop() == (0, [])
    assert not authority.parent.exists()


def test_a_client_that_does_not_is_not() -> None:
    with serving("kopicloud-ad", "--tls") as twin, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        _get(f"{twin.url}/__twin__/health", ssl.create_default_context())


@pytest.mark.parametrize("more", [(), ("--watch",)], ids=["plain", "watch"])
def test_signals_one_after_the_other_leave_nothing_behind(tmp_path: Path, more: tuple[str, ...]) -> None:
    with serving("kopicloud-ad", "--tls", *more, environment={"TMPDIR": str(tmp_path)}) as twin:
        assert any(tmp_path.iterdir())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            twin.process.send_signal(number)
        assert twin.process.wait(LIMIT) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_signal_before_the_server_answers_leaves_nothing_behind(tmp_path: Path) -> None:
    with running("serve", "kopicloud-ad", "--port", "0", "--tls", environment={"TMPDIR": str(tmp_path)}) as process:
        for _ in watchfiles.watch(tmp_path, rust_timeout=50, yield_on_timeout=True):
            if any(tmp_path.iterdir()):
                break
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_of_ones_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    both = str(tmp_path / "server.pem")
    with serving("kopicloud-ad", "--cert", both, "--key", both) as twin:
        answer = _get(f"{twin.url}/__twin__/health", trusting(tmp_path / "ca.pem"))
        assert answer.json()["status"] == "ok"
        assert not [line for line in twin.lines if line.startswith("CA file")]


def _authority(twin: Twin) -> Path:
    (line,) = (line for line in twin.lines if line.startswith("CA file "))
    return Path(line.split()[2])


def _get(url: str, context: ssl.SSLContext) -> httpx.Response:
    return httpx.get(url, verify=context, trust_env=False, timeout=LIMIT)
