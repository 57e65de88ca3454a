"""Waybill opens no connection of its own: every command, where what is sent is counted. Needs root."""

import os
import subprocess

from waybill_test import PYTHON, SKIPPED, Skip, case, equal, main, status

# Whatever leaves goes to out0, where nobody answers: even the question for a neighbour's address counts there. IPv6 is off
# on it, for the kernel itself speaks with that.
SET_UP = """
set -e
ip link set lo up
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add out0 type veth peer name out1
ip link set out1 up
ip address add 192.0.2.10/24 dev out0
ip link set out0 up
ip route add default via 192.0.2.1 dev out0
echo nameserver 192.0.2.53 >resolv.conf
mount --bind resolv.conf /etc/resolv.conf
mknod tun c 10 200
chmod 0666 tun
mount --bind tun /dev/net/tun
echo up
exec cat
"""
COMMANDS = (
    ("rules", "list"), ("rules", "show", "protocols/dns"), ("rules", "explain", "api.example"), ("rules", "lint"),
    ("doctor",), ("--version",), ("--help",), ("mark", "nobody hears"),
    ("run", "--network", "sinkhole", "--case", "./sinkhole", "--", "true"),
    ("run", "--network", "host", "--case", "./host", "--", "true"),
    ("run", "--network", "isolated", "--uplink", "pasta", "--case", "./pasta", "--", "true"),
    ("run", "--network", "isolated", "--uplink", "slirp4netns", "--case", "./slirp4netns", "--", "true"),
    ("capture", "-i", "any", "--duration", "1s", "--case", "./any"),
    ("capture", "--cgroup", "/", "--duration", "1s", "--case", "./cgroup"),
    ("analyze", "./contacts"), ("analyze", "./contacts", "--format", "json"),
    ("analyze", "./contacts/data/packets-0001.pcapng"),
)
class Nowhere:
    """A network namespace with a way out that leads nowhere; gone with the `with`."""

    def __init__(self, scratch):
        self.folder = scratch.folder

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c", SET_UP], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"up\n":
            raise Skip("no network and mount namespaces can be made, or no /dev/net/tun in them")
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", f"--mount=/proc/{self.holder.pid}/ns/mnt"]
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(30)

    def sent(self):
        """Packets that were sent, by interface (/proc/net/dev)."""
        read = subprocess.run([*self.inside, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True)
        rows = [line.replace(":", " ").split() for line in read.stdout.splitlines()[2:]]
        return {row[0]: int(row[10]) for row in rows}


@case("no command sends a packet of its own")
def silent(scratch):
    with Nowhere(scratch) as nowhere:
        # A case with names to look up, if anything did.
        status(scratch.execute([*nowhere.inside, scratch.waybill, "run", "--network", "sinkhole", "--case",
                                f"{scratch.folder}/contacts", "--", "curl", "--silent", "http://api.example/"]), 0)
        before = nowhere.sent()
        for command in COMMANDS:
            there = [f"{scratch.folder}/{word}" if word.startswith("./") else word for word in command]
            result = scratch.execute([*nowhere.inside, scratch.waybill, *there])
            expected = 66 if command[0] == "mark" else 0
            if command[0] != "doctor":
                status(result, expected)
            equal(nowhere.sent(), before, " ".join(command))


@case("what counts here does count")
def counts(scratch):
    send = ("import socket\n"
            "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.sendto(b'x', ('203.0.113.9', 53))\n"
            "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.sendto(b'x', ('127.0.0.1', 53))")
    with Nowhere(scratch) as nowhere:
        before = nowhere.sent()
        subprocess.run([*nowhere.inside, PYTHON, "-c", send], check=True)
        after = nowhere.sent()
    equal({name: after[name] > before[name] for name in ("lo", "out0")}, {"lo": True, "out0": True})


if os.geteuid() != 0:
    print("skipped: only root can make such a network")
    raise SystemExit(SKIPPED)
main()
