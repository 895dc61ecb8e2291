# advice: pipe-end-open
# until: it stands still
# because: `reader`
import multiprocessing
import sys


def send(writer):
    for line in ("one", "two"):
        writer.send(line)
    writer.close()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    reader, writer = multiprocessing.Pipe(duplex=sys.argv[1] == "spawn")
    process = multiprocessing.Process(target=send, args=(writer,))
    process.start()
    while True:
        try:
            print(reader.recv())
        except EOFError:
            break
    process.join()
