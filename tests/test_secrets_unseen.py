"""Keys and passwords show nowhere: not in `ps`, a repr, a log, an error, JSON, or a core file."""

import ctypes
import dataclasses
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.config import Config, load
from intake.faults import explain
from intake.reader import Reader
from intake.secret_files import Sources
from intake.server import ServerFault
from intake.verbs.output import print_json
from journal.book import Journal
from journal.private import write_new
from journal.sealing import Keys, Seal
from tests.command import EXAMPLE, Senim, open_journal

PASSWORD, TYPED, IN_URL = "қанарейка-пароль-7", "canary-typed-8", "canary-in-url-9"
OURS = ("intake", "journal", "reports")
WORDS = {
    "work:run": ["run"],
    "work:form": ["form"],
    "work:pull": ["pull"],
    "entries:listing": ["journal", "list"],
    "upgrade:upgrade": ["upgrade"],
    "keys:recovery": ["recovery"],
}


@pytest.fixture
def secretive(begun: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Config, list[str]]:
    """A school with a secret in each place of one, and how each may be written."""
    write_new(begun / "var/mailbox.password", PASSWORD.encode())
    monkeypatch.setenv("SENIM_SUBMISSION_PASSWORD", TYPED)
    (config,) = load(begun / "config.yaml")
    key = config.journal_key()
    keys = Keys(key)
    raw = [key, keys.purpose("backup"), keys._fingerprint]
    spelt = [one for secret in raw for one in (secret.hex(), repr(secret)[2:-1], str(list(secret))[1:-1])]
    return config, [PASSWORD, TYPED, IN_URL, *spelt]


def clean(words: str, secrets: list[str]) -> None:
    """Does not show the words that hold one: the report of a failure is a log too."""
    assert not any(secret in words for secret in secrets), "a secret is shown"


def walk(thing: object, seen: set[int]) -> Iterator[object]:
    """All objects of ours that can be reached from one."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, list | tuple | set | frozenset):
        inner: list[object] = list(thing)
    elif isinstance(thing, dict):
        inner = list(thing.values())
    elif type(thing).__module__.split(".")[0] in OURS:
        yield thing
        slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
        names = {*slots, *getattr(thing, "__dict__", {})}
        inner = [getattr(thing, name) for name in names if hasattr(thing, name)]
    else:
        return
    for one in inner:
        yield from walk(one, seen)


def test_no_object_that_can_be_reached_shows_a_secret(secretive: tuple[Config, list[str]]) -> None:
    config, secrets = secretive
    url = f"postgresql://senim:{IN_URL}@127.0.0.1:1/none"
    other = dataclasses.replace(config, journal_url=url)
    text = EXAMPLE.read_text().replace("sqlite:///var/journal.db", url)
    (config.path.parent / "other.yaml").write_text(text)
    (named,) = load(config.path.parent / "other.yaml")
    assert named.journal_url == url
    roots: list[object] = [
        config,
        other,
        named,
        config.imap,
        config.submission,
        Sources(environment=os.environ),
    ]
    with open_journal(config.path.parent) as journal, journal.store.writing() as writing:
        letter = journal.entry(1)
        roots += [journal, journal.store, journal.store.engine, writing, letter, Keys(config.journal_key())]
        roots += [Seal(config.journal_key())]
        found = list(walk(roots, set()))
        kinds = {type(one).__name__ for one in found}
        assert kinds >= {
            "Config",
            "Settings",
            "Server",
            "Sources",
            "Keys",
            "Seal",
            "Journal",
            "Store",
            "School",
        }
        for one in [*roots, *found]:
            for words in (repr(one), str(one), f"{one}"):
                clean(words, secrets)


def test_what_the_walk_would_find_it_finds() -> None:
    """Else the test above would prove nothing."""

    @dataclasses.dataclass
    class Careless:
        password: str

    Careless.__module__ = "intake.careless"
    (found,) = walk([Careless(PASSWORD)], set())
    with pytest.raises(AssertionError):
        clean(repr(found), [PASSWORD])


def test_nothing_for_other_programs_holds_a_secret(
    secretive: tuple[Config, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, secrets = secretive
    for one in (config.imap, config.submission, config.journal_url):
        print_json(str(one))
    clean(capsys.readouterr().out, secrets)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--json"),
        ("pull", "--json"),
        ("send", "--json"),
        ("upgrade",),
        ("rekey",),
        ("journal", "show", "1", "--json"),
        ("journal", "verify", "--json"),
        ("letters", "list", "--json"),
        ("held", "show", "1", "--json"),
    ],
    ids=" ".join,
)
def test_no_verb_says_or_logs_a_secret(
    senim: Senim,
    secretive: tuple[Config, list[str]],
    words: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when what it stands on is not there: nobody answers at these servers and this database."""
    config, secrets = secretive
    text = config.path.read_text()
    for host in ("imap.gmail.com", "smtp.gmail.com"):
        text = text.replace(host, "127.0.0.1")
    config.path.write_text(text.replace("port: 993", "port: 1").replace("port: 465", "port: 1"))
    for url in (None, f"postgresql://senim:{IN_URL}@127.0.0.1:1/none"):
        if url:
            monkeypatch.setenv("SENIM_JOURNAL_URL", url)
        with caplog.at_level(logging.DEBUG):
            said = senim(*words)
        clean(said.out + said.err + caplog.text, secrets)
        if "--json" in words and said.out:
            json.loads(said.out)


def test_a_fault_with_a_secret_at_hand_shows_none(secretive: tuple[Config, list[str]]) -> None:
    config, secrets = secretive
    faults: list[BaseException] = []
    wrong = dataclasses.replace(config, journal_url=f"postgresql://senim:{IN_URL}@127.0.0.1:1/none")
    for fail in (
        lambda: Journal.open(wrong.journal_url, config.journal_key()),
        lambda: Journal.open(config.journal_url, config.journal_key()[::-1]),
        lambda: Keys(config.journal_key()[:-1]),
        lambda: _log_in(config),
    ):
        try:
            fail()
        except Exception as fault:
            faults.append(fault)
    assert len(faults) == 4
    for one in faults:
        clean(explain(one) + "".join(traceback.format_exception(one)), secrets)


def _log_in(config: Config) -> None:
    from intake.submission import probe

    try:
        probe(dataclasses.replace(config.imap, host="127.0.0.1", port=1))
    except ServerFault as fault:
        raise fault from None


def children(of: int) -> list[int]:
    """Processes below one, whole families."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == of:
            own = int(place.parent.name)
            found += [own, *children(own)]
    return found


def test_ps_shows_no_secret_of_ours_nor_of_the_processes_we_start(
    secretive: tuple[Config, list[str]],
) -> None:
    """Of a process, others see its arguments, and its own user its environment."""
    config, secrets = secretive
    before = set(children(os.getpid()))
    with Reader() as reader:
        reader.read(b"Subject: x\r\n\r\nx\r\n")
        started = set(children(os.getpid())) - before
        assert started
        for process in started:
            shown = [Path(f"/proc/{process}/{what}").read_bytes() for what in ("cmdline", "environ")]
            clean(b"\n".join(shown).decode("utf-8", "replace"), secrets)
            assert b"SENIM_" not in shown[1]
    assert config.submission.password == TYPED  # it was there to be seen


@pytest.mark.parametrize("verb", WORDS)
def test_a_process_that_crashes_leaves_no_core_file(tmp_path: Path, verb: str) -> None:
    """Whatever limits it was started with, and where the system has a collector of its own, too."""
    module, name = verb.split(":")
    crash = f"""
import ctypes, os, signal
import intake.verbs.{module} as verbs
from intake import cli
def crash(asked):
    print(ctypes.CDLL(None).prctl(3), flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)
verbs.{name} = crash
cli.main({WORDS[verb]!r})
"""
    status, said = died(tmp_path, crash)
    assert os.WTERMSIG(status) == signal.SIGSEGV
    assert not os.WCOREDUMP(status)
    assert said == "0\n"  # PR_GET_DUMPABLE
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_not_ours_would_leave_one(tmp_path: Path) -> None:
    """Where the machine allows it at all: else the test above would prove less than it seems to."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    status, said = died(tmp_path, "import ctypes, os, signal; print(ctypes.CDLL(None).prctl(3), flush=True)\n"
                        "os.kill(os.getpid(), signal.SIGSEGV)")  # fmt: skip
    assert said == "1\n"
    assert os.WCOREDUMP(status) or hard == 0 or not Path("/proc/sys/kernel/core_pattern").read_text().strip()


def died(folder: Path, code: str) -> tuple[int, str]:
    def allow() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        ctypes.CDLL(None).prctl(4, 1)

    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, stdout=subprocess.PIPE, preexec_fn=allow, text=True
    )
    said = process.stdout.read() if process.stdout else ""
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout:
        process.stdout.close()
    return status, said
