"""waybill doctor: what the host permits, to root and to others."""

import json
import os
import shutil
import subprocess

from waybill_test import NOBODY, Skip, case, equal, holds, main, status

MODES = ("sinkhole", "isolated", "host", "interface")
CHECKS = {"namespaces", "uplink", "seccomp", "ebpf", "btf", "cgroup", "capabilities", "resolver"}


def check_report(result):
    """What it says fits together, and its status says the same."""
    said = json.loads(result.out)
    equal(said["format"], "waybill-doctor")
    equal(tuple(mode["network"] for mode in said["modes"]), MODES)
    equal({check["id"] for check in said["checks"]}, CHECKS)
    for check in said["checks"]:
        holds(("good", "limited", "missing"), check["state"])
        assert check["found"], check
    for mode in said["modes"]:
        equal(mode["possible"], mode["reason"] == "", str(mode))
    possible = [mode["possible"] for mode in said["modes"]]
    equal(result.status, 0 if all(possible) else 1 if any(possible) else 77)
    return said


def state(said, name):
    return next(check for check in said["checks"] if check["id"] == name)


def cgroups():
    found = subprocess.run(["find", "/sys/fs/cgroup", "-name", "waybill-doctor*"], capture_output=True, check=False)
    return found.stdout


@case("every mode and every check is told, as text and as JSON, and nothing of the trials is left")
def told(scratch):
    said = check_report(scratch.run("doctor", "--json"))
    text = scratch.run("doctor").out
    holds(text, *MODES[:3], "waybill capture", *CHECKS)
    for check in said["checks"]:
        holds(text, check["found"])
    equal(cgroups(), b"")
    equal(said["root"], os.geteuid() == 0)


@case("an ordinary user is told that the host's network needs root, and who tells owners without")
def ordinary(scratch):
    if os.geteuid() != 0:
        raise Skip("only root can become another user; the case above is one of this user")
    scratch.folder.chmod(0o755)
    program = scratch.folder / "waybill"
    shutil.copy(scratch.waybill, program)
    program.chmod(0o755)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    said = check_report(scratch.execute([*become, str(program), "doctor", "--json"]))
    equal(said["root"], False)
    host = said["modes"][2]
    equal(host["possible"], False)
    holds(host["reason"], "only root")
    equal(state(said, "capabilities")["state"], "missing")
    for mode in said["modes"][:2]:
        equal(mode["owners"], "seccomp" if mode["possible"] else "", str(mode))


@case("programs that are not there are named, with the package that has them")
def no_uplink(scratch):
    empty = scratch.folder / "empty"
    empty.mkdir()
    said = check_report(scratch.execute([scratch.waybill, "doctor", "--json"], environment={"PATH": str(empty)}))
    uplink = state(said, "uplink")
    equal(uplink["state"], "missing")
    if "tun" in uplink["found"]:
        raise Skip(uplink["found"])
    holds(uplink["found"], "pasta")
    holds(uplink["advice"], "apt install passt slirp4netns")


@case("an argument that is none ends with 64")
def usage(scratch):
    status(scratch.run("doctor", "--no-such"), 64)


main()
