"""A bot answers five people. The library that it uses blocks."""

import asyncio
import time

NAMES = ("Ada", "Grace", "Barbara", "Frances", "Jean")


def look_up(name):
    time.sleep(0.3)  # an old library, which does not support asyncio
    return len(name)


async def answer(name):
    letters = look_up(name)
    return f"{name} has {letters} letters"


async def main():
    answers = await asyncio.gather(*(answer(name) for name in NAMES))
    for line in answers:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
