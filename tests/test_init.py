"""Setting a school up by answering questions, against real servers."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.config import load
from intake.presets import preset_for
from intake.server import Security
from journal.model import Role
from tests.command import Said, Senim
from tests.servers import Account, Mail

Answer = Callable[..., Said]


@pytest.fixture
def answer(senim: Senim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """`senim init` in an empty folder, with these lines typed at it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SENIM_CONFIG", raising=False)
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")

    def run(*lines: object, config: str = "config.yaml") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return senim("--config", config, "init")

    return run


def servers(box: Account, mail: Mail) -> tuple[list[object], list[object]]:
    """The answers about the mailbox and about submission."""
    imap, smtp = box.imap, box.submission
    return (
        [imap.host, imap.port, mail.ca_file, box.address, box.password],
        [smtp.host, smtp.port, mail.ca_file],
    )


AIGUL = ("Айгүл Сейітқызы", "psy@school.test", "1", "kk")
DANIYAR = ("Данияр Әлиев", "deputy@school.test", "3", "")


def test_answers_that_work_make_a_config_that_loads(answer: Answer, mail: Mail, tmp_path: Path) -> None:
    box = mail.new_box()
    reading, sending = servers(box, mail)
    said = answer("№1 мектеп", box.address, *reading, *sending, *AIGUL, *DANIYAR, "", "admin@school.test")
    assert said.status == 0, said.out + said.err
    assert said.out.count("✓") == 2
    assert "senim upgrade" in said.out
    (config,) = load(tmp_path / "config.yaml", {})
    assert config.school.box == box.address
    assert config.school.name("kk") == "№1 мектеп"
    assert [(one.name, one.role, one.language) for one in config.school.staff] == [
        ("Айгүл Сейітқызы", Role.PSYCHOLOGIST, "kk"),
        ("Данияр Әлиев", Role.DEPUTY_DIRECTOR, "ru"),
    ]
    assert config.school.administrator is not None
    assert config.imap == box.imap
    assert config.submission == box.submission


def test_the_password_stands_in_a_file_of_its_own_and_nowhere_else(
    answer: Answer, mail: Mail, tmp_path: Path
) -> None:
    box = mail.new_box()
    reading, sending = servers(box, mail)
    said = answer("№1", box.address, *reading, *sending, *AIGUL, "", "")
    assert said.status == 0
    assert box.password not in said.out + said.err + (tmp_path / "config.yaml").read_text()
    secret = tmp_path / "var/mailbox.password"
    assert secret.read_text() == f"{box.password}\n"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "config.yaml").stat().st_mode & 0o777 == 0o600


def test_a_wrong_password_is_told_at_once_and_asked_again(answer: Answer, mail: Mail, tmp_path: Path) -> None:
    box = mail.new_box()
    reading, sending = servers(box, mail)
    wrong = [*reading[:-1], "not-this-one"]
    said = answer("№1", box.address, *wrong, "", *reading, *sending, *AIGUL, "", "")
    assert said.status == 0
    assert "does not take this user name and password" in said.out
    assert load(tmp_path / "config.yaml", {})[0].imap.password == box.password


def test_an_answer_that_cannot_be_is_asked_again(answer: Answer, mail: Mail, tmp_path: Path) -> None:
    box = mail.new_box()
    reading, sending = servers(box, mail)
    host, port, *rest = reading
    said = answer(
        *("", "№1", "no address", box.address, host, "99999", port, "/no/such/file", *rest, *sending),
        *("", "Айгүл Сейітқызы", box.address, "psy@school.test", "9", "1", "de", "kk"),
        *("Ерлан Маратов", "PSY@school.test", "soc@school.test", "2", "", "", "nobody", "admin@school.test"),
    )
    assert said.status == 0, said.out + said.err
    assert said.out.count("✗") == 10
    (config,) = load(tmp_path / "config.yaml", {})
    assert [one.address for one in config.school.staff] == ["psy@school.test", "soc@school.test"]


def test_servers_that_are_away_can_be_kept_for_later(answer: Answer, tmp_path: Path) -> None:
    unreachable = ["127.0.0.1", 1, ""]
    said = answer(
        "№1", "box@school.test", *unreachable, "", "pass word", "n", "127.0.0.1", 143, "", "n", *AIGUL, "", ""
    )
    assert said.status == 0, said.out + said.err
    (config,) = load(tmp_path / "config.yaml", {})
    assert config.imap.password == "pass word"
    assert config.submission.security is Security.STARTTLS


def test_nothing_is_overwritten_and_nothing_is_asked_then(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mine")
    said = answer()
    assert said.status == 1
    assert said.err.startswith("senim: config.yaml: is there already;")
    assert said.out == ""
    assert (tmp_path / "config.yaml").read_text() == "mine"
    (tmp_path / "config.yaml").unlink()
    (tmp_path / "var").mkdir()
    (tmp_path / "var/mailbox.password").write_text("mine")
    assert answer().status == 1
    assert (tmp_path / "var/mailbox.password").read_text() == "mine"


def test_answers_that_end_too_early_leave_nothing_behind(answer: Answer, tmp_path: Path) -> None:
    for lines in ((), ("№1",), ("№1", "box@school.test", "127.0.0.1", "1", "", "", "secret", "n")):
        said = answer(*lines)
        assert said.status == 1
        assert "nothing was written" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_second_school_in_the_folder_has_files_of_its_own(answer: Answer, tmp_path: Path) -> None:
    lines = (
        "№1",
        "box@school.test",
        "127.0.0.1",
        1,
        "",
        "",
        "secret",
        "n",
        "127.0.0.1",
        1,
        "",
        "n",
        *AIGUL,
        "",
        "",
    )
    assert answer(*lines, config="schools/first.yaml").status == 0
    assert answer(*lines, config="schools/second.yaml").status == 0
    first, second = load(tmp_path / "schools", {})
    assert first.journal_url != second.journal_url
    assert first.key_file != second.key_file
    assert (tmp_path / "schools/var/second-mailbox.password").exists()
    assert answer(config="schools").status == 2


def test_microsoft_is_refused_with_the_reason(answer: Answer, tmp_path: Path) -> None:
    said = answer("№1", "school@outlook.com")
    assert said.status == 2
    assert "OAuth2" in said.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "imap"),
    [
        ("mektep@gmail.com", "imap.gmail.com"),
        ("mektep@Mail.RU", "imap.mail.ru"),
        ("mektep@bk.ru", "imap.mail.ru"),
        ("mektep@yandex.kz", "imap.yandex.com"),
    ],
)
def test_the_servers_of_known_providers_need_not_be_asked(address: str, imap: str) -> None:
    preset = preset_for(address)
    assert preset is not None
    assert preset.imap == imap
    assert preset.hint


def test_a_schools_own_domain_has_no_preset() -> None:
    assert preset_for("box@gmail.com.school.kz") is None


def test_what_comes_next_is_told_so_that_it_can_be_typed(answer: Answer, tmp_path: Path) -> None:
    lines = ("№1", "box@school.test", "127.0.0.1", 1, "", "", "secret", "n", "127.0.0.1", 1, "", "n")
    assert "next: senim upgrade, then" in answer(*lines, *AIGUL, "", "").out
    elsewhere = tmp_path / "Сенім жәшігі" / "config.yaml"
    said = answer(*lines, *AIGUL, "", "", config=str(elsewhere))
    assert f"next: senim --config '{elsewhere}' upgrade" in said.out


def test_letters_are_in_kazakh_where_the_terminal_speaks_neither_of_the_school_s_languages(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    lines = ("№1", "box@school.test", "127.0.0.1", 1, "", "", "secret", "n", "127.0.0.1", 1, "", "n")
    assert answer(*lines, "Айгүл Сейітқызы", "psy@school.test", "", "", "", "").status == 0
    assert load(tmp_path / "config.yaml", {})[0].school.staff[0].language == "kk"


def test_a_folder_in_which_nothing_can_be_written_is_told_before_the_first_question(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)  # root may write anywhere
    for config in ("config.yaml", "new/folder/config.yaml"):
        said = answer(config=str(tmp_path / config))
        assert said.status == 1
        assert said.err == f"senim: {tmp_path}: Permission denied; choose a place where this user may write\n"
        assert said.out == ""
