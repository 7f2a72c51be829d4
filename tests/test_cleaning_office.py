"""A Word, Excel or PowerPoint file of an anonymous appeal reads the same and tells nothing else."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from intake import office_files
from intake.cleaning import Cleaned, NotCleanable
from intake.office_files import repacked
from journal.model import Attachment
from tests.canaries import CANARIES, Hunter
from tests.cleaned import clean
from tests.marked_papers import KEPT, MARKS, STRUCK, docx, packed, pptx, xlsx
from tests.second_opinion import told_by_exiftool, told_by_mat2

KINDS = {".docx": docx, ".xlsx": xlsx, ".pptx": pptx}


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def shown(content: bytes) -> str:
    """All words of a document, whatever part they stand in."""
    found = []
    for name, part in sorted(parts(content).items()):
        if name.endswith(".xml") and not name.startswith("["):
            found += [one.text or "" for one in etree.fromstring(part).iter() if isinstance(one.tag, str)]
    return " ".join(" ".join(found).split())


@pytest.mark.parametrize("ending", KINDS)
def test_a_document_reads_the_same_and_tells_nothing_else(ending: str) -> None:
    planted = KINDS[ending]()
    planted_words = {place: word for place, word in MARKS.items() if place.startswith(ending[1:])}
    planted_words |= {place: word for place, word in CANARIES.items() if place.startswith("photo-")}
    marks = Hunter({**planted_words, "time": "23:59:60", "time of the zip": "23:58:58"})
    assert len(marks.find(planted)) >= 15  # else the test proves nothing
    (kept,) = clean([Attachment(name="Аружан.bin", media_type="text/plain", content=planted)]).kept
    assert kept.name == f"1{ending}"
    everything = kept.content + b"\n".join(parts(kept.content).values())
    assert not marks.find(everything)
    for words in KEPT:
        assert words in shown(kept.content), words
    assert STRUCK not in shown(kept.content)
    assert repacked(planted).content == kept.content  # not even the moment of cleaning is in it
    again = parts(repacked(kept.content).content)
    assert {name: part for name, part in parts(kept.content).items() if not name.endswith(".jpg")} == {
        name: part for name, part in again.items() if not name.endswith(".jpg")
    }
    told = told_by_exiftool(kept.content, ending)
    assert not marks.find(told.encode()) and "Creator" not in told
    assert "create_system" not in told_by_mat2(kept.content, ending)
    with zipfile.ZipFile(io.BytesIO(kept.content)) as file:
        assert not file.comment
        for info in file.infolist():
            assert (info.date_time, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), b"", b"")


@pytest.mark.parametrize("ending", KINDS)
def test_every_part_is_reached_has_a_type_and_is_whole(ending: str) -> None:
    found = parts(repacked(KINDS[ending]()).content)
    types = etree.fromstring(found["[Content_Types].xml"])
    named = {one.get("PartName", "").lstrip("/") for one in types} - {""}
    pointed: set[str] = set()
    for name, part in found.items():
        if name.endswith(".rels"):
            for one in etree.fromstring(part):
                folder = "" if name == "_rels/.rels" else name.partition("/_rels/")[0] + "/"
                pointed.add(folder + one.get("Target", ""))
    inner = {name for name in found if not name.startswith(("[", "_rels")) and "/_rels/" not in name}
    assert inner == pointed and {name for name in inner if name.endswith(".xml")} == named
    for name, part in found.items():
        if name.endswith((".jpg", ".png")):
            Image.open(io.BytesIO(part)).verify()
        for used in re.findall(rb' r:(?:id|embed)="([^"]+)"', part):
            links = found[re.sub(r"([^/]+)$", r"_rels/\1.rels", name)]
            assert b'Id="' + used + b'"' in links, name


def test_what_a_word_document_looks_like_stays() -> None:
    found = parts(repacked(docx()).content)
    main = found["word/main1.xml"].decode()
    assert 'w:val="S1"' in main and b'w:styleId="S1"' in found["word/styles1.xml"]
    assert " PAGE " in found["word/footer1.xml"].decode() and "сілтеме" in main and "өрісі" in main
    assert "бақылау" in main and "<w:b/>" in found["word/styles1.xml"].decode()
    assert 'cx="900000"' in main and "word/image1.jpg" in found and "word/image2.jpg" not in found
    assert next(iter(found)) == "[Content_Types].xml"


def test_an_excel_sheet_keeps_its_values_and_not_its_formulas() -> None:
    found = parts(repacked(xlsx()).content)
    assert b"<v>42</v>" in found["xl/worksheet1.xml"] and b"<f" not in found["xl/worksheet1.xml"]
    assert "Кесте" in found["xl/main1.xml"].decode() and "xl/worksheet2.xml" not in found
    assert b'date1904="1"' in found["xl/main1.xml"]


def refused(content: bytes) -> bool:
    return clean([Attachment(name="a.docx", media_type="", content=content)]) == Cleaned(refused=(".docx",))


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    entries = parts(docx())
    entries[name] = change(entries[name])
    return packed(entries)


def test_macros_templates_and_other_archives_are_refused() -> None:
    kinds = (
        "ms-word.document.macroEnabled.main",
        "openxmlformats-officedocument.wordprocessingml.template.main",
    )
    plain = b"openxmlformats-officedocument.wordprocessingml.document.main"
    for kind in kinds:
        types = parts(docx())["[Content_Types].xml"].replace(plain, kind.encode())
        assert refused(packed({**parts(docx()), "[Content_Types].xml": types}))
    assert refused(packed({"a.txt": "x"})) and refused(b"PK\3\4" + bytes(100))


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">' + "".join(
    f'<!ENTITY b{n} "&b{n - 1 if n else ""};&b{n - 1 if n else ""};">' for n in range(40)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "dtd", [BOMB, "<!DOCTYPE w:document>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>']
)  # fmt: skip
def test_a_part_with_a_dtd_is_refused(dtd: str) -> None:
    def with_dtd(part: bytes) -> bytes:
        return part.replace(b"?>", b"?>" + dtd.encode(), 1).replace("Асханада".encode(), b"&b39;&x;", 1)

    assert refused(changed("word/document.xml", with_dtd))


def test_bombs_are_refused_by_what_they_unpack_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(packed({**parts(docx()), "word/media/zero.bin": bytes(51_000_000)}))
    assert refused(packed({**parts(docx()), **{f"word/{n}.bin": b"" for n in range(500)}}))
    monkeypatch.setattr(office_files, "MOST_UNPACKED", 1_000)
    with pytest.raises(NotCleanable):
        repacked(docx())


def test_a_picture_that_cannot_be_drawn_anew_refuses_its_document() -> None:
    """Without a word it would be missing."""
    name = next(one for one in parts(docx()) if "media/qanar" in one)
    assert refused(changed(name, lambda one: b"\1\0\0\0 an EMF"))


DOCUMENT = docx()


@given(st.lists(st.tuples(st.integers(0, len(DOCUMENT) - 1), st.integers(0, 255)), max_size=20))
def test_any_damage_is_refused_or_harmless(damage: list[tuple[int, int]]) -> None:
    content = bytearray(DOCUMENT)
    for at, value in damage:
        content[at] = value
    result = clean([Attachment(name="a.docx", media_type="", content=bytes(content))])
    assert len(result.kept) + len(result.refused) == 1


@given(st.binary(max_size=300))
def test_a_damaged_part_is_refused_or_harmless(noise: bytes) -> None:
    part = parts(DOCUMENT)["word/document.xml"]
    at = zlib.crc32(noise) % len(part)
    result = clean(
        [
            Attachment(
                name="a.docx",
                media_type="",
                content=changed("word/document.xml", lambda one: one[:at] + noise + one[at:]),
            )
        ]
    )
    assert len(result.kept) + len(result.refused) == 1
