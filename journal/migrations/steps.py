"""Brings a database up to date, and says which steps it lacks."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from journal.faults import SchemaOutOfDate


def settings() -> Config:
    """Alembic's settings without a file of them, so that they work from a wheel too."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def run(connection: Connection, to: str = "head") -> None:
    """All steps that are missing up to that one, inside the connection's transaction."""
    config = settings()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise SchemaOutOfDate(_newer()) from error


def after(revision: str | None) -> list[str]:
    """The steps that come after `revision`, oldest first."""
    scripts = ScriptDirectory.from_config(settings())
    try:
        steps = list(scripts.iterate_revisions("head", revision or "base"))
    except (RevisionError, CommandError) as error:
        raise SchemaOutOfDate(_newer()) from error
    return [step.revision for step in reversed(steps)]


def _newer() -> str:
    return (
        "The Journal's database stands at a migration that this Senim does not know: it was written by a "
        "newer version. Install that version."
    )
