# advice: none
import concurrent.futures
import sys
import threading
import time

if __name__ == "__main__":
    threads = [threading.Thread(target=time.sleep, args=(0.3,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print(list(pool.map(time.sleep, [0.1] * 8)))
