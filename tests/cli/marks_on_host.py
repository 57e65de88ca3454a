"""Marks and phases on the host's network and in a capture. Needs root."""

import os
import subprocess
import time

from capture_support import Capture
from hosts import Namespace
from waybill_test import PYTHON, SKIPPED, case, equal, holds, main, status

KNOCK = f"{PYTHON} -c 'import socket; socket.socket().connect_ex((\"127.0.0.1\", 80))'"


def begun(scratch, place):
    """Label and flows that began, of each phase."""
    return [(phase["label"], phase["begun"]) for phase in scratch.case_json("report.json", place)["phases"]]


@case("a command of an ordinary user marks on the host's network")
def on_host(scratch):
    with Namespace() as namespace:
        command = f"{KNOCK}; echo second >> \"$WAYBILL_MARK\"; {KNOCK}"
        result = status(scratch.execute([*namespace.inside, scratch.waybill, "run", "--network", "host", "--user", "nobody",
                                         "--case", "case", "--", "sh", "-c", command]), 0)
    holds(result.err, "second", "(before any mark)")
    equal(begun(scratch, "case")[:2], [(None, 1), ("second", 1)])


@case("what the command leaves behind runs on, on the host's network, and the report names it")
def left_behind(scratch):
    with Namespace() as namespace:
        leave = f"({KNOCK}; touch began; sleep .5; {KNOCK}; exec sleep 30) & while [ ! -e began ]; do sleep .05; done"
        result = status(scratch.execute([*namespace.inside, scratch.waybill, "run", "--network", "host", "--linger", "5s",
                                         "--case", "case", "--", "sh", "-c", leave]), 0)
    holds(result.err, "(the command had ended)", "still running: dash", "ran on when the recording ended")
    equal([number for _, number in begun(scratch, "case")], [1, 1])


@case("a mark divides a capture")
def in_capture(scratch):
    with Namespace() as namespace:
        capture = Capture(scratch, namespace, "-i", "lo")
        knock = [*namespace.inside, "sh", "-c", KNOCK]
        subprocess.run(knock, check=True)
        time.sleep(0.3)
        status(scratch.run("mark", "second", "--case", "case"), 0)
        subprocess.run(knock, check=True)
        capture.end()
    equal(begun(scratch, "case"), [(None, 1), ("second", 1)])
    equal(os.path.lexists(scratch.folder / "case/marks"), False)


if os.geteuid() != 0:
    print("skipped: only root may watch sockets in the kernel")
    raise SystemExit(SKIPPED)
main()
