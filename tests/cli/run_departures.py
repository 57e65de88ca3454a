"""What goes out of the kernel's sight, processes that leave the watched cgroup and sockets without room: the report says so.

Needs root."""

import contextlib
import json
import os
import subprocess
import time

from capture_support import Capture
from hosts import PORT, Namespace
from waybill_test import SKIPPED, Skip, case, equal, holds, lacks, main, status

SEND = f"exec 3<>/dev/udp/127.0.0.1/{PORT}; echo octets >&3"


@contextlib.contextmanager
def cgroup(name="elsewhere"):
    """A folder of the unified hierarchy beside the run's; gone with the `with`."""
    tops = [line.split()[4] for line in open("/proc/self/mountinfo", encoding="utf-8") if " - cgroup2 " in line]
    folder = f"{tops[0]}/{name}-{os.getpid()}"
    os.mkdir(folder)
    try:
        yield f"{folder}/cgroup.procs"
    finally:
        for _ in range(100):  # a process that has just ended can still be there
            with contextlib.suppress(OSError):
                os.rmdir(folder)
                break
            time.sleep(0.05)
        equal(os.path.exists(folder), False, "the test's cgroup is left")


def run(scratch, namespace, network, script, *options):
    return scratch.execute([*namespace.inside, "timeout", "60", scratch.waybill, "run", "--network", network, "--case", "case",
                            *options, "--", "bash", "-c", script])


def gaps(scratch, kind):
    return [gap for gap in scratch.case_json("report.json")["gaps"] if gap["kind"] == kind]


def left(scratch):
    """The programs that left, by owners.ndjson."""
    lines = [json.loads(line) for line in (scratch.folder / "case/data/owners.ndjson").read_text().splitlines()]
    processes = {line["id"]: line["exe"] for line in lines if line["type"] == "process"}
    return [os.path.basename(processes[line["process"]]) for line in lines if line["type"] == "process-left"]


@case("a process that moves itself out of the run's cgroup is named, and the report's first lines say that it is not whole")
def moves_itself(scratch):
    with Namespace() as namespace, cgroup() as processes:
        result = status(run(scratch, namespace, "host", f"{SEND}; bash -c 'echo 0 >{processes}; {SEND}'; exit 0"), 0)
    holds(" ".join(result.err.splitlines()[:6]), "input was lost", "at least")
    holds(" ".join(result.err.split()), "1 process that left the recording's cgroup", "bash (process ")
    found = gaps(scratch, "cgroup-left")
    equal([gap["count"] for gap in found], [1])
    equal(left(scratch), ["bash"])
    equal(len(scratch.case_events("flow")), 1, "flows: what it sent from there is not among them, as the gap says")
    status(scratch.run("analyze", "case"), 2)


@case("where findings are to fail the run, one that was left ends with 2")
def fails(scratch):
    with Namespace() as namespace, cgroup() as processes:
        status(run(scratch, namespace, "host", f"(echo 0 >{processes}); exit 0", "--fail-on-findings"), 2)


def run_and_move(scratch, namespace, network, processes):
    """A run whose command, bash, is moved from outside before it sends; its number there, and what the run said."""
    place = "192.0.2.1" if network == "sinkhole" else "127.0.0.1"
    script = f"echo ready; read; exec 3<>/dev/udp/{place}/{PORT}; echo octets >&3"
    process = subprocess.Popen([*namespace.inside, "timeout", "60", scratch.waybill, "run", "--network", network, "--case", "case",
                                "--", "bash", "-c", script], cwd=scratch.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    equal(process.stdout.readline(), b"ready\n")
    line = f"bash\0-c\0{script}\0".encode()
    numbers = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{number}/cmdline", "rb") as file:
            numbers += [number] if file.read() == line else []
    equal(len(numbers), 1, "processes that run the command")
    with open(processes, "w", encoding="utf-8") as file:
        file.write(numbers[0])
    _, err = process.communicate(b"go\n", timeout=60)
    equal(process.returncode, 0, err.decode())
    return numbers[0], " ".join(err.decode().split())


@case("a process that is moved by another, as daemons do, is named as well")
def is_moved(scratch):
    with Namespace() as namespace, cgroup() as processes:
        number, err = run_and_move(scratch, namespace, "host", processes)
    holds(err, f"bash (process {number})")
    equal([gap["count"] for gap in gaps(scratch, "cgroup-left")], [1])


@case("more processes than are named are counted")
def many(scratch):
    with Namespace() as namespace, cgroup() as processes:
        result = status(run(scratch, namespace, "host", f"for i in $(seq 11); do (echo 0 >{processes}); done; true"), 0)
    holds(" ".join(result.err.split()), "11 processes that left the recording's cgroup", " and 3 more")


@case("a run that nobody leaves says nothing of it, also when a process goes into a cgroup of its own below the run's")
def stays(scratch):
    below = "d=$(grep -m1 ' - cgroup2 ' /proc/self/mountinfo | cut -d' ' -f5)$(grep ^0:: /proc/self/cgroup | cut -d: -f3)/own"
    with Namespace() as namespace:
        result = status(run(scratch, namespace, "host", f"{below}; mkdir $d && (echo 0 >$d/cgroup.procs; {SEND}) && rmdir $d"), 0)
    lacks(" ".join(result.err.split()), "left the recording's cgroup")
    equal((left(scratch), len(scratch.case_events("flow"))), ([], 1))


@case("a process that was in a cgroup before that is captured is told when it leaves, and so is one that came later")
def captured(scratch):
    with Namespace() as namespace, cgroup("watched") as watched, cgroup() as processes:
        script = f"echo 0 >{watched}; echo in; read; echo 0 >{processes}; {SEND}; echo out; read"

        def come():
            visitor = subprocess.Popen([*namespace.inside, "timeout", "60", "bash", "-c", script], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
            equal(visitor.stdout.readline(), b"in\n")
            return visitor

        def leave(visitor):
            visitor.stdin.write(b"go\n")
            visitor.stdin.flush()
            equal(visitor.stdout.readline(), b"out\n")

        visitors = [come()]
        capture = Capture(scratch, namespace, "--cgroup", os.path.dirname(watched))
        visitors.append(come())
        for visitor in visitors:
            leave(visitor)
        events = capture.end()
        for visitor in visitors:
            visitor.communicate(b"go\n", timeout=60)
    equal([event for event in events if event["type"] == "flow"], [], "flows: they were sent from elsewhere")
    equal((left(scratch), [gap["count"] for gap in gaps(scratch, "cgroup-left")]), (["bash", "bash"], [2]))


@case("in the sinkhole the packets are there all the same, and the report says that their owners may be missing")
def sinkhole(scratch):
    with Namespace() as namespace, cgroup() as processes:
        number, err = run_and_move(scratch, namespace, "sinkhole", processes)
    holds(err, "processes left the run's cgroup", f"bash (process {number})", "1 flow without a known owner")
    lacks(err, "input was lost")
    equal([flow["owner"]["process"] for flow in scratch.case_events("flow") if flow["server"]["port"] == PORT], [None])


@case("sockets of which the kernel has no room to keep anything are counted, where processes are chosen as lost input")
def no_room(scratch):
    with Namespace() as namespace:
        room = subprocess.run([*namespace.inside, "sh", "-c", "echo 1 >/proc/sys/net/core/optmem_max"], capture_output=True, check=False)
        if room.returncode != 0:
            raise Skip("this kernel has no optmem_max of a network namespace's own (Linux 6.7)")
        status(run(scratch, namespace, "host", SEND), 0)
        told = [gap for gap in gaps(scratch, "owner-unknown") if "no room" in (gap["detail"] or "")]
        equal([gap["count"] for gap in told], [1], "sockets without an owner")
        capture = Capture(scratch, namespace, "--exe", os.path.realpath("/bin/bash"), place="chosen")
        subprocess.run([*namespace.inside, "bash", "-c", f"{SEND}; :"], timeout=60, check=True)
        capture.end()
    chosen = scratch.case_json("report.json", "chosen")["gaps"]
    equal([gap["count"] for gap in chosen if gap["kind"] == "not-followed"], [1], "sockets that are lost")
    holds(" ".join(capture.err.split()), "1 process or socket that the kernel had no room to follow", "input was lost")


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
main()
