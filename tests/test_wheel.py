"""What `pip install .` brings: everything that a run needs, from any folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout and laid out as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("senim-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, cwd: Path, code: str) -> str:
    """Python with the unpacked wheel first on its path and no checkout beside it."""
    start = f"import sys; sys.path.insert(0, {str(unpacked)!r}); {code}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", start], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_carries_every_template_and_migration(unpacked: Path) -> None:
    for folder in ("letters", "page"):
        wanted = {path.name for path in (ROOT / "templates" / folder).iterdir()}
        assert {path.name for path in (unpacked / "reports/shipped/templates" / folder).iterdir()} == wanted
    assert list((unpacked / "journal/migrations/versions").glob("*.py"))
    assert (unpacked / "reports/shipped/config.yaml").read_text() == (ROOT / "config.yaml").read_text()


def test_the_wheel_reads_its_own_templates_from_any_folder(unpacked: Path, tmp_path: Path) -> None:
    said = run(unpacked, tmp_path, "from reports.shipped import templates; print(templates())")
    assert Path(said.strip()) == unpacked / "reports/shipped/templates"


def test_a_journal_can_be_made_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    code = (
        "from journal.database import upgrade; from journal.book import Journal; "
        f"upgrade('sqlite:///{tmp_path}/j.db'); book = Journal.open('sqlite:///{tmp_path}/j.db', bytes(32)); "
        "print(book.last_number())"
    )
    assert run(unpacked, tmp_path, code).strip() == "0"


def test_letters_are_read_by_a_process_of_the_wheel_s_own(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the folder where somebody happens to be')")
    code = (
        "import intake.reader; from pathlib import Path; reader = intake.reader.Reader(); "
        "print(reader.read(b'Subject: x\\r\\n\\r\\ny').subject, Path(intake.reader.__file__).parent)"
    )
    assert run(unpacked, tmp_path, code).split() == ["x", str(unpacked / "intake")]
