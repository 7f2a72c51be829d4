"""Mail programs that nobody has seen yet: each quotes our letter in a way of its own."""

import textwrap
from dataclasses import dataclass
from html import escape

from hypothesis import strategies as st

from intake.html import to_text
from intake.message import Message
from tests.replies import BOX, message

INTRODUCTIONS = (
    f"2026 ж. 23 қар., дс 15:00 уақытында, Сенім жәшігі <{BOX}> жазды:",
    f"пн, 23 нояб. 2026 г. в 15:00, Сенім жәшігі <\n{BOX}>:",
    f"On Mon, Nov 23, 2026 at 3:00 PM Сенім жәшігі <{BOX}>\nwrote:",
    f"-----Исходное сообщение-----\nОт: Сенім жәшігі [mailto:{BOX}]\n"
    "Отправлено: 23.11.2026\nКому: psy\nТема: x\n",
    f"________________________________\nFrom: Сенім жәшігі <{BOX}>\nSent: Monday\nTo: psy\nSubject: x\n",
    f"> 23 нояб. 2026 г., в 15:00, Сенім жәшігі <{BOX}> написал(а):\n>",
    "",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """How one of them quotes. `leftovers` of lines that it breaks stand without its mark."""

    mark: str
    width: int
    indent: int
    leftovers: bool
    blanks: int  # of each blank line this many are left
    hard_spaces: bool
    trailing: str
    introduction: str

    @property
    def marks(self) -> bool:
        return any(one in self.mark for one in ">|")

    def quoted(self, text: str) -> str:
        lines = []
        for line in text.split("\n"):
            if not line.strip():
                lines += [self.mark.rstrip()] * self.blanks
                continue
            shown = line.replace(" ", "\u00a0") if self.hard_spaces and len(line) % 2 else line
            first, *rest = textwrap.wrap(" " * self.indent + shown, self.width, break_on_hyphens=False) or [
                ""
            ]
            lines.append(self.mark + first + self.trailing)
            lines += [("" if self.leftovers else self.mark) + one + self.trailing for one in rest]
        return "\n".join(lines)


def marked(**changes: object) -> st.SearchStrategy[Invented]:
    """Programs that mark what they quote, with one of the marks in use."""
    known: dict[str, st.SearchStrategy[object]] = {
        "mark": st.sampled_from(["> ", ">", ">  ", "СЖ> ", "| ", " > "]),
        "width": st.integers(30, 200),
        "indent": st.integers(0, 6),
        "leftovers": st.booleans(),
        "blanks": st.integers(0, 2),
        "hard_spaces": st.booleans(),
        "trailing": st.sampled_from(["", " ", "\u00a0"]),
        "introduction": st.sampled_from(INTRODUCTIONS),
    }
    return st.builds(Invented, **{**known, **changes})  # type: ignore[arg-type]


def unmarked() -> st.SearchStrategy[Invented]:
    """Programs that paste our letter as it is, or with a mark that nobody knows."""
    return marked(
        mark=st.sampled_from(["", "» ", "* ", ": ", "│ ", "\t"]),
        introduction=st.sampled_from([one for one in INTRODUCTIONS if not one.startswith(">")]),
    )


def in_text(client: Invented, pieces: list[tuple[int, str]], answers: dict[int, str]) -> Message:
    """Our letter in pieces, with the answers under those that they belong to."""
    found = [client.introduction]
    for number, words in pieces:
        found.append(client.quoted(words))
        if number in answers:
            found.append(f"\n{answers[number]}\n")
    return message("\n".join(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """How a program nests our HTML in its own."""

    boxes: tuple[str, ...]
    line: str
    introduction: str

    def quoted(self, inner: str) -> Message:
        start = "".join(f"<{one}>" for one in self.boxes)
        end = "".join(f"</{one.split()[0]}>" for one in reversed(self.boxes))
        intro = "".join(f"<div>{escape(line)}</div>" for line in self.introduction.strip("\n>").split("\n"))
        return message("", to_text(f"<html><body>{intro}{start}{inner}{end}</body></html>"))

    def typed(self, words: str) -> str:
        return "".join(f"<{self.line}>{escape(one)}</{self.line.split()[0]}>" for one in words.split("\n"))


WRAPPED = st.builds(
    Wrapped,
    boxes=st.lists(
        st.sampled_from(["div", "div class='gmail_quote'", "table><tr><td", "section", "font"]), max_size=4
    ).map(tuple),
    line=st.sampled_from(["div", "p", "p class='MsoNormal'", "div style='color: blue'"]),
    introduction=st.sampled_from([one for one in INTRODUCTIONS if not one.startswith(">")]),
)
