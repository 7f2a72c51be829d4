"""No letter makes the worker slow, large or dead: what reading it may do happens in a process apart."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import reader_process
from intake.cleaning import Fresh
from intake.message import Marks, Message, Unreadable, parse
from intake.reader import Reader, ReaderUnavailable
from intake.reader_shape import (
    Header,
    Line,
    NotOurShape,
    code_in,
    fresh_in,
    message_in,
    message_out,
    pack,
)
from intake.release import NotReleased, release
from journal.model import Attachment, Disposition
from tests.cleaned import clean
from tests.corpora import letters
from tests.desk import DayAtTheDesk
from tests.misreading import MARK, REWRITES, WEAK, WEAKNESSES, weak
from tests.school import plain_letter
from tests.test_cleaning import PLANTED

pytestmark = pytest.mark.decides

PLAIN = plain_letter("Жасырын\n\nДәлізде итереді.", subject="Дәліз")


@pytest.fixture
def weak_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader whose process has weaknesses; on a busy machine too, only what is meant ends it."""
    monkeypatch.setattr(reader_process, "COMMAND", WEAK)
    monkeypatch.setattr(reader_process, "PATIENCE", 60)
    with Reader() as reader:
        yield reader


def told(reader: Reader, about: str) -> list[str]:
    """What the process says of itself."""
    facts = dict(fact.split(" ", 1) for fact in reader.read(weak("tells of itself")).references)
    return facts[about].split()


# -- the same as in our own process ---------------------------------------------------


def outcome(read: object, raw: bytes) -> object:
    try:
        return read(raw)  # type: ignore[operator]
    except Unreadable as fault:
        return fault.reason


@pytest.mark.timeout(240)
def test_every_letter_reads_the_same_as_in_our_own_process(reader: Reader) -> None:
    for name, raw in letters():
        assert outcome(reader.read, raw) == outcome(parse, raw), name


def test_pictures_are_drawn_anew_as_in_our_own_process(reader: Reader) -> None:
    kinds = [Attachment(name=f"a.{kind}", media_type="image/x", content=PLANTED[kind]) for kind in PLANTED]
    kinds.append(Attachment(name="хат.docx", media_type="application/x", content=b"PK"))
    assert reader.clean(kinds) == clean(kinds)
    assert reader.clean(kinds).refused == (".docx",)


@pytest.mark.parametrize("size", [0, 1, 65_536, 20_000_000])
def test_files_of_any_size_arrive_whole(reader: Reader, size: int) -> None:
    content = os.urandom(1) * size
    head = (
        b"From: a@b.example\r\nContent-Type: image/x; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    lines = b"\r\n".join(b64encode(content[at : at + 5_700]) for at in range(0, size, 5_700))
    (file,) = reader.read(head + lines).attachments
    assert file.content == content


def test_a_letter_over_the_limit_is_not_even_handed_over(reader: Reader) -> None:
    with pytest.raises(Unreadable, match="too-large"):
        reader.read(bytes(30 * 1024 * 1024 + 1))


def test_one_process_reads_many_letters(weak_reader: Reader) -> None:
    assert told(weak_reader, "process") == told(weak_reader, "process")


# -- whatever a letter does ------------------------------------------------------------

DIED, SLOW, LARGE = "reader-died", "reader-too-slow", "reader-too-large"
ENDS = {
    "sleeps": SLOW,
    "spins": SLOW,
    "swells": LARGE,
    "asks for 4 GB": LARGE,
    "is killed": DIED,
    "crashes": DIED,
    "leaves": DIED,
    "hangs up": DIED,
    "says noise": LARGE,  # its first bytes, taken for a length, promise far too much
    "says a list": DIED,
    "says a deep heap": DIED,
    "says a huge header": LARGE,
    "promises huge files": LARGE,
    "promises less than nothing": DIED,
    "answers something else": DIED,
    "answers with words": DIED,
    "answers another letter": DIED,
    "answers a number": DIED,
    "answers half a letter": "error-UnicodeEncodeError",
    "answers a path": DIED,
    "answers 400 files": LARGE,
    "answers 80 MB": LARGE,
    "answers a long header": LARGE,
}


@pytest.mark.parametrize("name", ENDS)
def test_a_letter_that_harms_its_reader_is_put_aside_and_the_next_one_is_read(
    weak_reader: Reader, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak_reader.read(PLAIN)
    if name == "sleeps":  # costs no time of the processor: only the clock on the wall ends it
        monkeypatch.setattr(reader_process, "PATIENCE", 2)
    with pytest.raises(Unreadable) as put_aside:
        weak_reader.read(weak(name))
    assert put_aside.value.reason == ENDS[name]
    monkeypatch.setattr(reader_process, "PATIENCE", 60)
    assert weak_reader.read(PLAIN) == parse(PLAIN)


def test_every_weakness_is_tried() -> None:
    assert {*WEAKNESSES, *REWRITES} == {*ENDS, "prints", "tires", "tells of itself"}


def test_what_libraries_print_reaches_neither_us_nor_anybody(
    weak_reader: Reader, capfd: pytest.CaptureFixture[str]
) -> None:
    assert weak_reader.read(weak("prints")).subject == "x"
    assert capfd.readouterr() == ("", "")


def test_a_letter_that_suffers_for_another_one_is_read_in_a_fresh_process(weak_reader: Reader) -> None:
    weak_reader.read(PLAIN)
    assert weak_reader.read(weak("tires")).subject == "x"


def test_a_process_that_ended_between_two_letters_counts_against_none(weak_reader: Reader) -> None:
    (process,) = told(weak_reader, "process")
    os.kill(int(process), signal.SIGKILL)
    assert gone(int(process))
    assert weak_reader.read(PLAIN) == parse(PLAIN)


def test_a_service_that_is_asked_to_end_still_reads_its_letter(weak_reader: Reader) -> None:
    (process,) = told(weak_reader, "process")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # as a whole group of processes gets them
        os.kill(int(process), number)
    assert told(weak_reader, "process") == [process]


def test_a_worker_that_is_cut_short_counts_against_no_letter(weak_reader: Reader) -> None:
    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    before = signal.signal(signal.SIGALRM, cut)
    try:
        weak_reader.read(PLAIN)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(Cut):
            weak_reader.read(weak("sleeps"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert weak_reader.read(PLAIN) == parse(PLAIN)


# -- at the desk --------------------------------------------------------------------


def with_picture(content: bytes) -> bytes:
    return (
        b"From: mother@family.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        + "Жасырын\r\n\r\nСуретті қараңыз.".encode()
        + b"\r\n--b\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(content)
        + b"\r\n--b--\r\n"
    )


def test_a_letter_that_harms_its_reader_is_held_and_the_others_go_on(
    day: DayAtTheDesk, weak_reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    day.reader = weak_reader
    assert day.arrives(PLAIN).number == 1
    for name in ("crashes", "asks for 4 GB"):
        outcome = day.arrives(weak(name))
        assert (outcome.disposition, outcome.reason) == (Disposition.HELD, ENDS[name])
    assert day.arrives(PLAIN.replace(b"Message-ID: <", b"Message-ID: <b")).number == 2
    assert [one.reason for one in day.journal.held()] == [DIED, LARGE]
    assert "текст" not in caplog.text
    with pytest.raises(NotReleased, match=DIED):
        release(day.journal.held()[0].id, day.desk)


def test_a_picture_that_harms_its_reader_is_refused_and_the_words_are_recorded(
    day: DayAtTheDesk, weak_reader: Reader
) -> None:
    day.reader = weak_reader
    assert day.arrives(with_picture(MARK + b"is killed")).number == 1
    entry = day.journal.entry(1)
    assert (entry.text, entry.refused) == ("Жасырын\nСуретті қараңыз.", (".jpg",))
    assert not day.journal.held() and not day.journal.attachments(1)
    assert day.arrives(with_picture(PLANTED["jpeg"])).number == 2
    assert [file.name for file in day.journal.attachments(2)] == ["1.jpg"]


@pytest.mark.parametrize("command", [["/nowhere/python"], ["/bin/false"], ["/bin/sleep", "9"], ["/bin/cat"]])
def test_without_a_process_nothing_is_held_and_all_letters_wait(
    day: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    usual = day.reader
    monkeypatch.setattr(reader_process, "COMMAND", command)
    monkeypatch.setattr(reader_process, "START_PATIENCE", 0.5)
    with Reader() as day.reader, pytest.raises(ReaderUnavailable, match="stay in the mailbox"):
        day.arrives(PLAIN)
    assert not day.journal.held()
    assert day.journal.received("INBOX", 7, [1]) == {}
    day.reader = usual
    assert day.arrives(PLAIN).number == 1


# -- bounds -------------------------------------------------------------------------


def test_the_process_is_bounded_and_leaves_no_copy_of_its_memory(weak_reader: Reader) -> None:
    assert told(weak_reader, "limits") == [str(1024**3), "0", "0"]
    assert told(weak_reader, "dumpable") == ["0"]


def test_a_crash_leaves_no_core_file(weak_reader: Reader) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        (folder,) = told(weak_reader, "folder")
        before = set(Path(folder).iterdir())
        with pytest.raises(Unreadable):
            weak_reader.read(weak("crashes"))
        assert set(Path(folder).iterdir()) == before
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def test_the_process_has_nothing_of_ours_open_and_none_of_our_settings(
    weak_reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENIM_JOURNAL_KEY", "secret")
    with (tmp_path / "journal.db").open("w") as database, socket.create_server(("127.0.0.1", 0)) as server:
        for ours in (database, server):
            os.set_inheritable(ours.fileno(), True)  # the worst case
        opened = told(weak_reader, "descriptors")
    assert opened == ["/dev/null", "/dev/null", "/dev/null", "socket"]
    extra = {"PYTHONPATH", "PYTHONUTF8", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert set(told(weak_reader, "environment")) <= extra


# A worker of its own, so that it can be killed and its memory measured.
WORKER = """
import sys
from pathlib import Path
from intake import reader_process
from intake.cleaning import Fresh
reader_process.COMMAND = (sys.executable, "-P", "-m", "tests.misreading")
from intake.gate import Unreadable
from intake.reader import Reader
from tests.misreading import weak
def memory(name="VmRSS"):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
reader = Reader()
facts = reader.read(weak("tells of itself")).references
print(facts[-1].split()[1], flush=True)
"""
FLAT = """
head = b"Content-Type: image/x; name=a.bin\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
big = head + b"QUFB\\r\\n" * 300_000
def round():
    reader.read(big)
    for name in ("answers 80 MB", "says a huge header", "promises huge files", "asks for 4 GB"):
        try:
            reader.read(weak(name))
        except Unreadable:
            pass
round()
before = memory()
for _ in range(3):
    round()
print(memory() - before, memory("VmHWM"), flush=True)
"""


def test_the_worker_s_own_memory_stays_flat() -> None:
    done = subprocess.run([sys.executable, "-c", WORKER + FLAT], capture_output=True, text=True, check=True)
    growth, peak = map(int, done.stdout.split()[1:])
    assert growth < 8_000, "kilobytes"
    assert peak < 150_000, "kilobytes"


@pytest.mark.parametrize("doing", ["input()", 'reader.read(weak("sleeps"))'], ids=["idle", "in a letter"])
def test_no_process_outlives_a_killed_worker(doing: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", f"{WORKER}\n{doing}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    child = int(worker.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    worker.kill()
    worker.communicate()
    assert gone(child)


def test_closing_ends_the_process(weak_reader: Reader) -> None:
    (process,) = told(weak_reader, "process")
    weak_reader.close()
    assert not Path(f"/proc/{process}").exists()


def gone(process: int) -> bool:
    """Whether a process ends within a few seconds; one that nobody has waited for yet counts as ended."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


# -- what crosses -------------------------------------------------------------------

TEXT = st.text(max_size=40)
LINES = st.lists(TEXT, max_size=3).map(tuple)
FILES = st.builds(
    Attachment,
    name=st.from_regex(r"[\w ()-]{1,20}\.[a-z]{3}", fullmatch=True),
    media_type=st.just("image/png"),
    content=st.binary(max_size=50),
)
MESSAGES = st.builds(
    Message,
    **dict.fromkeys(("message_id", "date", "subject", "submission_id", "text", "html"), TEXT),
    **dict.fromkeys(
        ("references", "from_fields", "sender_fields", "recipients", "authentication_results"), LINES
    ),
    marks=st.builds(
        Marks,
        **dict.fromkeys(("auto_submitted", "precedence", "our_letter"), TEXT),
        **dict.fromkeys(("list_id", "autoreply", "delivery_report", "null_sender", "spam"), st.booleans()),
    ),
    form_part=st.none() | st.binary(max_size=50),
    attachments=st.lists(FILES, max_size=3).map(tuple),
)


def heard(piece: bytes) -> tuple[Header, list[bytes]]:
    """What one end hears of what the other said."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(piece)
        theirs.shutdown(socket.SHUT_WR)
        return Line(ours).hear(until=time.monotonic() + 5)


@given(MESSAGES)
def test_every_field_of_a_message_crosses(message: Message) -> None:
    assert message_in(*heard(b"".join(pack(*message_out(message))))) == message


@given(st.binary(max_size=300))
def test_any_noise_is_refused(noise: bytes) -> None:
    with pytest.raises((NotOurShape, EOFError)):
        heard(noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(MESSAGES, st.data(), JSON)
def test_any_other_value_in_a_field_is_refused_or_of_the_same_type(
    message: Message, data: st.DataObject, other: object
) -> None:
    header, blobs = message_out(message)
    marks = header["marks"]
    place = data.draw(st.sampled_from([header, marks if isinstance(marks, dict) else {}]))
    name = data.draw(st.sampled_from(sorted(place)))
    place[name] = other
    try:
        read = message_in(*heard(b"".join(pack(header, blobs))))
    except NotOurShape:
        return
    assert type(getattr(read, name, None) or getattr(read.marks, name, None)) in (
        str, tuple, bool, Marks, type(None)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "blobs"),
    [(".exe", [b"x"]), ("", [b"x"]), (".jpg", []), (".jpg", [b"x", b"y"]), ("IMG_2026.jpg", [b"x"]), (5, [])],
)
def test_a_cleaned_file_is_of_our_own_kinds_only(kind: object, blobs: list[bytes]) -> None:
    assert fresh_in({"kind": ".jpg"}, [b"x"]) == Fresh(kind=".jpg", content=b"x")
    assert fresh_in({"kind": ""}, []) is None
    with pytest.raises(NotOurShape):
        fresh_in({"kind": kind}, blobs)


def test_a_code_for_the_log_has_no_room_for_words() -> None:
    for code in ("Аружан", "a b", "a@b.example", "a" * 100, "", 5):
        with pytest.raises(NotOurShape):
            code_in({"code": code})
