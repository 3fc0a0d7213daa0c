"""Decompress a layer's tar, in pieces of any size.

gzip is part of Python. zstd needs an installed library: Python 3.14 has one, and the package
``zstandard`` provides it for older versions. Source: OCI image specification, layer.md
(media types ``+gzip`` and ``+zstd``); RFC 1952; RFC 8878.
"""

from __future__ import annotations

import zlib
from queue import Queue
from threading import Thread
from typing import Any

from bpkit.image.tar import Stream, TarError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"

_CHUNK = 1 << 16
#: A stream with a gzip header (zlib.h, inflateInit2).
_GZIP_WINDOW = 31
#: gzip expands a byte to 1,032 at most, zstd to 40,000: no real layer grows by that factor.
_MOST_GROWTH = 2000
_GROWTH_GRANTED = 1 << 30
_MOST_WINDOW = 1 << 27


def is_compressed(head: bytes) -> bool:
    """Whether a stream that begins with ``head`` is gzip or zstd."""
    return head.startswith((GZIP, ZSTD))


def inflated(head: bytes, stream: Stream) -> Stream:
    """``stream``, which begins with ``head``, decompressed. Raises TarError."""
    if head.startswith(GZIP):
        return _Gunzip(stream)
    if head.startswith(ZSTD):
        return _Unzstd(stream)
    return stream


class _Gunzip:
    """A gzip stream of one or more members: pigz and eStargz write several."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._part = zlib.decompressobj(_GZIP_WINDOW)
        self._waiting = b""

    def readinto(self, buffer: memoryview, /) -> int:
        while True:
            if self._part.eof:
                rest = self._part.unused_data or _piece(self._stream, _CHUNK)
                if not rest.strip(b"\0"):
                    # The end, or padding.
                    return 0
                self._part, self._waiting = zlib.decompressobj(_GZIP_WINDOW), rest
            self._waiting = self._waiting or _piece(self._stream, _CHUNK)
            if not self._waiting:
                raise TarError("the gzip stream is truncated")
            try:
                out = self._part.decompress(self._waiting, len(buffer))
            except zlib.error as error:
                raise TarError(f"the gzip stream is damaged: {error}") from None
            self._waiting = self._part.unconsumed_tail
            if out:
                buffer[: len(out)] = out
                return len(out)


class _Unzstd:
    """A zstd stream, read with the library that is installed. Raises TarError if there is none."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._read = self._made = 0
        self._reader = _zstd_reader(self)

    def read(self, size: int = -1) -> bytes:
        """The next compressed bytes, for the library."""
        data = _piece(self._stream, _CHUNK if size < 0 else min(size, _CHUNK))
        self._read += len(data)
        return data

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            count = int(self._reader.readinto(buffer))
        except TarError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has an error of its own.
            raise TarError(f"the zstd stream is damaged: {error}") from None
        self._made += count
        if self._made > _MOST_GROWTH * self._read + _GROWTH_GRANTED:
            raise TarError(f"the zstd stream grows to more than {_MOST_GROWTH} times its size")
        return count


def _zstd_reader(source: Any) -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        pass
    else:
        return zstd.ZstdFile(source)
    try:
        import zstandard
    except ImportError:
        raise TarError(
            "it is compressed with zstd, and no library for that is installed",
            "pip install 'docker-bpkit[zstd]'",
        ) from None
    decompressor = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW)
    return decompressor.stream_reader(source, read_across_frames=True)


def _piece(stream: Stream, size: int) -> bytes:
    buffer = memoryview(bytearray(size))
    return bytes(buffer[: stream.readinto(buffer) or 0])


class Sampler:
    """Compresses samples of the layers in a thread of its own, which ends with the context.

    zlib releases the GIL, so reading a layer continues meanwhile.
    """

    #: The pieces that may wait, 4 MB at most.
    _MOST_WAITING = 64

    def __init__(self) -> None:
        self._waiting: Queue[tuple[Sampled, bytes | None] | None] = Queue(self._MOST_WAITING)
        self._thread: Thread | None = None
        self._fault: Exception | None = None

    def __enter__(self) -> Sampler:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._thread:
            self._waiting.put(None)
            self._thread.join()

    def take(self, sampled: Sampled, piece: bytes | None) -> None:
        """Queue a piece for compression; None marks the end."""
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True)
            self._thread.start()
        self._waiting.put((sampled, piece))

    def finish(self) -> None:
        """Wait until all pieces are compressed."""
        self._waiting.join()
        if self._fault:
            raise self._fault

    def _work(self) -> None:
        while one := self._waiting.get():
            sampled, piece = one
            try:
                sampled.compress(piece)
            except Exception as error:  # noqa: BLE001 - finish() raises it in the other thread.
                self._fault = error
            self._waiting.task_done()


class Sampled:
    """A stream of ``size`` bytes that is sampled while it is read, to estimate its compressed size.

    Registries store gzip of the default level; compressing a whole gigabyte would take half a
    minute. So evenly spaced blocks are compressed: one in 192, but at least 48.
    """

    _BLOCK = 1 << 16
    _LEAST = 48
    _MOST_APART = 192

    def __init__(self, stream: Stream, size: int, sampler: Sampler) -> None:
        self._stream = stream
        self._apart = max(1, min(self._MOST_APART, size // self._BLOCK // self._LEAST))
        self._at = self._tried = self._made = 0
        self._sampler = sampler
        # It takes 256 kB, so it exists only while it is needed.
        self._compressor: Any = None

    def readinto(self, buffer: memoryview, /) -> int:
        count = self._stream.readinto(buffer) or 0
        end = self._at + count
        stride = self._BLOCK * self._apart
        start = self._at // stride * stride
        while start < end:
            first, last = start - self._at, min(start + self._BLOCK - self._at, count)
            if piece := bytes(buffer[max(0, first) : max(0, last)]):
                self._tried += len(piece)
                self._sampler.take(self, piece)
            start += stride
        self._at = end
        return count

    def end(self) -> None:
        """Note that the whole stream has been read."""
        self._sampler.take(self, None)

    def compress(self, piece: bytes | None) -> None:
        """Compress a piece, or end; called by the sampler."""
        if self._compressor is None:
            self._compressor = zlib.compressobj(6)
        if piece is not None:
            self._made += len(self._compressor.compress(piece))
        else:
            self._made += len(self._compressor.flush())
            self._compressor = None

    def estimate(self) -> int:
        """The estimated compressed size of the whole stream; call ``end`` before."""
        self._sampler.finish()
        return round(self._made * self._at / self._tried) if self._tried else self._made
