# advice: queue-without-sentinel
# until: it stands still
# because: queue `jobs`
import multiprocessing
import sys


def worker(jobs, results):
    while True:
        job = jobs.get()
        results.put(job**2)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    jobs, results = multiprocessing.Queue(), multiprocessing.Queue()
    for number in range(6):
        jobs.put(number)
    workers = [multiprocessing.Process(target=worker, args=(jobs, results)) for _ in range(2)]
    for each in workers:
        each.start()
    print(sorted(results.get() for _ in range(6)))
    for each in workers:
        each.join()
