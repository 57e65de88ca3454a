"""A real program of many processes, with a window: Debian's Chromium on a display of its own, in every mode. Needs root.

What it wants to say to its vendor gets nowhere: every case runs in a network namespace that leads to the page's server
at most."""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from capture_support import Capture
from hosts import Namespace
from uplink_hosts import Host
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, main

PORT = 8321
SERVER = f"""
import socket, sys
page = b'<title>page</title><h1>A page</h1>'
server = socket.create_server((sys.argv[1], {PORT}))
print('ready', flush=True)
while True:
    client, _ = server.accept()
    client.recv(65536)
    client.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nConnection: close\\r\\n\\r\\n' + page)
    client.close()
"""
NETWORK_SERVICE = "network.mojom.NetworkService"
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
DISPLAY = "-screen 0 800x600x24 -fbdir"


class Page:
    """The page's server, in a namespace and outside of every recording."""

    def __init__(self, inside, address):
        self.process = subprocess.Popen([*inside, PYTHON, "-c", SERVER, address], stdout=subprocess.PIPE)
        equal(self.process.stdout.readline(), b"ready\n", "the page's server")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def kind(words):
    """What a process of the browser is for, by its command line."""
    for option in ("--utility-sub-type=", "--type="):
        for word in words:
            if option in word:
                return word.split(option)[1].split()[0]
    return os.path.basename(words[0].split()[0]) if words else ""


@dataclass
class Seen:
    """A process of the browser while it runs, seen from outside."""
    pid: int
    kind: str
    seccomp: str
    user_namespace: str
    pid_namespace: str


def running(profile):
    """The browser's processes now, those in its sandbox too."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
            if not words[0].startswith("/usr/lib/chromium/chromium") or f"--user-data-dir={profile}" not in " ".join(words):
                continue
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            seccomp = next(line.split()[1] for line in lines if line.startswith("Seccomp:"))
            found.append(Seen(int(pid), kind(words), seccomp, *(os.readlink(f"/proc/{pid}/ns/{name}") for name in ("user", "pid"))))
        except (OSError, StopIteration):
            continue  # gone meanwhile
    return found


def is_drawn(folder):
    """Whether there is more on the screen than the display's own background."""
    try:
        octets = (folder / "Xvfb_screen0").read_bytes()[-800 * 600 * 4:]
    except OSError:
        return False
    return len({octets[at:at + 3] for at in range(0, len(octets), 4)}) > 16


def has_spoken(place):
    try:
        lines = (place / "data/owners.ndjson").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(f'"port":{PORT}' in line for line in lines)


def wait_for_window(folder):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if is_drawn(folder) and "renderer" in {each.kind for each in running(folder / "profile")}:
            time.sleep(1)  # so that it takes what is handed over
            return
        time.sleep(0.1)
    raise AssertionError("the first browser has no window")


def look_and_close(process, place, folder):
    """Waits for the page's connection, the renderer and the window, looks, and closes the browser as a user's session
    does. Gives what it saw."""
    profile = folder / "profile"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        seen = running(profile)
        if {"renderer", NETWORK_SERVICE} <= {each.kind for each in seen} and is_drawn(folder) and has_spoken(place):
            break
        time.sleep(0.1)
    time.sleep(1)  # so that copies of the zygote have settled, and what the page asks for next is under way
    seen = running(profile)
    equal(is_drawn(folder), True, "the window is on the screen")
    for each in seen:
        if each.kind == "chromium":
            os.kill(each.pid, signal.SIGTERM)
    holds({each.kind for each in seen}, "chromium", "zygote", "renderer", NETWORK_SERVICE)
    return seen


def prepared(scratch):
    """A folder that nobody may write to, with the program in it."""
    scratch.folder.chmod(0o755)
    folder = scratch.folder / "of-nobody"
    shutil.copytree(SOURCE / "rules/packs", folder / "packs")
    shutil.copy(scratch.waybill, folder / "waybill")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
        os.chown(path, NOBODY, NOBODY)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUDO_")}
    environment.update({"HOME": str(folder), "TMPDIR": str(folder), "WAYBILL_PACKS": str(folder / "packs")})
    return folder, environment


def command(folder, host, leaves_it_behind, *options):
    browser = (f"xvfb-run -a -s '{DISPLAY} {folder}' chromium --user-data-dir={folder}/profile --no-first-run --disable-gpu "
               f"{' '.join(options)} http://{host}:{PORT}/ 2>{folder}/said")
    return ["sh", "-c", f"{browser} & exit 3" if leaves_it_behind else browser]


def browse(scratch, mode, inside, host, user=NOBODY, options=()):
    """Runs the browser in that mode; gives its processes while it ran, the case and the report as text."""
    folder, environment = prepared(scratch)
    become = AS_NOBODY if user else []
    whom = ["--user", "nobody"] if not user else []
    place = (folder if user else scratch.folder) / "case"
    program = [*inside, *become, folder / "waybill", "run", "--network", mode, "--case", place, *whom, "--"]
    leaves_it_behind = mode != "sinkhole"
    process = subprocess.Popen([*map(str, program), *command(folder, host, leaves_it_behind, *options)], cwd=folder, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    seen = look_and_close(process, place, folder)
    err = process.communicate(timeout=60)[1].decode()
    if leaves_it_behind:
        equal(process.returncode, 3, err)
    return seen, place, err


def processes_of(place):
    lines = [json.loads(line) for line in (place / "data/owners.ndjson").read_text(encoding="utf-8").splitlines()]
    processes = {line["id"]: line for line in lines if line["type"] == "process"}
    for line in lines:
        if line["type"] == "process-end":
            processes[line["process"]]["ended"] = line["at"]
    return processes


def chain(processes, number):
    """What a process and those that forked it are, from itself on."""
    kinds = []
    while number:
        kinds.append(kind(processes[number]["argv"]))
        number = processes[number]["parent"]
    return kinds


def check_flow(place, launcher="sh"):
    """The page's flow is the network service's, which the browser started, which the launcher started."""
    events = [json.loads(line) for line in (place / "data/events.ndjson").read_text(encoding="utf-8").splitlines()]
    processes = processes_of(place)
    flows = [event for event in events if event["type"] == "flow" and event["server"]["port"] == PORT]
    assert flows, "no flow to the page"
    for flow in flows:
        equal(flow["owner"]["quality"], "exact")
        above = chain(processes, flow["owner"]["process"])
        equal(above[:2], [NETWORK_SERVICE, "chromium"], "the flow's owner and what started it")
        equal(above[-1], launcher, "the launcher")
    return processes, events


def check_tree(processes):
    """Each process of the browser is told, below the one that forked it."""
    chains = [chain(processes, number) for number in processes]
    told = {each[0] for each in chains}
    holds(told, "Xvfb", "chromium", "zygote", "renderer", NETWORK_SERVICE)
    for each in chains:
        if each[0] == "renderer":
            equal(set(each[1:each.index("chromium")]), {"zygote"}, "what forked a renderer")


def check_each_end(processes):
    """Each process's end is told; gives what each was at last."""
    went_on = {line["previous"] for line in processes.values()}  # as another program
    last_of_each = [line for number, line in processes.items() if number not in went_on]
    equal([line["argv"] for line in last_of_each if "ended" not in line], [], "processes without an end")
    return last_of_each


def check_ends(place, processes):
    """The run lasted until the last process had ended, long after the launcher."""
    last_of_each = check_each_end(processes)
    launcher, last = processes[1]["ended"], max(line["ended"] for line in last_of_each)
    browser = max(line["ended"] for line in last_of_each if kind(line["argv"]) == "chromium")
    assert launcher < browser <= last, (launcher, browser, last)
    assert json.loads((place / "data/run.json").read_text(encoding="utf-8"))["ended"] >= last


def check_other_sandbox(seen):
    """The sandbox that a set-user-ID program makes is whole: a pid namespace and a filter of its own, and no user namespace."""
    browser = next(each for each in seen if each.kind == "chromium")
    for each in seen:
        if each.kind == "renderer":
            equal((each.seccomp, each.user_namespace), ("2", browser.user_namespace), "a renderer's filter and users")
            assert each.pid_namespace != browser.pid_namespace, "a renderer's pid namespace"


def check_sandbox(seen):
    """The browser's own sandbox is whole: a user namespace and a filter of its own for what reads pages."""
    browser = next(each for each in seen if each.kind == "chromium")
    for each in seen:
        if each.kind == "renderer":
            equal(each.seccomp, "2", "a renderer's filter")
            assert each.user_namespace != browser.user_namespace, "a renderer's user namespace"


@case("on the host's network: each of the browser's processes is there, the page's flow is its network service's, and the run "
      "lasts until the last of them has ended")
def host(scratch):
    with Namespace() as namespace, Page(namespace.inside, "127.0.0.1"):
        seen, place, err = browse(scratch, "host", namespace.inside, "127.0.0.1", user=0)
    processes, _ = check_flow(place)
    check_tree(processes)
    check_ends(place, processes)
    check_sandbox(seen)
    holds(err, "Contacted", f"127.0.0.1:{PORT}", "nothing lost")


@case("in an isolated network, without root: the same by what its calls tell, with its sandbox in the run's")
def isolated(scratch):
    with Host(scratch) as machine, Page(machine.inside, "198.51.100.1"):
        seen, place, err = browse(scratch, "isolated", machine.inside, "page.example")
    check_flow(place)
    check_sandbox(seen)
    holds(err, "Contacted", f"page.example:{PORT}")


@case("in the sinkhole: each of its processes is there, the page's flow is its network service's, with its sandbox in the run's")
def sinkhole(scratch):
    seen, place, err = browse(scratch, "sinkhole", [], "page.example", user=0)
    processes, _ = check_flow(place)
    check_tree(processes)
    check_sandbox(seen)
    holds(err, "Attempted", f"page.example:{PORT}")
    contacts = json.loads((place / "data/report.json").read_text(encoding="utf-8"))["contacts"]
    asked = {contact["resolution"] for contact in contacts if contact["endpoint"]["host"] == "page.example"}
    equal(asked, {"answered"}, "its question over IPv4 named what it connects to over IPv6")


class Scope:
    """A cgroup for what is run by a test; gone with the `with`."""

    def __enter__(self):
        top = next(line.split()[4] for line in open("/proc/self/mountinfo", encoding="utf-8") if " - cgroup2 " in line)
        self.folder = Path(top, f"browser-of-test-{os.getpid()}")
        self.folder.mkdir()
        return self.folder

    def __exit__(self, *_):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (self.folder / "cgroup.procs").read_text(encoding="utf-8"):
            time.sleep(0.05)
        self.folder.rmdir()


def browse_watched(scratch, options_of):
    """Runs the browser on a host that is captured, narrowed to what `options_of` its cgroup and its launcher's number
    says, while somebody else speaks to the page's server; gives its processes while it ran, and the report as text."""
    folder, environment = prepared(scratch)
    with Scope() as scope, Namespace() as namespace, Page(namespace.inside, "127.0.0.1"):
        join = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', scope, *namespace.inside, *AS_NOBODY]
        browser = command(folder, "127.0.0.1", False)
        browser[-1] = f"read -r go; {browser[-1]}"
        launcher = subprocess.Popen([*join, *browser], cwd=folder, env=environment, stdin=subprocess.PIPE,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        scratch.running.append(launcher)
        capture = Capture(scratch, namespace, *options_of(scope, launcher.pid))
        speak = f"import socket; s = socket.create_connection(('127.0.0.1', {PORT})); s.sendall(b'x'); s.recv(9)"
        subprocess.run([*namespace.inside, PYTHON, "-c", speak], check=True)
        launcher.stdin.write(b"go\n")
        launcher.stdin.close()
        seen = look_and_close(launcher, scratch.folder / "case", folder)
        launcher.wait(60)
        subprocess.run([*namespace.inside, PYTHON, "-c", speak], check=True)
        capture.end()
    holds(capture.err, "Contacted", f"127.0.0.1:{PORT}", "nothing lost")
    return seen


def check_watched(scratch, seen, launcher):
    """What is promised of a capture of the browser: its tree, whose flow is whose, and nobody else's."""
    place = scratch.folder / "case"
    processes, events = check_flow(place, launcher)
    check_sandbox(seen)
    check_each_end(processes)
    told = {number: line for number, line in processes.items() if line["exe"] and "python" in line["exe"]}
    equal(told, {}, "somebody else's processes")
    unowned = [event["id"] for event in events if event["type"] == "flow" and not event["owner"]["process"]]
    equal(unowned, [], "flows without an owner")
    return processes


@case("in a capture of its cgroup: the same as in a run on the host's network, and nobody else's flows and processes")
def captured_by_cgroup(scratch):
    seen = browse_watched(scratch, lambda cgroup, _: ("--cgroup", cgroup))
    check_tree(check_watched(scratch, seen, "sh"))


@case("in a capture of the launcher that ran before it (--pid): the same")
def captured_by_number(scratch):
    seen = browse_watched(scratch, lambda _, number: ("--pid", number))
    check_tree(check_watched(scratch, seen, "sh"))


@case("in a capture of what executes the browser's program (--exe): the same, without its display and its launcher")
def captured_by_program(scratch):
    seen = browse_watched(scratch, lambda *_: ("--exe", "/usr/lib/chromium/chromium"))
    check_watched(scratch, seen, "chromium")


@case("a browser that hands its address over to one that runs already, outside of the run, is told, and not as a run without contacts")
def hands_over(scratch):
    folder, environment = prepared(scratch)
    browser = f"chromium --user-data-dir={folder}/profile --no-first-run --disable-gpu"
    first = ["xvfb-run", "-a", "-s", f"{DISPLAY} {folder}", "sh", "-c", f"echo $DISPLAY $XAUTHORITY >{folder}/display; exec {browser} about:blank"]
    with Namespace() as namespace, Page(namespace.inside, "127.0.0.1"):
        outside = subprocess.Popen([*namespace.inside, *AS_NOBODY, *first], cwd=folder, env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_window(folder)
            display, authority = (folder / "display").read_text(encoding="utf-8").split()
            program = [scratch.waybill, "run", "--network", "host", "--user", "nobody", "--case", scratch.folder / "case", "--"]
            ended = subprocess.run([*namespace.inside, *map(str, program), *browser.split(), f"http://127.0.0.1:{PORT}/"],
                                   cwd=folder, env={**environment, "DISPLAY": display, "XAUTHORITY": authority},
                                   capture_output=True, timeout=60, check=False)
        finally:
            for each in running(folder / "profile"):
                if each.kind == "chromium":
                    os.kill(each.pid, signal.SIGTERM)
            outside.wait(60)
    equal(ended.returncode, 0, ended.stderr.decode())
    flows = [event for event in scratch.case_events("flow") if event["server"]["port"] == PORT]
    equal(flows, [], "flows to the page in the run")
    report = " ".join(ended.stderr.decode().split())
    holds(report, "HANDED OVER")


@case("its other sandbox, by a set-user-ID program, works on the host's network")
def set_user_id_on_host(scratch):
    with Namespace() as namespace, Page(namespace.inside, "127.0.0.1"):
        seen, place, _ = browse(scratch, "host", namespace.inside, "127.0.0.1", user=0, options=("--disable-namespace-sandbox",))
    processes, _ = check_flow(place)
    check_tree(processes)
    check_other_sandbox(seen)


@case("its other sandbox, by a set-user-ID program, cannot work in a contained run: the browser says so and does not start")
def set_user_id(scratch):
    folder, environment = prepared(scratch)
    program = [scratch.waybill, "run", "--network", "sinkhole", "--user", "nobody", "--case", "case", "--"]
    ended = subprocess.run([*program, *command(folder, "page.example", False, "--disable-namespace-sandbox")],
                           cwd=scratch.folder, env=environment, capture_output=True, timeout=60, check=False)
    holds((folder / "said").read_text(encoding="utf-8"), "setuid sandbox is not running as root")
    holds(ended.stderr.decode(), "set-user-ID programs", "have no privilege inside")


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
for needed in ("chromium", "Xvfb", "xauth"):
    if shutil.which(needed) is None:
        print(f"skipped: {needed} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main()
