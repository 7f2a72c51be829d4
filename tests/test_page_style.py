"""The page's colours can be told apart by tired eyes, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from reports.shipped import templates

STYLE = (templates() / "page" / "style.css").read_text()
WORDS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("ink", "warn-tint"),
    ("soft", "paper"), ("soft", "card"), ("soft", "tint"),
    ("deed", "paper"), ("deed", "card"), ("deed", "tint"), ("deed-ink", "deed"),
    ("warn", "card"), ("warn", "warn-tint"),
]  # fmt: skip
EDGES = [
    ("line", "card"),
    ("line", "paper"),
    ("deed", "card"),
    ("focus", "card"),
    ("focus", "paper"),
    ("warn", "paper"),
]


def colours(scheme: str) -> dict[str, str]:
    day, night = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", day if scheme == "light" else night))


def brightness(colour: str) -> float:
    """Relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_edges_stand_out(scheme: str) -> None:
    named = colours(scheme)
    for pairs, least in ((WORDS, 4.5), (EDGES, 3.0)):
        for front, back in pairs:
            found = contrast(named[front], named[back])
            assert found >= least, f"{scheme}: {front} on {back} is {found:.2f}"


def test_night_has_every_colour_of_the_day() -> None:
    assert colours("light").keys() == colours("dark").keys()
    outside = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL).partition("@media print")[0]
    assert not re.search(r"#[0-9a-f]{3,6}\b", outside.replace("#signed", "").replace("#anonymous", ""))


def test_the_style_asks_nobody_for_fonts_or_pictures() -> None:
    assert "url(" not in STYLE and "@import" not in STYLE and "@font-face" not in STYLE
