"""waybill run as an ordinary user, and as root for one: needs root to become others."""

import json
import os
import shutil

import short_lives
from captures import conversation, files
from waybill_test import NOBODY, SINKHOLE, SKIPPED, SOURCE, case, equal, holds, main, python, status

TALK = python("import socket, os; print(os.getuid(), os.getgid()); socket.create_connection(('api.example', 443), 30)")


def as_nobody(scratch):
    """A copy of the program and its packs that every user can reach, and a folder that nobody may write to."""
    scratch.folder.chmod(0o755)
    place = scratch.folder / "program"
    place.mkdir()
    shutil.copy(scratch.waybill, place / "waybill")
    shutil.copytree(SOURCE / "rules/packs", place / "packs")
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
    home = scratch.folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    environment = {"HOME": str(home), "XDG_STATE_HOME": None, "WAYBILL_PACKS": str(place / "packs"), "SUDO_UID": None,
                   "SUDO_GID": None, "SUDO_USER": None}

    def run(*arguments):
        return scratch.execute([*become, str(place / "waybill"), *map(str, arguments)], environment=environment, folder=home)
    return home, run


@case("an ordinary user runs a command in the sinkhole, as itself, with the same result")
def ordinary(scratch):
    home, run = as_nobody(scratch)
    result = status(run(*SINKHOLE, "--case", home / "case", "--", *TALK), 0)
    equal(result.out, f"{NOBODY} {NOBODY}\n")
    holds(result.err, "api.example:443", "nobody was reached")
    for path in [home / "case", *(home / "case").rglob("*")]:
        equal(path.stat().st_uid, NOBODY, str(path))
    hosts = [contact["endpoint"]["host"] for contact in
             json.loads((home / "case/data/report.json").read_text())["contacts"]]
    assert "api.example" in hosts, hosts


def check_chain(events, result):
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow"]
    assert len(flows) >= 2, flows
    for flow in flows:
        equal(flow["owner"]["quality"], "exact", str(flow))
        owner = processes[flow["owner"]["process"]]
        equal(owner["inner_pid"], int(result.out), "the process inside")
        holds(owner["exe"], "python3")
        holds(processes[owner["parent"]]["exe"], "sh")


CHAIN = "import os, socket; print(os.getpid()); socket.create_connection(('api.example', 443), 30)"
CHAIN_COMMAND = ["sh", "-c", 'python3 -c "$0"; true', CHAIN]


@case("a case has the process behind each flow, by its number inside: the kernel tells root, the calls an ordinary user")
def owners(scratch):
    result = status(scratch.run(*SINKHOLE, "--case", "case", "--", *CHAIN_COMMAND), 0)
    check_chain(scratch.case_events(), result)
    holds((scratch.folder / "case/data/owners.ndjson").read_text(), '"source":"kernel"')
    home, run = as_nobody(scratch)
    result = status(run(*SINKHOLE, "--case", home / "case", "--", *CHAIN_COMMAND), 0)
    check_chain(events_of(home / "case"), result)
    holds((home / "case/data/owners.ndjson").read_text(), '"source":"seccomp"')


def events_of(folder):
    return [json.loads(line) for line in (folder / "data/events.ndjson").read_text().splitlines()]


@case("of two thousand processes that live for a moment each flow is told with the right one, to root and to others")
def many_processes(scratch):
    count = 2000
    program = short_lives.program(count)
    status(scratch.run(*SINKHOLE, "--case", "case", "--", "python3", "-c", program), 0)
    short_lives.check(scratch.case_events(), count)
    home, run = as_nobody(scratch)
    status(run(*SINKHOLE, "--case", home / "case", "--", "python3", "-c", program), 0)
    short_lives.check(events_of(home / "case"), count)


@case("its default case is below its home")
def default_case(scratch):
    home, run = as_nobody(scratch)
    status(run(*SINKHOLE, "--", "true"), 0)
    equal(len(list((home / ".local/state/waybill/cases").iterdir())), 1)


@case("a place that it may not write to ends with 73")
def not_writable(scratch):
    _, run = as_nobody(scratch)
    holds(status(run(*SINKHOLE, "--case", scratch.folder / "mine", "--", "true"), 73).err, "Permission denied", "--case")


@case("a capture that it may not read ends with 66")
def not_readable(scratch):
    _, run = as_nobody(scratch)
    scratch.write("secret.pcapng", files.pcapng(conversation())).chmod(0o600)
    holds(status(run("analyze", scratch.folder / "secret.pcapng"), 66).err, "Permission denied")


@case("root runs the command as itself, without the capabilities that reach the host")
def as_root(scratch):
    code = "import os; print(os.getuid(), [line for line in open('/proc/self/status') if line.startswith('CapEff')][0].split()[1])"
    result = status(scratch.sinkhole(*python(code), environment={"SUDO_UID": None, "SUDO_USER": None}), 0)
    user, effective = result.out.split()
    equal(user, "0")
    for capability in (12, 16, 19, 21, 25, 38, 39):  # net_admin, sys_module, sys_ptrace, sys_admin, sys_time, perfmon, bpf
        equal(int(effective, 16) >> capability & 1, 0, f"capability {capability}")


@case("--user runs the command as another, and the case can be read by root alone or by who called sudo")
def other_user(scratch):
    scratch.folder.chmod(0o755)
    result = status(scratch.sinkhole(*TALK, options=("--user", "nobody")), 0)
    equal(result.out.split()[0], str(NOBODY))
    equal((scratch.folder / "case").stat().st_mode & 0o077, 0)


@case("a user that is not there ends with 64 and leaves no case behind")
def no_such_user(scratch):
    holds(status(scratch.sinkhole("true", options=("--user", "no-such-user")), 64).err, "no-such-user")
    assert not (scratch.folder / "case").exists()


@case("under sudo the command runs as who called it")
def under_sudo(scratch):
    scratch.folder.chmod(0o755)
    environment = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "SUDO_USER": "nobody"}
    result = status(scratch.sinkhole(*TALK, environment=environment), 0)
    equal(result.out.split()[0], str(NOBODY))


if os.geteuid() != 0:
    print("skipped: only root can become another user")
    raise SystemExit(SKIPPED)
for tool in ("setpriv",):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        raise SystemExit(SKIPPED)
main(sinkhole=True)
