"""A loop ticks every 20 ms. Then something blocks for half a second."""

import asyncio
import time


async def tick(pauses):
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.02)
        pauses.append(time.monotonic() - began)


async def in_the_loop():
    time.sleep(0.5)


async def in_a_thread():
    # From Python 3.9 on: await asyncio.to_thread(time.sleep, 0.5)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, time.sleep, 0.5)


async def longest_pause(call):
    pauses = []
    ticks = asyncio.ensure_future(tick(pauses))
    await asyncio.sleep(0.1)
    await call()
    await asyncio.sleep(0.1)
    ticks.cancel()
    return max(pauses)


if __name__ == "__main__":
    for call in (in_the_loop, in_a_thread):
        stopped = asyncio.run(longest_pause(call)) > 0.4
        print(f"{call.__name__}: the ticks {'stopped' if stopped else 'went on'}")
