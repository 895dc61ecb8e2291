# advice: none
import multiprocessing
import sys


def serve(queue, answers):
    while True:
        answers.put(queue.get() + 1)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    queue, answers = multiprocessing.Queue(), multiprocessing.Queue()
    multiprocessing.Process(target=serve, args=(queue, answers), daemon=True).start()
    for number in range(3):
        queue.put(number)
        print(answers.get())
