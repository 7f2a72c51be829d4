"""Writes a file anew so that it shows the same and tells nothing else.

What a file is says its content, never its name. Only the process apart calls this; the libraries for each
kind are loaded when the first such file comes.
"""

import re
from collections.abc import Callable

from intake.cleaning import Fresh, NotCleanable

_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*", re.DOTALL)
_HEIC = re.compile(rb"....ftyp(?:hei[cxms]|mif1)", re.DOTALL)
_SOUND_OR_VIDEO = re.compile(
    rb"....ftyp|OggS|ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]|RIFF....WAVE|\x1aE\xdf\xa3", re.DOTALL
)


def written_anew(content: bytes) -> Fresh:
    """Raises NotCleanable."""
    try:
        return _writer(content)(content)
    except (NotCleanable, MemoryError):
        raise
    except Exception as fault:  # a hostile file makes its library raise nearly anything
        raise NotCleanable from fault


def _writer(content: bytes) -> Callable[[bytes], Fresh]:
    if _PICTURE.match(content) or _HEIC.match(content):
        from intake.pictures import drawn_anew

        return drawn_anew
    if content.startswith(b"%PDF-"):
        from intake.pdf_files import rebuilt

        return rebuilt
    if content.startswith(b"PK\3\4"):
        from intake.office_files import repacked

        return repacked
    if _SOUND_OR_VIDEO.match(content):
        from intake.recordings import copied_anew

        return copied_anew
    raise NotCleanable
