"""The ways of sending of tests/attribution/traffic.cpp: what they are called in docs/attribution.md, the server that they
speak to, what they say, and what is to be told of it."""

import json
from dataclasses import dataclass

from waybill_test import equal

FOUR, SIX = "198.51.100.1", "2001:db8::1"
FIRST_PORT = 7100
TRANSPORTS = {6: "tcp", 17: "udp", 1: "icmp", 132: "sctp", 253: "other"}


@dataclass
class Way:
    scenario: str  # of traffic.cpp
    name: str  # in the table
    address: str = FOUR
    port: int = 0  # 0: one of its own


WAYS = (
    Way("short-lives", "a hundred processes that live for a datagram"),
    Way("tcp-many-small", "many small connections"),
    Way("tcp-many-at-once", "thirty processes at once"),
    Way("tcp-slow", "a slow connection"),
    Way("tcp-burst", "a burst"),
    Way("tcp-one", "TCP"),
    Way("tcp-one", "TCP over IPv6", SIX),
    Way("tcp-download", "a download by TCP"),
    Way("tcp-download", "a download by TCP over IPv6", SIX),
    Way("tcp-both-ways", "TCP up and down at once"),
    Way("udp-connected", "UDP, connected"),
    Way("udp-unconnected", "UDP, not connected"),
    Way("udp-unconnected", "UDP over IPv6", SIX),
    Way("udp-many-small", "many small datagrams"),
    Way("udp-many-small", "many small datagrams to port 53", port=53),
    Way("udp-many-small", "many small datagrams to port 443", port=443),
    Way("udp-sendmmsg", "sendmmsg to two ports"),
    Way("udp-recvmmsg", "recvmmsg"),
    Way("udp-download", "a download by UDP"),
    Way("udp-download", "a download by UDP over IPv6", SIX),
    Way("udp-both-ways", "UDP up and down at once"),
    Way("tcp-sendfile", "sendfile"),
    Way("tcp-splice", "splice"),
    Way("tcp-splice-download", "a download by splice"),
    Way("tcp-io-uring", "io_uring"),
    Way("tcp-io-uring-download", "a download by io_uring"),
    Way("threads", "four threads"),
    Way("inherited", "a socket inherited by fork"),
    Way("passed", "a socket passed over a UNIX socket"),
    Way("executes", "a process that executes another program"),
    Way("number-again", "a process with the number of one before"),
    Way("nested-cgroup", "a process in a cgroup of its own"),
    Way("nested-network", "a process in a cgroup and a network of its own"),
    Way("loopback", "over the loopback interface", "127.0.0.1"),
    Way("raw-icmp", "ICMP by a raw socket"),
    Way("raw-sctp", "SCTP by a raw socket"),
    Way("raw-other", "another IP protocol by a raw socket"),
    Way("packet-socket", "a packet socket, past IP"),
)
# The rows for each of the 24 scenarios of picosnitch's benchmark (github.com/elesiuta/picosnitch, bench/lib/scenarios.py).
PICOSNITCH = (
    ("a download by TCP",), ("TCP up and down at once", "a burst"), ("TCP up and down at once",), ("UDP up and down at once",),
    ("ICMP by a raw socket",),
    ("many small datagrams to port 443",), ("a download by TCP over IPv6",), ("SCTP by a raw socket",),
    ("many small datagrams to port 53",), ("another IP protocol by a raw socket",),
    ("a hundred processes that live for a datagram", "thirty processes at once"), ("a packet socket, past IP",), ("io_uring",),
    ("sendfile",), ("sendmmsg to two ports",), ("over the loopback interface",),
    ("a process in a cgroup of its own", "a process in a cgroup and a network of its own"), ("a slow connection",),
    ("many small connections",), ("thirty processes at once",), ("a download by io_uring",), ("a download by splice",), ("recvmmsg",),
    ("a download by UDP over IPv6",))
LAST_PORT = FIRST_PORT + 10 * len(WAYS)
# Takes what is sent to any of the ports, gives as many octets as it is asked for, and ends a connection that has ended.
# Of each on which something was given twice it notes the ports: TCP_INFO in tcp(7), tcpi_bytes_retrans.
SERVER = """
import selectors, socket, sys
poll = selectors.DefaultSelector()
def asked(octets):
    return int(octets.split()[1]) if octets.startswith(b'give ') else 0
for port in (53, 443, *range(int(sys.argv[1]), int(sys.argv[2]))):
    for family, address in ((socket.AF_INET, '198.51.100.1'), (socket.AF_INET6, '2001:db8::1')):
        server = socket.create_server((address, port), family=family, backlog=128)
        server.setsockopt(socket.SOL_SOCKET, 47, 20_000_000)  # SO_MAX_PACING_RATE: nothing is given faster than it is taken, and so again
        poll.register(server, 1, 'server')
        udp = socket.socket(family, socket.SOCK_DGRAM); udp.bind((address, port)); poll.register(udp, 1, 'datagrams')
print('ready', flush=True)
while True:
    for key, _ in poll.select():
        if key.data == 'server':
            poll.register(key.fileobj.accept()[0], 1, 'client')
        elif key.data == 'client':
            octets = key.fileobj.recv(65536)
            if octets:
                key.fileobj.sendall(bytes(asked(octets)))
                continue
            again = int.from_bytes(key.fileobj.getsockopt(socket.IPPROTO_TCP, 11, 232)[208:216], 'little')
            if again: print(key.fileobj.getsockname()[1], key.fileobj.getpeername()[1], file=open(sys.argv[3], 'a'))
            poll.unregister(key.fileobj); key.fileobj.close()
        else:
            octets, peer = key.fileobj.recvfrom(65536)
            for _ in range(asked(octets) // 1000): key.fileobj.sendto(bytes(1000), peer)
"""


def script():
    """A shell's program that goes all ways, and says before each which it is and after each how it ended."""
    return "\n".join(f"echo = {number}; traffic {way.scenario} {way.address} {way.port or FIRST_PORT + 10 * number} 2>&1; echo = $?"
                     for number, way in enumerate(WAYS))


@dataclass
class Told:
    """A flow, as who sent it tells of it. Of octets, -1 is what it does not know."""
    protocol: int
    local: int
    remote: int
    processes: set  # one of which is to be named: pid and program, the latter empty where any will do
    out: int
    into: int
    ip_out: int
    ip_into: int
    again: int  # octets of payload that were sent again

    @property
    def ends(self):
        return self.protocol, self.local, self.remote


def told_in(line):
    protocol, local, remote, who, *octets = line.split()
    processes = {(int(pid), program) for pid, _, program in (each.partition("@") for each in who.split("|"))}
    return Told(int(protocol), int(local), int(remote), processes, *map(int, octets))


def said(text):
    """Of each way its exit status, its flows and its complaints."""
    results = {}
    number = None
    for line in text.splitlines():
        words = line.split()
        if words[0] == "=" and number is None:
            number = int(words[1])
            results[number] = [None, [], []]
        elif words[0] == "=":
            results[number][0] = int(words[1])
            number = None
        elif words[0].isdigit():
            results[number][1].append(told_in(line))
        else:
            results[number][2].append(line)
    return results


@dataclass
class Recorded:
    """What a recording has."""
    flows: list
    processes: dict  # by id
    given_twice: set  # ports of the server and of the client, of connections on which it sent something again
    frames: dict  # of each packet socket's protocol and ports who sent by it

    def is_one_of(self, process, expected):
        """Whether a process is one of those, each a number as it sees itself and a program."""
        event = self.processes[process]
        program = event["argv"][0].rpartition("/")[2]
        return any(event["inner_pid"] == pid and name in ("", program) for pid, name in expected)


def recorded(events, case_folder, noted):
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    lines = map(json.loads, (case_folder / "data/owners.ndjson").read_text().splitlines())
    given_twice = {tuple(map(int, line.split())) for line in noted.read_text().splitlines()} if noted.exists() else set()
    frames = {(line["protocol"], line["local"]["port"], line["remote"]["port"]): line["user"]
              for line in lines if line["type"] == "socket" and line["frame"]}
    return Recorded([event for event in events if event["type"] == "flow"], processes, given_twice, frames)


def check_octets(flow, told, given_twice):
    """A flow has all octets of payload that its sender knows of, none more, and those of IP to one in a hundred."""
    for known, found in ((told.out, flow["payload_bytes"]["out"]), (told.into, flow["payload_bytes"]["in"])):
        if known >= 0:
            equal(found, known, f"payload of {told}")
    # The options of the answer to a TCP connection's first segment, of at most 20 octets, its sender does not learn.
    most_out, most_into = 1.01 * told.ip_out, 1.01 * told.ip_into + (20 if told.protocol == 6 else 0)
    if told.again:  # acknowledgements have options that say what came twice: RFC 2883
        most_into = float("inf")
    if given_twice:  # what comes twice is not counted where it comes in, and acknowledged so
        most_out = most_into = float("inf")
    for known, found, most in ((told.ip_out, flow["ip_bytes"]["out"], most_out), (told.ip_into, flow["ip_bytes"]["in"], most_into)):
        if known >= 0 and not 0.99 * known <= found <= most:
            raise AssertionError(f"{found} octets of IP, and the sender knows of {known}: {told}")


OTHER_SIDE = "the process on the server's side"


def check_flow(told, address, uses, recording):
    """Of the flows with these ends, as many as uses, one is the sender's and has its octets. Gives whether it is known whose
    they are."""
    ends = ((told.local, told.remote), (told.remote, told.local))
    found = [flow for flow in recording.flows
             if flow["transport"] == TRANSPORTS[told.protocol] and (flow["client"]["port"], flow["server"]["port"]) in ends
             and address in (flow["client"]["address"], flow["server"]["address"])]
    equal(len(found), uses, f"flows of {told}: {found}")
    owners = [flow["owner"] for flow in found]
    if all(owner["quality"] == "none" or owner["reason"] == OTHER_SIDE for owner in owners):
        return False
    equal({owner["quality"] for owner in owners}, {"exact"}, str(found))
    own = [flow for flow in found if recording.is_one_of(flow["owner"]["process"], told.processes)]
    equal(len(own), 1, f"flows of {told} with one of its processes: {found}")
    check_octets(own[0], told, (told.remote, told.local) in recording.given_twice)
    return True


def verdict(way, result, recording):
    """What the table says of one way in one mode. What is wrong raises."""
    exit_status, told, complaints = result
    if exit_status == 3:
        return "not possible"
    assert exit_status in (0, 4), f"ended with {exit_status}: {complaints}"
    assert told
    frame = recording.frames.get(told[0].ends)
    if len(told) == 1 and frame and not any(flow["server"]["port"] == told[0].remote for flow in recording.flows):
        assert recording.is_one_of(frame, told[0].processes), recording.frames
        return "right, not among the packets"
    # A port that is free again can be another process's: then there are two flows with the same ends.
    known = {check_flow(each, way.address, sum(other.ends == each.ends for other in told), recording) for each in told}
    equal(len(known), 1, "some of its flows have an owner")
    if known == {False}:
        return "unknown"
    return "right" if exit_status == 0 else "right, nothing comes in"


def verdicts(text, events, case_folder, noted):
    recording = recorded(events, case_folder, noted)
    results = said(text)
    equal(sorted(results), list(range(len(WAYS))), "the ways that were tried")
    column = {}
    for number, way in enumerate(WAYS):
        try:
            column[way.name] = verdict(way, results[number], recording)
        except AssertionError as problem:
            column[way.name] = f"WRONG: {problem}"
    return column
