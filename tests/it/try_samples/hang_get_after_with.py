# advice: get-after-terminate
# until: it stands still
# says: inside the `with` block
import multiprocessing
import sys
import time


def forecast(day):
    time.sleep(0.3)
    return day


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        answer = pool.apply_async(forecast, ("monday",))
    print(answer.get())
