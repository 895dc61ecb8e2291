# advice: deadlock
# until: it stands still
# says: the same order
# because: holds `ann` and waits for `bob`
import multiprocessing
import sys


def transfer(first, second, both):
    with first:
        both.wait()
        with second:
            print("transferred")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    ann, bob = multiprocessing.Lock(), multiprocessing.Lock()
    both = multiprocessing.Barrier(2)
    transfers = [
        multiprocessing.Process(target=transfer, args=(ann, bob, both)),
        multiprocessing.Process(target=transfer, args=(bob, ann, both)),
    ]
    for each in transfers:
        each.start()
    for each in transfers:
        each.join()
