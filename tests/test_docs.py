"""What the documents say is checked against the program: nothing ships undocumented."""

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from intake.config import load
from intake.verbs.usage import build_parser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = ROOT / "docs/commands.md"


def verbs(parser: ArgumentParser, before: str = "") -> Iterator[tuple[str, ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for name, sub in action.choices.items():
                full = f"{before} {name}".strip()
                nested = list(verbs(sub, full))
                yield from nested or [(full, sub)]


def keys(config: object, before: str = "") -> Iterator[str]:
    if isinstance(config, dict):
        for key, value in config.items():
            yield f"{before}.{key}".strip(".")
            yield from keys(value, f"{before}.{key}")


@pytest.mark.parametrize(("name", "parser"), list(verbs(build_parser())), ids=lambda value: str(value))
def test_every_command_is_documented_and_has_help_with_an_example(name: str, parser: ArgumentParser) -> None:
    assert f"senim {name}" in COMMANDS.read_text(), f"`senim {name}` is not in docs/commands.md"
    assert "senim " in parser.format_help().split("usage:")[1].split("\n", 1)[1], f"{name}: no example"


def test_every_command_that_a_document_names_exists() -> None:
    known = {name for name, _ in verbs(build_parser())}
    first_words = {name.split()[0] for name in known}
    for page in PAGES:
        for line in re.findall(r"`senim ([a-z][a-z0-9 -]*)", page.read_text()):
            words = line.split()
            assert words[0] in first_words, f"{page.name}: `senim {line}`"
            if any(name.startswith(words[0] + " ") for name in known) and len(words) > 1:
                assert " ".join(words[:2]) in known, f"{page.name}: `senim {line}`"


def test_every_option_is_documented() -> None:
    text = COMMANDS.read_text()
    for name, parser in verbs(build_parser()):
        for action in parser._actions:
            for option in action.option_strings:
                if option.startswith("--") and option != "--help":
                    assert option in text, f"senim {name} {option} is not in docs/commands.md"


def test_every_key_of_the_sample_config_is_explained() -> None:
    text = (ROOT / "docs/config.md").read_text()
    sample = YAML(typ="safe").load((ROOT / "config.yaml").read_text())
    for key in keys(sample):
        if key.count(".") < 2 and "causes" not in key:
            assert f"`{key}`" in text or f"`{key.split('.')[-1]}`" in text, f"{key} is not in docs/config.md"


def test_the_sample_config_is_accepted() -> None:
    assert len(load(ROOT / "config.yaml")) == 1


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def headings(page: Path) -> set[str]:
    """As links name them on the pages of a repository."""
    words = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    found = (
        re.sub(r"[^\w -]", "", one).strip().lower() for one in re.findall(r"^#+ (.*)", words, re.MULTILINE)
    )
    return {one.replace(" ", "-") for one in found}


def test_every_link_to_a_heading_finds_it() -> None:
    for page in PAGES:
        for target, heading in re.findall(r"\]\(([^)#:\s]*\.md|)#([^)]+)\)", page.read_text()):
            there = page.parent / target if target else page
            assert heading in headings(there), f"{page.name} links to {target}#{heading}"


def test_nothing_in_the_project_names_a_path_of_somebody_s_machine() -> None:
    wanted = re.compile(r"(?<![A-Za-z0-9_.])/(?:home|root|work)/[a-z]")
    for path in [*PAGES, ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "config.yaml"]:
        assert not wanted.search(path.read_text()), path.name


@pytest.mark.parametrize(
    "unit", sorted((ROOT / "docs/systemd").glob("*.service")), ids=lambda unit: unit.stem
)
def test_the_services_may_write_where_the_readme_puts_the_journal(unit: Path) -> None:
    settings = dict(
        line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"
    )
    program, option, config, verb = settings["ExecStart"].split()
    assert (option, verb) == ("--config", {"senim": "run", "senim-form": "form"}[unit.stem])
    assert settings["ProtectSystem"] == "strict"
    assert Path(config).is_relative_to(settings["ReadWritePaths"])  # its relative paths begin at its folder
    assert f"{program} --config {config}" in (ROOT / "README.md").read_text()
