"""Waybill opens no connection of its own: every command, where what is sent is counted. Needs root."""

import os
import subprocess

from uplink_hosts import Apart
from waybill_test import PYTHON, SKIPPED, case, equal, main, status

# Whatever leaves goes to out0, where nobody answers: even the question for a neighbour's address counts there. IPv6 is off
# on it, for the kernel itself speaks with that.
NO_IPV6 = "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6"
COMMANDS = (
    ("rules", "list"), ("rules", "show", "protocols/dns"), ("rules", "explain", "api.example"), ("rules", "lint"),
    ("doctor",), ("--version",), ("--help",), ("mark", "nobody hears"),
    ("run", "--network", "sinkhole", "--case", "./sinkhole", "--", "true"),
    ("run", "--network", "host", "--case", "./on-host", "--", "true"),
    ("run", "--network", "isolated", "--uplink", "pasta", "--case", "./pasta", "--", "true"),
    ("run", "--network", "isolated", "--uplink", "slirp4netns", "--case", "./slirp4netns", "--", "true"),
    ("capture", "-i", "any", "--duration", "1s", "--case", "./any"),
    ("capture", "--cgroup", "/", "--duration", "1s", "--case", "./cgroup"),
    ("analyze", "./contacts"), ("analyze", "./contacts", "--format", "json"),
    ("analyze", "./contacts/data/packets-0001.pcapng"),
    ("annotate", "./contacts/data/events.ndjson", "--field", "endpoint.host"),
)
class Nowhere(Apart):
    """A network with a way out that leads nowhere."""

    def __init__(self, scratch):
        super().__init__(scratch, NO_IPV6, "192.0.2.53")

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
