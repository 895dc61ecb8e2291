"""A web server on this machine that answers as one far away would: after a while."""

import multiprocessing
import socketserver
import threading
import time
from multiprocessing import connection

LATENCY = 0.01
PAGE = b"<p>" + b"word " * 200 + b"</p>"


class Answer(socketserver.StreamRequestHandler):
    """Answers one request: each has a thread, so a slow one delays no other."""

    timeout = 5

    def handle(self):
        self.rfile.readline()
        time.sleep(LATENCY)
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(parent):
    """Tells its port, and answers until its parent says a word or is gone."""
    server = Server(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    parent.send(server.server_address[1])
    connection.wait([parent, multiprocessing.parent_process().sentinel])
