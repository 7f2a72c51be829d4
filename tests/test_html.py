"""HTML letters become the text that their writer saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.html import to_text

TABLE = [
    ("Сәлем", "Сәлем"),
    ("", ""),
    ("<p>a</p><p>b</p>", "a\n\nb"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("a<br><br>b", "a\n\nb"),
    ("<div>a<br></div><div>b</div>", "a\nb"),
    ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),  # Gmail's empty line
    ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),  # Outlook's
    ("a\n   b\t c", "a b c"),
    ("<b>бір</b>екі", "бірекі"),
    ("<pre>a\n  b</pre>", "a\n  b"),
    ("&lt;b&gt; &amp; &#1179; &nbsp;.", "<b> & қ \u00a0."),
    ("<ul><li>a<li>b</ul>", "- a\n- b"),
    ("<ol><li>a</li><li><p>b</p></li></ol>", "1. a\n\n2. b"),
    ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n- b\n- c"),
    ("<table><tr><td>Аты<td>Айгүл<tr><td>Сыныбы</td><td>7Ә</td></table>", "Аты\tАйгүл\nСыныбы\t7Ә"),
    ("<style>p{}</style><script>x()</script><head><title>t</title></head><p>a</p><!-- b -->", "a"),
    ("<a href='https://school.example/x'>мында</a>", "мында <https://school.example/x>"),
    ("<a href='https://school.example/'>school.example</a>", "school.example"),
    ("<a href='mailto:box@school.example'>box</a>", "box"),
    ("<a href='javascript:x()'>a</a>", "a"),
    ("a<hr>b", "a\n---\nb"),
    ("<img src=x alt='😀'><img src=y alt='Aigul.png'>", "😀"),
    ("a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
    ("x<div class='gmail_quote'>fwd<br>old</div>", "x\n> fwd\n> old"),
    ("x<div class=gmail_quote>On, wrote:<blockquote>old</blockquote>y</div>", "x\nOn, wrote:\n\n> old\n\ny"),
    ("a\u200b\u202eb\x00c", "abc"),
    ("<p>unclosed <b>x <i>y", "unclosed x y"),
    ("< 5 and > 3", "< 5 and > 3"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), TABLE)
def test_what_a_person_sees(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "the words",
        "<blockquote>" * 30_000 + "the words",
        "<table><tr><td>" * 30_000 + "the words",
        "<a " + " ".join(f"a{number}=1" for number in range(30_000)) + ">the words</a>",
        "<b>" * 150_000 + "the words",
        "<p style='" + "x;" * 5_000 + "'>the words",
    ],
)
def test_no_words_are_lost_in_a_hostile_tree(html: str) -> None:
    assert "the words" in to_text(html)


def test_nested_quotes_do_not_grow_the_text() -> None:
    html = "<blockquote>" * 1_000 + "<p>x" * 1_000
    assert len(to_text(html)) < 60_000


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(to_text(text), str)


TAGS = """
<p> </p> <td> <li> <pre> </pre> <blockquote> </blockquote> <div> </div> <a> </a> <ul> </ul> <script> </script>
сөз <br> &nbsp; <table> </table> <tr> <!-- --> <svg> <![CDATA[
"""


@given(st.lists(st.sampled_from([*TAGS.split(), " ", "\n", "<div class=gmail_quote>", "<a href=http://x>"])))
def test_any_heap_of_tags_is_taken(tags: list[str]) -> None:
    text = to_text("".join(tags))
    assert "<p>" not in text


@given(
    st.lists(st.text(alphabet="абвгқңө абв", min_size=1, max_size=30).map(str.strip).filter(bool), min_size=1)
)
def test_lines_come_out_as_they_went_in(lines: list[str]) -> None:
    words = [" ".join(line.split()) for line in lines]
    assert to_text("".join(f"<div>{line}</div>" for line in words)) == "\n".join(words)


def test_what_the_writer_s_program_did_not_show_is_not_read() -> None:
    hidden = '<p style="Display: None">алдын ала</p><div hidden>карточка</div>'
    assert to_text(f"<body>{hidden}<p>Көмектесіңізші</p>соңы</body>") == "Көмектесіңізші\n\nсоңы"
