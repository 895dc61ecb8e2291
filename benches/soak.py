#!/usr/bin/env python3
"""Types commands at the prompt for minutes, and ends processes in between: nothing may pile up.

    cargo build && python3 benches/soak.py [--seconds 600] [--commands 500] [--program target/debug/forklore]

At the end, the session's descriptors, threads, memory and files are compared with those after the first commands.
Ends with 1 if there are more. Linux only; needs nothing but Python.
"""

import argparse
import fcntl
import os
import pty
import random
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

# A line editor asks for bracketed paste while it reads a line.
PROMPT_BEGINS, PROMPT_ENDS = "\x1b[?2004h", "\x1b[?2004l"
# At most so much more memory at the end.
MEMORY_LIMIT_MIB = 16
# The longest wait for a prompt.
PROMPT_LIMIT_S = 300

SLEEPY = """
import multiprocessing, time

def work():
    time.sleep(5)

if __name__ == "__main__":
    children = [multiprocessing.Process(target=work) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
"""

QUICK = "print('four', 4)\n"

# Each command, and whether a process of its run is ended meanwhile, or Ctrl-C is pressed.
COMMANDS = [
    ("lessons", None),
    ("demos", None),
    ("run isolation --python none", None),
    ("run numbers --python none --repeat 3", None),
    ("run race --python none --trials 1 --size 1000", None),
    ("run pool --python none", "kill"),
    ("run numbers --python none --repeat 200", "interrupt"),
    ("run parallel --python none --trials 20", "kill"),
    ("run crash --python none", None),
    ("run startup --python none --trials 3", None),
    ("more workers", None),
    ("last", None),
    ("save soak.jsonl --force", None),
    ("replay soak.jsonl", None),
    ("try quick.py", None),
    ("try sleepy.py", "interrupt"),
    ("try sleepy.py", "kill"),
    ("step race --find", None),
    ("lesson 3", None),
    ("", None),
    ("progress", None),
    ("exercises", None),
    ("no such command", None),
    ("replay nowhere.jsonl", None),
    ("run parallel --workers 0", None),
    ("help run", None),
    ("set", None),
]


class PromptSession:
    """A session of the program on a terminal of its own."""

    def __init__(self, program, folder):
        environment = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "TMPDIR": os.path.join(folder, "tmp"),
            "TERM": "xterm",
            "PAGER": "",
            "LANG": "C.UTF-8",
        }
        os.mkdir(environment["TMPDIR"])
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(program, [program], environment)
        size = struct.pack("HHHH", 50, 120, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)
        self.folder = folder
        self.output = ""

    def read_output(self, seconds):
        """What arrives within that time; ends as soon as something has."""
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return ""
        text = os.read(self.terminal, 1 << 16).decode(errors="replace")
        self.output = (self.output + text)[-4000:]
        return text

    def await_prompt(self):
        """Waits until the program reads a line and writes nothing more."""
        end = time.monotonic() + PROMPT_LIMIT_S
        while time.monotonic() < end:
            is_quiet = not self.read_output(0.3)
            if is_quiet and self.output.rfind(PROMPT_BEGINS) > self.output.rfind(PROMPT_ENDS):
                return
        raise SystemExit(f"no prompt came:\n{self.output}")

    def type_line(self, line, meanwhile, rng):
        self.output = ""
        os.write(self.terminal, line.encode() + b"\r")
        if meanwhile:
            end = time.monotonic() + rng.uniform(0.1, 2.0)
            while time.monotonic() < end:
                self.read_output(0.05)
            if meanwhile == "interrupt":
                os.write(self.terminal, b"\x03")
            else:
                self.kill_child(rng)
        self.await_prompt()

    def kill_child(self, rng):
        children = self.child_pids()
        if not children:
            return
        try:
            os.kill(rng.choice(children), signal.SIGKILL)
        except ProcessLookupError:
            pass

    def child_pids(self):
        pids = []
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{thread}/children") as children:
                    pids += [int(pid) for pid in children.read().split()]
            except OSError:
                pass
        return pids

    def count_resources(self):
        """What the session holds, once its last run has ended entirely."""
        time.sleep(1.5)
        proc = f"/proc/{self.pid}"
        with open(f"{proc}/statm") as statm:
            pages = int(statm.read().split()[1])
        held = [name for name in os.listdir("/dev/shm") if f"-{self.pid}-" in name]
        return {
            "descriptors": len(os.listdir(f"{proc}/fd")),
            "threads": len(os.listdir(f"{proc}/task")),
            "processes": len(self.child_pids()),
            "temporary files": len(os.listdir(os.path.join(self.folder, "tmp"))),
            "shared memory": len(held),
            "MiB": pages * os.sysconf("SC_PAGE_SIZE") // (1 << 20),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--commands", type=int, default=500)
    parser.add_argument("--program", default="target/debug/forklore")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="soak-")
    for name, text in (("sleepy.py", SLEEPY), ("quick.py", QUICK)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    session = PromptSession(os.path.abspath(options.program), folder)
    session.await_prompt()
    # Caches fill once.
    for line, meanwhile in COMMANDS:
        session.type_line(line, meanwhile, rng)
    before = session.count_resources()
    end = time.monotonic() + options.seconds
    done = 0
    while done < options.commands and time.monotonic() < end:
        session.type_line(*rng.choice(COMMANDS), rng)
        done += 1
    session.type_line("run isolation --python none", None, rng)
    after = session.count_resources()
    print(f"{done} commands (seed {options.seed})")
    grown = False
    for what, count in before.items():
        allowed = MEMORY_LIMIT_MIB if what == "MiB" else 0
        is_more = after[what] > count + allowed
        grown |= is_more
        print(f"{what:16} {count:6} → {after[what]:6}{'  MORE' if is_more else ''}")
    os.write(session.terminal, b"\x04")
    os.waitpid(session.pid, 0)
    left = os.listdir(os.path.join(folder, "tmp"))
    print(f"left behind: {left or 'nothing'}")
    shutil.rmtree(folder)
    sys.exit(1 if grown or left else 0)


if __name__ == "__main__":
    main()
