# advice: pool-hangs
# limit: 4
import concurrent.futures

pool = concurrent.futures.ThreadPoolExecutor(1)


def outer():
    return pool.submit(abs, -3).result()


print(pool.submit(outer).result())
