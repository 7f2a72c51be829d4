"""Word, Excel and PowerPoint files with words to keep, and a mark wherever they tell who wrote them."""

# ruff: noqa: E501 - elements of XML are read better in one line

import io
import zipfile
from collections.abc import Mapping

from tests.canaries import Canaries
from tests.marked_files import photo

_TYPE = "application/vnd.openxmlformats-officedocument."
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MS = "http://schemas.microsoft.com/office"
MARKS = Canaries()  # of these files alone: those of the letters are all hunted for in the letters
KEPT = ("Асханада орын жетпейді", "қосылған сөз", "кестедегі сөз", "төменгі жол")
STRUCK = "сызылған сөз"
_ROOTS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:w14="{_MS}/word/2010/wordml" xmlns:unknown="urn:unknown" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14 unknown" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


class _Marks(dict[str, str]):
    """«{author}» in the template of a document becomes the word of «docx-author»."""

    def __init__(self, kind: str) -> None:
        super().__init__(roots=_ROOTS, sheet=_SHEET, wp="wordprocessingml")
        self._kind = kind

    def __missing__(self, place: str) -> str:
        return MARKS[f"{self._kind}-{place}"]


def packed(entries: Mapping[str, str | bytes], comment: str = "", *, extra: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, (2026, 11, 22, 23, 58, 58))
            info.compress_type, info.extra = zipfile.ZIP_DEFLATED, extra
            info.comment = comment.encode()
            file.writestr(info, content)
        file.comment = comment.encode()
    return out.getvalue()


def _relations(*rows: tuple[str, str, str], elsewhere: str = "") -> str:
    links = "".join(f'<Relationship Id="{a}" Type="{_OFFICE}/{b}" Target="{c}"/>' for a, b, c in rows)
    if elsewhere:
        links += (
            f'<Relationship Id="out" Type="{_OFFICE}/hyperlink" Target="{elsewhere}" TargetMode="External"/>'
        )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _types(**parts: str) -> str:
    rows = "".join(
        f'<Override PartName="/{name.replace("__", "/")}.xml" ContentType="{_TYPE}{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/>{rows}</Types>'
    )


_CORE = (
    f'<c:coreProperties xmlns:c="{_PACKAGE}/metadata/core-properties" xmlns:d="http://purl.org/dc/elements/1.1/">'
    "<d:creator>{author}</d:creator><c:lastModifiedBy>{last}</c:lastModifiedBy></c:coreProperties>"
)
_PICTURE = """<w:drawing><wp:inline><wp:extent cx="900000" cy="600000"/>
<wp:docPr id="1" name="{picture-name}" descr="C:\\Users\\{picture-path}\\a.jpg" title="{picture-title}"/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>
<pic:cNvPr id="0" name="{picture-file}.jpg" descr="{picture-words}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>
<a:blip r:embed="rPicture"><a:extLst><a:ext uri="{picture-extension}"/></a:extLst></a:blip></pic:blipFill>
<pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"""
_DOCUMENT = (
    """<?xml version="1.0" encoding="UTF-8"?><!-- {xml-comment} --><?pi {pi}?>
<w:document {roots} unknown:a="{root-attribute}"><w:body>
<w:p w:rsidR="{rsid}" w14:paraId="{para}"><w:pPr><w:pStyle w:val="{style-id}"/><w:rPr><w:ins w:id="1" w:author="{mark-author}"
 w:date="2026-11-22T23:59:60Z"/></w:rPr></w:pPr><w:bookmarkStart w:id="0" w:name="{bookmark}"/>
<w:proofErr w:type="spellStart"/><w:r><w:rPr><w:lang w:val="{language}"/></w:rPr><w:t>Асханада </w:t></w:r>
<w:commentRangeStart w:id="3"/><w:r><w:t xml:space="preserve">орын жетпейді</w:t></w:r><w:commentRangeEnd w:id="3"/>
<w:r><w:commentReference w:id="3"/></w:r>
<w:ins w:id="4" w:author="{change-author}" w:date="2026-11-22T23:59:60Z"><w:r><w:t>қосылған сөз</w:t></w:r></w:ins>
<w:del w:id="5" w:author="{struck-author}"><w:r><w:delText>сызылған сөз</w:delText></w:r></w:del>
<w:hyperlink r:id="out" w:tooltip="{tooltip}" w:anchor="{anchor}"><w:r><w:t>сілтеме</w:t></w:r></w:hyperlink>
<w:sdt><w:sdtPr><w:alias w:val="{alias}"/><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent><w:r><w:t>бақылау</w:t></w:r>
</w:sdtContent></w:sdt>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> AUTHOR </w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{field-author}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "C:\\{field-path}" </w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>өрісі</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:fldSimple w:instr=" FILENAME \\p "><w:r><w:t>{file-name}</w:t></w:r></w:fldSimple>
<unknown:thing>{unknown}</unknown:thing><w:permStart w:id="9" w:ed="{permitted}"/>
<w:r>"""
    + _PICTURE
    + """</w:r><w:r><w:object><unknown:o>{object}</unknown:o></w:object></w:r></w:p>
<w:tbl><w:tblPr>{stray-text}</w:tblPr>{stray-tail}<w:tr w:rsidTr="{rsid-row}"><w:tc><w:p><w:r><w:t>кестедегі сөз</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sectPr><w:footerReference w:type="default" r:id="rFooter"/></w:sectPr></w:body></w:document>"""
)
_STYLES = """<w:styles {roots}><w:latentStyles><w:lsdException w:name="{latent}"/></w:latentStyles>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style-id}"><w:name w:val="{style-name}"/>
<w:aliases w:val="{style-alias}"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"""
_SETTINGS = """<w:settings {roots}><w:attachedTemplate r:id="out"/><w:rsids><w:rsid w:val="{rsid-setting}"/></w:rsids>
<w:docVars><w:docVar w:name="a" w:val="{variable}"/></w:docVars><w:defaultTabStop w:val="708"/></w:settings>"""
_FOOTER = """<w:ftr {roots}><w:p><w:r><w:t>төменгі жол</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>
<w:r><w:instrText> PAGE \\* {page-switch} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>"""


def _all(kind: str, templates: Mapping[str, str]) -> dict[str, str | bytes]:
    marks = _Marks(kind)
    return {name: text.format_map(marks) if "{" in text else text for name, text in templates.items()}


def docx() -> bytes:
    c = _Marks("docx")
    entries: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(word__document="wordprocessingml.document.main"),
        "_rels/.rels": _relations(("r1", "officeDocument", "word/document.xml"), ("r2", "core", "docProps/core.xml")),
        "word/_rels/document.xml.rels": _relations(
            ("rStyles", "styles", "styles.xml"), ("rSettings", "settings", "settings.xml"),
            ("rPicture", "image", f"media/{c['media-name']}.jpeg"), ("rFooter", "footer", "footer1.xml"),
            ("rComments", "comments", "comments.xml"), ("rCustom", "customXml", "../customXml/item1.xml"),
            ("rUnused", "image", "media/cropped.jpeg"), elsewhere=f"https://{c['link']}.example/",
        ),
        f"word/media/{c['media-name']}.jpeg": photo(),
        "word/media/cropped.jpeg": photo(),
        "docProps/thumbnail.jpeg": photo(),
        "word/vbaProject.bin": c["macro"].encode(),
    }  # fmt: skip
    entries |= _all("docx", {
        "docProps/core.xml": _CORE, "word/document.xml": _DOCUMENT, "word/styles.xml": _STYLES,
        "word/settings.xml": _SETTINGS, "word/footer1.xml": _FOOTER,
        "word/comments.xml": "<w:comments {roots}><w:comment w:author='{comment-author}'><w:p><w:r><w:t>{comment}"
        "</w:t></w:r></w:p></w:comment></w:comments>",
        "word/people.xml": "<a>{people}</a>", "customXml/item1.xml": "<a>{custom}</a>",
    })  # fmt: skip
    extra = b"\x75\x70" + len(c["zip-extra"]).to_bytes(2, "little") + c["zip-extra"].encode()
    return packed(entries, c["zip-comment"], extra=extra)


_WORKBOOK = """<workbook {sheet} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<fileVersion appName="{application}"/><workbookPr date1904="1" codeName="{code-name}"/>
<sheets><sheet name="Кесте" sheetId="1" r:id="r1"/><sheet name="{hidden-name}" sheetId="2" state="hidden" r:id="r2"/></sheets>
<definedNames><definedName name="{defined}">Sheet!A1</definedName></definedNames></workbook>"""
_WORKSHEET = """<worksheet {sheet} xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
 xr:uid="{sheet-uid}"><sheetPr codeName="{sheet-code}"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>
<c r="B1"><f>HYPERLINK("C:/{formula}")+1</f><v>42</v></c>
<c r="C1" t="inlineStr"><is><t>кестедегі сөз</t></is></c></row></sheetData>
<protectedRanges><protectedRange name="{protected}" sqref="A1"/></protectedRanges>
<scenarios><scenario name="a" user="{scenario}"/></scenarios>
<dataValidations><dataValidation><formula1>{validation}</formula1></dataValidation></dataValidations>
<headerFooter><oddFooter>төменгі жол</oddFooter></headerFooter></worksheet>"""


def xlsx() -> bytes:
    entries: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(xl__workbook="spreadsheetml.sheet.main"),
        "_rels/.rels": _relations(("r1", "officeDocument", "/xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "worksheet", "worksheets/sheet2.xml"),
            ("r3", "sharedStrings", "sharedStrings.xml"), ("r4", "styles", "styles.xml"),
            ("r5", "externalLink", "externalLinks/externalLink1.xml"), ("r6", "person", "persons/person.xml"),
        ),
    }  # fmt: skip
    return packed(entries | _all("xlsx", {
        "docProps/core.xml": _CORE, "xl/workbook.xml": _WORKBOOK, "xl/worksheets/sheet1.xml": _WORKSHEET,
        "xl/worksheets/sheet2.xml": "<worksheet {sheet}><sheetData>{hidden}</sheetData></worksheet>",
        "xl/sharedStrings.xml": "<sst {sheet}><si><t>Асханада орын жетпейді қосылған сөз</t></si></sst>",
        "xl/styles.xml": "<styleSheet {sheet}><fonts><font><sz val='11'/><name val='Calibri'/></font></fonts>"
        "<cellStyles><cellStyle name='{cell-style}' xfId='0'/></cellStyles></styleSheet>",
        "xl/persons/person.xml": "<a>{person}</a>", "xl/externalLinks/externalLink1.xml": "<a>{external}</a>",
    }), MARKS["xlsx-zip-comment"])  # fmt: skip


_SLIDE = """<p:sld {roots}><p:cSld name="{slide-name}"><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name="{group-name}"/>
</p:nvGrpSpPr><p:sp><p:nvSpPr><p:cNvPr id="2" name="{shape-name}" descr="{shape-words}"><a:hlinkClick r:id="out"/></p:cNvPr>
<p:cNvSpPr/><p:nvPr><p:custDataLst><p:tags r:id="tags"/></p:custDataLst></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r>
<a:rPr lang="{lang}"/><a:t>Асханада орын жетпейді</a:t></a:r></a:p><a:p><a:fld id="{{{fld}}}" type="datetime1"><a:t>қосылған сөз
кестедегі сөз төменгі жол</a:t></a:fld></a:p></p:txBody></p:sp><p:pic><p:nvPicPr><p:cNvPr id="4" name="{pic}"/>
</p:nvPicPr><p:blipFill><a:blip r:embed="rPicture"/></p:blipFill></p:pic></p:spTree></p:cSld>
<p:timing>{timing}</p:timing><p:extLst><p:ext uri="{extension}"/></p:extLst></p:sld>"""


def pptx() -> bytes:
    entries: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(ppt__presentation="presentationml.presentation.main"),
        "_rels/.rels": _relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": _relations(
            ("r1", "slide", "slides/slide1.xml"), ("r2", "slide", "slides/gone.xml"),
            ("r3", "commentAuthors", "commentAuthors.xml"),
        ),
        "ppt/slides/_rels/slide1.xml.rels": _relations(
            ("rPicture", "image", "../media/a.jpeg"), ("tags", "tags", "../tags/tag1.xml"),
            elsewhere=f"https://{MARKS['pptx-link']}.example/",
        ),
        "ppt/media/a.jpeg": photo(),
    }  # fmt: skip
    return packed(entries | _all("pptx", {
        "docProps/core.xml": _CORE, "ppt/slides/slide1.xml": _SLIDE, "ppt/tags/tag1.xml": "<a>{tag}</a>",
        "ppt/presentation.xml": "<p:presentation {roots}><p:sldIdLst><p:sldId id='256' r:id='r1'/></p:sldIdLst>"
        "<p:sldSz cx='9144000' cy='6858000'/><p:modifyVerifier hashData='{hash}'/></p:presentation>",
        "ppt/slides/gone.xml": "<p:sld {roots}><a:t>{gone-slide}</a:t></p:sld>",
        "ppt/commentAuthors.xml": "<a>{comment-author}</a>",
    }), MARKS["pptx-zip-comment"])  # fmt: skip
