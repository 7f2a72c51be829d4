"""`senim rekey` as an administrator meets it: on the disk, beside a running worker, and in `check`."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from intake.school_key import check_key, forget_old_keys, new_file, old_keys, open_journal, rekey
from intake.secret_files import decode_key
from journal import rekeying
from journal.faults import KeyChanged
from journal.private import write_new
from journal.sealing import WrongKey, new_key
from tests.command import Senim, config_of
from tests.databases import MONDAY, from_a_child
from tests.school import SchoolUnderTest, plain_letter
from tests.waiting import comes_true


def key_in(file: Path) -> bytes | None:
    return decode_key(file.read_bytes())


def test_the_journal_gets_a_new_key_and_the_old_one_is_kept_for_the_backups(
    senim: Senim, begun: Path
) -> None:
    key_file = begun / "var/journal.key"
    before = key_in(key_file)
    listed = senim("journal", "list", "--json").out
    said = senim("rekey")
    assert said.status == 0, said.err
    (kept,) = old_keys(config_of(begun))
    assert str(kept.file) in said.out
    assert str(kept.until) in said.out
    assert key_in(kept.file) == before
    assert key_in(key_file) not in {before, None}
    assert {file.stat().st_mode & 0o777 for file in (key_file, kept.file)} == {0o400}
    assert not new_file(config_of(begun)).exists()
    assert senim("journal", "list", "--json").out == listed
    assert senim("journal", "verify").status == 0
    assert before is not None
    for words in (said.out, said.err):
        assert before.hex() not in words
        assert key_file.read_text().strip() not in words


def test_twice_on_a_day_loses_no_key(senim: Senim, begun: Path) -> None:
    keys = {key_in(begun / "var/journal.key")}
    for _ in range(3):
        assert senim("rekey").status == 0
        keys.add(key_in(begun / "var/journal.key"))
    kept = {key_in(one.file) for one in old_keys(config_of(begun))}
    assert kept | {key_in(begun / "var/journal.key")} == keys
    assert len(keys) == 4


def test_an_old_key_goes_when_no_backup_needs_it(senim: Senim, begun: Path) -> None:
    assert senim("rekey").status == 0
    config = config_of(begun)
    (kept,) = old_keys(config)
    assert forget_old_keys(config, kept.until - timedelta(days=1)) == 0
    (_, remark) = check_key(config, kept.until - timedelta(days=1))
    assert (remark.ok, f"{kept.file} opens older backups" in remark.remedy) == (True, True)
    gone = kept.file.with_name(kept.file.name.partition(".before")[0] + ".before-2020-01-01")
    kept.file.rename(gone)
    (_, fault) = check_key(config, kept.until)
    assert (fault.ok, f"shred -u {gone}" in fault.remedy) == (False, True)
    assert forget_old_keys(config, datetime.now(UTC).date()) == 1
    assert not gone.exists()


def test_a_key_from_elsewhere_cannot_be_changed_there(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (begun / "var/journal.key").read_text().strip()
    monkeypatch.setenv("SENIM_JOURNAL_KEY", key)
    said = senim("rekey")
    assert (said.status, "$SENIM_JOURNAL_KEY" in said.err, key in said.err) == (1, True, False)
    assert [file.name for file in (begun / "var").glob("*.key*")] == ["journal.key"]


def test_while_another_change_is_under_way_there_is_no_second(senim: Senim, begun: Path) -> None:
    with rekeying.alone(config_of(begun).journal_url):
        said = senim("rekey")
        assert (said.status, "under way" in said.err) == (1, True)
        assert senim("journal", "list").status == 0, "reading goes on"
    assert senim("rekey").status == 0


def test_a_key_that_never_became_the_journals_is_destroyed_at_the_next_start(
    senim: Senim, begun: Path
) -> None:
    write_new(new_file(config_of(begun)), f"{new_key().hex()}\n".encode(), mode=0o400)
    (fault,) = check_key(config_of(begun), MONDAY)
    assert (fault.ok, "broke off" in fault.remedy) == (False, True)
    assert senim("journal", "list").status == 0
    assert not new_file(config_of(begun)).exists()


def test_half_a_key_is_no_key(senim: Senim, begun: Path) -> None:
    """The plug was pulled while it was being written."""
    write_new(new_file(config_of(begun)), b"0f0f", mode=0o400)
    assert senim("journal", "list").status == 0
    assert not new_file(config_of(begun)).exists()


def test_a_new_key_is_put_in_place_though_somebody_tidied_the_old_one_away(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(begun)
    monkeypatch.setattr("intake.school_key._put_in_place", lambda *_: config.key_file)  # the plug is pulled
    assert rekey(config, MONDAY) == config.key_file
    monkeypatch.undo()
    coming = new_file(config).read_bytes()
    config.key_file.unlink()
    with open_journal(config) as journal:
        assert journal.entry(1).text
    assert config.key_file.read_bytes() == coming


@pytest.mark.parametrize("half", [b"", b"0f0f"])
def test_half_a_copy_of_the_old_key_is_made_whole(
    begun: Path, monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    config, before = config_of(begun), config_of(begun).journal_key()
    monkeypatch.setattr("intake.school_key._put_in_place", lambda *_: config.key_file)  # the plug is pulled
    rekey(config, MONDAY)
    monkeypatch.undo()
    write_new(config.key_file.with_name(f"journal.key.before-{MONDAY}"), half, mode=0o400)
    open_journal(config).close()
    (kept,) = old_keys(config)
    assert key_in(kept.file) == before
    assert not new_file(config).exists()


def test_where_neither_key_is_right_both_stay(senim: Senim, begun: Path) -> None:
    config = config_of(begun)
    config.key_file.unlink()
    for file in (config.key_file, new_file(config)):
        write_new(file, f"{new_key().hex()}\n".encode(), mode=0o400)
    there = {file: file.read_bytes() for file in (config.key_file, new_file(config))}
    with pytest.raises(WrongKey, match="senim recovery --read"):
        open_journal(config)
    assert {file: file.read_bytes() for file in there} == there


def test_a_key_behind_a_link_is_changed_where_it_lies(senim: Senim, begun: Path) -> None:
    safe = begun / "safe"
    safe.mkdir(mode=0o700)
    (begun / "var/journal.key").rename(safe / "real.key")
    (begun / "var/journal.key").symlink_to(safe / "real.key")
    assert senim("rekey").status == 0
    assert (begun / "var/journal.key").is_symlink()
    assert len(list(safe.glob("real.key.before-*"))) == 1
    assert senim("journal", "list").status == 0


def test_passes_go_on_while_the_key_is_changed_again_and_again(begun: Path, senim: Senim) -> None:
    """Each opens the Journal anew, as the worker's do; one that is cut off says so, and nothing is lost."""
    config, faults, written = config_of(begun), list[BaseException](), 0
    ended = threading.Event()

    def passes() -> None:
        nonlocal written
        while not ended.is_set():
            try:
                with open_journal(config) as journal:
                    for _ in range(5):
                        journal.record(from_a_child(f"{written}"), identity=f"own {written}")
                        written += 1
            except KeyChanged:
                pass
            except BaseException as fault:
                faults.append(fault)
                return

    thread = threading.Thread(target=passes)
    thread.start()
    try:
        for _ in range(6):
            assert senim("rekey").status == 0
    finally:
        ended.set()
        thread.join(60)
    assert not faults, faults
    with open_journal(config) as journal:
        assert len([entry.text for entry in journal.entries()]) == 2 + written
        assert journal.verify().ok


@pytest.mark.soak
@pytest.mark.real
def test_a_running_worker_goes_on_with_the_new_key(school: SchoolUnderTest) -> None:
    worker = school.start("run")
    try:
        school.write(plain_letter("Жасырын\n\nАсханадағы тамақ суық."))
        comes_true(lambda: len(school.entries()) == 1)
        school.senim("rekey")
        school.write(plain_letter("Жасырын\n\nСпортзал суық."))
        comes_true(lambda: len(school.entries()) == 2)
        school.senim("rekey")
        school.write(plain_letter("Жасырын\n\nДәліз қараңғы."))
        comes_true(lambda: len(school.entries()) == 3)
    finally:
        worker.terminate()
        _, err = worker.communicate(timeout=60)
    assert "Traceback" not in err
    assert school.inbox() == []
    assert "no messages" in school.senim("held", "list") or not school.senim("held", "list").splitlines()[1:]


def test_the_day_of_the_change_is_the_schools(begun: Path, senim: Senim) -> None:
    assert senim("rekey").status == 0
    (kept,) = old_keys(config_of(begun))
    on = date.fromisoformat(kept.file.name.rpartition(".before-")[2])
    assert rekeying.changed_on(config_of(begun).journal_url) == on
    assert kept.until - on == timedelta(days=config_of(begun).settings.backup.keep_days + 1)


def test_the_nightly_work_destroys_an_old_key_with_the_last_backup_that_it_opens(
    senim: Senim, begun: Path
) -> None:
    assert senim("rekey").status == 0
    (kept,) = old_keys(config_of(begun))
    last = datetime.combine(kept.until - timedelta(days=1), time(12), tzinfo=UTC)
    for now, left in ((last, True), (last + timedelta(days=1), False)):
        senim("nightly", "--now", now.isoformat())
        assert kept.file.exists() is left
    assert senim("journal", "list").status == 0
