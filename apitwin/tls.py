"""Certificates of a served twin: the user's own, or a throw-away authority that lives as long as the server."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apitwin.failure import Failed


@dataclass(frozen=True, kw_only=True)
class Tls:
    """PEM files of a server; ``authority`` is what clients must trust when the certificate is a throw-away one."""

    cert: Path
    key: Path
    authority: Path | None = None


def own(cert: Path | None, key: Path | None) -> Tls | None:
    """The user's certificate, if there is one; raises ``Failed`` when half of it is missing or it cannot be used."""
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        given, missing = ("--cert", "--key") if key is None else ("--key", "--cert")
        raise Failed(f"{given} needs {missing}: a certificate and its private key come together")
    for option, path in (("--cert", cert), ("--key", key)):
        if not path.is_file():
            raise Failed(f"{option} {path}: no such file")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise Failed(f"--cert {cert} --key {key}: no PEM certificate with its private key ({_reason(error)})") from None
    return Tls(cert=cert, key=key)


@contextmanager
def throw_away(host: str) -> Iterator[Tls]:
    """A certificate for this machine's local names and ``host``; its files are removed at the end."""
    import trustme

    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host])
    with tempfile.TemporaryDirectory(prefix="apitwin-tls-") as folder:
        files = Tls(cert=Path(folder, "cert.pem"), key=Path(folder, "key.pem"), authority=Path(folder, "ca.pem"))
        authority = trustme.CA(organization_name="apitwin")
        issued = authority.issue_cert(*names)
        authority.cert_pem.write_to_path(str(files.authority))
        issued.private_key_pem.write_to_path(str(files.key))
        for number, part in enumerate(issued.cert_chain_pems):
            part.write_to_path(str(files.cert), append=number > 0)
        yield files


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
