"""Network namespaces that are Waybill's host for a test, and what is true there."""

import ctypes
import os
import re
import subprocess

from waybill_test import PYTHON, Skip, equal

PORT = 7007
# A server that notes who says what: a line for each exchange, its protocol, the client's port and the client's pid.
SERVER = f"""
import socket, selectors, sys
tcp = socket.create_server(('127.0.0.1', {PORT}), backlog=512)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(('127.0.0.1', {PORT}))
poll = selectors.DefaultSelector(); poll.register(tcp, 1); poll.register(udp, 1)
print('ready', flush=True)
while True:
    for key, _ in poll.select():
        if key.fileobj is tcp:
            client, (_, port) = tcp.accept(); pid = client.recv(64).split()[0].decode(); client.sendall(b'thanks\\n'); client.close()
            print('6', port, pid, flush=True)
        else:
            octets, peer = udp.recvfrom(64); udp.sendto(b'\\n', peer)  # bash reads an octet at a time
            print('17', peer[1], octets.split()[0].decode(), flush=True)
"""
EXCHANGE = f"exec 3<>/dev/tcp/127.0.0.1/{PORT}; echo $$ >&3; read -r x <&3; exec 4<>/dev/udp/127.0.0.1/{PORT}; echo $$ >&4; read -r x <&4"


class Namespace:
    """A network namespace that holds what is run in it; gone with the `with`."""

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"up\n":
            raise Skip("no network namespace can be made")
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(30)


class Server:
    """The noting server, in a namespace and outside of every recording."""

    def __init__(self, namespace):
        self.process = subprocess.Popen([*namespace.inside, PYTHON, "-c", SERVER], stdout=subprocess.PIPE)
        equal(self.process.stdout.readline(), b"ready\n", "the server")

    def end(self):
        self.process.terminate()
        said, _ = self.process.communicate(timeout=30)
        return [tuple(map(int, line.split())) for line in said.decode().splitlines()]


def bpf_programs():
    """How many programs the kernel holds (bpf(2), BPF_PROG_GET_NEXT_ID)."""
    libc = ctypes.CDLL(None, use_errno=True)
    call, next_id = 321, 11  # x86-64
    attribute = (ctypes.c_uint32 * 32)()
    count = 0
    while libc.syscall(call, next_id, ctypes.byref(attribute), ctypes.sizeof(attribute)) == 0:
        attribute[0] = attribute[1]
        count += 1
    return count


def cgroups():
    found = []
    for line in open("/proc/self/mountinfo", encoding="utf-8"):
        if " - cgroup2 " in line:
            top = line.split()[4]
            found += [name for name in os.listdir(top) if name.startswith("waybill-")]
    return found


def host_state(namespace):
    """What must not change."""
    commands = (["ip", "-d", "link"], ["ip", "address"], ["ip", "route", "show", "table", "all"],
                ["ip", "-6", "route", "show", "table", "all"], ["ip", "rule"], ["nft", "list", "ruleset"],
                ["sh", "-c", "grep -rs . /proc/sys/net | sort"], ["cat", "/etc/resolv.conf", "/etc/nsswitch.conf"])
    texts = []
    for command in commands:
        ended = subprocess.run([*namespace.inside, *command], capture_output=True, check=True)
        texts.append(ended.stdout.decode())
    return [re.sub(r"(nf_conntrack_count|random/|fs.inode).*", "", text) for text in texts]
