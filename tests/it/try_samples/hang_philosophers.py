# advice: deadlock
# until: it stands still
import threading

forks = [threading.Lock() for _ in range(3)]
all_hold_one = threading.Barrier(len(forks))


def dine(place):
    with forks[place]:
        all_hold_one.wait()
        with forks[(place + 1) % len(forks)]:
            print("never printed")


philosophers = [threading.Thread(target=dine, args=(place,)) for place in range(len(forks))]
for philosopher in philosophers:
    philosopher.start()
for philosopher in philosophers:
    philosopher.join()
