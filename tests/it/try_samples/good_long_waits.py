# advice: none
# limit: 30
"""Each wait lasts its whole time and no handler is called, although the program is asked where it is."""
import multiprocessing
import os
import select
import signal
import socket
import sys
import threading
import time

LONG = 4.5


def timed(wait):
    began = time.monotonic()
    wait()
    assert time.monotonic() - began > LONG - 0.1, wait


def own_handler():
    calls = []
    signal.signal(signal.SIGURG, lambda *_: calls.append("called"))
    timed(lambda: time.sleep(LONG))
    assert not calls


def pauses():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, LONG)
    timed(signal.pause)


def waits():
    lock = multiprocessing.Lock()
    lock.acquire()
    reader, _writer = os.pipe()
    connection, _other = multiprocessing.Pipe()
    here, _there = socket.socketpair()
    here.settimeout(LONG)

    def receive():
        try:
            here.recv(1)
        except OSError:
            pass

    each = [
        lambda: lock.acquire(timeout=LONG),
        lambda: select.select([reader], [], [], LONG),
        lambda: connection.poll(LONG),
        lambda: threading.Event().wait(LONG),
        receive,
    ]
    children = []
    for wait in each:
        child = os.fork()
        if child == 0:
            try:
                timed(wait)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    timed(lambda: [os.waitpid(child, 0) for child in children])
    timed(lambda: os.system("sleep %s" % LONG))


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    processes = [multiprocessing.Process(target=each) for each in (own_handler, pauses, waits)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0, process
