"""Four processes, each of which prints a number of its own."""


def announce(number):
    print(number)


if __name__ == "__main__":
    announce(7)
