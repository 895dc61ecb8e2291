# advice: never-woken
# until: it stands still
# says: send before
import multiprocessing
import sys


def answer(connection):
    question = connection.recv()
    connection.send(question * 2)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=answer, args=(there,))
    child.start()
    print(here.recv())
