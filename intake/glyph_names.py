"""Names of the shapes of letters in a font: the usual ones stay, any other becomes a number."""

import re
from collections import Counter

_ACCENTS = (
    "acute grave circumflex dieresis tilde ring cedilla caron macron breve ogonek dotaccent hungarumlaut "
    "commaaccent slash"
)
_USUAL = """
.notdef .null space nonmarkingreturn exclam quotedbl numbersign dollar percent ampersand quotesingle
quoteright quoteleft parenleft parenright asterisk plus comma hyphen period slash zero one two three four
five six seven eight nine colon semicolon less equal greater question at bracketleft backslash bracketright
asciicircum underscore grave braceleft bar braceright asciitilde exclamdown cent sterling fraction yen
florin section currency quotedblleft guillemotleft guilsinglleft guilsinglright fi fl ff ffi ffl endash
dagger daggerdbl periodcentered paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright
ellipsis perthousand questiondown acute circumflex tilde macron breve dotaccent dieresis ring cedilla
hungarumlaut ogonek caron emdash AE ordfeminine Lslash Oslash OE ordmasculine ae dotlessi dotlessj lslash
oslash oe germandbls onesuperior logicalnot mu trademark Eth onehalf plusminus Thorn onequarter divide
brokenbar degree thorn threequarters twosuperior registered minus eth multiply threesuperior copyright Euro
euro sfthyphen softhyphen nbspace notequal infinity lessequal greaterequal partialdiff summation product pi
integral Omega Delta radical approxequal lozenge apple Alpha Beta Gamma Epsilon Zeta Eta Theta Iota Kappa
Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi alpha beta gamma delta epsilon zeta eta theta
iota kappa lambda nu xi omicron rho sigma sigma1 tau upsilon phi chi psi omega visiblespace arrowleft
arrowright arrowup arrowdown checkmark filledbox H18533 circle asteriskmath bulletoperator middot numero
onedotenleader Dcroat dcroat
"""
_SHAPE = re.compile(
    r"[A-Za-z]|(?:uni|u)[0-9A-F]{4,6}|(?:afii|glyph|index|gid|cid|g|G|c|C|a|x)\d{1,5}|[A-Za-z]"
    rf"(?:{'|'.join(_ACCENTS.split())})"
)
_KNOWN = frozenset(_USUAL.split())


class GlyphNames:
    """What shapes are called in one new document: by the same name everywhere it is met."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._of_length: Counter[int] = Counter()

    def called(self, name: str) -> str:
        """A name of the same length, since fonts count its letters. Raises ValueError if none is left."""
        if name in _KNOWN or _SHAPE.fullmatch(name) or not name:
            return name
        if name not in self._given:
            new = "z" + str(self._of_length[len(name)]).zfill(len(name) - 1)
            if len(new) != len(name) or len(name) > 31:
                raise ValueError("no name left for a glyph")
            self._given[name] = new
            self._of_length[len(name)] += 1
        return self._given[name]

    def strings(self, name: bytes) -> bytes:
        """The same for whatever a font holds as a string: those that name no shape may be long."""
        try:
            return self.called(name.decode("latin-1")).encode("latin-1")
        except ValueError:
            return b" " * len(name)
