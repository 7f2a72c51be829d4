"""Pull the plug at any line of a change of the key: the Journal opens with exactly one of the keys there."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.school_key import new_file, old_keys, open_journal
from intake.secret_files import decode_key
from journal.database import upgrade
from journal.private import write_new
from journal.rekeying import REKEYED, opens
from journal.sealing import Keys, new_key
from tests.command import config_of
from tests.databases import from_a_child
from tests.rekey_points import Cuts
from tests.sealed_columns import all_sealed, seal_of
from tests.test_sealing import life

CONFIG = Path(__file__).parents[1] / "config.yaml"
SAMPLE = random.Random(2026)


@pytest.fixture(scope="module")
def cuts() -> Iterator[Cuts]:
    with Cuts() as warm:
        yield warm


@pytest.fixture
def folder(tmp_path: Path, journal_url: str) -> Path:
    """A school whose Journal is in that database, with something in each column."""
    example = CONFIG.read_text().replace("sqlite:///var/journal.db", journal_url)
    assert journal_url in example
    (tmp_path / "config.yaml").write_text(example)
    config = config_of(tmp_path)
    upgrade(config.journal_url)
    write_new(config.key_file, new_key().hex().encode(), mode=0o400)
    with open_journal(config) as journal:
        life(journal)
        journal.record(from_a_child(), identity="2")
    return tmp_path


def keys_there(folder: Path) -> dict[str, bytes]:
    """Every key on the disk, whatever its file is called."""
    found = {file.name: decode_key(file.read_bytes()) for file in config_of(folder).key_file.parent.iterdir()
             if ".key" in file.name}  # fmt: skip
    return {name: key for name, key in found.items() if key is not None}


def one_opens(folder: Path) -> None:
    """Before anything was mended: one of the keys on the disk is the Journal's, and it is either file's."""
    config = config_of(folder)
    found = keys_there(folder)
    right = {key for key in found.values() if opens(config.journal_url, key)}
    assert len(right) == 1, "the Journal opens with none of the keys, or with two"
    assert {found.get(config.key_file.name), found.get(new_file(config).name)} & right


def all_is_well(folder: Path) -> int:
    """After the next start. How often the key was changed so far."""
    config = config_of(folder)
    with open_journal(config) as journal:
        assert not new_file(config).exists()
        assert journal.verify().ok
        for one in all_sealed(journal):
            seal_of(journal, one).open(one.envelope, place=one.place)
        assert [len(entry.text) > 0 for entry in journal.entries()] == [True, True]
        with journal.store.reading() as connection:
            changed = connection.exec_driver_sql(
                f"SELECT count(*) FROM events WHERE kind = '{REKEYED}'"
            ).scalar_one()
    kept = [key for name, key in keys_there(folder).items() if ".before-" in name]
    assert len({Keys(key).id for key in kept}) == len(kept) == changed == len(old_keys(config))
    newest = [decode_key(one.file.read_bytes()) for one in old_keys(config)[-3:]]
    assert not any(opens(config.journal_url, key) for key in newest if key is not None)
    assert config.key_file.stat().st_mode & 0o777 == 0o400
    return int(changed)


def tried(cuts: Cuts, folder: Path, line: int, second: int = 0) -> bool:
    """A change that dies there, a start that dies too, and one that does not. False: it came through."""
    config = folder / "config.yaml"
    cut = cuts.try_("rekey", config, line=line) is None
    one_opens(folder)
    if second:
        cuts.try_("open", config, line=second)
        one_opens(folder)
    all_is_well(folder)
    return cut


def test_a_change_that_nobody_disturbs(cuts: Cuts, folder: Path) -> None:
    before = keys_there(folder)
    lines = cuts.try_("rekey", folder / "config.yaml")
    assert lines is not None
    assert lines > 250, "fewer lines are watched than there were"
    assert all_is_well(folder) == 1
    assert keys_there(folder)["journal.key"] not in before.values()


@pytest.mark.parametrize("share", (40, 97, *SAMPLE.sample(range(1, 100), 1)))
def test_killed_at_a_line_one_key_opens_and_the_next_start_settles_it(
    cuts: Cuts, folder: Path, share: int
) -> None:
    lines = cuts.try_("rekey", folder / "config.yaml")
    assert lines is not None
    assert tried(cuts, folder, lines * share // 100, second=share)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_killed_at_every_line_one_key_opens_and_the_next_start_settles_it(cuts: Cuts, folder: Path) -> None:
    line = 1
    while tried(cuts, folder, line):
        line += 1
    print(f"\n{line - 1} lines; the key was changed {all_is_well(folder)} times")
    assert line > 250


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_killed_and_killed_again_in_the_settling(cuts: Cuts, folder: Path) -> None:
    whole = cuts.try_("rekey", folder / "config.yaml")
    assert whole is not None
    for line in range(whole - 80, whole):  # from the commit on, there is something to settle
        for second in range(1, 160, 5):
            tried(cuts, folder, line, second)
