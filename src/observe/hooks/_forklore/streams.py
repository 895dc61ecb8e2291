"""Gives this process pipes of its own for its output, so that each byte has its process.

Whoever writes to the standard output (Python, C, a shell that is started) writes into the pipe.
A descriptor that the program has redirected is left alone. If anything fails, the output
goes where it went before, and has the name of the process that owns that pipe.
"""

import os
import sys
from _signal import SIGURG, default_int_handler

from . import wrap
from .pipe import PATH, tell

FOLDER = os.path.dirname(PATH)
# The pipes are sent to this socket.
RECEIVER = os.path.join(FOLDER, "pipes")
# "1=device:inode 2=device:inode": the pipes of this process, for the Pythons that it starts.
STREAMS = "FORKLORE_TRY_STREAMS"
# The streams of the pipes that Forklore reads, as far as this process can have them.
PIPES = {}
# Python's `fcntl` has no name for it before 3.10.
F_SETPIPE_SZ = 1031


class Signals:
    """Whether a function of the program is called at a signal."""

    handled = False


def identity(found):
    return "%d:%d" % (found.st_dev, found.st_ino)


def stream_of(fd):
    """The stream, if the descriptor is a pipe that Forklore reads."""
    try:
        return PIPES.get(identity(os.fstat(fd)))
    except OSError:
        return None


def begin():
    try:
        for stream in "12":
            PIPES[identity(os.stat(FOLDER + "/output." + stream))] = stream
        for word in os.environ.get(STREAMS, "").split():
            stream, _, pipe = word.partition("=")
            PIPES[pipe] = stream
    except OSError:
        return
    open_pipes()
    buffer_lines()


def open_pipes():
    """Replaces the pipes of another process, or of an earlier program of this one."""
    fds = {}
    for fd in (1, 2):
        stream = stream_of(fd)
        if stream is not None:
            fds.setdefault(stream, []).append(fd)
    try:
        own = [stream + "=" + replace_pipe(stream, fds[stream]) for stream in fds]
    except Exception:
        return
    os.environ[STREAMS] = " ".join(own)
    if Signals.handled:
        wrap.safe(keep_wide)()


def replace_pipe(stream, fds):
    import fcntl

    # One write at a time, in a piece of its own, so that Forklore can keep the order of all writes.
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_DIRECT)
    try:
        if not Signals.handled:
            fcntl.fcntl(writer, F_SETPIPE_SZ, 4096)
        send("%d %s" % (os.getpid(), stream), (reader, writer))
        for fd in fds:
            os.dup2(writer, fd)
        pipe = identity(os.fstat(writer))
        PIPES[pipe] = stream
        return pipe
    finally:
        os.close(reader)
        os.close(writer)


def send(message, ends=()):
    """A pipe lives on with the message, even if this process ends before it is read."""
    import _socket

    sender = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    try:
        sender.connect(RECEIVER)
        rights = b"".join(end.to_bytes(4, sys.byteorder) for end in ends)
        ancillary = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)] if ends else []
        sender.sendmsg([message.encode()], ancillary)
    finally:
        sender.close()


def keep_wide():
    """Lets no write of this process wait, as far as possible."""
    import fcntl

    # The message comes first, so that Forklore never takes a wide pipe for a narrow one.
    send("%d wide" % os.getpid())
    for fd in (1, 2):
        if stream_of(fd) is not None:
            fcntl.fcntl(fd, F_SETPIPE_SZ, 1 << 20)


def hook_signal(module):
    """A function that is called at a signal may print: in a write that waits, Python would refuse it."""
    wrap.wrap(module, "signal", before=handler_coming, after=handler_set)
    if hasattr(module, "pause"):
        wrap.wrap(module, "pause", before=refuse_samples, after=allow_samples, failed=allow_samples)


def refuse_samples(args, kwargs):
    """Any signal would end the wait of the program, so it must not be asked for a sample meanwhile."""
    tell("samples", off=True)


def allow_samples(note, result, args):
    tell("samples", off=False)


def handler_coming(args, kwargs):
    if args and args[0] == SIGURG:
        from .begin import ME

        ME.refuses_samples = True
        refuse_samples(args, kwargs)


def handler_set(note, result, args):
    if not Signals.handled and callable(args[1]) and args[1] is not default_int_handler:
        Signals.handled = True
        keep_wide()


def buffer_lines():
    """Lines come in the order of their printing, as on a terminal."""
    for stream, fd in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream_of(fd) is not None and stream.fileno() == fd:
                stream.reconfigure(line_buffering=True)
        except Exception:
            pass
