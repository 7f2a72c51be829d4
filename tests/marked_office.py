"""Documents with a canary wherever Word, Excel and PowerPoint write what nobody typed."""

import io
import zipfile
from collections.abc import Mapping

from tests.canaries import CANARIES
from tests.marked_files import photo

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument"
_WORDS = "Кесте бойынша екі пән бір уақытта."  # what a child wrote into the document: it stays


def docx() -> bytes:
    """With an author, a firm, a comment, a change that is tracked, a template on somebody's disk."""
    c, w = CANARIES, "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    author, lost = c["ru-docx-editor"], c["ru-docx-deleted"]
    tracked = (
        f'<w:ins w:id="1" w:author="{author}" w:date="2026-11-22T23:59:60Z"><w:r><w:t>!</w:t></w:r></w:ins>'
    )
    deleted = f'<w:del w:id="2" w:author="x"><w:r><w:delText>{lost}</w:delText></w:r></w:del>'
    said = f"<w:p><w:r><w:t>{_WORDS}</w:t></w:r>{tracked}{deleted}</w:p>"
    body = f'<w:document xmlns:w="{w}"><w:body>{said}</w:body></w:document>'
    comments = (
        f'<w:comments xmlns:w="{w}"><w:comment w:id="0" w:author="{c["docx-comment-author"]}"><w:p><w:r>'
        f"<w:t>{c['ru-docx-comment']}</w:t></w:r></w:p></w:comment></w:comments>"
    )
    more: dict[str, str | bytes] = {
        "word/comments.xml": comments,
        "word/people.xml": f"<people>{c['docx-people']}</people>",
        "customXml/item1.xml": f"<a>{c['docx-custom-part']}</a>",
        "word/media/image1.jpeg": photo("docx-photo"),
    }
    return _package("word/document.xml", body, "wordprocessingml.document", "docx", more)


def xlsx() -> bytes:
    c, s = CANARIES, "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = f'<c r="A1" t="inlineStr"><is><t>{_WORDS}</t></is></c>'
    sheet = f'<worksheet xmlns="{s}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    space = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
    path = f'<x15ac:absPath xmlns:x15ac="{space}" url="C:\\Users\\{c["xlsx-path"]}\\"/>'
    authors = f"<authors><author>{c['xlsx-comment-author']}</author></authors>"
    way = f'Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"'
    book = (
        f'<workbook xmlns="{s}" xmlns:r="{_OFFICE}/relationships">{path}'
        '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    more: dict[str, str | bytes] = {
        "xl/worksheets/sheet1.xml": sheet,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(f'<Relationship Id="rId1" {way}/>'),
        "xl/comments1.xml": f'<comments xmlns="{s}">{authors}</comments>',
        "xl/printerSettings/printerSettings1.bin": c["xlsx-printer"].encode("utf-16-le"),
    }
    return _package("xl/workbook.xml", book, "spreadsheetml.sheet", "xlsx", more)


def pptx() -> bytes:
    c, p = CANARIES, "http://schemas.openxmlformats.org/presentationml/2006/main"
    size = '<p:sldSz cx="9144000" cy="6858000"/>'
    show = f'<p:presentation xmlns:p="{p}" xmlns:r="{_OFFICE}/relationships">{size}</p:presentation>'
    author = f'<p:cmAuthor id="0" name="{c["ru-pptx-author"]}"/>'
    more: dict[str, str | bytes] = {
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst xmlns:p="{p}">{author}</p:cmAuthorLst>',
        "docProps/thumbnail.jpeg": photo("pptx-thumbnail"),
        "ppt/notesSlides/notesSlide1.xml": f'<p:notes xmlns:p="{p}">{c["pptx-notes"]}</p:notes>',
    }
    return _package("ppt/presentation.xml", show, "presentationml.presentation", "pptx", more)


def _package(main: str, content: str, kind: str, name: str, more: Mapping[str, str | bytes]) -> bytes:
    """An Office package: its properties, its main part, what goes with it, and a comment of the archive."""
    c = CANARIES
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    types += '<Default Extension="xml" ContentType="application/xml"/>'
    types += '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    types += f'<Override PartName="/{main}" ContentType="{_KIND}.{kind}.main+xml"/>'
    ways = [
        ("rId1", f"{_OFFICE}/relationships/officeDocument", main),
        ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ("rId3", f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ("rId4", f"{_OFFICE}/relationships/custom-properties", "docProps/custom.xml"),
    ]
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{c[f"ru-{name}-creator"]}</dc:creator>'
        f"<cp:lastModifiedBy>{c[f'{name}-modified-by']}</cp:lastModifiedBy></cp:coreProperties>"
    )
    app = f'<Properties xmlns="{_OFFICE}/extended-properties"><Company>{c[f"ru-{name}-company"]}</Company>'
    app += f"<Template>{c[f'{name}-template']}</Template></Properties>"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(types),
        "_rels/.rels": _RELATIONS.format(
            "".join(f'<Relationship Id="{one}" Type="{of}" Target="{to}"/>' for one, of, to in ways)
        ),
        main: content,
        "docProps/core.xml": core,
        "docProps/app.xml": app,
        "docProps/custom.xml": f"<Properties>{c[f'{name}-custom-property']}</Properties>",
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, part in parts.items():
            packed.writestr(path, part)
        packed.comment = c[f"{name}-archive-comment"].encode()
    return out.getvalue()


def old_doc() -> bytes:
    """A Word document of before 2007, which nobody can clean."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + CANARIES["doc-author"].encode("utf-16-le")
        + bytes(512)
    )
