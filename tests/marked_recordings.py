"""Sound and video as telephones and programs keep them, with a mark wherever there is no sound or picture."""

import io
import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.container import OutputContainer

from tests.canaries import CANARIES

if TYPE_CHECKING:
    from av.container.core import Chapter

MARK = CANARIES["recorded"]
NAMES = {
    "title": MARK,
    "artist": MARK,
    "comment": MARK,
    "location": f"+43.2389+076.8897/{MARK}",
    "com.apple.quicktime.model": MARK,
    "creation_time": "2026-11-22T23:59:60.000000Z",
}
_SECONDS = 2
_RATE = 48_000


def recorded(
    container: str,
    *,
    video: str = "",
    audio: str = "",
    options: Mapping[str, str] | None = None,
    rate: int = _RATE,
    attached: bool = False,
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=dict(options or {})) as file:
        file.metadata.update(NAMES)
        chapter: Chapter = {
            "id": 1,
            "start": 0,
            "end": 1,
            "time_base": Fraction(1),
            "metadata": {"title": MARK},
        }
        file.set_chapters([chapter])
        if attached:
            file.add_attachment(f"{MARK}.txt", "text/plain", MARK.encode())
        film = _film(file, video) if video else None
        sound = _sound(file, audio, rate) if audio else None
        if film:
            _shoot(file, film)
        if sound:
            _speak(file, sound, rate)
    return out.getvalue()


def _film(file: OutputContainer, codec: str) -> av.VideoStream:
    stream = file.add_stream(codec, rate=10)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    stream.metadata.update({"handler_name": MARK, "title": MARK, "language": "kaz"})
    stream.set_display_rotation(90)
    if codec == "libx265":
        stream.options = {"x265-params": "log-level=none"}
    return stream


def _sound(file: OutputContainer, codec: str, rate: int) -> av.AudioStream:
    stream = file.add_stream(codec, rate=rate, layout="mono")
    assert isinstance(stream, av.AudioStream)
    stream.metadata.update({"handler_name": MARK, "title": MARK, "language": "kaz"})
    stream.codec_context.open()
    return stream


def _shoot(file: OutputContainer, stream: av.VideoStream) -> None:
    for place in range(10 * _SECONDS):
        frame = av.VideoFrame(64, 48, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([7 * place % 255]) * plane.buffer_size)
        frame.pts = place
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _speak(file: OutputContainer, stream: av.AudioStream, rate: int) -> None:
    size = stream.codec_context.frame_size or 1024
    for place in range(_SECONDS * rate // size):
        frame = av.AudioFrame(format=stream.codec_context.format.name, layout="mono", samples=size)
        frame.sample_rate, frame.pts = rate, place * size
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _atom(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def telephone_video() -> bytes:
    """MP4 with what a telephone adds beside its streams: a maker's atom, XMP, a trailer."""
    film = recorded("mp4", video="libx264", audio="aac")
    return film + _atom(b"uuid", bytes(16) + MARK.encode()) + _atom(b"free", MARK.encode()) + MARK.encode()


def mp3() -> bytes:
    """Tags before (ID3v2 with a cover), behind (ID3v1, APE) and between the frames."""
    sound = recorded("mp3", audio="libmp3lame")
    at = sound.index(b"\xff\xfb", len(sound) // 2)
    tag = b"TAG" + MARK.encode().ljust(125, b"\0")
    ape = b"APETAGEX" + struct.pack("<III", 2000, 32 + len(MARK), 1) + bytes(8) + MARK.encode()
    return sound[:at] + MARK.encode() + sound[at:] + ape + tag


def wav() -> bytes:
    sound = recorded("wav", audio="pcm_s16le")
    return sound + b"bext" + struct.pack("<I", 602) + MARK.encode().ljust(602, b"\0") + MARK.encode()


RECORDINGS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "telephone": (".mp4", telephone_video),
    "iphone": (".mp4", lambda: recorded("mov", video="libx265", audio="aac")),
    "old telephone": (".mp4", lambda: recorded("mp4", video="mpeg4", audio="aac")),
    "voice memo": (".m4a", lambda: recorded("ipod", audio="aac")),
    "messenger": (".ogg", lambda: recorded("ogg", audio="libopus")),
    "browser": (".webm", lambda: recorded("webm", video="libvpx-vp9", audio="libopus")),
    "mp3": (".mp3", mp3),
    "wav": (".wav", wav),
}
