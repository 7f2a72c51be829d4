"""One part of a Word, Excel or PowerPoint file without what tells who wrote it: only words, tables and looks.

Elements and attributes of other namespaces than those of documents are dropped, and text stands only where
text is shown. Changes are taken as they are shown: what was added stays, what was struck out goes.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from intake.cleaning import NotCleanable

_OPEN = "http://schemas.openxmlformats.org/"
W, R = f"{_OPEN}wordprocessingml/2006/main", f"{_OPEN}officeDocument/2006/relationships"
S, P = f"{_OPEN}spreadsheetml/2006/main", f"{_OPEN}presentationml/2006/main"
_A, _C = f"{_OPEN}drawingml/2006/main", f"{_OPEN}drawingml/2006/chart"
_MC = f"{_OPEN}markup-compatibility/2006"
_XML, _VML = "http://www.w3.org/XML/1998/namespace", "urn:schemas-microsoft-com:vml"
_MATH = f"{_OPEN}officeDocument/2006/math"
_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/"
_DRAWN = (
    f"{_OPEN}drawingml/2006/{one}" for one in ("wordprocessingDrawing", "picture", "spreadsheetDrawing")
)
_SHAPES = (
    f"{_WORD_2010}{one}" for one in ("wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas")
)
_KNOWN = frozenset([W, S, P, _A, _C, _MATH, _VML, *_DRAWN, *_SHAPES])

# Of Word, of Excel, of PowerPoint, and of drawings and charts: elements that are dropped with all inside.
_GONE = """
del moveFrom rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tcPrChange trPrChange tblGridChange
numberingChange cellIns cellDel cellMerge moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd
commentRangeStart commentRangeEnd commentReference annotationRef bookmarkStart bookmarkEnd permStart permEnd
proofErr lang sdtPr sdtEndPr smartTagPr customXmlPr object control printerSettings latentStyles aliases nsid
tmpl altChunk subDoc ffData fldData contentPart

definedNames calcPr fileVersion fileSharing workbookProtection customWorkbookViews externalReferences oleSize
functionGroups pivotCaches webPublishing webPublishObjects fileRecoveryPr legacyDrawing legacyDrawingHF
oleObjects controls customProperties scenarios protectedRanges sheetProtection dataConsolidate hyperlinks
tableParts dataValidations webPublishItems cellWatches ignoredErrors smartTags customSheetViews autoFilter
sortState drawingHF singleXmlCells bookViews

custDataLst timing transition custShowLst embeddedFontLst photoAlbum modifyVerifier kinsoku htmlPubPr

extLst hlinkClick hlinkHover hlinkMouseOver videoFile audioFile quickTimeFile wavAudioFile audioCd snd
externalData userShapes pivotSource printSettings
"""
_DROPPED = frozenset(_GONE.split())
_UNWRAPPED = ("ins", "moveTo", "sdt", "sdtContent", "smartTag", "customXml", "hyperlink")
_WITH_TEXT = """
t v formatCode formula oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter posOffset align
col colOff row rowOff tableStyleId instrText
"""
_SHOWN = frozenset(_WITH_TEXT.split())
_ATTRIBUTES = """
descr title tooltip alt author date initials userName lang altLang uid codeName href displayName macro
textlink spid uniqueName gfxdata
"""
_TELLING = frozenset(_ATTRIBUTES.split())
_OF_SETTINGS = """
displayBackgroundShape defaultTabStop autoHyphenation evenAndOddHeaders mirrorMargins gutterAtTop
characterSpacingControl footnotePr endnotePr compat
"""
_SETTINGS = frozenset(_OF_SETTINGS.split())
_STYLED = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "numStyleLink", "styleLink")
_NUMBERED_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
# Fields that write who, when and where; of all others the words that they show stay.
_OF_WHO = """
AUTHOR LASTSAVEDBY USERNAME USERINITIALS USERADDRESS FILENAME DOCPROPERTY TEMPLATE SAVEDATE CREATEDATE
PRINTDATE EDITTIME REVNUM INFO COMMENTS KEYWORDS SUBJECT TITLE
"""
_TELLING_FIELDS = frozenset(_OF_WHO.split())
_PLACE = re.compile(r"\\|://|@")  # a folder, an address
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
_ANY_GUID = "{00000000-0000-0000-0000-000000000001}"

Element = etree._Element


def parsed(content: bytes) -> Element:
    """Raises NotCleanable for a part with a DTD, whatever it declares; etree.XMLSyntaxError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotCleanable
    return root


def style_names(styles: Element) -> dict[str, str]:
    """New ids for the styles of a document: people name their own."""
    found = (one.get(f"{{{W}}}styleId") for one in styles.iter(f"{{{W}}}style"))
    return {one: f"S{place}" for place, one in enumerate(dict.fromkeys(filter(None, found)), 1)}


def bare(root: Element, styles: Mapping[str, str]) -> None:
    """Cleans a part in its place."""
    if root.tag == f"{{{W}}}settings":
        for child in list(root):
            if _local(child) not in _SETTINGS:
                root.remove(child)
    _choose(root)
    _settle_fields(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _cut(element)  # an entity: text that only a DTD would give
        elif element is not root and element.getroottree().getroot() is root:
            _tidy(element, styles)
    _attributes(root, styles)
    root.text = None
    etree.cleanup_namespaces(root)


def written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def relations_used(root: Element) -> list[tuple[Element, str]]:
    """(element, attribute) of everything that points to another part."""
    return [
        (one, str(name)) for one in root.iter() for name in one.attrib if str(name).startswith(f"{{{R}}}")
    ]


def _choose(root: Element) -> None:
    """Of what is written twice, for newer and for older programs, the one for newer."""
    while (twice := next(root.iter(f"{{{_MC}}}AlternateContent"), None)) is not None:
        chosen = next((one for one in twice if _local(one) == "Choice"), None)
        other = next((one for one in twice if _local(one) == "Fallback"), None)
        known = chosen is not None and all(
            chosen.nsmap.get(prefix) in _KNOWN for prefix in chosen.get("Requires", "").split()
        )
        _unwrap(twice, chosen if known else other)


def _tidy(element: Element, styles: Mapping[str, str]) -> None:
    local, space = _local(element), etree.QName(element).namespace
    if space not in _KNOWN or local in _DROPPED or _is_not_shown(element, local, space, styles):
        _cut(element)
        return
    if local in _UNWRAPPED and space == W:
        _unwrap(element, element)
        return
    _attributes(element, styles)
    if local == "f":
        element.text = "0"  # a chart's cells: where they stood, while their values stand beside it
    elif local not in _SHOWN:
        element.text = None
    element.tail = None


def _is_not_shown(element: Element, local: str, space: str | None, styles: Mapping[str, str]) -> bool:
    parent = element.getparent()
    above = "" if parent is None else _local(parent)
    if space == S:
        return local == "f" or (local == "sheet" and element.get("state", "visible") != "visible")
    if space == W:
        return (
            (local == "ins" and above in ("rPr", "trPr"))
            or (local == "tr" and element.find(f"{{{W}}}trPr/{{{W}}}del") is not None)
            or (local in _STYLED and element.get(f"{{{W}}}val") not in styles)
            or (local == "name" and above == "abstractNum")
        )
    return local == "graphicFrame" and _holds_an_object(element)


def _holds_an_object(frame: Element) -> bool:
    return any(
        one.get("uri", "").endswith(("/ole", "/oleObject", "/diagram"))
        for one in frame.iter(f"{{{_A}}}graphicData")
    )


def _attributes(element: Element, styles: Mapping[str, str]) -> None:
    local = _local(element)
    for name, value in list(element.attrib.items()):
        key = etree.QName(name)
        known = key.namespace in (None, W, R, _MATH, _XML)
        if not known or _tells(key.localname, str(value)):
            del element.attrib[name]
        elif key.localname == "name" and not _keeps_its_name(element):
            element.set(name, f"x{element.get('xfId', '')}")
        elif _GUID.fullmatch(str(value)) and key.localname != "styleId":
            element.set(name, _ANY_GUID)
    if local == "fld":
        element.set("id", _ANY_GUID)
    key_name = f"{{{W}}}val" if local in _STYLED else f"{{{W}}}styleId"
    if (old := element.get(key_name)) is not None:
        element.set(key_name, styles.get(str(old), "S0"))
    if local == "name" and (style := element.getparent()) is not None and style.get(f"{{{W}}}customStyle"):
        element.set(f"{{{W}}}val", f"Style {style.get(f'{{{W}}}styleId')}")


def _tells(name: str, value: str) -> bool:
    if name in _TELLING or name.startswith("rsid"):
        return True
    return bool(_PLACE.search(value)) and name not in ("formatCode", "uri", "val")


def _keeps_its_name(element: Element) -> bool:
    """Sheets are called what their tabs show, guides of a shape what its formulas call them."""
    local = _local(element)
    return local in ("sheet", "gd", "sz") or (local == "cellStyle" and element.get("builtinId") is not None)


def _settle_fields(root: Element) -> None:
    """Page numbers stay fields; of others only the words that they show, and not of those that tell."""
    for simple in list(root.iter(f"{{{W}}}fldSimple")):
        name = _field(simple.get(f"{{{W}}}instr", ""))
        if name in _NUMBERED_FIELDS:
            simple.set(f"{{{W}}}instr", f" {name} ")
        elif name in _TELLING_FIELDS:
            _cut(simple)
        else:
            _unwrap(simple, simple)
    for runs, name, shown in list(_complex_fields(root)):
        for run in runs:
            for part in run:
                if _local(part) == "instrText":
                    part.text = f" {name} " if name in _NUMBERED_FIELDS else None
            if name not in _NUMBERED_FIELDS and (name in _TELLING_FIELDS or run not in shown):
                _cut(run)


def _complex_fields(root: Element) -> Iterator[tuple[list[Element], str, list[Element]]]:
    """All runs of a field, its name, and the runs that show its words. Fields may stand in fields."""
    waiting: list[tuple[list[Element], list[str], list[Element], list[bool]]] = []
    for run in root.iter(f"{{{W}}}r"):
        marks = [one.get(f"{{{W}}}fldCharType") for one in run.iter(f"{{{W}}}fldChar")]
        if "begin" in marks:
            waiting.append(([], [], [], [False]))
        for runs, told, shown, separated in waiting:
            runs.append(run)
            if not separated[0]:
                told += [one.text or "" for one in run.iter(f"{{{W}}}instrText")]
            elif not marks:
                shown.append(run)
        if "separate" in marks and waiting:
            waiting[-1][3][0] = True
        if "end" in marks and waiting:
            runs, told, shown, _ = waiting.pop()
            yield runs, _field("".join(told)), shown


def _field(instruction: str) -> str:
    words = instruction.split()
    return words[0].upper() if words else ""


def _cut(element: Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _unwrap(element: Element, chosen: Element | None) -> None:
    """What stands inside takes the place of the element."""
    parent = element.getparent()
    if parent is None:
        raise NotCleanable
    place = parent.index(element)
    for child in list(chosen) if chosen is not None else []:
        parent.insert(place, child)
        place += 1
    parent.remove(element)


def _local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
