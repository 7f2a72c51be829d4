"""A wrong password, a certificate that does not fit: nothing is touched until it is put right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from intake.server import CertificateRefused, LoginRefused
from tests.misbehaving import tls
from tests.tried import Tried


def test_with_a_wrong_password_nothing_is_touched_and_with_the_right_one_all_is_well(tried: Tried) -> None:
    tried.receives()
    secret = tried.school.folder / "secret"
    password = secret.read_text()
    secret.write_text("not-the-password\n")
    assert isinstance(tried.pulls(), LoginRefused)
    tried.holds()
    secret.write_text(password)
    tried.recovers()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def wrong_name(authority: trustme.CA) -> trustme.LeafCert:
    return authority.issue_cert("mail.other.example")


def expired(authority: trustme.CA) -> trustme.LeafCert:
    now = datetime.now(UTC)
    return authority.issue_cert(
        "127.0.0.1", not_before=now - timedelta(days=60), not_after=now - timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("issue", "word"),
    [
        (wrong_name, "is for another"),
        (expired, "has expired"),
        (None, "is signed by itself"),
    ],
    ids=["for another name", "expired", "self-signed"],
)
def test_a_server_whose_certificate_does_not_fit_hears_no_password(
    tried: Tried,
    authority: trustme.CA,
    tmp_path: Path,
    issue: Callable[[trustme.CA], trustme.LeafCert] | None,
    word: str,
) -> None:
    tried.receives()
    chain, key, trusted = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "trusted.pem"
    if issue is None:  # an authority's own certificate, and nobody here trusts that authority
        authority.cert_pem.write_to_path(str(chain))
        authority.private_key_pem.write_to_path(str(key))
        trustme.CA().cert_pem.write_to_path(str(trusted))
    else:
        certificate = issue(authority)
        chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(str(key))
        authority.cert_pem.write_to_path(str(trusted))
    config = tried.school.folder / "config.yaml"
    text = config.read_text()
    with tls(chain, key) as port:
        tried.configure(f"port: {tried.school.box.imap.port}", f"port: {port}")
        tried.configure(str(tried.school.mail.ca_file), str(trusted))
        fault = tried.pulls()
    assert isinstance(fault, CertificateRefused)
    assert word in str(fault)
    tried.holds()
    config.write_text(text)
    tried.recovers()
