"""Finds the files that travel with the program: the templates and the sample config.yaml.

A wheel carries them inside this package (pyproject.toml, force-include); a checkout and an editable
install have them at its root.
"""

from pathlib import Path

_INSIDE = Path(__file__).parent / "shipped"
_CHECKOUT = Path(__file__).parents[1]


def templates() -> Path:
    """The folder of everything that a family or a member of staff ever reads."""
    return _find("templates")


def sample_config() -> Path:
    """The commented config.yaml that works for the demo."""
    return _find("config.yaml")


def _find(name: str) -> Path:
    packed = _INSIDE / name
    return packed if packed.exists() else _CHECKOUT / name
