"""Standard output and error, told instead of written, so that each text has its process.

The stream objects stay the very same: only the raw file below their buffer is replaced
by one whose `write` tells. As soon as the number means another file than at the start
(the program redirected it), or the telling is off, the text is written as ever.
"""

import io
import os
import sys

from .pipe import PIPE, tell_text, whole_characters

# "1=device:inode 2=device:inode": the pipes of the watched program itself. A Python that it
# starts with other pipes (to read what that prints) must write into those.
STREAMS = "FORKLORE_TRY_STREAMS"


def identity(fd, fstat=os.fstat):
    try:
        found = fstat(fd)
    except OSError:
        return None
    return "%d:%d" % (found.st_dev, found.st_ino)


def watched():
    """The identities that Forklore reads; the first Python notes its own for the others."""
    known = os.environ.get(STREAMS)
    if known is None:
        known = " ".join("%d=%s" % (fd, identity(fd)) for fd in (1, 2))
        os.environ[STREAMS] = known
    return {piece.partition("=")[2] for piece in known.split()} - {"None"}


def make_raw(fd, name, before):
    """A raw file for `fd`. Its parts live in cells: they outlast the modules at the end."""
    start, who, told, pipe = identity(fd), identity, tell_text, PIPE
    count_whole = whole_characters
    write_really, close_really = io.FileIO.write, io.FileIO.close

    class Raw(io.FileIO):
        rest = b""

        def write(self, data):
            text, done = self.rest + bytes(data), 0
            self.rest = b""
            try:
                if not pipe.off and who(fd) == start:
                    whole = count_whole(text)
                    done = told(fd, text[:whole])
                    if done == whole:
                        self.rest = text[whole:]
                        return len(data)
            except Exception:
                pass
            return write_through(self, text[done:], len(data))

        def close(self):
            if before is not None:
                before.close()
            close_really(self)

    def write_through(raw, left, size):
        """Writes what was not told; how many of the last `size` bytes are done with."""
        written = write_really(raw, left)
        return written if written is None else max(0, size - len(left) + written)

    raw = Raw(fd, "wb", closefd=False)
    raw.name = name
    return raw


def watch(stream, fd, identities):
    """Puts our raw file below the stream, if that stream is what Forklore reads."""
    if stream is None or identity(fd) not in identities:
        return
    if os.isatty(fd) or stream.fileno() != fd:
        return
    buffer = stream.buffer
    stream.flush()
    if isinstance(buffer, io.BufferedWriter):
        size = 131072 if sys.version_info >= (3, 14) else io.DEFAULT_BUFFER_SIZE
        buffer.__init__(make_raw(fd, stream.name, buffer.raw), size)
        if fd == 1:
            # As on a terminal, where the program is at home: lines come in the order of their printing.
            stream.reconfigure(line_buffering=True)
    elif isinstance(buffer, io.FileIO):
        settings = {
            "encoding": stream.encoding,
            "errors": stream.errors,
            "newline": "\n",
            "line_buffering": stream.line_buffering,
            "write_through": True,
        }
        mode = stream.mode
        stream.__init__(make_raw(fd, stream.name, buffer), **settings)
        stream.mode = mode


def watch_both():
    identities = watched()
    for stream, fd in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            watch(stream, fd, identities)
        except Exception:
            pass
