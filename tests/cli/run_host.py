"""waybill run --network host: packets and owners of one command's sockets, and nothing else of the host. Needs root.

Every case runs in a network namespace of its own, which is Waybill's "host" then."""

import json
import os
import shutil
import signal
import subprocess
import time

from hosts import EXCHANGE, PORT, Namespace, Server, bpf_programs, cgroups, host_state
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, lacks, main, python, status

HOST = ("run", "--network", "host")
def run(scratch, namespace, *command, options=(), **others):
    place = () if "--case" in options else ("--case", "case")
    return scratch.execute([*namespace.inside, scratch.waybill, *HOST, *place, *options, "--", *command], **others)


def owners(scratch, place="case"):
    lines = [json.loads(line) for line in (scratch.folder / place / "data/owners.ndjson").read_text().splitlines()]
    processes = {line["id"]: line for line in lines if line["type"] == "process"}
    for line in lines:
        if line["type"] == "digest":
            processes[line["process"]]["exe_sha256"] = line["sha256"]
    return lines, processes


def chain(processes, number):
    """The names of a process and of those that forked it, from the first."""
    names = []
    while number:
        names.insert(0, os.path.basename(processes[number]["exe"]))
        number = processes[number]["parent"]
    return names


@case("two hundred short-lived processes: every exchange has the process that the server heard of, and no other")
def short_lived(scratch):
    with Namespace() as namespace:
        server = Server(namespace)
        work = f"seq 200 | xargs -P 8 -I N bash -c '{EXCHANGE}'"
        result = status(run(scratch, namespace, "sh", "-c", work), 0)
        said = server.end()
    equal(len(said), 400, "exchanges")
    lines, processes = owners(scratch)
    told = []
    for line in lines:
        if line["type"] == "socket" and line["remote"]["port"] == PORT:
            owner = line["connector"] or line["user"]
            told.append((line["protocol"], line["local"]["port"], processes[owner]["inner_pid"]))
            equal(chain(processes, owner)[-1], "bash", "the owner")
    equal(sorted(told), sorted(said), "owners")
    holds(result.err, "nothing lost")
    events = scratch.case_events()
    inner = {event["id"]: event["inner_pid"] for event in events if event["type"] == "process"}
    joined = [({"tcp": 6, "udp": 17}[event["transport"]], event["client"]["port"], inner[event["owner"]["process"]])
              for event in events if event["type"] == "flow"]
    equal(sorted(joined), sorted(said), "flows with their owners, a flow for each exchange")
    equal({event["owner"]["quality"] for event in events if event["type"] == "flow"}, {"exact"}, "match quality")
    holds(result.err, "× 200")


@case("the chain of processes, their programs with digests, the script that an interpreter runs, and its package")
def chains(scratch):
    package = scratch.folder / "node_modules/coder"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@acme/coder", "version": "1.2.3"}')
    (package / "cli.py").write_text(f"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {PORT}))")
    with Namespace() as namespace:
        status(run(scratch, namespace, "sh", "-c", f"sh -c '{PYTHON} {package}/cli.py; true'; true"), 0)
    lines, processes = owners(scratch)
    socket = next(line for line in lines if line["type"] == "socket" and line["remote"]["port"] == PORT)
    equal(chain(processes, socket["user"])[:2], [os.path.basename(os.path.realpath("/bin/sh"))] * 2)
    user = processes[socket["user"]]
    equal(user["script"]["path"], str(package / "cli.py"))
    equal(user["package"], {"name": "@acme/coder", "version": "1.2.3"})
    equal(user["cwd"], str(scratch.folder))
    digest = subprocess.run(["sha256sum", os.path.realpath(PYTHON)], capture_output=True, check=True).stdout.split()[0].decode()
    equal((user["exe"], user["exe_sha256"]), (os.path.realpath(PYTHON), digest))


@case("the packets are those of the command's sockets alone, whole where they name something, and counted once")
def packets(scratch):
    other = f"import socket, time\nfor _ in range(100): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'other', ('127.0.0.1', 9)); time.sleep(.01)"
    own = f"import socket, time; time.sleep(.3); socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'own', ('127.0.0.1', {PORT}))"
    with Namespace() as namespace:
        outside = subprocess.Popen([*namespace.inside, PYTHON, "-c", other])
        status(run(scratch, namespace, *python(own)), 0)
        outside.wait(30)
    flows = scratch.case_events("flow")
    equal([flow["server"]["port"] for flow in flows if flow["transport"] == "udp"], [PORT])
    flow = next(flow for flow in flows if flow["transport"] == "udp")
    equal((flow["packets"], flow["ip_bytes"]), ({"out": 1, "in": 0}, {"out": 31, "in": 0}))


@case("the command's status, environment, folder, descriptors and standard streams are as without Waybill")
def unchanged(scratch):
    look = python("import os, sys; print(sorted(os.environ.items()), os.getcwd(), os.umask(0), sorted(os.listdir('/proc/self/fd')),"
                  "os.getuid(), os.getgroups(), open('/proc/self/status').read().split('SigBlk')[1].split('SigCgt')[0],"
                  "[line for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNew', 'Seccomp'))],"
                  "open('/proc/self/limits').read(), sys.stdin.read())")
    with Namespace() as namespace:
        bare = scratch.execute([*namespace.inside, *look], stdin=b"words")
        watched = status(run(scratch, namespace, *look, options=("--no-marks",), stdin=b"words"), 0)
        equal(watched.out, bare.out, "what the command sees")
        marked = status(run(scratch, namespace, *look, options=("--case", "marked"), stdin=b"words"), 0)
        variable = str(("WAYBILL_MARK", f"{scratch.folder}/marked/marks"))
        equal(marked.out.replace(f", {variable}", ""), bare.out, "what it sees where marks are taken")
        for number, (command, expected) in enumerate(((["sh", "-c", "exit 3"], 3), (["sh", "-c", "kill -9 $$"], 137),
                                                      (["no-such-command-here"], 127))):
            place = f"case{number}"
            status(run(scratch, namespace, *command, options=("--case", place)), expected)
            equal(scratch.case_json("run.json", place)["exit"]["code"], expected, str(command))


@case("signals to Waybill reach the command")
def signals(scratch):
    with Namespace() as namespace:
        wait = "trap 'echo got it; exit 7' TERM; echo ready; while :; do sleep 0.05; done"
        process = subprocess.Popen([*namespace.inside, scratch.waybill, *HOST, "--case", "case", "--", "sh", "-c", wait],
                                   cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        equal(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    equal((out, process.returncode), (b"got it\n", 7), err.decode())


def unchanged_since(before, namespace, when):
    now = (host_state(namespace), bpf_programs(), cgroups())
    equal(now[1:], before[1:], f"programs in the kernel and cgroups {when}")
    for old, new in zip(before[0], now[0]):
        changed = sorted(set(old.splitlines()) ^ set(new.splitlines()))
        equal(changed, [], f"lines of the host's state {when}")


@case("nothing of the host changes, and nothing is left in the kernel, also when Waybill is killed at any moment")
def no_trace(scratch):
    with Namespace() as namespace:
        before = (host_state(namespace), bpf_programs(), cgroups())
        status(run(scratch, namespace, "bash", "-c", f"echo x >/dev/udp/127.0.0.1/{PORT}"), 0)
        unchanged_since(before, namespace, "after a run")
        for moment in range(10):
            process = subprocess.Popen([*namespace.inside, scratch.waybill, *HOST, "--case", f"killed{moment}", "--",
                                        "sh", "-c", "sleep 100 & exec sleep 100"], cwd=scratch.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.02 + moment * 0.04)
            process.kill()
            process.wait(30)
        deadline = time.time() + 20
        while (bpf_programs(), cgroups()) != before[1:] and time.time() < deadline:
            time.sleep(0.1)
        unchanged_since(before, namespace, "after ten kills")
        left = subprocess.run(["pgrep", "-fx", "sleep 100"], capture_output=True, check=False).stdout
        equal(left, b"", "processes")


# Moves itself into a cgroup two below the run's own, as a container engine does, and leaves both behind; says the run's.
NESTS = """
import os, sys, time
top = next(line.split()[4] for line in open('/proc/self/mountinfo') if ' - cgroup2 ' in line)
own = next(line[3:].strip() for line in open('/proc/self/cgroup') if line.startswith('0::'))
os.makedirs(f'{top}{own}/engine/container')
open(f'{top}{own}/engine/container/cgroup.procs', 'w').write('0')
print(f'{top}{own}', flush=True)
time.sleep(float(sys.argv[1]))
"""


@case("cgroups that the command made below its own are removed after it, also when Waybill is killed")
def nested_cgroups(scratch):
    with Namespace() as namespace:
        own = status(run(scratch, namespace, PYTHON, "-c", NESTS, "0"), 0).out.strip()
        holds(own, "/waybill-")
        equal(os.path.exists(own), False, "after a run")
        process = subprocess.Popen([*namespace.inside, scratch.waybill, *HOST, "--case", "killed", "--", PYTHON, "-c", NESTS, "100"],
                                   cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        scratch.running.append(process)
        own = process.stdout.readline().decode().strip()
        equal(os.path.exists(f"{own}/engine/container"), True, "before the kill")
        process.kill()
        process.wait(30)
        deadline = time.monotonic() + 20
        while os.path.exists(own) and time.monotonic() < deadline:
            time.sleep(0.05)
        equal(os.path.exists(own), False, "after a kill")


@case("a recording whose Waybill was killed can be analysed, and says that it broke off")
def broken_off(scratch):
    talk = python(f"import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', {PORT}));"
                  "time.sleep(.5); print('sent', flush=True); time.sleep(100)")
    with Namespace() as namespace:
        process = subprocess.Popen([*namespace.inside, scratch.waybill, *HOST, "--case", "case", "--", *talk],
                                   cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        equal(process.stdout.readline(), b"sent\n")
        process.kill()
        process.wait(30)
        time.sleep(0.5)
    result = status(scratch.run("analyze", "case"), 2)
    holds(result.out, "broke off", str(PORT))


@case("when what records dies, the command is ended, and the run ends with 125 and a case that says that it broke off")
def recorder_dies(scratch):
    with Namespace() as namespace:
        process = subprocess.Popen([*namespace.inside, scratch.waybill, *HOST, "--case", "case", "--", "sh", "-c",
                                    "echo ready; sleep 100"], cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        equal(process.stdout.readline(), b"ready\n")
        recorder = subprocess.run(["pgrep", "-P", str(process.pid), "-u", str(NOBODY)], capture_output=True, check=True)
        os.kill(int(recorder.stdout), signal.SIGKILL)
        _, err = process.communicate(timeout=30)
    equal(process.returncode, 125, err.decode())
    holds(err.decode(), "the recorder ended before the command")
    holds(status(scratch.run("analyze", "case"), 2).out, "broke off")


@case("the recording lasts as long as any process of the command; with --until-exit as long as the command, and says so")
def left_behind(scratch):
    late = (f"(sleep 0.5; exec 3<>/dev/udp/127.0.0.1/{PORT}; echo late >&3) & exit 4")
    before = cgroups()
    with Namespace() as namespace:
        status(run(scratch, namespace, "bash", "-c", late), 4)
        equal(len(scratch.case_events("flow")), 1, "flows with the daemon's")
        result = status(run(scratch, namespace, "bash", "-c", late, options=("--until-exit", "--case", "other")), 4)
        equal(len(scratch.case_events("flow", "other")), 0, "flows without it")
        holds(result.err, "ran on when the recording ended")
        deadline = time.time() + 20
        while cgroups() != before and time.time() < deadline:  # its folder goes with the last process
            time.sleep(0.1)
        equal(cgroups(), before, "cgroups")


@case("secrets in command lines are left out of the case, unless they are to be kept")
def secrets(scratch):
    with Namespace() as namespace:
        status(run(scratch, namespace, "env", "API_TOKEN=hunter2", "sh", "-c", "true"), 0)
        for path in (scratch.folder / "case").rglob("*"):
            if path.is_file():
                lacks(path.read_bytes().decode("latin-1"), "hunter2")
        status(run(scratch, namespace, "env", "API_TOKEN=hunter2", "sh", "-c", "true", options=("--keep-args", "--case", "kept")), 0)
        holds((scratch.folder / "kept/data/owners.ndjson").read_text(), "hunter2")


@case("who is not root is told so, with what is possible instead, and nothing is left")
def not_root(scratch):
    program = scratch.folder / "program"
    shutil.copytree(SOURCE / "rules/packs", program / "packs")
    shutil.copy(scratch.waybill, program / "waybill")
    for path in (scratch.folder, program, *program.rglob("*")):
        path.chmod(0o755)
    scratch.folder.chmod(0o777)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    environment = {**os.environ, "WAYBILL_PACKS": str(program / "packs")}
    ended = subprocess.run([*become, program / "waybill", *HOST, "--case", "case", "--", "true"], cwd=scratch.folder,
                           env=environment, capture_output=True, check=False)
    equal(ended.returncode, SKIPPED, ended.stderr.decode())
    holds(ended.stderr.decode(), "needs root", "--network sinkhole")
    assert not (scratch.folder / "case").exists()


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
main()
