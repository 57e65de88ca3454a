"""Recording where the disk is full, files may not grow or writes fail: what is counted is what can be read. Needs root."""

import os
import shutil
import subprocess

from capture_support import Capture
from faults_support import SmallDisk, counts_are_true, environment, failing, gap_count, packets_in, talk
from hosts import Namespace
from waybill_test import case, equal, holds, main, status

MODES = ("sinkhole", "host")


def record(scratch, mode, place, command, options=(), before=(), **others):
    arguments = [*before, scratch.waybill, "run", "--network", mode, "--keep", "full", "--case", place, *options, "--", *command]
    if mode == "host":
        with Namespace() as namespace:
            return scratch.execute([*namespace.inside, *map(str, arguments)], **others)
    return scratch.execute(list(map(str, arguments)), **others)


@case("on a full disk a run goes on, what could not be written is counted, and it ends with 125 and says where and why")
def full_disk(scratch):
    for mode in MODES:
        with SmallDisk(scratch, mode, 4 << 20) as disk:
            result = status(record(scratch, mode, disk / "case", talk(4000)), 125)
            holds(result.err, "the recording stopped early: ", "No space left on device", "could not be written")
            run = counts_are_true(disk / "case")
            equal((run["stop"], run["exit"]["code"]), ("failure", 3), mode)
            equal(gap_count(run, "not-written") > 1000, True, mode)
            left = sorted(path.name for path in (disk / "case/data").iterdir())
            equal([name for name in left if name.endswith(".new")], [], "parts of files")
            checked = status(scratch.run("verify", disk / "case"), 2)
            holds(checked.out, "not sealed")
            # Elsewhere there is room to analyse it.
            subprocess.run(["cp", "-a", disk / "case", scratch.folder / f"{mode}-copy"], check=True)
        status(scratch.run("analyze", f"{mode}-copy"), 2)
        equal(len(scratch.case_events("flow", f"{mode}-copy")) > 100, True, "flows of what is there")


TALK_ON = ["timeout", "40", "bash", "-c", 'while :; do printf "%0900d" 1 > /dev/udp/127.0.0.1/9999; done']


@case("a capture ends at once when the disk is full, with 74, and says so, though the traffic goes on")
def full_capture(scratch):
    with Namespace() as namespace, SmallDisk(scratch, "disk", 4 << 20) as disk:
        capture = Capture(scratch, namespace, "-i", "lo", "--keep", "full", "--duration", "60", place=disk / "case")
        sender = subprocess.Popen([*namespace.inside, *TALK_ON])
        try:
            _, err = capture.process.communicate(timeout=20)
            equal(sender.poll(), None, "the sender has ended")
        finally:
            sender.terminate()
            sender.wait()
        equal(capture.process.returncode, 74, err.decode())
        holds(err.decode(), "the recording stopped early: ", "No space left on device")
        equal(counts_are_true(disk / "case")["stop"], "failure")


@case("files that may not grow further are a full disk, and the command has its own signals")
def size_limit(scratch):
    for mode in MODES:
        limit = 300_000
        before = ["prlimit", f"--fsize={limit}", "--"]
        command = ["bash", "-c", 'trap "echo limited" XFSZ; for i in $(seq 600); do printf "%0900d" $i > /dev/udp/127.0.0.1/9999; done; '
                   f'head -c {limit + 1000} /dev/zero > big; exit 3']
        result = status(record(scratch, mode, f"case-{mode}", command, before=before), 125)
        holds(result.err, "the recording stopped early: packets can't be written: File too large")
        run = counts_are_true(scratch.folder / f"case-{mode}")
        equal(run["stop"], "failure")
        equal(packets_in(scratch.folder / f"case-{mode}/data/packets-0001.pcapng")[0] > 100, True)


@case("there is no recording without room for its end: 73, and nothing is run")
def no_room(scratch):
    with SmallDisk(scratch, "disk", 1700 << 10) as disk:
        (disk / "filler").write_bytes(bytes(100 << 10))
        result = record(scratch, "sinkhole", disk / "case", ["touch", scratch.folder / "was-run"])
        equal(result.status, 73, result.err)
        holds(result.err, "No space left on device")
        equal((disk / "case").exists() and any((disk / "case").iterdir()), False, "what is left of the case")
    equal((scratch.folder / "was-run").exists(), False)


WRITES = [*range(1, 9), 12, 20]


@case("whichever write of packets fails, what is readable is what is counted, and nothing is told that is not there")
def each_write(scratch):
    for index in WRITES:
        place = scratch.folder / f"case{index}"
        slow = ["bash", "-c", 'for i in $(seq 60); do printf "%0900d" $i > /dev/udp/127.0.0.1/9999; sleep 0.01; done; exit 3']
        result = record(scratch, "sinkhole", place, slow, before=failing(place, "packets-0001.pcapng", f"write:error=EIO:when={index}+"),
                        environment=environment())
        if index == 1:  # the file could not even be begun
            equal((result.status, place.exists()), (73, False), result.err)
            continue
        run = counts_are_true(place)
        equal(result.status, 125 if run["stop"] == "failure" else 3, f"write {index}: {result.err}")
        if run["stop"] == "failure":
            holds(result.err, "packets can't be written: Input/output error")


@case("a write that is interrupted is made again, whichever it is")
def interrupted(scratch):
    for index in WRITES:
        place = scratch.folder / f"case{index}"
        result = record(scratch, "sinkhole", place, talk(50),
                        before=failing(place, "packets-0001.pcapng", f"write:error=EINTR:when={index}"), environment=environment())
        equal(result.status, 3, result.err)
        run = counts_are_true(place)
        equal((run["stop"], gap_count(run, "not-written")), ("processes-ended", 0))


@case("where owners, marks or checkpoints cannot be written the packets are there all the same, and the loss is told")
def other_files(scratch):
    for file, words in (("owners.ndjson", "owners can't be written"), ("checkpoints.ndjson", "could not be written whole")):
        place = scratch.folder / file
        result = record(scratch, "sinkhole", place, talk(50), before=failing(place, file, "write:error=EIO:when=1+"), environment=environment())
        equal(result.status, 125, result.err)
        holds(" ".join(result.err.split()), words)
        counts_are_true(place)


RESULTS = ("events.ndjson.new", "report.json.new", "run.json.new")


@case("a result that cannot be written leaves the one that was there, and no part of a new one")
def results(scratch):
    status(record(scratch, "sinkhole", "case", talk(20)), 3)
    place = scratch.folder / "case"
    before = {name: (place / "data" / name).read_bytes() for name in ("events.ndjson", "report.json")}
    for file in RESULTS[:2]:
        result = scratch.execute([*map(str, failing(place, file, "write:error=ENOSPC:when=1+")), scratch.waybill, "analyze", "case"],
                                 environment=environment())
        equal(result.status, 74, result.err)
        holds(result.err, file.removesuffix(".new"), "No space left on device")
        equal({name: (place / "data" / name).read_bytes() for name in before}, before)
        equal([path.name for path in (place / "data").iterdir() if path.name.endswith(".new")], [])


@case("what a command prints or writes to a full disk is told with 74, and a file of it is whole or not there")
def outputs(scratch):
    status(scratch.sinkhole("curl", "-sm3", "http://a.example.com/"), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    tables = (["analyze", "case"], ["report", "case"], *(["report", "case", "--format", form] for form in
              ("json", "html", "markdown", "csv", "sarif", "ocsf", "cyclonedx", "zeek")), ["export", "case", "--to", "clickhouse"],
              ["check", "case", "--policy", "no-telemetry"], ["rules", "stats"], ["doctor"], ["diff", "case", "case"],
              ["verify", "case"], ["custody", "list", "case"], ["--help"], ["run", "--help"], ["--version"])
    for command in tables:
        result = scratch.execute(["bash", "-c", 'exec "$@" > /dev/full', "-", scratch.waybill, *command])
        equal((command, result.status), (command, 74), result.err)
        holds(result.err, "No space left on device")
    for command in (["case"], ["--help"]):
        result = scratch.execute(["bash", "-c", 'exec "$@" > /dev/full', "-", f"{scratch.waybill}-verify", *command])
        equal((command, result.status), (command, 74), result.err)
        holds(result.err, "No space left on device")
    with SmallDisk(scratch, "disk", 16 << 10) as disk:
        subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'filler'}", "bs=1k"], capture_output=True, check=False)  # until it is full
        for form in ("html", "ocsf", "pcapng"):
            result = scratch.run("report", "case", "--format", form, "--output", disk / "out")
            equal((form, result.status in (73, 74), (disk / "out").exists()), (form, True, False), result.err)
            holds(result.err, "No space left on device")


@case("what a full disk does not take whole, a key, an entry of custody or a share, leaves no part that is in the way")
def parts(scratch):
    status(scratch.sinkhole("true", options=("--case", "case")), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    status(scratch.run("seal", "case", "--key", "op.key"), 0)
    with SmallDisk(scratch, "disk", 4 << 20) as disk:
        shutil.copytree(scratch.folder / "case", disk / "case")
        left = sorted(disk.rglob("*"))
        subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'filler'}", "bs=1k"], capture_output=True, check=False)  # until it is full
        for command in (("key", "new", disk / "new.key"), ("custody", "add", disk / "case", "handed over"),
                        ("redact", scratch.folder / "case", "-o", disk / "share", "--word", "x")):
            result = scratch.run(*command)
            equal((command[0], result.status in (73, 74)), (command[0], True), result.err)
            holds(result.err, "No space left on device")
            equal(sorted(disk.rglob("*")), sorted([*left, disk / "filler"]), command[0])
        (disk / "filler").unlink()
        status(scratch.run("key", "new", disk / "new.key"), 0)
        status(scratch.run("custody", "add", disk / "case", "handed over"), 0)


if os.geteuid() != 0:
    print("faults_disk: needs root, for it mounts small file systems")
    raise SystemExit(77)
main(sinkhole=True)
