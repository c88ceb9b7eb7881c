"""Clients within the stack's network, for deploy/try-swarm.sh: each prints one line of JSON.

clients.py stats                      what every replica says of itself
clients.py crowd N SLEEP              N requests for one replica, and what every replica says meanwhile
clients.py load SECONDS RATE SLEEP    a connection a request, to the name of the service: how many came to which end
clients.py one SLEEP                  one request: how it ended, and after how long
"""

import asyncio
import collections
import json
import socket
import sys
import time
import urllib.request

PORT, ADMIN = 8080, 9090
PATIENCE = 60


def replicas():
    return sorted(addresses("tasks.server"))


def addresses(name):
    return [found[4][0] for found in socket.getaddrinfo(name, PORT, socket.AF_INET, socket.SOCK_STREAM)]


def stats():
    said = {}
    for address in replicas():
        with urllib.request.urlopen(f"http://{address}:{ADMIN}/stats", timeout=PATIENCE) as answer:
            said[address] = json.load(answer)[0]
    return said


async def ask(address, number, sleep):
    """Returns the outcome of a request: answered, or where and how it failed."""
    stage = "connect"
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(address, PORT)
            stage = "answer"
            writer.write(f"GET /?id={number}&sleep={sleep} HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError) as problem:
        return f"{stage}: {type(problem).__name__}"
    if answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b'"hello"'):
        return "answered"
    return f"answer: {answer[:40]!r}"


async def crowd(count, sleep):
    first = replicas()[0]
    asked = [asyncio.create_task(ask(first, number, sleep)) for number in range(int(count))]
    await asyncio.sleep(0.3)
    said = await asyncio.to_thread(stats)
    await asyncio.gather(*asked)
    return [[row["borrowed"], row["waiting"]] for row in said.values()]


async def load(seconds, rate, sleep):
    async def ask_the_name(number):
        found = await asyncio.to_thread(addresses, "server")
        return found[0], await ask(found[0], number, sleep)

    end, asked = time.monotonic() + float(seconds), []
    while time.monotonic() < end:
        asked.append(asyncio.create_task(ask_the_name(len(asked))))
        await asyncio.sleep(1 / float(rate))
    ends = await asyncio.gather(*asked)
    return {"sent": len(ends), "replicas": len({address for address, _ in ends}), **collections.Counter(end for _, end in ends)}


async def one(sleep):
    began = time.monotonic()
    end = await ask(replicas()[0], 1, sleep)
    return {"end": end, "seconds": round(time.monotonic() - began)}


def main(command, *arguments):
    if command == "stats":
        return stats()
    return asyncio.run({"crowd": crowd, "load": load, "one": one}[command](*arguments))


print(json.dumps(main(*sys.argv[1:])))
