"""Whose traffic it is, however it is sent: the ways of tests/attribution/traffic.cpp in each mode. Needs root.

What came out stands in docs/attribution.md, and this test holds the two together.
"""

import json
import os
import re
import shutil
import subprocess
import time

import uplink_hosts
from capture_support import Capture
from hosts import Namespace
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, main, status

TRAFFIC = os.environ.get("TRAFFIC", "")
FOUR, SIX = "198.51.100.1", "2001:db8::1"
# The way, its name in the table, and the address.
WAYS = (("short-lives", "a hundred processes that live for a datagram", FOUR), ("tcp-many-small", "many small connections", FOUR),
        ("tcp-slow", "a slow connection", FOUR), ("tcp-burst", "a burst", FOUR), ("tcp-one", "TCP", FOUR), ("tcp-one", "TCP over IPv6", SIX),
        ("udp-connected", "UDP, connected", FOUR), ("udp-unconnected", "UDP, not connected", FOUR),
        ("udp-unconnected", "UDP over IPv6", SIX), ("udp-many-small", "many small datagrams", FOUR),
        ("udp-sendmmsg", "sendmmsg to two ports", FOUR), ("tcp-sendfile", "sendfile", FOUR), ("tcp-splice", "splice", FOUR),
        ("tcp-io-uring", "io_uring", FOUR), ("threads", "four threads", FOUR), ("inherited", "a socket inherited by fork", FOUR),
        ("passed", "a socket passed over a UNIX socket", FOUR), ("executes", "a process that executes another program", FOUR),
        ("loopback", "over the loopback interface", FOUR), ("raw-icmp", "ICMP by a raw socket", FOUR),
        ("raw-sctp", "SCTP by a raw socket", FOUR), ("raw-other", "another IP protocol by a raw socket", FOUR),
        ("packet-socket", "a packet socket, past IP", FOUR))
FIRST_PORT = 7100
TRANSPORTS = {6: "tcp", 17: "udp", 1: "icmp", 132: "sctp", 253: "other"}
MODES = ("host", "capture", "sinkhole, root", "sinkhole", "isolated, root", "isolated")
NOT_TRIED = "not tried"  # the uplinks lead to no IPv6 in the network that this test makes
# Takes what is sent to any of the ports, and ends a connection that has ended.
SERVER = """
import selectors, socket, sys
poll = selectors.DefaultSelector()
for port in range(int(sys.argv[1]), int(sys.argv[2])):
    for family, address in ((socket.AF_INET, '198.51.100.1'), (socket.AF_INET6, '2001:db8::1')):
        poll.register(socket.create_server((address, port), family=family, backlog=128), 1, 'server')
        udp = socket.socket(family, socket.SOCK_DGRAM); udp.bind((address, port)); poll.register(udp, 1, 'datagrams')
print('ready', flush=True)
while True:
    for key, _ in poll.select():
        if key.data == 'server':
            poll.register(key.fileobj.accept()[0], 1, 'client')
        elif not key.fileobj.recv(65536) and key.data == 'client':
            poll.unregister(key.fileobj); key.fileobj.close()
"""


def script(addresses=(FOUR, SIX)):
    """A shell's program that goes all ways, and says before each which it is and after each how it ended."""
    lines = []
    for number, (way, _, address) in enumerate(WAYS):
        if address in addresses:
            lines.append(f"echo = {number}; traffic {way} {address} {FIRST_PORT + 10 * number} 2>&1; echo = $?")
    return "\n".join(lines)


def said(text):
    """Of each way its exit status and its flows: protocol, ports, pids of which one is to be named, octets."""
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
            protocol, local, remote, pids, octets = words
            results[number][1].append((int(protocol), int(local), int(remote), {int(pid) for pid in pids.split("|")}, int(octets)))
        else:
            results[number][2].append(line)
    return results


def verdict(result, flows, inner, frames):
    """What the table says of one way in one mode. What is wrong raises."""
    exit_status, told, complaints = result
    if exit_status == 3:
        return "not possible"
    equal(exit_status, 0, str(complaints))
    assert told
    if len(told) == 1 and told[0][:3] in frames and not any(flow["server"]["port"] == told[0][2] for flow in flows):
        assert frames[told[0][:3]] in told[0][3], frames
        return "right, not among the packets"
    for protocol, local, remote, pids, octets in told:
        # A port that is free again can be another process's: then there are two flows with the same ends.
        uses = sum(other[:3] == (protocol, local, remote) for other in told)
        found = [flow for flow in flows if flow["transport"] == TRANSPORTS[protocol]
                 and (flow["client"]["port"], flow["server"]["port"]) in ((local, remote), (remote, local))]
        equal(len(found), uses, f"flows of {(protocol, local, remote)}: {found}")
        equal({flow["owner"]["quality"] for flow in found}, {"exact"}, str(found))
        own = [flow for flow in found if inner[flow["owner"]["process"]] in pids]
        equal(len(own), 1, f"flows of {(protocol, local, remote)} with one of {pids}: {found}")
        if octets:
            equal(own[0]["payload_bytes"]["out"], octets, f"octets of {(protocol, local, remote)}")
    return "right"


def frames_of(case_folder, inner):
    """Of each frame that owners.ndjson tells of its protocol and ports, the number of who sent it."""
    lines = map(json.loads, (case_folder / "data/owners.ndjson").read_text().splitlines())
    return {(line["protocol"], line["local"]["port"], line["remote"]["port"]): inner.get(line["user"])
            for line in lines if line["type"] == "socket" and line["frame"]}


def verdicts(text, events, case_folder):
    inner = {event["id"]: event["inner_pid"] for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow"]
    frames = frames_of(case_folder, inner)
    results = said(text)
    column = {}
    for number, (_, name, address) in enumerate(WAYS):
        if number not in results:
            equal(address, SIX, "the way that was left out")
            column[name] = NOT_TRIED
            continue
        try:
            column[name] = verdict(results[number], flows, inner, frames)
        except AssertionError as problem:
            column[name] = f"WRONG: {problem}"
    return column


class Host:
    """A network namespace with the server's addresses and the server."""

    def __init__(self, namespace):
        self.namespace = namespace

    def __enter__(self):
        self.namespace.__enter__()
        for command in (["ip", "address", "replace", f"{FOUR}/32", "dev", "lo"], ["ip", "address", "replace", f"{SIX}/128", "dev", "lo", "nodad"]):
            subprocess.run([*self.namespace.inside, *command], check=True)
        last = FIRST_PORT + 10 * len(WAYS)
        self.server = subprocess.Popen([*self.namespace.inside, PYTHON, "-c", SERVER, str(FIRST_PORT), str(last)],
                                       stdout=subprocess.PIPE)
        equal(self.server.stdout.readline(), b"ready\n", "the server")
        return self.namespace

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait(30)
        self.namespace.__exit__()


def programs(scratch):
    """A folder of programs that every user can reach."""
    scratch.folder.chmod(0o777)
    folder = scratch.folder / "programs"
    folder.mkdir()
    shutil.copy(TRAFFIC, folder / "traffic")
    shutil.copy(scratch.waybill, folder / "waybill")
    shutil.copytree(SOURCE / "rules/packs", folder / "packs")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder


def measured(scratch):
    folder = programs(scratch)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "WAYBILL_PACKS": str(folder / "packs"), "SUDO_UID": None,
                   "SUDO_GID": None, "SUDO_USER": None}
    command = ["sh", "-c", script()]
    columns = {}

    def run(name, *before, command=command):
        place = "case-" + re.sub(r"\W", "", name)
        network = name.split(",")[0]
        ended = scratch.execute([*before, str(folder / "waybill"), "run", "--network", network, "--case", place, "--", *command],
                                environment=environment)
        columns[name] = verdicts(status(ended, 0).out, scratch.case_events(case=place), scratch.folder / place)

    with Host(Namespace()) as namespace:
        run("host", *namespace.inside)
        capture = Capture(scratch, namespace, "-i", "any", place="case-capture")
        ended = scratch.execute([*namespace.inside, *command], environment=environment)
        time.sleep(0.3)
        columns["capture"] = verdicts(ended.out, capture.end(), scratch.folder / "case-capture")
    ordinary = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    run("sinkhole, root")
    run("sinkhole", *ordinary)
    with Host(uplink_hosts.Host(scratch)) as host:
        inside = [*host.inside, "env", f"--chdir={scratch.folder}"]
        run("isolated, root", *inside, command=["sh", "-c", script((FOUR,))])
        run("isolated", *inside, *ordinary, command=["sh", "-c", script((FOUR,))])
    return columns


def documented():
    """The table of docs/attribution.md."""
    page = (SOURCE / "docs/attribution.md").read_text(encoding="utf-8")
    lines = page[page.index("| sent by |"):].split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {mode: {row[0]: row[column] for row in rows[2:]} for column, mode in enumerate(rows[0]) if column}


@case("every way of sending is told with the right process and all octets, or is not possible: as docs/attribution.md has it")
def all_ways(scratch):
    columns = measured(scratch)
    table = documented()
    equal(tuple(table), MODES)
    differing = [f"{mode}: {name}: {columns[mode][name]}, and the table has: {table[mode].get(name)}"
                 for mode in MODES for _, name, _ in WAYS if columns[mode][name] != table[mode].get(name)]
    equal(differing, [])
    equal({len(column) for column in table.values()}, {len(WAYS)}, "rows of the table")


if os.geteuid() != 0:
    print("skipped: most modes need root")
    raise SystemExit(SKIPPED)
main()
