"""Tells facts: one JSON object a line, one write a line, so that processes never mix.

Nothing here imports more than what every Python has loaded already. Whatever goes wrong
with the pipe ends the telling, never the program.
"""

import os
import time
from _thread import get_ident

try:
    from _json import encode_basestring as quoted
except ImportError:  # another Python: a plain way that is right, if slower

    def quoted(text):
        plain = "".join(
            c if c >= " " and c not in '"\\' else "\\u%04x" % ord(c) for c in text
        )
        return '"' + plain + '"'


PATH = os.environ.get("FORKLORE_TRY_EVENTS", "")
LONGEST_LINE = 4096
LONGEST_WORD = 500
# Far from the numbers that programs get, so that closing "all" files rarely hits it.
HIGH, LOW = 250, 100
# How long a fact may wait for the next one if several come at once, and how many may: one write keeps them together.
LATEST_NS = 2_000_000
MOST_WAITING = 16
LONGEST_WAITING = LONGEST_LINE // MOST_WAITING

MAIN_THREAD = get_ident()
# Before `time.sleep` is hooked.
now, pause = time.monotonic_ns, time.sleep
_getpid, _write, _fstat = os.getpid, os.write, os.fstat


class Pipe:
    """The way to Forklore. A number that now means another file is never written to."""

    def __init__(self):
        self.fd = -1
        self.inode = None
        self.off = not PATH
        self.cost_ns = 0
        # The writes of the main thread.
        self.main_writes = 0
        # Lines that wait for the next write, and when that was last done.
        self.waiting = []
        self.sent_at = 0

    def open(self):
        fd = os.open(PATH, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self.fd = move_up(fd)
        except OSError:
            self.fd = fd
        os.set_blocking(self.fd, True)
        found = _fstat(self.fd)
        self.inode = (found.st_dev, found.st_ino)

    def is_ours(self):
        if self.fd < 0:
            return False
        try:
            found = _fstat(self.fd)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self.inode

    def send(self, line):
        """Whether it was told."""
        if self.off:
            return False
        while self.waiting and not self.off:
            self.write(take_lines(self.waiting))
        return self.write(line)

    def send_later(self, line, at):
        """Sends it with the next line, or now if the last write is a while ago."""
        is_full = len(self.waiting) >= MOST_WAITING or len(line) > LONGEST_WAITING
        if is_full or at - self.sent_at > LATEST_NS:
            return self.send(line)
        self.waiting.append(line)
        return True

    def write(self, line):
        self.sent_at = now()
        try:
            if not self.is_ours():
                self.open()
            _write(self.fd, line)
            self.main_writes += get_ident() == MAIN_THREAD
            return True
        except Exception:
            self.off = True
            return False


def take_lines(waiting):
    """The first of these lines, as many as one write keeps together, whatever other threads take meanwhile."""
    taken = []
    try:
        while len(taken) < MOST_WAITING:
            taken.append(waiting.pop(0))
    except IndexError:
        pass
    return b"".join(taken)


def move_up(fd):
    """The same file under a high number that is free."""
    for number in range(HIGH, LOW, -1):
        try:
            _fstat(number)
        except OSError:
            os.dup2(fd, number, inheritable=False)
            os.close(fd)
            return number
    return fd


PIPE = Pipe()


def as_json(value):
    if type(value) is str and len(value) <= LONGEST_WORD and value.isascii():
        return quoted(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return int.__repr__(value)
    return quoted(clean(value))


def clean(value):
    """Text without halves of characters, and not too long."""
    text = str(value)[:LONGEST_WORD]
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def tell(event, pid=None, at=None, later=False, **fields):
    """Tells one fact, of this process and moment if no other is given. Whether it arrived.

    What is told `later` goes with the next fact where many come at once: it may be lost if the process is killed.
    """
    if PIPE.off:
        return False
    began = now()
    parts = ['{"t":%d,"p":%d,"e":"%s"' % (at or began, pid or _getpid(), event)]
    for key, value in fields.items():
        parts.append(',"%s":%s' % (key, as_json(value)))
    parts.append("}\n")
    line = "".join(parts).encode("utf-8")
    if len(line) > LONGEST_LINE:
        return False
    done = PIPE.send_later(line, began) if later else PIPE.send(line)
    PIPE.cost_ns += now() - began
    return done


def tell_names(event, names, **fields):
    """Tells a fact with names, with commas between them: several times if they are too long for one word."""
    part, size = [], 0
    for name in names:
        size += len(name) + 1
        if size > LONGEST_WORD and part:
            tell(event, names=",".join(part), **fields)
            part, size = [], len(name) + 1
        part.append(name)
    tell(event, names=",".join(part), **fields)
