"""How recordings end that do not end by themselves: killed, interrupted, left by their parent or by their interface. Needs root.

Each has its namespace. The last case holds the loss against tcpdump's and dumpcap's, under the same traffic.
"""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from capture_support import Capture
from faults_support import UNDER_STRACE, SmallDisk, counts_are_true, failing, gap_count, packets_in, run_json, talk
from hosts import Namespace, bpf_programs, cgroups
from waybill_test import NOBODY, PYTHON, case, equal, holds, main, status

LAST = 2.5  # seconds that a recording may take to its end, two and what a sanitized program needs more

# Sends datagrams of 200 octets at that rate until its input ends, and then says how many those were at which time.
SENDS = """
import socket, sys, threading, time
rate = float(sys.argv[1])
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(('127.0.0.1', 9))
begin, sent, log = time.monotonic(), 0, []
while not ended.is_set() and time.monotonic() - begin < 60:
    due = int((time.monotonic() - begin) * rate)
    while sent < due:
        try:
            sock.send(b'%0200d' % sent)
        except ConnectionError:
            continue
        sent += 1
        log.append(time.clock_gettime(time.CLOCK_REALTIME))
    time.sleep(0.001)
print(' '.join(map(repr, log)))
"""


class Sender:
    """Traffic in a namespace, at so many packets a second."""

    def __init__(self, namespace, rate):
        self.process = subprocess.Popen([*namespace.inside, PYTHON, "-c", SENDS, str(rate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def end(self):
        """When each was sent, in seconds."""
        out, _ = self.process.communicate(timeout=60)
        return [float(word) for word in out.split()]


def ends_in_time(process, seconds=LAST):
    begin = time.monotonic()
    out, err = process.communicate(timeout=30)
    took = time.monotonic() - begin
    equal(took < seconds, True, f"it took {took:.1f} s to end; {err.decode()}")
    return out.decode(), err.decode()


def left_since(before):
    """Cgroups that were not there, and by how many the kernel's programs are more."""
    programs, known = before
    more = bpf_programs() - programs
    return sorted(set(cgroups()) - set(known)) + ([more] if more > 0 else [])


SIGNALS = {"SIGINT": [signal.SIGINT], "SIGTERM": [signal.SIGTERM], "SIGHUP": [signal.SIGHUP], "SIGINT twice": [signal.SIGINT] * 2}


@case("each signal that asks for an end gives a whole case within two seconds, and the command has it, too")
def signals(scratch):
    for mode in ("sinkhole", "host"):
        for number, (name, sent) in enumerate(SIGNALS.items()):
            with Namespace() as namespace:
                before = (bpf_programs(), cgroups())
                place = scratch.folder / f"{mode}{number}"
                run = subprocess.Popen([*namespace.inside, scratch.waybill, "run", "--network", mode, "--case", place, "--", "bash", "-c",
                                        'echo ready; echo x > /dev/udp/127.0.0.1/9; exec sleep 60'],
                                       cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                equal(run.stdout.readline(), b"ready\n")
                time.sleep(0.3)
                for each in sent:
                    run.send_signal(each)
                    time.sleep(0.05)
                ends_in_time(run, 6)  # the report is made of it, too
                # The second one comes while the case is written, and is nothing, or while it is analysed, and ends that.
                equal(run.returncode in (128 + sent[0], *(-number for number in sent[1:])), True, f"{mode}, {name}: {run.returncode}")
                equal(run_json(place)["exit"]["signal"], sent[0])
                equal(run_json(place)["stop"], "processes-ended")
                equal(packets_in(place / "data/packets-0001.pcapng")[1], True)
                deadline = time.monotonic() + 10
                while left_since(before) and time.monotonic() < deadline:
                    time.sleep(0.1)
                equal(left_since(before), [], f"what is left after {mode}, {name}")


@case("a capture that is interrupted twice is as whole as one that is interrupted once")
def capture_twice(scratch):
    with Namespace() as namespace:
        capture = Capture(scratch, namespace, "-i", "lo")
        subprocess.run([*namespace.inside, *talk(200)], check=False)
        time.sleep(0.3)
        for _ in range(2):
            capture.process.send_signal(signal.SIGINT)
        ends_in_time(capture.process, 6)
    run = counts_are_true(scratch.folder / "case")
    equal((run["stop"], run["interfaces"][0]["received"]), ("signal", 400))  # each is answered by ICMP


@case("where its parent and its terminal are gone a run goes on, and its case is whole")
def orphan(scratch):
    shell = subprocess.Popen(["sh", "-c", f"'{scratch.waybill}' run --network sinkhole --case case -- sh -c 'sleep 1; "
                              "echo x > left' > /dev/null 2>&1 & exit 0"], cwd=scratch.folder)
    shell.wait(30)
    deadline = time.monotonic() + 30
    path = scratch.folder / "case/data/report.json"
    while time.monotonic() < deadline and not path.exists():
        time.sleep(0.1)
    time.sleep(0.2)
    equal((run_json(scratch.folder / "case")["stop"], (scratch.folder / "left").exists()), ("processes-ended", True))


@case("nobody who reads what a run says is no end: it is recorded and the status is the command's")
def no_reader(scratch):
    command = f"'{scratch.waybill}' run --network sinkhole --case case -- sh -c 'sleep 0.3; exit 3' 2>&1 | true; echo ${{PIPESTATUS[0]}}"
    equal(scratch.execute(["bash", "-c", command]).out, "3\n")
    equal(run_json(scratch.folder / "case")["stop"], "processes-ended")


@case("where its terminal has hung up a run goes on, is recorded, and the status is the command's")
def hung_up(scratch):
    process, terminal = pty.fork()
    if process == 0:  # it leads a session of its own, whose terminal this is
        os.chdir(scratch.folder)
        os.execv(scratch.waybill, [scratch.waybill, "run", "--network", "sinkhole", "--case", "case", "--", "sh", "-c", "echo > began; sleep 2; exit 3"])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (scratch.folder / "began").exists():
        time.sleep(0.05)
    os.close(terminal)
    _, ended = os.waitpid(process, 0)
    equal(os.waitstatus_to_exitcode(ended), 3)
    equal((run_json(scratch.folder / "case")["stop"], (scratch.folder / "case/data/report.json").exists()), ("processes-ended", True))


@case("an interface that goes away or down is told, without a busy loop, and what was captured by then is there")
def interface_gone(scratch):
    ends = (("deleted", ["ip", "link", "delete", "w0"]), ("down", ["ip", "link", "set", "w0", "down"]),
            ("renamed", ["ip", "link", "set", "w0", "down", "name", "w9"]), ("given another MTU", ["ip", "link", "set", "w0", "mtu", "1280"]))
    for number, (what, end) in enumerate(ends):
        with Namespace() as namespace:
            inside = lambda *command: subprocess.run([*namespace.inside, *command], check=True, capture_output=True)  # noqa: E731
            inside("ip", "link", "add", "w0", "type", "veth", "peer", "name", "w1")
            for name, address in (("w0", "192.0.2.1/24"), ("w1", "198.51.100.1/24")):
                inside("ip", "address", "add", address, "dev", name)
                inside("ip", "link", "set", name, "up")
            place = scratch.folder / f"case{number}"
            capture = Capture(scratch, namespace, "-i", "w0", "--duration", "20", place=place)
            inside("bash", "-c", "for i in $(seq 50); do echo $i > /dev/udp/192.0.2.9/9; done; sleep 1")
            inside(*end)
            time.sleep(1)
            if capture.process.poll() is None:
                used = sum(map(int, open(f"/proc/{capture.process.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()[11:15]))
                equal(used / os.sysconf("SC_CLK_TCK") < 1.5, True, f"seconds of the processor after it was {what}")
                capture.process.send_signal(signal.SIGINT)
            _, err = capture.process.communicate(timeout=30)
            run = run_json(place)
            if what in ("deleted", "renamed"):  # libpcap looks for its name
                equal((capture.process.returncode, run["stop"]), (74, "failure"), err.decode())
                holds(err.decode(), "the recording stopped early: ", "w0")
            else:
                equal((capture.process.returncode, run["stop"]), (0, "signal"), err.decode())
            counts_are_true(place)


@case("where one of two captured interfaces goes away the other is captured on, and the end says which went")
def one_gone(scratch):
    with Namespace() as namespace:
        inside = lambda *command: subprocess.run([*namespace.inside, *command], check=True, capture_output=True)  # noqa: E731
        inside("ip", "link", "add", "w0", "type", "veth", "peer", "name", "w1")
        inside("ip", "link", "set", "w0", "up")
        inside("ip", "link", "set", "lo", "up")
        capture = Capture(scratch, namespace, "-i", "w0", "-i", "lo", "--duration", "20")
        send = ("bash", "-c", "for i in $(seq 50); do echo $i > /dev/udp/127.0.0.1/9; done; sleep 0.5")
        inside(*send)
        inside("ip", "link", "delete", "w0")
        time.sleep(0.5)
        inside(*send)
        equal(capture.process.poll(), None, "it has ended")
        capture.process.send_signal(signal.SIGINT)
        _, err = capture.process.communicate(timeout=30)
        equal(capture.process.returncode, 74, err.decode())
        holds(err.decode(), "w0")
        received = {each["name"]: each["received"] for each in counts_are_true(scratch.folder / "case")["interfaces"]}
        equal(received["lo"], 200)  # each is answered by ICMP


HOUR = 3600
CLOCKS = {  # what somebody does to the clock, and what of it is told
    "set back by an hour": ("0.7:-3600", [-HOUR]),
    "set forward by an hour": ("0.7:3600", [HOUR]),
    "set back and forward again": ("0.7:-3600 1.4:3600", [-HOUR, HOUR]),
    "left alone": ("", []),
}


@case("a clock that is set while a recording goes on is told with when and by how much, and nothing recorded is lost")
def clock_set(scratch):
    shim = Path(os.environ["STEPPED_CLOCK"])
    assert shim.exists(), shim
    for number, (what, (steps, told)) in enumerate(CLOCKS.items()):
        place = scratch.folder / f"case{number}"
        command = ["bash", "-c", 'for i in $(seq 50); do printf "%0900d" $i > /dev/udp/127.0.0.1/9999; sleep 0.04; done; exit 3']
        result = scratch.run("run", "--network", "sinkhole", "--case", place, "--", *command,
                             environment={"LD_PRELOAD": shim, "STEPS": steps, "ASAN_OPTIONS": "verify_asan_link_order=0"})
        equal((what, result.status), (what, 3), result.err)
        run = counts_are_true(place)
        equal((what, packets_in(place / "data/packets-0001.pcapng")[0]), (what, 100))  # each is answered by ICMP
        gaps = [gap for gap in run["gaps"] if gap["kind"] == "clock-stepped"]
        found = [round(float(step)) for gap in gaps for step in re.findall(r"by ([+-][0-9.]+) s", gap["detail"])]
        equal((what, found, sum(gap["count"] for gap in gaps)), (what, told, len(told)))


@case("a disk that is slow costs packets, and each is counted: by the kernel that dropped it")
def slow_disk(scratch):
    sent = 3000
    large = f"import socket; s = socket.socket(2, 2); [s.sendto(bytes(60_000), ('127.0.0.1', 9)) for _ in range({sent})]"
    with Namespace() as namespace:
        slow = failing(scratch.folder / "case", "packets-0001.pcapng", "write:delay_enter=10000")
        under = [*namespace.inside, "env", *(f"{name}={value}" for name, value in UNDER_STRACE.items()), *map(str, slow)]
        capture = Capture(scratch, SimpleNamespace(inside=under), "-i", "lo", "--keep", "full")
        subprocess.run([*namespace.inside, PYTHON, "-c", large], check=True)
        waybill = subprocess.run(["pgrep", "-P", str(capture.process.pid)], capture_output=True, text=True, check=True).stdout.split()[0]
        os.kill(int(waybill), signal.SIGINT)
        _, err = capture.process.communicate(timeout=120)
        equal(capture.process.returncode, 0, err.decode())
    run = counts_are_true(scratch.folder / "case")
    received, dropped = run["interfaces"][0]["received"], run["interfaces"][0]["dropped"]
    print(f"        {dropped} dropped of {received}")
    equal((received >= sent, dropped > 0, gap_count(run, "kernel-dropped")), (True, True, dropped))


RATE = 5000
MOST_LOST = 250  # milliseconds: 100 on a quiet machine, and what other tests beside take


def lost_by_kill(namespace, file, command, is_child):
    """Kills what records in the middle of traffic; gives packets and milliseconds that were sent and cannot be read."""
    recorder = subprocess.Popen([*namespace.inside, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not began(file)():
        time.sleep(0.02)
    time.sleep(0.5)
    sender = Sender(namespace, RATE)
    time.sleep(3)
    killed = time.clock_gettime(time.CLOCK_REALTIME)
    if is_child:  # the process that writes, which ends by itself where the one that began it is killed
        found = subprocess.run(["pgrep", "-P", str(recorder.pid), "-u", str(NOBODY)], capture_output=True, text=True, check=True)
        os.kill(int(found.stdout), signal.SIGKILL)
    else:
        recorder.kill()
    recorder.wait(30)
    time.sleep(1)
    sent = [moment for moment in sender.end() if moment < killed]
    told = subprocess.run(["tcpdump", "-nn", "-r", file, "udp and dst port 9"], capture_output=True, text=True, check=False)
    readable = sum(1 for line in told.stdout.splitlines() if " > 127.0.0.1.9:" in line)
    lost = max(len(sent) - readable, 0)
    return lost, 1000 * (killed - sent[readable]) if lost else 0.0, packets_in(file)[1]


def began(file):
    return lambda: file.exists() and file.stat().st_size > 0


@case("kill -9 in the middle of traffic costs a moment of it at most, whichever of its processes is killed")
def killed(scratch):
    rows = {}
    for name in ("waybill", "waybill's recorder", "tcpdump", "tcpdump -U", "dumpcap"):
        with Namespace() as namespace:
            file = scratch.folder / f"{name.replace(' ', '')}.pcap"
            if name.startswith("waybill"):
                place = scratch.folder / name.replace("'", "")
                file = place / "data/packets-0001.pcapng"
                command = [scratch.waybill, "capture", "-i", "lo", "--case", place]
            elif name == "dumpcap":
                command = ["dumpcap", "-q", "-i", "lo", "-w", file]
            else:
                command = [*name.split(), "-i", "lo", "-w", file]
            rows[name] = lost_by_kill(namespace, file, command, "recorder" in name)
    for name, (lost, milliseconds, is_whole) in rows.items():
        print(f"kill -9 at {RATE} packets/s: {name:18} lost {lost:5} packets, {milliseconds:4.0f} ms, last block "
              f"{'whole' if is_whole else 'torn'}", file=sys.stderr)
    for name in ("waybill", "waybill's recorder"):
        equal(rows[name][1] <= MOST_LOST, True, f"milliseconds lost: {rows}")
        status(scratch.run("analyze", name.replace("'", "")), 2)


@case("on a full disk tcpdump says nothing and ends with 0; dumpcap stops with 1; a capture stops with 74, all counts true")
def full_disk(scratch):
    rows = {}
    for name in ("waybill", "tcpdump", "dumpcap"):
        with Namespace() as namespace, SmallDisk(scratch, name, (4 if name == "waybill" else 1) << 20) as disk:
            file = disk / "c.pcap"
            command = {"waybill": [scratch.waybill, "capture", "-i", "lo", "--keep", "full", "--case", disk / "case", "--duration", "30"],
                       "tcpdump": ["tcpdump", "-i", "lo", "-w", file], "dumpcap": ["dumpcap", "-q", "-i", "lo", "-w", file]}[name]
            if name == "waybill":
                file = disk / "case/data/packets-0001.pcapng"
            recorder = subprocess.Popen([*namespace.inside, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and not began(file)():
                time.sleep(0.02)
            time.sleep(0.5)
            subprocess.run([*namespace.inside, *talk(4000)], check=False)
            time.sleep(1)
            if recorder.poll() is None:
                recorder.send_signal(signal.SIGINT)
            _, err = recorder.communicate(timeout=30)
            rows[name] = (recorder.returncode, *packets_in(file), b"no space left" in err.lower())
            if name == "waybill":
                counts_are_true(disk / "case")
    for name, row in rows.items():
        print(f"full disk: {name:8} status {row[0]}, {row[1]} packets readable, last block {'whole' if row[2] else 'torn'}, "
              f"{'says why' if row[3] else 'says nothing'}", file=sys.stderr)
    equal((rows["waybill"][0], rows["waybill"][2:]), (74, (True, True)))
    equal((rows["tcpdump"][0], rows["dumpcap"][0]), (0, 1), "what others do, as docs/reliability.md says")


if os.geteuid() != 0:
    print("faults_end: needs root, for it captures and makes network namespaces")
    raise SystemExit(77)
main(sinkhole=True)
