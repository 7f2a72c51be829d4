"""What Senim writes is for its own user's eyes, whatever the umask; what others can get at is refused."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.secret_files import SecretFault, Sources, read_password
from journal import private
from journal.book import Journal
from journal.database import upgrade
from journal.faults import OpenToOthers
from tests.command import Senim
from tests.databases import KEY


@pytest.fixture(params=[0o000, 0o002, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def all_rights(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"files": set(), "folders": set()}
    for path in folder.rglob("*"):
        found["folders" if path.is_dir() else "files"].add(rights(path))
    return found


def test_every_way_of_writing_makes_0600_in_0700_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    private.make_folder(tmp_path / "a/b/c")
    private.make_file(tmp_path / "d/e/empty")
    private.write_new(tmp_path / "f/g/new", b"secret")
    os.close(private.open_lock(tmp_path / "a/lock"))
    with private.replacing(tmp_path / "a/b/whole") as stream:
        stream.write(b"secret")
    if umask & 0o200:  # a lock that one cannot open again is of no use, but it is nobody else's
        (tmp_path / "a/lock").chmod(0o600)
    assert all_rights(tmp_path) == {"files": {"0o600"}, "folders": {"0o700"}}


def test_the_command_leaves_nothing_that_others_can_read(senim: Senim, begun: Path, umask: int) -> None:
    new = begun / "new.yaml"
    new.write_text((begun / "config.yaml").read_text().replace("var/", "deep/er/var/"))
    new.chmod(0o600)
    (begun / "deep").mkdir(mode=0o700)
    for words in (
        ("--config", str(new), "upgrade"),
        ("journal", "attachments", "1", "deep/files/of/1"),
        ("journal", "export", "--format", "json", "deep/register.json"),
        ("summary", "--html", "deep/day.html"),
        ("backup", "deep/one.age"),
        ("--config", str(new), "recovery", "deep/safe/sheet.html"),
        ("--config", str(new), "rekey"),
    ):
        said = senim(*words)
        assert said.status == 0 or "mailbox.password" in said.err, said.err
    found = all_rights(begun / "deep")
    assert found["folders"] == {"0o700"}
    assert found["files"] == {"0o600", "0o400"}  # the key may not even be written
    names = {path.name for path in (begun / "deep").rglob("*")}
    assert {"journal.db", "journal.key", "1-1.jpg", "register.json", "day.html", "one.age"} <= names


def test_a_new_file_is_never_written_over_another_nor_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("there", "link"):
        with pytest.raises(FileExistsError):
            private.write_new(tmp_path / name, b"secret")
    assert (tmp_path / "there").read_text() == "kept"
    assert not (tmp_path / "elsewhere").exists()


def test_what_breaks_off_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    file = tmp_path / "register"
    file.write_text("old")
    with pytest.raises(RuntimeError), private.replacing(file) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["register"]
    assert file.read_text() == "old"


def test_two_that_make_the_same_folder_at_once_both_have_it(tmp_path: Path) -> None:
    faults: list[BaseException] = []

    def make() -> None:
        try:
            private.make_folder(tmp_path / "a/b/c/d")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert rights(tmp_path / "a/b/c/d") == "0o700"


def test_a_destroyed_file_was_written_over_first(tmp_path: Path) -> None:
    file, other = tmp_path / "old.key", tmp_path / "same bytes on the disk"
    file.write_bytes(b"secret" * 10)
    file.chmod(0o400)
    os.link(file, other)
    private.destroy(file)
    assert not file.exists()
    assert b"secret" not in other.read_bytes()


@pytest.mark.parametrize("folder", ["/", "/tmp"])
def test_nobody_is_told_to_lock_a_folder_that_all_need(folder: str) -> None:
    assert f"chmod 700 {folder}" not in private.exposure(Path(folder))


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o611])
def test_a_secret_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "password"
    file.write_text("қалампыр")
    file.chmod(mode)
    with pytest.raises(SecretFault, match=f"chmod 600 {file}") as fault:
        read_password("mailbox_password", file, Sources())
    assert "қалампыр" not in str(fault.value)


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_secret_that_others_can_put_another_in_place_of_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    file = folder / "password"
    file.write_text("қалампыр")
    file.chmod(0o600)
    folder.chmod(mode)
    with pytest.raises(SecretFault, match=f"chmod go-w {folder}"):
        read_password("mailbox_password", file, Sources())
    folder.chmod(0o1777)  # as /tmp is: what is ours there nobody else may move
    assert read_password("mailbox_password", file, Sources()) == "қалампыр"
    folder.chmod(0o755)
    assert read_password("mailbox_password", file, Sources()) == "қалампыр"


def test_a_database_that_others_can_read_or_replace_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "var/journal.db"
    url = f"sqlite:///{file}"
    upgrade(url)
    Journal.open(url, KEY).close()
    for path, mode, remedy in (
        (file, 0o644, f"chmod 600 {file}"),
        (file, 0o660, f"chmod 600 {file}"),
        (file.parent, 0o777, f"chmod go-w {file.parent}"),
    ):
        path.chmod(mode)
        with pytest.raises(OpenToOthers, match=remedy):
            Journal.open(url, KEY)
        with pytest.raises(OpenToOthers, match=remedy):
            upgrade(url)
        path.chmod(0o700 if path.is_dir() else 0o600)
    Journal.open(url, KEY).close()


def test_a_copy_of_the_log_beside_the_database_that_others_can_read_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    with Journal.open(url, KEY):
        (tmp_path / "journal.db-wal").chmod(0o644)
        with pytest.raises(OpenToOthers, match=r"journal\.db-wal"):
            Journal.open(url, KEY)
