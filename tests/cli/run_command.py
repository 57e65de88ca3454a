"""waybill run: the command keeps what it has."""

import json
import os

from waybill_test import case, equal, holds, lacks, main, python, status


@case("standard input reaches the command, octet for octet")
def stdin(scratch):
    octets = bytes(range(256)) * 999
    status(scratch.sinkhole("sh", "-c", "cat >copy", stdin=octets), 0)
    equal((scratch.folder / "copy").read_bytes(), octets, "copy")


@case("a closed standard input stays closed")
def no_stdin(scratch):
    result = scratch.execute(["sh", "-c", 'exec "$0" "$@" <&-', scratch.waybill, "run", "--network", "sinkhole", "--case",
                              "case", "--", "sh", "-c", "test -e /proc/self/fd/0 && echo open || echo closed"])
    holds(status(result, 0).out, "closed")


@case("standard output and error are the command's own; the report is on stderr after them")
def streams(scratch):
    result = status(scratch.sinkhole("sh", "-c", "printf out; printf err >&2"), 0)
    equal(result.out, "out")
    first, command_and_report = result.err.split("\n", 1)
    assert first.startswith("waybill  nothing can leave this machine"), first
    assert command_and_report.startswith("err"), command_and_report
    equal(result.err.count("err\n"), 1)


@case("working directory, user and group are as before")
def identity(scratch):
    (scratch.folder / "deep").mkdir()
    code = "import os, json; print(json.dumps([os.getcwd(), os.getuid(), os.getgid(), os.umask(0)]))"
    result = status(scratch.sinkhole(*python(code), folder=scratch.folder / "deep"), 0)
    mask = os.umask(0)
    os.umask(mask)
    equal(json.loads(result.out), [str(scratch.folder / "deep"), os.getuid(), os.getgid(), mask])


@case("the environment is passed on, but for what leads to daemons' sockets, which is listed")
def environment(scratch):
    removed = {"SSH_AUTH_SOCK": "/nowhere/agent", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}
    result = status(scratch.sinkhole("env", environment={**removed, "KEPT": "as it was", "DOCKER_HOST": None,
                                                         "TMUX": None, "DISPLAY": None}), 0)
    holds(result.out, "KEPT=as it was\n", f"PATH={os.environ['PATH']}\n")
    lacks(result.out, *removed)
    holds(" ".join(result.err.split()), "DBUS_SESSION_BUS_ADDRESS, SSH_AUTH_SOCK")
    equal(scratch.case_json("run.json")["removed_environment"], sorted(removed))


@case("--clean-env passes on PATH and the like alone")
def clean_environment(scratch):
    result = status(scratch.sinkhole("env", options=("--clean-env",), environment={"SECRET_TOKEN": "x", "LANG": "C.UTF-8"}), 0)
    holds(result.out, f"PATH={os.environ['PATH']}\n", "LANG=C.UTF-8\n")
    lacks(result.out, "SECRET_TOKEN")
    equal(scratch.case_json("run.json")["clean_environment"], True)


@case("--fresh-home gives an empty HOME with the XDG folders in it, below the case")
def fresh_home(scratch):
    code = """import json, os
home = os.environ["HOME"]
files = [os.path.join(folder, name) for folder, _, names in os.walk(home) for name in names]
xdg = [os.environ["XDG_" + word + "_HOME"] for word in ("CONFIG", "CACHE", "DATA", "STATE")]
open(os.path.join(home, ".toolrc"), "w").write("kept")
print(json.dumps([home, os.path.expanduser("~"), files, xdg, [os.path.isdir(each) for each in xdg]]))"""
    result = status(scratch.sinkhole(*python(code), options=("--fresh-home",)), 0)
    home, expanded, files, xdg, there = json.loads(result.out)
    equal(home, str(scratch.folder / "case/home"))
    equal((expanded, files, there), (home, [], [True] * 4))
    assert all(folder.startswith(home + "/.") for folder in xdg), xdg
    holds(result.err.splitlines()[0], "HOME is fresh")
    equal((scratch.folder / "case/home/.toolrc").read_text(), "kept")


@case("arguments reach the command as they are, options of its own among them")
def arguments(scratch):
    words = ["--case", "-x", "", "two words", "--", "$HOME", "ü", "--network=host"]
    result = status(scratch.sinkhole(*python("import sys, json; print(json.dumps(sys.argv[1:]))"), *words), 0)
    equal(json.loads(result.out), words)
    equal(scratch.case_json("run.json")["command"][3:], words)


@case("files that the command writes are there afterwards: the network is confined, files are not, and the text says so")
def files(scratch):
    result = status(scratch.sinkhole("touch", "made"), 0)
    assert (scratch.folder / "made").exists()
    holds(result.err, "files are not")


main(sinkhole=True)
