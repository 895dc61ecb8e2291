"""A pool of four workers squares the numbers 1 to 5."""

# Step 1: import the module.
import multiprocessing


def square(n):
    return n * n


if __name__ == "__main__":
    # Step 2: create the pool. Four workers start here, and wait.
    pool = multiprocessing.Pool(processes=4)

    # Step 3: hand out the work. `map` waits, and keeps the order.
    squares = pool.map(square, range(1, 6))

    # Step 4: close (no more tasks), then join (wait for the workers).
    pool.close()
    pool.join()

    for n, result in zip(range(1, 6), squares):
        print(f"{n} squared is {result}")
