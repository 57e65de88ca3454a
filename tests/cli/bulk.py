"""Much traffic each way between programs of a test: over TCP and UDP, to one address after another."""

import socket
import subprocess
import sys
import threading

PORT = 7100
OCTETS = 3_000_000  # each way over TCP
DATAGRAMS = 1500    # each way over UDP
DATAGRAM = b"d" * 1200


def serve_stream(listener):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=answer, args=(client,), daemon=True).start()


def serve_datagrams(bound):
    while True:
        octets, peer = bound.recvfrom(65536)
        bound.sendto(octets, peer)


def take(connection):
    """Reads what is sent in one turn."""
    octets = 0
    while octets < OCTETS and (piece := connection.recv(65536)):
        octets += len(piece)
    return octets


def answer(connection):
    with connection:
        if take(connection) == OCTETS:
            connection.sendall(b"s" * OCTETS)


def listen():
    for family, place in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for kind, serve in ((socket.SOCK_STREAM, serve_stream), (socket.SOCK_DGRAM, serve_datagrams)):
            bound = socket.socket(family, kind)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((place, PORT))
            if kind == socket.SOCK_STREAM:
                bound.listen(16)
            threading.Thread(target=serve, args=(bound,), daemon=True).start()


def exchange(address):
    """Both ways, by stream and by datagram; gives the octets that came back."""
    with socket.create_connection((address, PORT), 30) as connection:
        connection.sendall(b"s" * OCTETS)
        octets = take(connection)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((address, PORT))
        for _ in range(DATAGRAMS):
            client.send(DATAGRAM)
            octets += len(client.recv(65536))
    return octets


def throw(address):
    """Sends datagrams that nobody answers, and a stream as far as it is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.connect((address, PORT))
        for _ in range(DATAGRAMS):
            client.send(DATAGRAM)
    try:
        with socket.create_connection((address, PORT), 30) as connection:
            connection.sendall(b"s" * OCTETS)
    except OSError:
        pass


class Server:
    """The far end, outside of every recording."""

    def __init__(self, inside):
        self.process = subprocess.Popen([*inside, sys.executable, __file__, "serve"], stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise AssertionError("the server does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def main(*words):
    """`serve`: for others; `alone`: for itself; addresses to talk with, or to `throw=` at."""
    if words[0] in ("serve", "alone"):
        listen()
    if words[0] == "serve":
        print("ready", flush=True)
        threading.Event().wait()
    for address in words[words[0] == "alone":]:
        if address.startswith("throw="):
            throw(address.removeprefix("throw="))
        elif exchange(address) != OCTETS + DATAGRAMS * len(DATAGRAM):
            raise SystemExit(f"{address}: not everything came back")


if __name__ == "__main__":
    main(*sys.argv[1:])
