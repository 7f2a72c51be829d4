"""The engine that fills the templates of letters and pages: strict about gaps, escaping, in one language."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.catalogue import Area, translations
from reports.shipped import templates


@cache
def environment(area: Area, language: str, *, html: bool = True) -> Environment:
    """The templates of one area. What a family wrote is data: in HTML it is always escaped.

    Plain text has nothing to escape, and there blank lines matter: no blocks are trimmed.
    """
    made = Environment(
        loader=FileSystemLoader(templates() / area),
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701
        keep_trailing_newline=not html,
        trim_blocks=html,
        lstrip_blocks=html,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(area, language), newstyle=True)  # type: ignore[attr-defined]
    return made
