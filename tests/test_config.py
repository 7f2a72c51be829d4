"""config.yaml: what is read from it, and how each fault in it is told."""

import base64
import errno
import os
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from intake.config import Config, ConfigFault, KeyMissing, load
from intake.secret_files import decode_key
from intake.server import Security
from journal.model import Filing, Role
from reports.school import Detail
from tests.command import EXAMPLE, config_of

SMALL = """\
school: {name: {kk: "№1 мектеп"}}
mailbox: {address: box@school.test, imap: {host: imap.school.test, username: box}}
submission: {host: smtp.school.test, username: box}
journal: {url: "sqlite:///journal.db"}
staff: [{name: Айгүл, address: psy@school.test, role: psychologist}]
"""


def write(folder: Path, text: str, name: str = "config.yaml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def faults(folder: Path, text: str) -> list[str]:
    """The faults of a text, without the file's name before each."""
    file = write(folder, text)
    with pytest.raises(ConfigFault) as found:
        load(file, {})
    return [one.removeprefix(f"{file}").removeprefix(": ") for one in found.value.faults]


def read(folder: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    (config,) = load(write(folder, text), environment or {})
    return config


def test_the_example_is_valid_and_names_every_key(folder: Path) -> None:
    from intake.settings import Settings

    data = YAML(typ="safe", pure=True).load(EXAMPLE.read_text())
    assert set(data) == set(Settings.model_fields)
    for name, part in data.items():
        model: Any = Settings.model_fields[name].annotation
        if isinstance(part, dict) and hasattr(model, "model_fields"):
            assert set(part) == set(model.model_fields), name
    config = config_of(folder)
    assert config.school.name("kk") == "№ 12 мектеп-лицей"
    assert config.school.time_zone == ZoneInfo("Asia/Almaty")
    assert [one.role for one in config.school.staff] == [
        Role.PSYCHOLOGIST,
        Role.SOCIAL_PEDAGOGUE,
        Role.DEPUTY_DIRECTOR,
    ]
    assert config.school.staff[2].detail is Detail.SHORT
    assert config.school.summary_at == time(15)
    assert config.form.port == 8080
    assert config.form.helplines[0][1] == "150"


def test_the_example_holds_no_secret_and_names_their_files() -> None:
    text = EXAMPLE.read_text()
    assert "password_file:" in text
    assert "key_file:" in text
    assert "password:" not in text.replace("mailbox.password", "")


def test_the_five_required_parts_are_enough(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL)
    assert config.folders.journaled == "Senim/Journaled"
    assert (config.after.signed, config.after.anonymous) == (Filing.JOURNALED, Filing.EXPUNGED)
    assert config.after.keep_days == 30
    assert config.replies.days == config.school.reply_days == 30
    assert config.replies.undo == timedelta(hours=24)
    assert config.school.subaddress
    assert config.school.every_day
    assert config.heartbeat_file is None
    assert config.school.staff[0].language == "kk"


def test_each_missing_part_is_named_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, "school:\n")
    assert sorted(one.split(" ")[0].strip(":") for one in found) == [
        "journal",
        "mailbox",
        "school",
        "staff",
        "submission",
    ]


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        SMALL.replace("psychologist", "wizard")
        .replace("№1 мектеп", "x")
        .replace("school: {", "school: {time_zone: Mars/Olympus, "),
    )
    assert [one.split(":")[0] for one in found] == ["school.time_zone (line 1)", "staff.0.role (line 5)"]
    assert found[1].endswith("must be one of: psychologist, social_pedagogue, deputy_director, director")


SECRET = "hunter2-not-to-be-seen"


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("imap.school.test", f"{{{SECRET}: 1}}", "mailbox.imap.host", "must be text"),
        (
            "username: box}}",
            f"username: box, password: {SECRET}}}}}",
            "mailbox.imap.password",
            "file of its own",
        ),
        ("username: box}}", f"username: box, port: {SECRET}}}}}", "mailbox.imap.port", "whole number"),
        ("username: box}}", "username: box, port: 70000}}", "mailbox.imap.port", "at most 65535"),
        ("username: box}}", "username: 12345}}", "mailbox.imap.username", "quotes"),
        ("username: box}}", "username: box, security: ssl}}", "mailbox.imap.security", "tls, starttls, none"),
        ("username: box}}", "username: box, security: none}}", "mailbox.imap.security", "in clear"),
        ("psy@school.test", SECRET, "staff.0.address", "one plain e-mail address"),
        ("psy@school.test", "BOX@school.test", "staff.0.address", "the box itself"),
        ("psy@school.test", "айгүл@мектеп.қаз", "staff.0.address", "Latin"),
        ("psychologist", SECRET, "staff.0.role", "must be one of"),
        ("psychologist", "administrator", "staff.0.role", "must be one of"),
        ("psychologist}", "psychologist, language: de}", "staff.0.language", "kk, ru, en"),
        ("psychologist}", "psychologist, hour: 900}", "staff.0.hour", '"15:00"'),
        ("psychologist}", "psychologist, hour: '25:00'}", "staff.0.hour", '"15:00"'),
        ("psychologist}", "psychologist, days: [0]}", "staff.0.days.0", "mon, tue"),
        ("psychologist}", "psychologist, detial: full}", "staff.0.detial", "did you mean `detail`?"),
        ("name: Айгүл", 'name: "Айгүл\\nBcc: x"', "staff.0.name", "one line"),
        ("sqlite:///journal.db", f"mysql://{SECRET}@x/y", "journal.url", "sqlite:///"),
        ("sqlite:///journal.db", "sqlite://", "journal.url", "must name a file"),
        ("sqlite:///journal.db", "sqlite:///:memory:", "journal.url", "must name a file"),
        ("sqlite:///journal.db", f"postgresql://u:{SECRET}@db.test/x", "journal.url", "sslmode"),
        ("kk: ", "ru: ", "school.name", "no name in `kk`"),
        ("kk: ", "de: ", "school.name.de", "unknown key"),
    ],
)
def test_a_fault_says_where_and_what_to_do_and_never_what_stood_there(
    tmp_path: Path, old: str, new: str, where: str, words: str
) -> None:
    assert old in SMALL
    found = faults(tmp_path, SMALL.replace(old, new, 1))
    assert any(one.startswith(f"{where} (line ") and words in one for one in found), found
    assert SECRET not in "".join(found)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("sumary: {at: '15:00'}", "sumary"),
        ("summary: {at: 900}", "summary.at"),
        ("summary: {on: sometimes}", "summary.on"),
        ("form: {listen: 8080}", "form.listen"),
        ("form: {listen: ':80800'}", "form.listen"),
        ("form: {url: 'javascript:alert(1)'}", "form.url"),
        ("replies: {undo: 24}", "replies.undo"),
        ("replies: {profile: hotmail}", "replies.profile"),
        ("replies: {profile: authserv-id}", "replies.trusted_authserv_id"),
        ("replies: {name_server: ns.school.example}", "replies.name_server"),
        ("replies: {name_server: '127.0.0.1:0'}", "replies.name_server"),
        ("deadline: {off: [tomorrow]}", "deadline.off.0"),
        ("mailbox2: 1", "mailbox2"),
        ("administrator: {address: box@school.test}", "administrator.address"),
        ("causes: [{id: 'Ә', name: {kk: x}}]", "causes.0.id"),
        ("retention: {signed: forever}", "retention.signed"),
        ("retention: {anonymous: 6m}", "retention.anonymous"),
        ("retention: {anonymous: 29d}", "retention.anonymous"),
        ("retention: {signed: 101y}", "retention.signed"),
    ],
)
def test_optional_parts_are_checked_from_the_first_version_on(tmp_path: Path, more: str, where: str) -> None:
    (found,) = faults(tmp_path, f"{SMALL}{more}\n")
    assert found.startswith(f"{where} (line 6): ")


def test_two_readers_with_one_address_are_refused(tmp_path: Path) -> None:
    twice = "staff: [{name: Айгүл, address: PSY@school.test, role: director}, "
    (found,) = faults(tmp_path, SMALL.replace("staff: [", twice))
    assert found.startswith("staff.1.address (line 5): stands twice")


def test_three_in_the_afternoon_is_a_time_and_not_nine_hundred(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL + "summary: {at: 15:30, on: working-days}\n")
    assert config.school.summary_at == time(15, 30)
    assert not config.school.every_day


def test_a_reader_may_have_an_hour_and_days_of_ones_own(tmp_path: Path) -> None:
    text = SMALL.replace("psychologist}", "psychologist, hour: '09:05', days: [fri, mon]}")
    (member,) = read(tmp_path, text).school.staff
    assert (member.hour, member.days) == (time(9, 5), frozenset({0, 4}))


def test_a_part_that_is_left_empty_keeps_its_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL + "form:\nadministrator:\nreplies:\n").form.port == 8080


def test_decrees_and_helplines_are_read(tmp_path: Path) -> None:
    more = """\
deadline: {working_days: 10, off: [2027-01-04], work: ["2027-01-09"]}
form: {helplines: [{name: {kk: "Сенім телефоны", ru: "Телефон доверия"}, number: 150}]}
"""
    config = read(tmp_path, SMALL + more)
    assert config.school.deadline.off == {date(2027, 1, 4)}
    assert config.school.deadline.work == {date(2027, 1, 9)}
    assert config.form.helplines == (("Сенім телефоны / Телефон доверия", "150"),)


def test_paths_begin_at_the_config_and_not_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "мектеп"
    home.mkdir()
    write(home, SMALL + "heartbeat_file: var/beat\n")
    monkeypatch.chdir(tmp_path)
    (config,) = load(Path("мектеп/config.yaml"), {})
    assert config.journal_url == f"sqlite:///{home}/journal.db"
    assert config.key_file == home / "journal.key"
    assert config.heartbeat_file == home / "var/beat"
    assert config.form.spool == home / "var/spool"


def test_absolute_paths_and_postgresql_stay_as_they_are(tmp_path: Path) -> None:
    absolute = SMALL.replace("sqlite:///", "sqlite:////srv/senim/")
    assert read(tmp_path, absolute).journal_url == "sqlite:////srv/senim/journal.db"
    url = "postgresql://senim@127.0.0.1/school"
    assert read(tmp_path, SMALL.replace("sqlite:///journal.db", url)).journal_url == url
    remote = "postgresql://senim@db.test/school?sslmode=verify-full"
    assert read(tmp_path, SMALL.replace("sqlite:///journal.db", remote)).journal_url == remote


def test_clear_text_is_for_loopback_alone(tmp_path: Path) -> None:
    near = SMALL.replace("imap.school.test", "127.0.0.1, security: none, password_file: secret")
    secret(tmp_path / "secret", "x")
    assert read(tmp_path, near).imap.security is Security.NONE
    for far in ("10.0.0.1", "localhost.evil.test", "127.0.0.1.evil.test", "0.0.0.0"):
        (found,) = faults(tmp_path, near.replace("127.0.0.1", far))
        assert found.startswith("mailbox.imap.security")


@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("senim@127.0.0.1/x", True),
        ("senim@/x?host=/var/run/postgresql", True),
        ("senim@db.test/x?sslmode=verify-full", True),
        ("senim@db.test/x?sslmode=verify-full&sslrootcert=system", True),
        ("senim@db.test/x", False),
        ("senim@db.test/x?sslmode=prefer", False),
        ("senim@db.test/x?sslmode=require", False),  # encrypted, and for anybody
        ("senim@db.test/x?sslmode=verify-ca", False),  # any certificate of that authority
        ("senim@db.test/x?sslmode=verify-full&sslmode=disable", False),
        ("senim@127.0.0.1/x?hostaddr=203.0.113.7", False),  # libpq goes there
        ("senim@127.0.0.1/x?host=127.0.0.1&host=db.test", False),
        ("senim@/x?host=127.0.0.1,db.test", False),
        ("senim@/x?service=school", False),
    ],
)
def test_the_way_to_a_database_elsewhere_is_encrypted_and_verified(
    tmp_path: Path, address: str, ok: bool
) -> None:
    url = f"postgresql://{address}"
    text = SMALL.replace("sqlite:///journal.db", url)
    if ok:
        assert read(tmp_path, text).journal_url == url
    else:
        (found,) = faults(tmp_path, text)
        assert "sslmode=verify-full" in found


def secret(file: Path, text: str | bytes, mode: int = 0o600) -> None:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)


def with_password_file(text: str = SMALL) -> str:
    return text.replace("username: box", "username: box, password_file: secret")


def test_passwords_come_from_their_file_without_its_line_end(tmp_path: Path) -> None:
    secret(tmp_path / "secret", "\ufeffқұпия сөз \r\n")
    config = read(tmp_path, with_password_file())
    assert config.imap.password == config.submission.password == "құпия сөз "
    assert (config.imap.port, config.submission.port) == (993, 465)
    assert "құпия" not in repr(config) + repr(config.imap)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644])
def test_a_secret_that_others_can_read_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    secret(tmp_path / "secret", SECRET, mode)
    secret(tmp_path / "journal.key", "a" * 64, mode)
    config = read(tmp_path, with_password_file())
    for read_one in (lambda: config.imap, lambda: config.submission, config.journal_key):
        with pytest.raises(ConfigFault, match="chmod 600") as fault:
            read_one()
        assert SECRET not in str(fault.value)
    assert len(config.secret_faults()) == 3


@pytest.mark.parametrize("content", ["", "\n", "two\nlines", b"\xff\xfe"])
def test_a_password_file_with_something_else_in_it_is_refused(tmp_path: Path, content: str | bytes) -> None:
    secret(tmp_path / "secret", content)
    with pytest.raises(ConfigFault, match="secret"):
        _ = read(tmp_path, with_password_file()).imap


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        with_password_file(),
        {
            "SENIM_MAILBOX_PASSWORD": "one",
            "SENIM_SUBMISSION_PASSWORD": "two",
            "SENIM_JOURNAL_KEY": "0f" * 32,
        },
    )
    assert (config.imap.password, config.submission.password) == ("one", "two")
    assert config.journal_key() == b"\x0f" * 32


def test_a_databases_address_with_a_password_can_come_from_the_environment(tmp_path: Path) -> None:
    url = f"postgresql://senim:{SECRET}@127.0.0.1/school"
    config = read(tmp_path, SMALL, {"SENIM_JOURNAL_URL": url})
    assert config.journal_url == url
    assert SECRET not in repr(config)
    with pytest.raises(ConfigFault, match=r"journal\.url") as fault:
        load(tmp_path / "config.yaml", {"SENIM_JOURNAL_URL": url.replace("127.0.0.1", "db.test")})
    assert SECRET not in str(fault.value)


def test_systemd_credentials_are_found_by_their_names(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    secret(credentials / "mailbox_password", "from systemd\n", 0o440)  # its access list shows as group bits
    secret(credentials / "journal_key", "0f" * 32, 0o440)
    config = read(tmp_path, SMALL, {"CREDENTIALS_DIRECTORY": str(credentials)})
    assert config.imap.password == "from systemd"
    assert config.journal_key() == b"\x0f" * 32
    named = SMALL.replace("username: box", f"username: box, password_file: {credentials}/mailbox_password")
    assert read(tmp_path, named, {"CREDENTIALS_DIRECTORY": str(credentials)}).submission.password


def test_one_schools_password_is_never_offered_to_anothers_server(tmp_path: Path) -> None:
    write(tmp_path, SMALL, "a.yaml")
    write(tmp_path, SMALL, "b.yaml")
    configs = load(tmp_path, {"SENIM_MAILBOX_PASSWORD": "one"})
    assert [config.name for config in configs] == ["a", "b"]
    for config in configs:
        with pytest.raises(ConfigFault):
            _ = config.imap


def test_a_missing_key_tells_of_the_school_s_copy_and_of_upgrade(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"school's copy .* `senim upgrade`"):
        read(tmp_path, SMALL).journal_key()


def test_a_missing_password_tells_where_to_write_it(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, with_password_file()).secret_faults()[:1]
    assert "does not exist; write the password into it, then: chmod 600 " in fault


def test_a_config_that_this_user_may_not_read_tells_who_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    file = write(tmp_path, SMALL)
    for way in ("read_text", "stat"):
        with monkeypatch.context() as only_here, pytest.raises(ConfigFault, match="sudo -u senim"):
            only_here.setattr(Path, way, refuse)
            load(file)


@given(key=st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_hexadecimal_and_as_base64(key: bytes) -> None:
    assert decode_key(key.hex().encode() + b"\n") == key
    assert decode_key(b" " + base64.b64encode(key) + b"\r\n") == key


def test_a_raw_key_is_read_and_a_text_of_its_length_is_not() -> None:
    raw = bytes(range(32, 64))
    assert decode_key(b"\x00" + raw[1:]) == b"\x00" + raw[1:]
    for wrong in (b"a" * 32, b"a" * 31, b"g" * 64, b"!" * 44, b"", b"\x00" * 33):
        assert decode_key(wrong) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("school: [1\nmailbox: hunter2", "line "),
        ("a: 1\na: 2\n", "the same key stands twice"),
        ("\tschool: 1", "cannot be read as YAML"),
        ("", "is empty"),
        ("- 1", "is empty or no list of keys"),
        ("a: !!python/object/apply:os.system ['true']", "cannot be read as YAML"),
        ("a: &x [*x]", ""),
        ("a: \x00", "cannot be read as YAML"),
    ],
)
def test_what_is_no_yaml_is_told_by_its_line(tmp_path: Path, text: str, words: str) -> None:
    found = faults(tmp_path, text)
    assert any(words in one for one in found)
    assert "hunter2" not in "".join(found)


@given(text=st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigFault):
        load(file, {})


def test_a_file_in_another_charset_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(SMALL.encode("kz1048"))
    with pytest.raises(ConfigFault, match="UTF-8"):
        load(file, {})


def test_the_faults_of_all_schools_in_a_folder_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, SMALL.replace("psychologist", "wizard"), "a.yaml")
    write(tmp_path, SMALL, "b.yml")
    write(tmp_path, "", "c.yaml")
    with pytest.raises(ConfigFault) as found:
        load(tmp_path, {})
    assert [Path(one.split(":")[0]).name for one in found.value.faults] == ["a.yaml", "c.yaml"]


def test_an_empty_folder_and_no_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"no \.yaml file"):
        load(tmp_path, {})
    with pytest.raises(ConfigFault, match="senim init"):
        load(tmp_path / "nothing.yaml", {})


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)
    file.chmod(0)
    if os.access(file, os.R_OK):  # root reads everything: a folder in its place is unreadable to all
        file = tmp_path / "folder"
        (file / "x.yaml").mkdir(parents=True)
    with pytest.raises(ConfigFault):
        load(file, {})


def test_the_labels_of_another_site_s_form_are_added_to_the_known_ones(tmp_path: Path) -> None:
    labels = read(tmp_path, SMALL + 'form: {labels: {text: ["Не болды?"]}}\n').form.labels
    assert (labels.field_of("не_болды"), labels.field_of("Телефон")) == ("text", "phone")
    (fault,) = faults(tmp_path, SMALL + 'form: {labels: {nickname: ["Кличка"]}}\n')
    assert "form.labels" in fault
    assert "class_group" in fault
    assert "Кличка" not in fault
