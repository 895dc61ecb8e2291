"""Two clerks pay into one account, and money gets lost."""

import multiprocessing
import time

PAYMENTS = 100


def pay_in(account):
    for _ in range(PAYMENTS):
        balance = account.value
        time.sleep(0.002)  # the clerk counts the coins
        account.value = balance + 1


if __name__ == "__main__":
    # A Value is memory that both children share.
    account = multiprocessing.Value("i", 0)
    clerks = [
        multiprocessing.Process(target=pay_in, args=(account,))
        for _ in range(2)
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    print(account.value)
