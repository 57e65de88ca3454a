"""Marks and phases in the sinkhole: who may set them, and what the report says of each."""

import os
import signal
import subprocess
import time

from phases import phases
from waybill_test import PYTHON, SINKHOLE, case, equal, holds, lacks, main, status

# Asks for a name, which is a contact's first packet.
ASK = ("import socket, sys\n"
       "for name in sys.argv[1:]:\n"
       "    try: socket.create_connection((name, 80), 5).close()\n"
       "    except OSError: pass\n")


def ask(*names):
    return f"{PYTHON} -c '{ASK}' {' '.join(names)}"


def script(scratch, mark):
    return "\n".join([ask("one.example"), mark("signed in"), ask("one.example", "two.example"), mark("idle"),
                      ask("three.example")])


@case("a command marks its own phases by waybill mark or by a line to $WAYBILL_MARK, and each contact is of the right one")
def inside(scratch):
    ways = {"command": lambda label: f"{scratch.waybill} mark '{label}'",
            "variable": lambda label: f"echo '{label}' >> \"$WAYBILL_MARK\""}
    for name, mark in ways.items():
        result = status(scratch.sinkhole("sh", "-ec", script(scratch, mark), options=("--case", name)), 0)
        found = phases(scratch, name)
        equal(found[:3], [("recording", None, ["one.example"]), ("mark", "signed in", ["one.example", "two.example"]),
                          ("mark", "idle", ["three.example"])], name)
        equal([entry[:2] for entry in found[3:]], [("command-exit", None)], name)
        holds(result.err, "signed in", "(before any mark)", "PAYLOAD OUT is the most")
        equal([(event["opening"], event["label"]) for event in scratch.case_events("mark", name)],
              [("mark", "signed in"), ("mark", "idle"), ("command-exit", None)], name)
        equal(sorted(os.listdir(scratch.folder / name)), ["data"], "the pipe goes with the recording")


@case("what the phases say adds up to the whole, and is the same when the case is analysed again")
def whole(scratch):
    mark = lambda label: f"{scratch.waybill} mark '{label}'"
    status(scratch.sinkhole("sh", "-ec", script(scratch, mark)), 0)
    report = scratch.case_json("report.json")
    for contact in report["contacts"]:
        for member in ("packets", "ip_bytes", "payload_bytes"):
            for way in ("out", "in"):
                equal(sum(volume[member][way] for volume in contact["phases"]), contact[member][way], member)
    equal(sum(phase["payload_out_at_most"] for phase in report["phases"]), report["payload_out_at_most"])
    for purpose in report["purposes"]:
        equal(sum(purpose["payload_out_at_most_by_phase"]), purpose["payload_out_at_most"])
    before = (scratch.folder / "case/data/report.json").read_bytes()
    status(scratch.run("analyze", "case"), 0)
    equal((scratch.folder / "case/data/report.json").read_bytes(), before)


@case("from outside a recording is found by its case, by its pipe, or as the latest one that runs")
def outside(scratch):
    state = {"XDG_STATE_HOME": str(scratch.folder / "state")}
    pipe = scratch.folder / "pipe"
    for options, mark in (
            (("--case", "named"), lambda: scratch.run("mark", "here", "--case", "named")),
            ((), lambda: scratch.run("mark", "here")),
            (("--mark-file", str(pipe), "--case", "piped"), lambda: pipe.write_text("here\n"))):
        running = subprocess.Popen([scratch.waybill, *SINKHOLE, *options, "--", "sh", "-c", "echo up; read -r line"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=scratch.folder, env={**os.environ, **state})
        equal(running.stdout.readline(), b"up\n")
        done = mark()
        if not isinstance(done, int):
            status(done, 0)
        _, err = running.communicate(b"\n", timeout=60)
        equal(running.returncode, 0, err.decode())
        holds(err.decode(), "here", "(before any mark)")
    equal(pipe.exists(), False)


@case("what cannot be marked is refused with what is in the way")
def refused(scratch):
    holds(status(scratch.run("mark", "idle"), 66).err, "no recording runs")
    holds(status(scratch.run("mark", "idle", "--case", "none"), 66).err, "none/marks", "No such file")
    holds(status(scratch.run("mark", "idle", environment={"WAYBILL_MARK": "/dev/null"}), 66).err, "not a recording's pipe")
    for label in ("", "  ", "two\nlines", "x" * 201):
        holds(status(scratch.run("mark", label), 64).err, "one line of text")
    (scratch.folder / "there").write_text("mine")
    result = status(scratch.sinkhole("true", options=("--mark-file", "there")), 73)
    holds(result.err, "there", "File exists")
    equal((scratch.folder / "there").read_text(), "mine")
    equal((scratch.folder / "case").exists(), False, "nothing was run")


@case("--no-marks leaves the environment as it is; else one variable is added to it, and nothing else")
def environment(scratch):
    own = {**os.environ, "XDG_STATE_HOME": str(scratch.folder / "state")}
    lines = ["/usr/bin/env", "-u", "PWD", "-u", "OLDPWD", "-u", "_", "-u", "SHLVL"]
    bare = status(scratch.execute(lines, environment=own), 0).out.splitlines()
    with_marks = status(scratch.sinkhole(*lines, options=("--case", "a")), 0).out.splitlines()
    without = status(scratch.sinkhole(*lines, options=("--case", "b", "--no-marks")), 0).out.splitlines()
    removed = set(scratch.case_json("run.json", "b")["removed_environment"])
    kept = sorted(line for line in bare if line.partition("=")[0] not in removed)
    equal(sorted(line for line in without if not line.startswith("XDG_RUNTIME_DIR=")),
          [line for line in kept if not line.startswith("XDG_RUNTIME_DIR=")])
    added = set(with_marks) - set(without)
    equal(added, {f"WAYBILL_MARK={scratch.folder}/a/marks"})
    equal((scratch.folder / "b/data/marks.ndjson").exists(), False)


@case("what the command leaves behind is told apart and named; --linger says how long it is watched")
def left_behind(scratch):
    leave = f"(sleep 1; {ask('late.example')}; sleep 60) & exit 3"
    began = time.monotonic()
    result = status(scratch.sinkhole("sh", "-c", leave, options=("--linger", "3s")), 3)
    assert 2.5 < time.monotonic() - began < 30, time.monotonic() - began
    equal(phases(scratch)[-1], ("command-exit", None, ["late.example"]))
    report = scratch.case_json("report.json")
    running = {process["id"]: os.path.basename(process["exe"]) for process in report["processes"]}
    assert {running[number] for number in report["phases"][-1]["running"]} & {"sh", "dash"}, running
    holds(result.err, "(the command had ended)", "still running")
    exact = status(scratch.sinkhole("sh", "-c", leave, options=("--case", "exact", "--until-exit")), 3)
    lacks(exact.err, "late.example", "(the command had ended)")


@case("marks of a recording that was killed are kept")
def killed(scratch):
    running = subprocess.Popen([scratch.waybill, *SINKHOLE, "--case", "case", "--", "sh", "-c", "echo up; sleep 60"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=scratch.folder)
    equal(running.stdout.readline(), b"up\n")
    status(scratch.run("mark", "here", "--case", "case"), 0)
    running.send_signal(signal.SIGKILL)
    running.wait(30)
    running.stdout.close()
    result = status(scratch.run("analyze", "case", "--format", "json"), 2)
    equal([phase["label"] for phase in result.json()["phases"]], [None, "here"])
    holds(status(scratch.run("mark", "late", "--case", "case"), 66).err, "the recording has ended")


main(sinkhole=True)
