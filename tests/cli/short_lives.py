"""Processes that live for a moment each, and say in what they send which number they have."""

from waybill_test import equal

# Eight at a time, each lives for one question and one request, both of which name its number.
PROGRAM = """
import os, socket
def live():
    host = f'p{os.getpid()}.example'
    with socket.create_connection((host, 80), 30) as connection:
        connection.sendall(f'GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n'.encode())
        connection.recv(1)
    os._exit(0)
running = 0
for _ in range(COUNT):
    if running == 8:
        os.wait()
        running -= 1
    if os.fork() == 0:
        live()
    running += 1
while running:
    os.wait()
    running -= 1
"""


def program(count):
    """Python that runs so many of them."""
    return PROGRAM.replace("COUNT", str(count))


def check(events, count):
    """Each flow that says a number is owned by the process of that number, and by no other."""
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    questions = {event["flow"]: event["questions"][0]["name"] for event in events if event["type"] == "dns"}
    seen = {"http": 0, "dns": 0}
    for event in events:
        if event["type"] != "flow" or event["protocol"] not in ("http", "dns"):
            continue
        owner = processes[event["owner"]["process"]]
        equal(event["owner"]["quality"], "exact", str(event))
        requested = {name["name"] for name in event["names"] if name["source"] == "http-host"}
        host = questions[event["id"]] if event["protocol"] == "dns" else requested.pop()
        equal(host, f"p{owner['inner_pid']}.example", str(event))
        seen[event["protocol"]] += 1
    equal(seen["http"], count)
    assert seen["dns"] >= count, seen
