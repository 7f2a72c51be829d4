"""A PDF as programs write it: a page with words and pictures, and a mark in every place around them."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.canaries import CANARIES
from tests.marked_files import photo, picture

WORDS = "Asxanada oryn jetpeidi"  # the standard fonts of PDF have no Cyrillic


def pdf() -> bytes:
    """Page 1 is turned and has all kinds of drawing, page 2 is bare."""
    c = CANARIES
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 200))
        made.add_blank_page(page_size=(300, 200))
        page = made.pages[0].obj
        page["/Rotate"], page["/CropBox"] = 90, Array([10, 10, 290, 190])
        page["/Resources"] = _resources(made)
        page["/Contents"] = Stream(made, _content().encode("latin-1"))
        page["/LastModified"] = String(c["pdf-page-date"])
        page["/PieceInfo"] = Dictionary(Word=Dictionary(Private=String(c["pdf-piece-info"])))
        page["/Thumb"] = _photo(made, "pdf-thumb")
        page["/Metadata"] = Stream(made, c["pdf-page-xmp"].encode())
        page["/Annots"] = Array([_note(made), _written_note(made), _link()])
        page["/AA"] = Dictionary(O=_script("pdf-page-script"))
        _around(made)
        made.docinfo["/Author"], made.docinfo["/Title"] = c["pdf-author"], c["pdf-title"]
        made.docinfo[Name("/" + c["pdf-own-field"])] = "D:20261122235960+05'00'"
        out = io.BytesIO()
        made.save(out, compress_streams=True)
    whole = out.getvalue()
    begin = whole.index(b"\n") + 1
    # Bytes before every object move the table of their places; readers find them again by looking.
    return (
        whole[:begin] + b"% " + c["pdf-comment"].encode() + b"\n" + whole[begin:] + c["pdf-trailer"].encode()
    )


def _content() -> str:
    c = CANARIES
    return f"""% {c["pdf-content-comment"]}
/Span <</ActualText ({c["pdf-actual-text"]}) /Lang ({c["pdf-lang"]})>> BDC
BT /F{c["pdf-font-key"]} 12 Tf 20 150 Td ({WORDS}) Tj ET EMC
/P{c["pdf-mark-point"]} MP
({c["pdf-odd-operand"]}) 0.5 0 0 rg 20 20 40 40 re f
q 100 0 0 60 100 20 cm /Im{c["pdf-picture-key"]} Do Q
q 40 0 0 40 220 20 cm /Raw Do Q /Form Do
BX ({c["pdf-unknown-operator"]}) nonsense EX
q 20 0 0 20 20 100 cm BI /W 2 /H 2 /BPC 8 /CS /RGB ID abcdefghijkl EI Q
"""


def _resources(made: Pdf) -> Dictionary:
    c = CANARIES
    raw = Stream(made, picture("L").resize((8, 8)).tobytes() + c["pdf-behind-dots"].encode())
    raw.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=8,
        Height=8,
        BitsPerComponent=8,
        ColorSpace=Array(
            [Name.ICCBased, Stream(made, c["pdf-icc"].encode(), N=1, Alternate=Name.DeviceGray)]
        ),
        Metadata=made.make_indirect(Stream(made, c["pdf-picture-xmp"].encode())),
    )
    inner = f"0 0 1 rg 250 150 20 20 re f % {c['pdf-form-comment']}"
    form = Stream(made, inner.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 300, 200]))
    form["/PieceInfo"] = Dictionary(Adobe=String(c["pdf-form-piece-info"]))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    font["/Name"] = Name("/" + c["pdf-font-name"])
    font["/ToUnicode"] = Stream(
        made, f"%%Title: ({c['pdf-letters']})\n1 beginbfchar\n<41> <0041>\nendbfchar".encode()
    )
    return Dictionary(
        Font=Dictionary({f"/F{c['pdf-font-key']}": font}),
        XObject=Dictionary({f"/Im{c['pdf-picture-key']}": _photo(made, "pdf"), "/Raw": raw, "/Form": form}),
    )


def _photo(made: Pdf, place: str) -> Stream:
    keys = {"Width": 48, "Height": 32, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}
    return Stream(made, photo(place), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode, **keys)


def _note(made: Pdf) -> Dictionary:
    c = CANARIES
    return Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([5, 5, 15, 15]), T=String(c["pdf-note-author"]),
        Contents=String(c["pdf-note"]), NM=String(c["pdf-note-name"]), M=String("D:20261122235960"),
    )  # fmt: skip


def _written_note(made: Pdf) -> Dictionary:
    """Words typed onto the page, which everybody sees there; who typed them nobody does."""
    look = Stream(made, b"BT /H 9 Tf 2 2 Td (typed on the page) Tj ET", Type=Name.XObject, Subtype=Name.Form)
    look["/BBox"] = Array([0, 0, 100, 15])
    look["/Resources"] = Dictionary(
        Font=Dictionary(H=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    )
    return Dictionary(
        Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([150, 150, 250, 165]), F=4,
        T=String(CANARIES["pdf-typed-author"]), AP=Dictionary(N=made.make_indirect(look)),
    )  # fmt: skip


def _link() -> Dictionary:
    to = Dictionary(S=Name.URI, URI=String(f"file:///C:/Users/{CANARIES['pdf-link']}/a.doc"))
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=to)


def _script(place: str) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{CANARIES[place]}')"))


def _around(made: Pdf) -> None:
    c = CANARIES
    made.Root["/OpenAction"] = _script("pdf-open-script")
    made.Root["/Lang"] = String(c["pdf-root-lang"])
    made.Root["/Metadata"] = Stream(made, f"<x>{c['pdf-xmp']}</x>".encode())
    made.Root["/StructTreeRoot"] = Dictionary(Type=Name.StructTreeRoot, Alt=String(c["pdf-structure"]))
    made.Root["/PageLabels"] = Dictionary(Nums=Array([0, Dictionary(P=String(c["pdf-label"]))]))
    attached = Stream(made, c["pdf-attached"].encode(), Type=Name.EmbeddedFile)
    made.Root["/Names"] = Dictionary(
        JavaScript=Dictionary(Names=Array([String(c["pdf-script-name"]), _script("pdf-script")])),
        EmbeddedFiles=Dictionary(
            Names=Array(
                [String("a"), Dictionary(F=String(c["pdf-attached-name"]), EF=Dictionary(F=attached))]
            )
        ),
    )
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(c["pdf-bookmark"], 0))
