"""An upload on its way: small ones in memory, large ones sealed in a file without a name, and then gone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import webserver
from intake.spool import IN_MEMORY, Spool
from tests.command import config_of
from tests.page import Desk, File

ARUZHAN = {"submission_id": "0" * 32, "language": "kk", "class_group": "7Ә", "text": "Шкафымды сындырды."}
PIECE = b"QANARYMAKER and a place "


def on_the_disk() -> dict[str, bytes]:
    """What stands in the unnamed files that this process has open, however it is buffered."""
    found = {}
    for handle in Path("/proc/self/fd").iterdir():
        try:
            name = str(handle.readlink())
            if name.endswith("(deleted)"):
                found[name] = handle.read_bytes()
        except OSError:
            continue
    return found


@given(st.lists(st.integers(0, 200_000), max_size=8))
def test_what_was_written_is_read_whatever_the_pieces(lengths: list[int]) -> None:
    spool, whole = Spool(None), b""
    for number, length in enumerate(lengths):
        piece = bytes([number]) * length
        spool.write(piece)
        whole += piece
    assert spool.read() == whole == spool.read()
    spool.close()


def test_a_small_file_never_touches_the_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.write(PIECE * (IN_MEMORY // len(PIECE)))
    assert not (tmp_path / "spool").exists()


def test_a_large_file_has_no_name_in_a_private_folder_and_nobody_could_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    spool = Spool(folder)
    spool.write(PIECE * 40_000)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == []
    (written,) = [content for name, content in on_the_disk().items() if str(folder) in name]
    assert len(written) > 600_000
    assert b"QANARY" not in written
    assert spool.read() == PIECE * 40_000
    spool.close()
    assert not [name for name in on_the_disk() if str(folder) in name]


def test_where_the_folder_cannot_be_made_the_system_s_own_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = Spool(tmp_path / "file" / "spool")
    spool.write(PIECE * 40_000)
    assert spool.read() == PIECE * 40_000
    spool.close()


def test_a_full_disk_gives_the_family_its_words_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("intake.spool.Spool.write", full)
    desk = Desk().with_()
    answer = desk.post(ARUZHAN, File(name="a.mp4", content=b"\0" * 700_000, media_type="video/mp4"))
    assert answer.status == 422 and desk.letters == []
    assert answer.value("text") == ARUZHAN["text"]


def test_the_page_of_a_school_uses_the_folder_of_its_config(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENIM_SUBMISSION_PASSWORD", "x")
    config = config_of(begun)
    assert webserver.settings_of(config).spool == begun / "var/spool"
