"""A task fails. When does the program learn of it?"""

from concurrent.futures import ThreadPoolExecutor


def divide(number, divisor):
    return number / divisor


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=2) as executor:
        future = executor.submit(divide, 1, 0)
        print("submitted")
    print("all tasks are done")
    try:
        print("the result:", future.result())
    except ZeroDivisionError:
        print("result() raised ZeroDivisionError")
