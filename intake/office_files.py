"""Word, Excel and PowerPoint files of anonymous appeals: packed anew from the parts that show something.

Authors, times, comments, versions, macros, embedded objects, links to elsewhere and settings of printers are
not packed; pictures inside are written anew. How the parts hang together is written anew too.
"""

import posixpath
import zipfile
from io import BytesIO
from urllib.parse import unquote

from intake.cleaning import Fresh, NotCleanable
from intake.office_words import Element, R, bare, parsed, relations_used, style_names, written
from intake.pictures import drawn_anew

MOST_ENTRIES = 500
MOST_UNPACKED = 50_000_000
_TYPE = "application/vnd.openxmlformats-officedocument."
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_MAIN = {
    f"{_TYPE}wordprocessingml.document.main+xml": ("wordprocessingml", "word", ".docx"),
    f"{_TYPE}spreadsheetml.sheet.main+xml": ("spreadsheetml", "xl", ".xlsx"),
    f"{_TYPE}presentationml.presentation.main+xml": ("presentationml", "ppt", ".pptx"),
}
# Relations by what they lead to, and of which kind that part is in each sort of document.
_OF_ITS_OWN = """
styles numbering settings footnotes endnotes header footer worksheet sharedStrings
slide slideLayout slideMaster notesSlide notesMaster tableStyles
"""
_COMMON = {"theme": "theme", "chart": "drawingml.chart", "drawing": "drawing"}
_PACKED = frozenset([*_OF_ITS_OWN.split(), *_COMMON, "image"])
# These are not pointed at from within a part.
_IMPLIED = {
    "styles",
    "numbering",
    "settings",
    "theme",
    "footnotes",
    "endnotes",
    "sharedStrings",
    "tableStyles",
}
_IMPLIED_BY = {"slide": {"slideLayout", "notesSlide"}, "slideLayout": {"slideMaster"}} | {
    "notesSlide": {"slide", "notesMaster"}
}


def repacked(content: bytes) -> Fresh:
    """Raises NotCleanable, or whatever the libraries do."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return _Document(_entries(packed)).fresh()


def _entries(packed: zipfile.ZipFile) -> dict[str, bytes]:
    infos = packed.infolist()
    if len(infos) > MOST_ENTRIES or any(info.flag_bits & 1 for info in infos):
        raise NotCleanable
    left = MOST_UNPACKED
    entries: dict[str, bytes] = {}
    for info in infos:
        with packed.open(info) as entry:
            entries["/" + info.filename.lstrip("/")] = content = entry.read(left + 1)
        left -= len(content)
        if left < 0:
            raise NotCleanable
    return entries


class _Document:
    """A document on its way into a new package, part by part from the main one."""

    def __init__(self, entries: dict[str, bytes]) -> None:
        self._entries = entries
        main = next((to for _, (kind, to) in self._relations("/").items() if kind == "officeDocument"), "")
        kinds = parsed(entries["/[Content_Types].xml"])
        said = {one.get("PartName"): one.get("ContentType", "") for one in kinds}
        if said.get(main) not in _MAIN:
            raise NotCleanable
        self._main, self._main_type = main, str(said[main])
        self._family, self._folder, self._ending = _MAIN[self._main_type]
        self._styles: dict[str, str] = {}
        if self._family == "wordprocessingml":
            for kind, to in self._relations(main).values():
                if kind == "styles":
                    self._styles = style_names(parsed(entries[to]))
        self._names: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._new: dict[str, bytes] = {}

    def fresh(self) -> Fresh:
        first = self._part(self._main, "main")
        rels = _relations_part([("rId1", "officeDocument", first)])
        self._new["[Content_Types].xml"] = self._content_types()
        self._new["_rels/.rels"] = rels
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in sorted(self._new):  # «[» and «_» come before small letters, as readers expect
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3  # as most archives have it
                info.external_attr = 0o600 << 16
                packed.writestr(info, self._new[name])
        return Fresh(kind=self._ending, content=out.getvalue())

    def _part(self, old: str, kind: str) -> str:
        """The name of the new part; it is packed with all that it leads to."""
        if old in self._names:
            return self._names[old]
        if kind == "image":
            return self._picture(old)
        self._counts[kind] = count = self._counts.get(kind, 0) + 1
        name = f"{self._folder}/{kind}{count}.xml"
        self._names[old], self._types[name] = name, self._type(kind)
        root = parsed(self._entries[old])
        bare(root, self._styles)
        links = self._follow(root, old, kind)
        self._new[name] = written(root)
        if links:
            self._new[f"{self._folder}/_rels/{kind}{count}.xml.rels"] = _relations_part(links)
        return name

    def _follow(self, root: Element, old: str, kind: str) -> list[tuple[str, str, str]]:
        """The relations of a part under new ids; what points to anything else points nowhere now."""
        relations = self._relations(old)
        links: list[tuple[str, str, str]] = []
        ids: dict[str, str] = {}
        used = relations_used(root)
        pointed = [str(element.get(name)) for element, name in used]
        implied = _IMPLIED.union(_IMPLIED_BY.get(kind, ()))
        rest = sorted((leads, key) for key, (leads, _) in relations.items() if leads in implied)
        for key in dict.fromkeys([*pointed, *(key for _, key in rest)]):
            leads, to = relations.get(key, ("", ""))
            if leads in _PACKED:
                ids[key] = f"rId{len(ids) + 1}"
                links.append((ids[key], leads, posixpath.basename(self._part(to, leads))))
        for element, name in used:
            new = ids.get(str(element.get(name)))
            if new is None:
                del element.attrib[name]
            else:
                element.set(name, new)
        return links

    def _picture(self, old: str) -> str:
        fresh = drawn_anew(self._entries[old])
        self._counts["image"] = count = self._counts.get("image", 0) + 1
        name = self._names[old] = f"{self._folder}/image{count}{fresh.kind}"
        self._new[name] = fresh.content
        return name

    def _type(self, kind: str) -> str:
        if kind == "main":
            return self._main_type
        return f"{_TYPE}{_COMMON.get(kind) or f'{self._family}.{kind}'}+xml"

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """By id: what it leads to, and the place of that part. Those to elsewhere are left out."""
        folder, name = posixpath.split(part)
        content = self._entries.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for one in parsed(content) if content is not None else []:
            kind = one.get("Type", "")
            if kind.startswith(f"{R}/") and one.get("TargetMode", "Internal") == "Internal":
                to = posixpath.normpath(posixpath.join(folder, unquote(one.get("Target", ""))))
                if to in self._entries:
                    found[one.get("Id", "")] = (kind.removeprefix(f"{R}/"), to)
        return found

    def _content_types(self) -> bytes:
        pictures = {name.rpartition(".")[2] for name in self._new if not name.endswith((".xml", ".rels"))}
        defaults = {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
        }
        defaults |= {ending: f"image/{'jpeg' if ending == 'jpg' else ending}" for ending in sorted(pictures)}
        rows = [f'<Default Extension="{key}" ContentType="{kind}"/>' for key, kind in defaults.items()]
        rows += [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in self._types.items()]
        return f'{_HEAD}<Types xmlns="{_PACKAGE}content-types">{"".join(rows)}</Types>'.encode()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _relations_part(links: list[tuple[str, str, str]]) -> bytes:
    rows = [f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{to}"/>' for key, kind, to in links]
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">{"".join(rows)}</Relationships>'.encode()
