"""`senim check --circle`: what the provider does with letters is learned before a family writes one."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from intake import circle
from intake.circle import go_round
from intake.lookout import Found, Lookout
from intake.marked_letter import forged, id_of, is_marked, is_report_on, new_mark, results, write_marked
from intake.pull import PullReport, pull
from intake.server import Finding
from tests.boxes import everywhere, make_folder, put
from tests.command import Senim, config_of
from tests.moments import A_MOMENT
from tests.school import SchoolUnderTest, open_school, plain_letter
from tests.servers import Mail

OWN = "mail.school.example; dmarc=pass header.from=school.example"
LETTER, JUNK = "a letter to the box", "junk"
SUBADDRESSES, BELIEVED, WRITE = "subaddresses", "how replies are believed", "config.yaml"


def provider(school: SchoolUnderTest, **habits: str) -> None:
    """What the provider does with this box's letters: see tests/server_settings.py."""
    words = " ".join(f'{name}="{value}"' for name, value in habits.items())
    with (school.mail.base / "habits").open("a") as file:
        file.write(f"{school.box.address}: {words}\n")


def configure(school: SchoolUnderTest, replies: str) -> None:
    """Writes `replies` anew, as a person does who follows what was found."""
    config = school.folder / "config.yaml"
    kept = re.sub(r"(?m)^replies:.*\n(?:  .*\n)*", "", config.read_text())
    config.write_text(f"{kept}{replies}\n")


def go(school: SchoolUnderTest) -> dict[str, Finding]:
    """The findings by name; after it the mailbox holds what it held before."""
    before = everywhere(school.mail, school.box)
    told: list[str] = []
    found = go_round(config_of(school.folder), datetime.now(UTC), tell=told.append)
    assert all("seconds" in one for one in told)
    assert everywhere(school.mail, school.box) == before
    return {one.name.removeprefix("circle: "): one for one in found}


def to_write(found: dict[str, Finding]) -> dict[str, object]:
    """What the last finding says to write, as config.yaml would have it."""
    heading, _, lines = found[WRITE].remedy.partition("\n")
    assert heading.endswith(":")
    read = YAML(typ="safe").load(lines)
    assert isinstance(read, dict)
    return read


@pytest.fixture(scope="module")
def _one_school(tmp_path_factory: pytest.TempPathFactory, mail: Mail) -> SchoolUnderTest:
    return open_school(tmp_path_factory.mktemp("circle"), mail)


@pytest.fixture
def school(_one_school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SchoolUnderTest]:
    """A school that has said nothing about its provider yet, and does not wait a minute and a half."""
    monkeypatch.setattr(circle, "PATIENCE", 5)
    config, secret = _one_school.folder / "config.yaml", _one_school.folder / "secret"
    before = config.read_text()
    school = replace(_one_school, box=_one_school.mail.new_box())
    config.write_text(before.replace(_one_school.box.address, school.box.address))
    secret.write_text(school.box.password)
    configure(school, "")
    yield school
    config.write_text(before)


def test_a_letter_comes_round_and_nothing_of_it_stays(school: SchoolUnderTest) -> None:
    put(school.mail, school.box, plain_letter("Асханада кезек ұзақ."))
    provider(school, forged="removed")
    found = go(school)
    assert all(one.ok for one in found.values()), found
    assert "came back" in found[LETTER].remedy
    assert "arrive" in found[SUBADDRESSES].remedy
    assert "second letter" in found[BELIEVED].remedy  # this provider writes no results: nothing to configure
    assert WRITE not in found


@pytest.mark.parametrize(
    ("habit", "words"),
    [("refused", "are refused"), ("bounced", "undeliverable"), ("lost", "do not arrive")],
)
def test_subaddresses_that_do_not_arrive_are_to_be_switched_off(
    school: SchoolUnderTest, habit: str, words: str
) -> None:
    provider(school, subaddress=habit)
    found = go(school)
    assert not found[SUBADDRESSES].ok
    assert words in found[SUBADDRESSES].remedy
    assert "works without" in found[SUBADDRESSES].remedy
    assert to_write(found) == {"replies": {"subaddress": False}}
    configure(school, "replies: {subaddress: false}")
    if habit == "refused":
        assert go(school)[SUBADDRESSES].ok


def test_subaddresses_that_arrive_after_all_may_be_switched_on(school: SchoolUnderTest) -> None:
    configure(school, "replies: {subaddress: false}")
    provider(school, forged="removed")
    found = go(school)
    assert found[SUBADDRESSES].ok
    assert to_write(found) == {"replies": {"subaddress": True}}


def test_a_provider_that_files_subaddresses_into_folders_is_found_out(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = [new_mark() for _ in range(3)]
    folder = f"r/{marks[1]}"  # the second letter is the one to a subaddress
    monkeypatch.setattr(circle, "new_mark", iter(marks).__next__)
    provider(school, subaddress="lost")

    def file_away(_: str) -> None:
        if folder not in school.mail.folders(school.box.address):
            make_folder(school.mail, school.box, folder.replace("/", "."))

    (found,) = [
        one for one in go_round(config_of(school.folder), datetime.now(UTC), tell=file_away) if not one.ok
    ]
    assert "folders of their own" in found.remedy
    assert folder not in school.mail.folders(school.box.address)


def test_the_profile_of_a_server_that_removes_forged_results_is_proposed(school: SchoolUnderTest) -> None:
    provider(school, own=OWN, forged="removed")
    found = go(school)
    assert found[BELIEVED].ok
    assert "recorded at once" in found[BELIEVED].remedy
    lines = {"profile": "authserv-id", "trusted_authserv_id": "mail.school.example"}
    assert to_write(found) == {"replies": lines}
    configure(school, found[WRITE].remedy.partition("\n")[2].replace("\n    ", "\n").removeprefix("    "))
    found = go(school)
    assert "in use" in found[BELIEVED].remedy
    assert WRITE not in found


def test_a_server_that_does_not_vouch_for_its_own_letters_is_told_as_that(school: SchoolUnderTest) -> None:
    provider(school, own="mail.school.example; auth=pass", forged="removed")
    assert "does not say so" in go(school)[BELIEVED].remedy


def test_no_profile_is_proposed_where_forged_results_stay(school: SchoolUnderTest) -> None:
    provider(school, own=OWN)
    found = go(school)
    assert found[BELIEVED].ok
    assert "forged" in found[BELIEVED].remedy
    assert "second letter" in found[BELIEVED].remedy
    assert WRITE not in found
    configure(school, "replies: {profile: authserv-id, trusted_authserv_id: mail.school.example}")
    found = go(school)
    assert not found[BELIEVED].ok
    assert to_write(found) == {"replies": {"profile": "none"}}


def test_a_trusted_id_is_tried_even_where_the_provider_writes_none(school: SchoolUnderTest) -> None:
    configure(school, "replies: {profile: authserv-id, trusted_authserv_id: mail.school.example}")
    assert not go(school)[BELIEVED].ok


def test_letters_that_land_in_junk_are_found_there(school: SchoolUnderTest) -> None:
    make_folder(school.mail, school.box, "Junk")
    provider(school, folder="Junk")
    found = go(school)
    assert not found[JUNK].ok
    assert to_write(found) == {"mailbox": {"folders": {"junk": "Junk"}}}
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace("  imap:", "  folders: {junk: Junk}\n  imap:"))
    found = go(school)
    assert found[JUNK].ok
    assert "not spam" in found[JUNK].remedy


@pytest.mark.soak
def test_a_provider_that_takes_its_time_is_waited_for(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circle, "PATIENCE", 30)
    provider(school, subaddress="late")
    assert go(school)[SUBADDRESSES].ok


def test_a_lost_letter_is_told_before_a_family_loses_one(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circle, "PATIENCE", 2)
    provider(school, plain="lost")
    found = go(school)
    assert list(found) == [LETTER]
    assert not found[LETTER].ok
    assert "families" in found[LETTER].remedy


def test_a_worker_at_the_same_mailbox_waits(school: SchoolUnderTest) -> None:
    config = config_of(school.folder)
    pulls: list[PullReport] = []

    def work(_: str) -> None:
        pulls.append(pull(config, datetime.now(UTC)))

    school.write(plain_letter("Асханада кезек ұзақ."))
    school.box_holds(1)
    assert all(one.ok for one in go_round(config, datetime.now(UTC), tell=work))
    assert pulls
    assert all(one.busy for one in pulls)
    report = pull(config, datetime.now(UTC))
    assert (report.recorded, report.updated, report.ignored, report.held) == (1, 0, 0, 0)


def test_a_worker_who_is_first_puts_the_letters_aside_and_they_are_found_there(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circle, "WORKER_PATIENCE", 0)
    config = config_of(school.folder)
    pulls: list[PullReport] = []
    find = Lookout.find

    def after_the_worker(lookout: Lookout, marks: Sequence[str]) -> list[Found]:
        pulls.append(pull(config, datetime.now(UTC)))
        return find(lookout, marks)

    monkeypatch.setattr(Lookout, "find", after_the_worker)
    assert all(one.ok for one in go_round(config, datetime.now(UTC), tell=print))
    assert [sum(one.ignored for one in pulls), sum(one.recorded + one.held for one in pulls)] == [3, 0]
    assert not everywhere(school.mail, school.box)


def test_a_check_that_is_stopped_takes_its_letters_away(school: SchoolUnderTest) -> None:
    def stop(_: str) -> None:
        school.box_holds(2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go_round(config_of(school.folder), datetime.now(UTC), tell=stop)
    assert not everywhere(school.mail, school.box)


def test_letters_of_a_check_that_died_are_put_aside_by_the_worker(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circle._Circle, "clear", lambda _: None)
    provider(school, own=OWN)
    go_round(config_of(school.folder), datetime.now(UTC), tell=print)
    assert len(school.inbox()) == 3
    report = pull(config_of(school.folder), datetime.now(UTC))
    assert (report.recorded, report.updated, report.ignored, report.held) == (0, 0, 3, 0)


def test_other_letters_that_come_meanwhile_are_left_alone(school: SchoolUnderTest) -> None:
    marks: list[str] = []

    def tell(_: str) -> None:
        if marks:
            return
        raw = school.box_holds(1)[0]
        marks.extend(value.decode() for line in raw.splitlines() if (value := _value(line)))
        quoting = plain_letter(f"Маған түсініксіз хат келді: {marks[0]}")
        put(school.mail, school.box, quoting, raw.replace(marks[0][-1:].encode(), b"x"))

    go_round(config_of(school.folder), datetime.now(UTC), tell=tell)
    assert marks
    assert len(school.inbox()) == 2


def _value(line: bytes) -> bytes:
    name, _, value = line.partition(b": ")
    return value if name == b"X-Senim-Circle" else b""


def test_the_command_says_it_all_and_ends_as_the_findings_do(senim: Senim, school: SchoolUnderTest) -> None:
    provider(school, subaddress="refused")
    said = senim("--config", str(school.folder / "config.yaml"), "check", "--circle", "--json")
    assert said.status == 1
    told = {one["name"]: one["ok"] for one in json.loads(said.out)}
    assert told["circle: a letter to the box"]
    assert not told["circle: subaddresses"]


def test_no_letter_is_sent_where_the_mailbox_cannot_be_read(senim: Senim, school: SchoolUnderTest) -> None:
    (school.folder / "secret").write_text("wrong\n")
    said = senim("--config", str(school.folder / "config.yaml"), "check", "--circle")
    assert said.status == 1
    assert "✗ circle — no letter was sent" in said.out


def test_a_letter_is_known_by_its_whole_mark_alone() -> None:
    mark, other = new_mark(), new_mark()
    raw = write_marked(box="box@school.example", to="box@school.example", mark=mark, planted=(), now=A_MOMENT)
    assert is_marked(raw.as_bytes(), mark)
    assert not is_marked(raw.as_bytes(), other)
    assert not is_marked(raw.as_bytes(), mark[:-1])
    stripped = b"\n".join(line for line in raw.as_bytes().splitlines() if not line.startswith(b"X-"))
    assert is_marked(stripped, mark)
    assert not is_marked(f"Subject: {mark}\r\n\r\nX-Senim-Circle: {mark}\r\n".encode(), mark)


def test_only_a_report_that_returns_the_mark_is_a_report_on_the_letter() -> None:
    mark = new_mark()
    report = f"Return-Path: <>\r\nSubject: failed\r\n\r\nMessage-ID: <circle.{mark}.senim@school.example>\r\n"
    assert is_report_on(report.encode(), mark)
    assert not is_report_on(report.encode(), new_mark())
    assert not is_report_on(report.encode().replace(b"<>", b"<mother@family.example>"), mark)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("mx.google.com; dkim=pass", "mx.google.com"),
        ("mx.google.com 1; dkim=pass", "mx.google.com"),
        ("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=a.example; dkim=pass", ""),
        ("mail.example;dmarc=none", "mail.example"),
        ("", ""),
    ],
)
def test_a_forger_writes_in_the_name_that_the_provider_uses(field: str, found: str) -> None:
    assert id_of(field) == found
    mark = new_mark()
    planted = forged(found, "box@school.example", mark)
    raw = write_marked(
        box="box@school.example", to="box@school.example", mark=mark, planted=(planted,), now=A_MOMENT
    )
    kept = results(raw.as_bytes())
    assert len(kept) == 2
    assert all(mark in one and id_of(one) == found for one in kept)


@given(st.binary(max_size=300))
def test_whatever_else_lies_in_the_mailbox_is_never_taken_for_ours(raw: bytes) -> None:
    mark = "0123456789abcdef" * 2
    assert not is_marked(raw, mark)
    assert not is_report_on(raw, mark)
    results(raw)


def test_a_copy_in_the_folder_of_sent_letters_is_no_arrival(
    school: SchoolUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(school.mail, school.box, "Sent")
    monkeypatch.setattr(circle, "PATIENCE", 2)
    provider(school, folder="Sent", subaddress="refused")
    assert not go(school)[LETTER].ok
