"""The house rules that no reader should have to check by eye."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("journal", "reports", "intake")
MAY_IMPORT = {"journal": set(), "reports": {"journal"}, "intake": {"journal", "reports"}}

# Each outside library has its place: a file, or a folder that ends with a slash.
PLACES = {
    "imapclient": ("intake/connection.py",),
    "mailparser": ("intake/message.py",),
    "lxml": ("intake/html.py", "intake/office_words.py"),
    "smtplib": ("intake/submission.py",),
    "imaplib": ("intake/connection.py",),
    "dkim": ("intake/signature.py",),
    "dns": ("intake/name_server.py",),
    "pydantic": ("intake/config", "intake/settings.py"),
    "ruamel": ("intake/config.py",),
    "pyrage": ("intake/age_file.py",),
    "PIL": ("intake/pictures.py", "intake/demo/"),
    "pi_heif": ("intake/pictures.py",),
    "pikepdf": ("intake/pdf_",),
    "av": ("intake/recordings.py",),
    "starlette": ("intake/webform.py", "intake/demo/"),
    "uvicorn": ("intake/webserver.py", "intake/demo/"),
    "python_multipart": ("intake/multipart.py",),
    "sqlalchemy": ("journal/",),
    "alembic": ("journal/",),
    "psycopg": ("journal/",),
    "cryptography": ("journal/sealing.py",),
    "jinja2": ("reports/templating.py", "reports/render.py"),
    "markupsafe": ("reports/render.py",),
    "babel": ("reports/catalogue.py",),
    "css_inline": ("reports/render.py",),
    "holidays": ("reports/clock.py",),
    "rich": ("intake/verbs/", "intake/demo/"),
    "aiosmtpd": ("intake/demo/",),
    "pymap": ("intake/demo/",),
    "trustme": ("intake/demo/",),
    "proxyprotocol": ("intake/demo/",),  # comes with pymap
    "pysasl": ("intake/demo/",),  # comes with pymap
    "argparse": ("intake/cli.py", "intake/verbs/", "intake/demo/"),
}
MAP = ROOT / "intake/__init__.py"
LONGEST = 300  # lines that one still reads without getting lost
# What the pure layers may not do: they have no clock, no network, no process, no environment.
WORLD = {"socket", "ssl", "subprocess", "smtplib", "imaplib", "http", "urllib.request", "argparse", "signal"}


def files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", files(), ids=place)
def test_a_layer_imports_only_the_layers_below_it(path: Path) -> None:
    own = place(path).split("/")[0]
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in PACKAGES or top == own or top in MAY_IMPORT[own], f"{place(path)} imports {name}"


@pytest.mark.parametrize("path", files(), ids=place)
def test_each_outside_library_stays_in_its_place(path: Path) -> None:
    for name in imports(path):
        top = name.split(".")[0]
        if top in PLACES:
            assert place(path).startswith(PLACES[top]), f"{place(path)} imports {top}"
        elif top not in PACKAGES:
            assert top in sys.stdlib_module_names, f"{top} has no place: add it to PLACES with its reason"


def test_only_the_process_apart_reads_letters_and_decodes_pictures() -> None:
    harmful = {"intake.message.parse", "intake.written_anew.written_anew", "intake.signature"}
    assert {place(path) for path in files() if harmful & set(imports(path))} == {"intake/reader_child.py"}


def test_the_process_apart_has_nothing_of_the_journals_database_or_key() -> None:
    modules = {module_name(path): path for path in files()}
    wanted, loaded = ["intake.reader_child"], set[str]()
    while wanted:
        name = wanted.pop()
        if name not in loaded:
            loaded.add(name)
            wanted += [one for one in imports(modules[name]) if one in modules] if name in modules else []
    journal = {name for name in loaded if name.startswith("journal.")}
    assert journal == {"journal.model"}


def test_the_record_and_the_reports_do_not_touch_the_world() -> None:
    for path in files():
        if place(path).startswith(("journal/", "reports/")):
            names = set(imports(path))
            touched = (names | {name.split(".")[0] for name in names}) & WORLD
            assert not touched, f"{place(path)} imports {touched}"


def test_the_reports_never_ask_the_clock() -> None:
    asks = re.compile(r"\b(?:datetime\.now|date\.today|time\.time|utcnow)\(")
    for path in files():
        if place(path).startswith(("journal/", "reports/")):
            assert not asks.search(path.read_text()), f"{place(path)} asks the clock: `now` is a parameter"


def test_no_import_goes_in_a_circle() -> None:
    modules = {module_name(path): path for path in files()}
    graph = {
        name: {target for target in imports(path) if target in modules and target != name}
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"imports in a circle: {' → '.join(circle.args[1])}")


def module_name(path: Path) -> str:
    name = place(path).removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


def test_the_page_of_order_stays_one_page() -> None:
    assert len((ROOT / "intake/pipeline.py").read_text().splitlines()) < 120


def test_the_map_of_the_doorway_names_every_file_once() -> None:
    rows = re.findall(
        r"^(?:[a-z'.? ]{18}  | {20})(.+)$", ast.get_docstring(ast.parse(MAP.read_text())) or "", re.M
    )
    named = re.findall(r"\w+", " ".join(rows))
    here = {path.stem for path in MAP.parent.glob("*") if not path.name.startswith("__")}
    assert sorted(named) == sorted(here), (
        "a file of intake/ is not on the map in intake/__init__.py, or no more"
    )


@pytest.mark.parametrize("path", files(), ids=place)
def test_no_file_must_be_scrolled_for_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_only_the_doorway_writes_logs() -> None:
    for path in files():
        if place(path).startswith(("journal/", "reports/")):
            assert "logging" not in {name.split(".")[0] for name in imports(path)}, place(path)


def test_a_log_line_names_no_content() -> None:
    forbidden = re.compile(
        r"address|subject|text|sender|recipient|(?<!__)(?<!config\.)name\b|phone|email|message\b"
    )
    for path in files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("log", "logger"):
                    for argument in node.args[1:]:
                        said = ast.unparse(argument)
                        assert not forbidden.search(said), f"{place(path)}:{node.lineno} logs {said}"


def test_the_locks_hold_no_addresses_and_a_hash_for_everything() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text()
        assert "://" not in lock
        entries = re.findall(r"^[A-Za-z0-9][^\n]*==(?:[^\n]*\\\n)(?:    --hash[^\n]*\n)+", lock, re.MULTILINE)
        assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", lock, re.MULTILINE)) > 20


def test_no_folder_of_tests_takes_the_name_of_a_package() -> None:
    assert not [path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name in PACKAGES]
