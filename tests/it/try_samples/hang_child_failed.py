# advice: waits-for-failed-child
# until: it stands still
# because: FileNotFoundError
import multiprocessing
import sys


def load(path, out):
    with open(path) as file:
        out.put(file.read())


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    out = multiprocessing.Queue()
    loader = multiprocessing.Process(target=load, args=("/nonexistent/data.csv", out))
    loader.start()
    print(len(out.get()))
    loader.join()
