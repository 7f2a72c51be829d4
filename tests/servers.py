"""Real mail servers for the tests: Dovecot (IMAP, LMTP) and Exim (submission), on loopback, unprivileged.

`mail` is one pair of servers for the whole run; a test takes mailboxes of its own from it: `mail.new_box()`
or `mail.account("psy@school.example")`, so that no test sees another's letters.
"""

import ctypes
import grp
import os
import pwd
import secrets
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
import trustme
from imapclient import IMAPClient

from intake.server import Security, Server
from tests.server_settings import Ports, write_settings

INSTALL = "apt-get install dovecot-imapd dovecot-lmtpd exim4-daemon-light"
PATIENCE = 30  # seconds until a server that does not answer, or a letter that does not come, is a failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mailbox on the test servers and how to log in to it."""

    address: str
    password: str
    imap: Server
    submission: Server


def program(name: str) -> str:
    """The path of an installed server; ordinary users often have no sbin in their PATH."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if path is None:
        pytest.fail(f"{name} is not installed; these tests talk to real servers: {INSTALL}", pytrace=False)
    return path


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def unprivileged() -> pwd.struct_passwd:
    """Who runs the servers: the caller, or nobody when the caller is root."""
    return pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")


def _die_with_parent() -> None:
    # The servers must not outlive a test run that is killed: prctl(PR_SET_PDEATHSIG, SIGTERM).
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(command: Sequence[str | Path], base: Path) -> subprocess.Popen[bytes]:
    """Start a server in the foreground as the unprivileged user."""
    who = None if os.getuid() else unprivileged()
    with (base / "log" / "output").open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=base,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_die_with_parent,
            user=who and who.pw_uid,
            group=who and who.pw_gid,
            extra_groups=who and [],
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process that we started, by its own id."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Mail:
    """The two servers of a run."""

    def __init__(self, base: Path, ports: Ports) -> None:
        self.base = base
        self.ports = ports
        self.ca_file = base / "ca.pem"
        self._passwords: dict[str, str] = {}
        self._postmaster = self.account("postmaster@school.example")
        box = self.account("box@school.example")
        self.address, self.imap, self.submission = box.address, box.imap, box.submission

    def account(self, address: str, *, password: str = "", overrides: str = "") -> Account:
        """A mailbox of that address, empty: a new one, or the old one after everything in it was deleted.

        `overrides`: Dovecot settings for this user alone, e.g. "userdb_imap_capability=IMAP4rev1".
        """
        if address in self._passwords and not overrides:
            self.empty(address)
        else:
            password = self._passwords.setdefault(address, password or secrets.token_hex(12))
            line = f"{address}:{password}::::::{overrides}\n"
            (self.base / "users" / address).write_text(line)  # for Dovecot
            with (self.base / "passwd").open("a") as file:  # for Exim
                file.write(line)
        return Account(
            address=address,
            password=self._passwords[address],
            imap=self._server(address, self.ports.imaps, Security.TLS),
            submission=self._server(address, self.ports.smtps, Security.TLS),
        )

    def new_box(self, *, password: str = "", overrides: str = "") -> Account:
        """A school's box that no other test knows."""
        address = f"box-{secrets.token_hex(4)}@school.example"
        return self.account(address, password=password, overrides=overrides)

    def starttls(self, account: Account) -> Account:
        """The same account by the ports that begin in clear."""
        return Account(
            address=account.address,
            password=account.password,
            imap=self._server(account.address, self.ports.imap, Security.STARTTLS),
            submission=self._server(account.address, self.ports.smtp, Security.STARTTLS),
        )

    def submit(
        self, message: EmailMessage | bytes, sender: str, recipients: Sequence[str], *, login: str = ""
    ) -> None:
        """Through Exim with TLS and a login, as any mail program would; arrives a moment later.

        Exim vouches for the sender whose `login` it is; without one, somebody else's is used.
        """
        login = login or self._postmaster.address
        raw = message.as_bytes(policy=SMTP) if isinstance(message, EmailMessage) else message
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with smtplib.SMTP_SSL("127.0.0.1", self.ports.smtps, timeout=PATIENCE, context=context) as client:
            client.login(login, self._passwords[login])
            client.sendmail(sender, list(recipients), raw, ["BODY=8BITMIME"])

    def deliver(self, message: EmailMessage | bytes, address: str, sender: str = "") -> None:
        """Straight into the mailbox by LMTP: at once. Dovecot adds Return-Path and Delivered-To on top."""
        raw = message.as_bytes(policy=SMTP) if isinstance(message, EmailMessage) else message
        with smtplib.LMTP("127.0.0.1", self.ports.lmtp) as client:
            client.sendmail(sender, [address], raw)

    def append(
        self, raw: bytes, address: str, folder: str = "INBOX", *, received_at: datetime | None = None
    ) -> None:
        """Put exactly these bytes into a folder (IMAP APPEND), with an INTERNALDATE if one is given."""
        with self._client(address) as client:
            client.append(_on_server(folder), raw, msg_time=received_at)

    def date(self, address: str, received_at: datetime) -> None:
        """Say of all that is in the inbox that it came at that moment (INTERNALDATE)."""
        with self._client(address) as client:
            client.select_folder("INBOX")
            fetched = client.fetch(uids := client.search(), ["BODY.PEEK[]"])
            for uid in sorted(fetched):
                client.append("INBOX", fetched[uid][b"BODY[]"], msg_time=received_at)
            client.delete_messages(uids)
            client.expunge()

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """All messages of a folder, oldest first; none if there is no such folder. «/» separates folders."""
        with self._client(address) as client:
            if not client.folder_exists(_on_server(folder)):
                return []
            client.select_folder(_on_server(folder), readonly=True)
            fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    def folders(self, address: str) -> list[str]:
        """Every folder that can hold messages, with «/» between levels."""
        with self._client(address) as client:
            listed = [(flags, name.replace(".", "/")) for flags, _, name in client.list_folders()]
        return sorted(name for flags, name in listed if not {rb"\Noselect", rb"\NonExistent"} & set(flags))

    def wait_for(self, address: str, count: int, folder: str = "INBOX") -> list[bytes]:
        """The messages, as soon as there are at least so many."""
        until = time.monotonic() + PATIENCE
        while len(found := self.messages(address, folder)) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{len(found)} of {count} messages in {folder}\n{self.logs()}")
            time.sleep(0.05)
        return found

    def empty(self, address: str) -> None:
        """Delete every message and every folder of a mailbox."""
        with self._client(address) as client:
            for _, _, name in sorted(client.list_folders(), key=lambda row: row[2], reverse=True):
                if name != "INBOX":
                    client.delete_folder(name)
            client.select_folder("INBOX")
            if uids := client.search():
                client.delete_messages(uids)
                client.expunge()

    def logs(self) -> str:
        """The ends of the servers' logs, for a failure's message."""
        files = sorted((self.base / "log").iterdir())
        return "\n".join(f"{file.name}: {file.read_text(errors='replace')[-1500:]}" for file in files)

    def _server(self, username: str, port: int, security: Security) -> Server:
        return Server(
            host="127.0.0.1",
            port=port,
            security=security,
            username=username,
            password=self._passwords[username],
            ca_file=self.ca_file,
        )

    def _client(self, address: str) -> IMAPClient:
        context = ssl.create_default_context(cafile=str(self.ca_file))
        client = IMAPClient("127.0.0.1", self.ports.imaps, ssl_context=context, timeout=PATIENCE)
        client._imap.debug = 0  # IMAPClient logs whole letters otherwise
        client.plain_login(address, self._passwords[address])
        return client


def _on_server(folder: str) -> str:
    return folder.replace("/", ".")  # Maildir++ separates folders by dots


def _prepare(base: Path) -> Ports:
    """Certificates, settings and folders, owned by the user that will run the servers."""
    who = unprivileged()
    for name in ("log", "mail", "spool", "users", "dovecot"):
        (base / name).mkdir()
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(str(base / "ca.pem"))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(base / "server.pem"), append=True)
    certificate.private_key_pem.write_to_path(str(base / "server.key"))
    (base / "passwd").touch()
    (base / "habits").touch()
    shutil.copyfile(program("exim4"), base / "exim")  # a copy loses the setuid bit
    (base / "exim").chmod(0o755)
    ports = Ports(**dict(zip(("imaps", "imap", "lmtp", "smtps", "smtp"), free_ports(5), strict=True)))
    group = grp.getgrgid(who.pw_gid).gr_name
    write_settings(base, ports, user=who.pw_name, group=group, uid=who.pw_uid, gid=who.pw_gid)
    base.chmod(0o755)
    if not os.getuid():
        for path in (base, *base.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)
    return ports


def _await_ports(ports: Sequence[int], processes: Sequence[subprocess.Popen[bytes]], base: Path) -> None:
    until = time.monotonic() + PATIENCE
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until or any(one.poll() is not None for one in processes):
                    logs = "\n".join(p.read_text(errors="replace") for p in (base / "log").iterdir())
                    pytest.fail(f"a mail server did not start:\n{logs}", pytrace=False)
                time.sleep(0.05)


@pytest.fixture(scope="session")
def mail() -> Iterator[Mail]:
    """Dovecot and Exim, started for this run and stopped after it."""
    dovecot, _ = program("dovecot"), program("exim4")
    # Not pytest's own folder: that one is closed to the unprivileged user, and long for a socket's path.
    base = Path(tempfile.mkdtemp(prefix="senim-mail-", dir=None if os.getuid() else "/tmp"))
    ports = _prepare(base)
    processes = [
        start([dovecot, "-F", "-c", base / "dovecot.conf"], base),
        start([base / "exim", "-C", base / "exim.conf", "-bdf", "-q5s"], base),
    ]
    try:
        _await_ports((ports.imaps, ports.imap, ports.lmtp, ports.smtps, ports.smtp), processes, base)
        yield Mail(base, ports)
    finally:
        for process in reversed(processes):
            stop(process)
        shutil.rmtree(base, ignore_errors=True)
