"""One sum of one list. Nothing travels."""

if __name__ == "__main__":
    numbers = [number % 1000 for number in range(1_000_000)]
    # Adding up takes less time than packing: no process is worth it.
    print(f"the sum is {sum(numbers)}")
