"""waybill capture of some processes of a running host, and the sockets that were there before. Needs root."""

import json
import os
import shutil
import subprocess

from capture_support import Capture
from hosts import PORT, Namespace, Server
from waybill_test import PYTHON, SKIPPED, case, equal, holds, main, status

# Says which process it is at each line that it reads: on a connection of its own, and by a child that does the same.
TALKER = f"""
import os, socket, sys
def say():
    with socket.create_connection(('127.0.0.1', {PORT})) as s: s.sendall(b'%d ' % os.getpid()); s.recv(9)
print('up', flush=True)
for line in sys.stdin:
    say()
    child = os.fork()
    if child == 0:
        say()
        os._exit(0)
    os.waitpid(child, 0)
    print(child, flush=True)
"""
# Holds a connection that it made before, and says who it is on it once it is told to.
HOLDER = f"""
import os, socket, sys
s = socket.create_connection(('127.0.0.1', {PORT}))
HOW
print(s.getsockname()[1], flush=True)
sys.stdin.readline()
s.sendall(b'%d ' % os.getpid()); s.recv(9)
"""


class Child:
    """A process that is there before the capture."""

    def __init__(self, namespace, code, user=0, program=PYTHON):
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        self.process = subprocess.Popen([*namespace.inside, *become, program, "-c", code], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.said = self.process.stdout.readline().strip()

    def tell(self):
        """One line; gives the answer, if there is one."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.communicate(timeout=30)


def narrowed(scratch, options_of, chosen, programs=(PYTHON, PYTHON), users=(0, 0)):
    """Two talkers, of which one is chosen: whose flows are recorded, and what of the case names the other."""
    with Namespace() as namespace:
        server = Server(namespace)
        talkers = [Child(namespace, TALKER, user, program) for user, program in zip(users, programs)]
        capture = Capture(scratch, namespace, *options_of(talkers))
        children = [talker.tell() for talker in talkers]
        events = capture.end()
        for talker in talkers:
            talker.end()
        server.end()
    inner = {event["id"]: event["inner_pid"] for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow"]
    equal([flow for flow in flows if flow["owner"]["process"] is None], [], capture.err)
    owners = sorted(inner[flow["owner"]["process"]] for flow in flows)
    equal(owners, sorted([talkers[chosen].pid, int(children[chosen])]), capture.err)
    equal({flow["owner"]["quality"] for flow in flows}, {"exact"})
    other = talkers[1 - chosen].pid
    equal([number for number in inner.values() if number == other], [], "the other process is not told of")
    holds(capture.err, "nothing lost")


@case("--pid records a process that runs and what it starts, and nobody else")
def by_number(scratch):
    narrowed(scratch, lambda talkers: ("--pid", talkers[1].pid), 1)


@case("--user records the processes of a user, and nobody else's")
def by_user(scratch):
    someone = 1_000_000 + os.getpid()  # nobody else is this user, not even another test
    narrowed(scratch, lambda talkers: ("-i", "any", "--user", someone), 0, users=(someone, 0))


@case("--exe records those that execute a program, whether they run already or begin later")
def by_program(scratch):
    scratch.folder.chmod(0o755)
    copy = scratch.folder / "talker"
    shutil.copy(os.path.realpath(PYTHON), copy)
    narrowed(scratch, lambda talkers: ("-i", "lo", "--exe", copy), 1, programs=(PYTHON, str(copy)))
    with Namespace() as namespace:
        server = Server(namespace)
        capture = Capture(scratch, namespace, "--exe", copy, place="later")
        for program in (PYTHON, str(copy)):
            later = Child(namespace, TALKER, program=program)
            later.tell()
            later.end()
        events = capture.end()
        server.end()
    programs = {event["id"]: os.path.basename(event["exe"]) for event in events if event["type"] == "process"}
    equal([programs[event["owner"]["process"]] for event in events if event["type"] == "flow"], ["talker", "talker"])


@case("-i leaves out what a chosen process sends through other interfaces")
def by_interface(scratch):
    with Namespace() as namespace:
        make = "ip link add veth0 type veth peer name veth1 && ip link set veth0 up"
        subprocess.run([*namespace.inside, "sh", "-c", make], check=True)
        server = Server(namespace)
        talker = Child(namespace, TALKER)
        capture = Capture(scratch, namespace, "-i", "veth0", "--pid", talker.pid)
        talker.tell()
        events = capture.end()
        talker.end()
        server.end()
    equal([event for event in events if event["type"] == "flow"], [])


@case("sockets that were there before are listed with their holder, also those that never speak")
def existing(scratch):
    with Namespace() as namespace:
        server = Server(namespace)
        # The server hears one at a time, in the order in which they connect.
        speaker, silent = (Child(namespace, HOLDER.replace("HOW", "")) for _ in range(2))
        capture = Capture(scratch, namespace, "-i", "any")
        speaker.process.communicate("\n", timeout=30)
        events = capture.end()
        silent.process.communicate("\n", timeout=30)
        server.end()
    lines = [json.loads(line) for line in (scratch.folder / "case/data/owners.ndjson").read_text().splitlines()]
    inner = {line["id"]: line["inner_pid"] for line in lines if line["type"] == "process"}
    held = {line["local"]["port"]: inner[line["user"]] for line in lines
            if line["type"] == "socket" and line["pre_existing"] and line["remote"]["port"] == PORT}
    equal(held, {int(silent.said): silent.pid, int(speaker.said): speaker.pid})
    flow, = (event for event in events if event["type"] == "flow")
    equal((flow["client"]["port"], flow["owner"]["quality"], inner[flow["owner"]["process"]]),
          (int(speaker.said), "pre-existing", speaker.pid))


@case("of a socket that several processes held before, the owner is the one that uses it")
def shared(scratch):
    fork = "child = os.fork()\nif child == 0:\n    sys.stdin.close(); import time; time.sleep(60); os._exit(0)"
    with Namespace() as namespace:
        server = Server(namespace)
        holder = Child(namespace, HOLDER.replace("HOW", fork) + "\nos.kill(child, 9)\n")
        capture = Capture(scratch, namespace, "-i", "any")
        holder.process.communicate("\n", timeout=30)
        events = capture.end()
        server.end()
    inner = {event["id"]: event["inner_pid"] for event in events if event["type"] == "process"}
    flow, = (event for event in events if event["type"] == "flow")
    equal((flow["owner"]["quality"], inner[flow["owner"]["process"]]), ("pre-existing", holder.pid))


@case("what cannot be chosen is refused with a reason")
def refused(scratch):
    for options, words in ((("--pid", "4000000000"), "--pid"), (("--pid", "999999999"), "no such process"),
                           (("--user", "nobody-of-that-name"), "no such user"), (("--exe", "/no/such"), "no such file"),
                           (("--pid", "1", "--user", "root"), "write one of them"),
                           (("-i", "lo", "-i", "any", "--pid", "1"), "one interface"),
                           (("--pid", "1", "--filter", "tcp"), "--filter"),
                           (("-i", "lo", "--pid", "1", "--packets", "5"), "--packets"),
                           (("--cgroup", "/", "--rotate-size", "1"), "--rotate-size")):
        holds(status(scratch.run("capture", "--case", "case", *options), 64).err, words)
        equal((scratch.folder / "case").exists(), False)


if os.geteuid() != 0:
    print("skipped: only root may watch sockets in the kernel")
    raise SystemExit(SKIPPED)
main()
