# advice: join-before-drain
# until: it stands still
# because: at its end
import multiprocessing
import sys


def sensor(readings, count):
    for n in range(count):
        readings.put(("temperature", n, 20.5))


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    readings = multiprocessing.Queue()
    worker = multiprocessing.Process(target=sensor, args=(readings, 10_000))
    worker.start()
    print("first:", readings.get())
    worker.join(1)
    print("done")
