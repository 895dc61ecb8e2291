"""Two processes fill a table in shared memory, without a lock."""

from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory

try:
    import numpy
except ImportError:
    numpy = None  # a memoryview does it too

ROWS, COLUMNS = 2, 4


def open_table(memory):
    """The numbers in the memory; no copy of them."""
    if numpy is not None:
        return numpy.ndarray((ROWS, COLUMNS), "int64", memory.buf)
    view = memory.buf[: ROWS * COLUMNS * 8]
    return view.cast("q", shape=[ROWS, COLUMNS])


def fill_row(name, row):
    memory = SharedMemory(name=name)
    table = open_table(memory)
    for column in range(COLUMNS):
        table[row, column] = 10 * row + column
    del table  # before the memory is closed
    memory.close()


if __name__ == "__main__":
    memory = SharedMemory(create=True, size=ROWS * COLUMNS * 8)
    children = [
        Process(target=fill_row, args=(memory.name, row))
        for row in range(ROWS)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    table = open_table(memory)
    print(table.tolist())
    del table
    memory.close()
    memory.unlink()  # once, by one process
