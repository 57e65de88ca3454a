"""The steps of a recipe: a scripted tool in a terminal of its own contacts another host in each phase."""

import json
import os
import signal
import subprocess
import time

from phases import phases
from waybill_test import PYTHON, case, equal, holds, lacks, main, status

# Prompts, "signs in", works, idles, and leaves behind what outlives it; a host for each. A Ctrl-C ends it.
TOOL = """
import os, signal, socket, subprocess, sys, time

def ask(name):
    try: socket.create_connection((name, 443), 5).close()
    except OSError: pass

LATE = "import socket, time, signal; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(3.5); " \\
       "socket.create_connection(('late.example', 443), 5).close()"
if len(sys.argv) > 1:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ask("start.example")
sys.stdout.write("\\x1b[2J\\x1b[1;1H\\x1b[1mWelcome to\\x1b[0m\\r\\n   \\x1b[32macme\\x1b[0m\\r\\nSecret: ")
sys.stdout.flush()
name = input()
ask("sign-in.example")
print("Signed in as", name.upper(), flush=True)
ask("work.example")
subprocess.Popen([sys.executable, "-c", LATE])
print("\\x1b]0;a title\\x07ready", flush=True)
try:
    time.sleep(0.5)
    ask("idle.example")
    time.sleep(60)
except KeyboardInterrupt:
    print("Bye", flush=True)
    sys.exit(7)
"""

STEPS = [{"wait_for": "Welcome to acme Secret:"}, {"mark": "signing in"}, {"type": "hunter2\r"},
         {"wait_for": "Signed in as HUNTER2", "timeout": "20s"}, {"wait_for": "ready"}, {"mark": "idle"}, {"idle": "2s"},
         {"type": "\u0003"}, {"wait_for": "Bye"}, {"wait_for_exit": "20s"}]


def write(scratch, tool=TOOL, arguments=(), **members):
    scratch.write("tool.py", tool)
    recipe = {"format": "waybill-recipe/1", "name": "a recipe", "network": "sinkhole", "terminal": {}, "linger": "20s",
              "command": [PYTHON, "tool.py", *arguments], "steps": STEPS, **members}
    return scratch.write("recipe.json", json.dumps(recipe))


def follow(scratch, *options, place="case", **others):
    return scratch.run("run", "--recipe", "recipe.json", "--case", place, *options, **others)


def ends(scratch, place="case"):
    return [step["end"] for step in scratch.case_json("run.json", place)["recipe"]["steps"]]


def run_in_terminal(scratch, code, **members):
    write(scratch, tool=code, steps=[], **members)
    return follow(scratch, stdin=b"the caller's")


@case("the run goes on when nobody reads what its terminal shows any more")
def unread(scratch):
    code = "import sys, time; print('up', flush=True); time.sleep(1); print('x' * 9000, flush=True); time.sleep(0.5); sys.exit(3)"
    write(scratch, tool=code, steps=[{"wait_for": "up"}, {"wait_for": "xxx"}, {"wait_for_exit": "20s"}])
    process = subprocess.Popen([scratch.waybill, "run", "--recipe", "recipe.json", "--case", "case", "--show-terminal"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               cwd=scratch.folder)
    scratch.running.append(process)
    process.stderr.readline()
    process.stderr.close()
    equal(process.wait(60), 3)
    equal(ends(scratch), ["done"] * 3)


@case("text that nobody takes fails its step, which says how long was waited")
def not_taken(scratch):
    write(scratch, tool="import time; print('up', flush=True); time.sleep(100)", linger="0",
          steps=[{"wait_for": "up"}, {"type": "x\r" * 60000}])
    holds(status(follow(scratch), 125).err, "steps[1], type: 30 s were not enough")


@case("each endpoint is of the phase in which the tool contacted it: before sign-in, after it, idle, and after exit")
def phased(scratch):
    write(scratch, account="none")
    result = status(follow(scratch), 7)
    equal([(opening, label, [name for name in names if name.endswith(".example")])
           for opening, label, names in phases(scratch, only_new=True)],
          [("recording", None, ["start.example"]), ("mark", "signing in", ["sign-in.example", "work.example"]),
           ("mark", "idle", ["idle.example"]), ("command-exit", None, ["late.example"])])
    equal(result.out, "")
    holds(result.err, "recipe: a recipe", "account, as declared: none · 10 of 10 steps done")
    recipe = scratch.case_json("run.json")["recipe"]
    equal([step["step"] for step in recipe["steps"]], [next(iter(step)) for step in STEPS])
    equal((ends(scratch), recipe["failure"]), (["done"] * len(STEPS), None))
    moments = [step[which] for step in recipe["steps"] for which in ("began", "ended")]
    equal(moments, sorted(moments))
    equal(scratch.case_json("report.json")["run"]["recipe"], recipe)


@case("nothing that the terminal shows or that is typed gets into the case or onto the streams, but by the recipe itself")
def not_kept(scratch):
    write(scratch)
    result = status(follow(scratch), 7)
    lacks(result.out + result.err, "HUNTER2", "hunter2", "Secret", "a title")
    for path in (scratch.folder / "case").rglob("*"):
        if path.is_file() and path.name != "recipe.json":
            lacks(path.read_bytes().decode(errors="replace"), "HUNTER2", "hunter2", "Signed in", "Welcome")
    equal(sorted(path.name for path in (scratch.folder / "case").iterdir()), ["data"])
    shown = status(follow(scratch, "--show-terminal", place="shown"), 7)
    holds(shown.err, "\x1b[1mWelcome to\x1b[0m", "Signed in as HUNTER2", "Bye")
    lacks(shown.err, "a title", "\x1b]")
    holds(status(scratch.sinkhole("true", options=("--show-terminal", "no case")), 64).err, "--show-terminal")


@case("the command has a terminal of its own, of the size and kind that the recipe says, and the caller's streams are left alone")
def terminal(scratch):
    code = ("import os, fcntl, struct, termios, sys\n"
            "size = struct.unpack('HHHH', fcntl.ioctl(0, termios.TIOCGWINSZ, b' ' * 8))[:2]\n"
            "open('said', 'w').write(repr([size, [os.isatty(each) for each in (0, 1, 2)], os.environ['TERM'],\n"
            "    os.ttyname(0) == os.ttyname(2), os.tcgetpgrp(os.open('/dev/tty', os.O_RDWR)) == os.getpgrp()]))")
    result = status(run_in_terminal(scratch, code, terminal={"columns": 71, "rows": 17}), 0)
    equal((scratch.folder / "said").read_text(), "[(17, 71), [True, True, True], 'xterm-256color', True, True]")
    equal(result.out, "")
    write(scratch, tool="import os; open('kind', 'w').write(os.environ['TERM'])", steps=[], environment={"TERM": "dumb"})
    status(follow(scratch, place="second"), 0)
    equal((scratch.folder / "kind").read_text(), "dumb")


@case("what a tool asks its terminal is answered, so that it goes on")
def answered(scratch):
    code = ("import sys, termios, tty\n"
            "tty.setraw(0); sys.stdout.write('\\x1b[6n\\x1b[c'); sys.stdout.flush()\n"
            "read = ''\n"
            "while not read.endswith('c'): read += sys.stdin.read(1)\n"
            "open('said', 'w').write(repr(read))")
    status(run_in_terminal(scratch, code), 0)
    equal((scratch.folder / "said").read_text(), repr("\x1b[1;1R\x1b[?62c"))


@case("a text that does not show in time ends the recipe: which step, what and how long is told, and the run is kept")
def late_text(scratch):
    write(scratch, steps=[{"wait_for": "Secret:"}, {"mark": "signing in"}, {"wait_for": "Never\tsaid", "timeout": "1s"}, {"type": "x"}])
    began = time.monotonic()
    result = status(follow(scratch), 125)
    assert time.monotonic() - began < 20, "the command is ended"
    failure = 'steps[2], wait for "Never\\x09said": 1 s were not enough'
    holds(result.err, "waybill: the recipe failed: " + failure, "FAILED at steps[2]", "start.example")
    equal(scratch.case_json("run.json")["recipe"]["failure"], failure)
    equal(ends(scratch), ["done", "done", "failed", "not-reached"])
    equal(scratch.case_json("run.json")["exit"]["signal"], signal.SIGTERM)
    gaps = [gap["detail"] for gap in scratch.case_json("report.json")["gaps"] if gap["kind"] == "mode-limits"]
    assert any(failure in (detail or "") for detail in gaps), gaps
    write(scratch, arguments=["deaf"], steps=[{"wait_for": "Never", "timeout": "1s"}])
    status(follow(scratch, place="deaf"), 125)
    equal(scratch.case_json("run.json", "deaf")["exit"]["signal"], signal.SIGKILL)
    status(follow(scratch, "--fail-on-findings", place="findings"), 125)


@case("a command that ends before its steps are done fails them, and one that is not there too")
def early_end(scratch):
    for place, step, reason in (("waits", {"wait_for": "more"}, 'steps[1], wait for "more": the command ended before'),
                                ("idles", {"idle": "20s"}, "steps[1], idle for 20 s: the command ended before")):
        write(scratch, tool="print('last words', flush=True)", steps=[{"wait_for": "last words"}, step])
        holds(status(follow(scratch, place=place), 125).err, reason)
    write(scratch, command=["no-such-program"], steps=[{"wait_for": "a"}])
    holds(status(follow(scratch, place="none"), 125).err, "no-such-program: No such file", "the command ended before")
    write(scratch, tool="print('last words', flush=True)", steps=[{"wait_for": "last words"}, {"wait_for_exit": "20s"}])
    status(follow(scratch, place="exits"), 0)


@case("a signal of a step reaches the command, and the command's time limit holds in a terminal too")
def signals(scratch):
    code = ("import signal, sys, time\n"
            "signal.signal(signal.SIGUSR1, lambda *_: (print('got it', flush=True), sys.exit(3)))\n"
            "print('up', flush=True); time.sleep(60)")
    write(scratch, tool=code, steps=[{"wait_for": "up"}, {"signal": "USR1"}, {"wait_for": "got it"}, {"wait_for_exit": "20s"}])
    status(follow(scratch), 3)
    write(scratch, tool=code, steps=[{"wait_for": "up"}], timeout="1s")
    holds(status(follow(scratch, place="slow"), 124).err, "for its time was over", "1 of 1 steps done")


def left_of(scratch, running):
    """Processes that carry the case's folder in their environment, beside this one."""
    marker = f"WAYBILL_MARK={scratch.folder}".encode()
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as environment:
                if marker in environment.read() and int(number) != running.pid:
                    found.append(number)
        except OSError:
            continue
    return found


def start(scratch, *options, **others):
    own = {**os.environ, "XDG_STATE_HOME": str(scratch.folder / "state")}
    running = subprocess.Popen([scratch.waybill, "run", "--recipe", "recipe.json", "--case", "case", *options], env=own,
                               cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **others)
    scratch.running.append(running)
    return running


def await_mark(scratch, label):
    marks = scratch.folder / "case/data/marks.ndjson"
    end = time.monotonic() + 60
    while not (marks.exists() and label in marks.read_text()):
        assert time.monotonic() < end, f"{label!r} was not marked"
        time.sleep(0.05)


@case("a signal in the middle ends command and recipe, keeps the run, and leaves nothing behind")
def signalled(scratch):
    for sent in (signal.SIGTERM, signal.SIGINT):
        write(scratch, steps=[*STEPS[:6], {"idle": "60s"}], home="fresh")
        running = start(scratch)
        await_mark(scratch, "idle")
        running.send_signal(sent)
        _, err = running.communicate(timeout=60)
        equal(running.returncode, 125, err.decode())
        holds(err.decode(), f"steps[6], idle for 60 s: signal {int(sent)} came", "sign-in.example")
        equal(ends(scratch)[-2:], ["done", "failed"])
        equal(left_of(scratch, running), [])
        equal(sorted(path.name for path in (scratch.folder / "case").iterdir()), ["data", "home"])
        subprocess.run(["rm", "-r", str(scratch.folder / "case")], check=True)


@case("when Waybill is killed in the middle, command and recorder go with it")
def killed(scratch):
    write(scratch, steps=[*STEPS[:6], {"idle": "60s"}])
    running = start(scratch)
    await_mark(scratch, "idle")
    running.kill()
    running.communicate(timeout=60)
    end = time.monotonic() + 20
    while left_of(scratch, running):
        assert time.monotonic() < end, left_of(scratch, running)
        time.sleep(0.1)
    equal(scratch.case_json("run.json")["gaps"][0]["kind"], "torn-input")


@case("steps that mark and a run that takes no marks do not go together")
def no_marks(scratch):
    write(scratch)
    holds(status(follow(scratch, "--no-marks"), 64).err, "--no-marks")
    equal((scratch.folder / "case").exists(), False)
    write(scratch, steps=[{"wait_for": "Secret"}, {"signal": "TERM"}, {"wait_for_exit": "20s"}])
    status(follow(scratch, "--no-marks"), 143)


if __name__ == "__main__":
    main(sinkhole=True)
