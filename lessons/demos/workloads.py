"""The work that the demos do, in pure Python: it computes, or it waits.

Work is cut into items, and items are dealt out like cards: worker 1 of 3 does items
1, 4, 7, … Where an item's cost grows along the way, each worker gets the same of it.

`prepare` makes what the work needs (before the start gate) and returns a function
`work(part, of)` that does one share. It returns a checksum: the shares' checksums
add up to the same however the work was cut, or a worker did not do its share.

Imports little, because each subinterpreter imports it anew.
"""

import os
import time

from usage import difference, now, run_queue_wait


def prepare(workload, size, seed=0, site=None):
    """Makes the work ready: a function of a part's number and the number of parts."""
    makers = {
        "primes": primes,
        "matmul": matmul,
        "blur": blur,
        "mandelbrot": mandelbrot,
        "frames": frames,
        "words": words,
        "wait": wait,
        "http": http,
        "files": files,
    }
    if workload not in makers:
        known = ", ".join(makers)
        raise ValueError(f"no workload is called {workload}; there are {known}")
    return makers[workload](size, seed, site)


def fair_size(workload, size, workers):
    """Waits are few and long: as many that each worker gets the same number."""
    if workload in ("wait", "http"):
        return (size + workers - 1) // workers * workers
    return size


# ---- finding a size ---------------------------------------------------------------

# Where to begin (about a millisecond), and the power with which the cost grows.
FIRST_SIZE = {
    "primes": (1000, 1.35),
    "matmul": (12, 3.0),
    "blur": (2, 1.0),
    "mandelbrot": (4, 1.0),
    "frames": (1, 1.0),
    "words": (100, 1.0),
    "wait": (1, 1.0),
    "http": (1, 1.0),
    "files": (32, 1.0),
}


def calibrate(workload, target_s, seed=0, site=None):
    """The size that takes one worker about `target_s` on this machine.

    The cost doubles from step to step until it is long enough to judge by. Of two
    measurements the smaller counts: a disturbance only ever makes work longer.
    """
    size, growth = FIRST_SIZE.get(workload, (1, 1.0))
    while True:
        took = time_of(workload, size, seed, site)
        if took >= target_s / 6:
            break
        size = max(size + 1, round(size * 2 ** (1 / growth)))
    if took < target_s / 3:
        took = min(took, time_of(workload, size, seed, site))
    return two_digits(size * (target_s / took) ** (1 / growth))


def time_of(workload, size, seed, site):
    """Seconds of the work, without those in which no core was free for it.

    At least a third of all: on a very busy machine a demo must come to its end too.
    """
    work = prepare(workload, size, seed, site)
    waited, began = run_queue_wait(), now()
    work(0, 1)
    took, lost_s = now() - began, difference(run_queue_wait(), waited)
    return max(took - (lost_s or 0), took / 3, 1e-9)


def two_digits(number):
    """A size that a person can remember and type."""
    number = max(1, round(number))
    unit = 10 ** max(0, len(str(number)) - 2)
    return round(number / unit) * unit


# ---- numbers that look random and are the same each time --------------------------

ALL_BITS = 2**64 - 1


class Random:
    """A linear congruential generator: good enough for pictures and books."""

    def __init__(self, seed):
        self.state = seed + 1

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & ALL_BITS
        return (self.state >> 33) % limit


def mix(number):
    """Scatters a number over 64 bits, so that wrong results do not cancel out."""
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & ALL_BITS
    return number ^ (number >> 31)


# ---- work that computes -----------------------------------------------------------

# Numbers come in blocks of 2·3·5·7. Dealing out single numbers would give one of two
# workers all the even ones, which are done with at once.
BLOCK = 2 * 3 * 5 * 7


def primes(limit, seed, site):
    """Counts the primes up to a limit, by trial division."""

    def work(part, of):
        found = 0
        for first in range(1 + part * BLOCK, limit + 1, of * BLOCK):
            for number in range(first, min(first + BLOCK, limit + 1)):
                if is_prime(number):
                    found += 1
        return found

    return work


def is_prime(number):
    if number < 4 or number % 2 == 0:
        return number == 2 or number == 3
    divisor = 3
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 2
    return True


def matmul(rows, seed, site):
    """Multiplies two square matrices; an item is a row of the product."""
    random = Random(seed)
    left = [[random.below(16) for _ in range(rows)] for _ in range(rows)]
    right = [[random.below(16) for _ in range(rows)] for _ in range(rows)]

    def work(part, of):
        checksum = 0
        for row in range(part, rows, of):
            product = [0] * rows
            for factor, values in zip(left[row], right):
                for column, value in enumerate(values):
                    product[column] += factor * value
            for cell in product:
                checksum += mix(row * rows + cell)
        return checksum

    return work


PICTURE_WIDTH, PICTURE_HEIGHT = 128, 96
# A row of Pascal's triangle: nearly a Gaussian. It adds up to 256.
WEIGHTS = (1, 8, 28, 56, 70, 56, 28, 8, 1)
RADIUS = len(WEIGHTS) // 2


def blur(rows, seed, site):
    """Blurs the rows of a grey picture, again and again; an item is a row."""
    random = Random(seed)
    grain = [
        [random.below(256) for _ in range(PICTURE_WIDTH)] for _ in range(PICTURE_HEIGHT)
    ]

    def work(part, of):
        checksum = 0
        for row in range(part, rows, of):
            for pixel in blur_row(grain, row % PICTURE_HEIGHT):
                checksum += mix(row + pixel)
        return checksum

    return work


def blur_row(picture, y):
    columns = [0] * PICTURE_WIDTH
    for tap, weight in enumerate(WEIGHTS):
        # Beyond the edge the picture goes on as it is at the edge.
        above = picture[min(max(y + tap - RADIUS, 0), PICTURE_HEIGHT - 1)]
        for x, pixel in enumerate(above):
            columns[x] += weight * pixel
    blurred = []
    for x in range(PICTURE_WIDTH):
        total = 0
        for tap, weight in enumerate(WEIGHTS):
            total += weight * columns[min(max(x + tap - RADIUS, 0), PICTURE_WIDTH - 1)]
        blurred.append(total // 65536)
    return blurred


SET_WIDTH = 64
STEPS = 200


def mandelbrot(rows, seed, site):
    """Draws the Mandelbrot set on so many rows of 64 pixels; an item is a row."""

    def work(part, of):
        checksum = 0
        for row in range(part, rows, of):
            imaginary = -1.2 + 2.4 * (row + 0.5) / rows
            for column in range(SET_WIDTH):
                real = -2.2 + 3.0 * (column + 0.5) / SET_WIDTH
                checksum += mix(row + steps_to_escape(real, imaginary))
        return checksum

    return work


def steps_to_escape(real, imaginary):
    """After how many steps of z = z*z + c the point c is known to be outside."""
    x = y = 0.0
    for step in range(STEPS):
        x_squared, y_squared = x * x, y * y
        if x_squared + y_squared > 4.0:
            return step
        y = 2.0 * x * y + imaginary
        x = x_squared - y_squared + real
    return STEPS


FRAME_WIDTH, FRAME_HEIGHT = 64, 36
BALLS = 6


def frames(number, seed, site):
    """Renders the frames of a small film: discs that move; an item is a frame."""
    random = Random(seed)
    # Where each ball begins, how far it moves from frame to frame, and its brightness.
    limits = (FRAME_WIDTH, FRAME_HEIGHT, 5, 5, 256)
    balls = [[random.below(limit) for limit in limits] for _ in range(BALLS)]

    def work(part, of):
        checksum = 0
        for frame in range(part, number, of):
            checksum += mix(frame + sum(render(balls, frame)))
        return checksum

    return work


def render(balls, frame):
    picture = []
    for y in range(FRAME_HEIGHT):
        for x in range(FRAME_WIDTH):
            pixel = (x + y + frame) % 256
            for left, top, right, down, brightness in balls:
                # What leaves the picture on one side comes back on the other.
                across = x - (left + right * frame) % FRAME_WIDTH
                along = y - (top + down * frame) % FRAME_HEIGHT
                if across * across + along * along < 36:
                    pixel = (pixel + brightness) // 2
            picture.append(pixel)
    return picture


VOCABULARY = (
    "the a and of to in it is that was for on with as at by from but not all worker "
    "process thread core memory lock queue pipe pool task river mill grain stone wheel "
    "water bread oven baker market waits runs starts joins shares copies sends takes"
).split()
BOOK_LINES = 200
WORDS_IN_LINE = 12


def words(lines, seed, site):
    """Counts how often each word comes in a book, read again and again."""
    random = Random(seed)
    book = [sentence(random) for _ in range(BOOK_LINES)]

    def work(part, of):
        counts = {}
        for line in range(part, lines, of):
            for word in book[line % BOOK_LINES].split():
                word = word.strip(".,").lower()
                counts[word] = counts.get(word, 0) + 1
        return sum(
            mix(number) * counts.get(word, 0) for number, word in enumerate(VOCABULARY)
        )

    return work


def sentence(random):
    chosen = [
        # The smaller of two: as in any language, few words do most of the work.
        VOCABULARY[min(random.below(len(VOCABULARY)), random.below(len(VOCABULARY)))]
        for _ in range(WORDS_IN_LINE)
    ]
    return " ".join(chosen).capitalize() + "."


# ---- work that waits --------------------------------------------------------------

PAUSE = 0.01


def wait(waits, seed, site):
    """Waits 10 ms at a time, as for a slow device; an item is a wait."""

    def work(part, of):
        checksum = 0
        for item in range(part, waits, of):
            time.sleep(PAUSE)
            checksum += mix(item)
        return checksum

    return work


def http(requests, seed, site):
    """Fetches pages from a server that takes 10 ms to answer; `site` is its port."""
    import socket

    def work(part, of):
        checksum = 0
        for request in range(part, requests, of):
            with socket.create_connection(("127.0.0.1", site), timeout=5) as connection:
                line = f"GET /page/{request} HTTP/1.0\r\n\r\n"
                connection.sendall(line.encode("ascii"))
                answer = read_all(connection)
            if not answer.startswith(b"HTTP/1.0 200 "):
                raise OSError(f"the server answered {answer[:40]!r}")
            checksum += mix(request + len(answer))
        return checksum

    return work


def read_all(connection):
    pieces = []
    while True:
        piece = connection.recv(65536)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


FILES = 64


def files(reads, seed, site):
    """Reads small files, again and again; `site` is their folder.

    They come out of the system's cache, not from a disk, so this hardly waits.
    """

    def work(part, of):
        checksum = 0
        for read in range(part, reads, of):
            with open(os.path.join(site, file_name(read % FILES)), "rb") as file:
                checksum += mix(read + len(file.read()))
        return checksum

    return work


def file_name(number):
    return f"{number:03}.bin"


def write_files(folder, seed):
    """Writes the files that `files` reads: 4 to 12 KiB each."""
    random = Random(seed)
    for number in range(FILES):
        with open(os.path.join(folder, file_name(number)), "wb") as file:
            file.write(bytes([random.below(256)]) * (4096 + random.below(8192)))
