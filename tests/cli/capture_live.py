"""waybill capture: a running host, or some of its processes. Needs root.

Every case runs in a network namespace of its own, which is Waybill's "host" then.
"""

import os
import shutil
import signal
import subprocess
import time

from capture_support import Capture
from hosts import EXCHANGE, PORT, Namespace, Server, bpf_programs, host_state
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, main, python, status

ANY = ("-i", "any")


def joined(events):
    """Protocol, client's port and owner's number of each flow to the server."""
    inner = {event["id"]: event["inner_pid"] for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow" and event["server"]["port"] == PORT]
    equal([event for event in flows if event["owner"]["process"] is None], [], "flows without an owner")
    return sorted(({"tcp": 6, "udp": 17}[event["transport"]], event["client"]["port"], inner[event["owner"]["process"]])
                  for event in flows)


LIVES = f"""
import os, socket
def live():
    number = f'{{os.getpid()}} '.encode()
    with socket.create_connection(('127.0.0.1', {PORT})) as tcp:
        tcp.sendall(number); tcp.recv(9)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.sendto(number, ('127.0.0.1', {PORT})); udp.recv(9)
    os._exit(0)
running = 0
for _ in range(2000):
    if running == 8:
        os.wait(); running -= 1
    if os.fork() == 0:
        live()
    running += 1
while running:
    os.wait(); running -= 1
"""


@case("of two thousand processes that live for a moment each flow is told with the right one")
def short_lives(scratch):
    with Namespace() as namespace:
        server = Server(namespace)
        capture = Capture(scratch, namespace, *ANY)
        subprocess.run([*namespace.inside, *python(LIVES)], check=True)
        events = capture.end()
        said = server.end()
    equal(len(said), 4000)
    found, expected = joined(events), sorted(said)
    equal([flow for flow in found if flow not in expected], [], "owners that nobody has said")
    equal(len(found), len(expected), "flows")
    equal(found, expected, "owners")
    holds(capture.err, "nothing lost")


@case("a socket that was there before is labelled so, and its user named once it speaks")
def before(scratch):
    talk = ("import socket, sys, time\n"
            f"s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', {PORT}))\n"
            "print('there', flush=True); sys.stdin.readline(); s.send(b'1 '); time.sleep(.3)")
    with Namespace() as namespace:
        server = Server(namespace)
        earlier = subprocess.Popen([*namespace.inside, PYTHON, "-c", talk], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        equal(earlier.stdout.readline(), b"there\n")
        capture = Capture(scratch, namespace, *ANY)
        earlier.communicate(b"\n", timeout=30)
        events = capture.end()
        server.end()
    flow = next(event for event in events if event["type"] == "flow")
    equal(flow["owner"]["quality"], "pre-existing")
    process = next(event for event in events if event["type"] == "process" and event["id"] == flow["owner"]["process"])
    equal(process["inner_pid"], earlier.pid)
    equal(process["was_running"], True)


@case("it ends after its duration, after so many packets, and with each signal that asks for it")
def ends(scratch):
    chatter = python("import socket, time\nfor _ in range(3000): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', "
                     f"('127.0.0.1', {PORT})); time.sleep(.01)")
    with Namespace() as namespace:
        began = time.monotonic()
        Capture(scratch, namespace, *ANY, "--duration", 1, place="duration").wait()
        assert 1 <= time.monotonic() - began < 30
        talking = subprocess.Popen([*namespace.inside, *chatter])
        events = Capture(scratch, namespace, *ANY, "--packets", 20, place="packets").wait()
        assert sum(event["packets"]["out"] for event in events if event["type"] == "flow") >= 20
        equal(talking.poll(), None, "more packets were to come")
        talking.terminate()
        talking.wait(30)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            Capture(scratch, namespace, *ANY, place=number.name).end(number)


@case("another file begins after so much or so long, and all of them together are one capture without a gap")
def rotates(scratch):
    talk = python("import socket, time\n"
                  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"for number in range(3000): s.sendto(b'x' * 1200, ('127.0.0.1', {PORT})); time.sleep(.001)")
    with Namespace() as namespace:
        for place, options in (("size", ("--rotate-size", 1, "--keep", "full")), ("time", ("--rotate-time", 1))):
            capture = Capture(scratch, namespace, "-i", "lo", *options, place=place)
            subprocess.run([*namespace.inside, *talk], check=True)
            events = capture.end()
            files = sorted(path.name for path in (scratch.folder / place / "data").glob("packets-*"))
            equal(scratch.case_json("run.json", place)["packet_files"], files)
            assert len(files) >= 3, files
            flows = [event for event in events if event["type"] == "flow" and event["transport"] == "udp"]
            equal([flow["packets"]["out"] for flow in flows], [3000], place)
            # The last one may begin behind the last packet.
            for name in files[:-1]:
                read = subprocess.run(["tshark", "-r", scratch.folder / place / "data" / name, "-T", "fields", "-e",
                                       "frame.number"], capture_output=True, check=True)
                assert read.stdout, name


@case("with --cgroup or --container only the sockets of the processes in it are recorded, wherever they go")
def scoped(scratch):
    top = next(line.split()[4] for line in open("/proc/self/mountinfo", encoding="utf-8") if " - cgroup2 " in line)
    container = "0123456789abcdef" * 4
    folder = os.path.join(top, f"docker-{container}.scope")
    os.mkdir(folder)
    try:
        with Namespace() as namespace:
            for place, option in (("cgroup", ("--cgroup", folder)), ("hierarchy", ("--cgroup", f"/docker-{container}.scope")),
                                  ("container", ("--container", container[:12]))):
                server = Server(namespace)
                capture = Capture(scratch, namespace, *option, place=place)
                join = f'echo $$ >{folder}/cgroup.procs; exec bash -c "$0"'
                subprocess.run([*namespace.inside, "bash", "-c", join, EXCHANGE], check=True)
                subprocess.run([*namespace.inside, "bash", "-c", EXCHANGE], check=True)
                events = capture.end()
                said = server.end()
                equal(len(said), 4)
                equal(joined(events), sorted(said[:2]), place)
                names = {event["container"] for event in events if event["type"] == "process"}
                holds(names, container)
    finally:
        os.rmdir(folder)


@case("a filter keeps what it accepts, and one that is not understood is refused with the library's words")
def filtered(scratch):
    talk = python("import socket\n"
                  f"for port in ({PORT}, 9): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))")
    with Namespace() as namespace:
        for place, interface in (("any", "any"), ("lo", "lo")):
            capture = Capture(scratch, namespace, "-i", interface, "--filter", f"udp dst port {PORT}", place=place)
            subprocess.run([*namespace.inside, *talk], check=True)
            flows = [event for event in capture.end() if event["type"] == "flow"]
            equal([flow["server"]["port"] for flow in flows], [PORT], place)
            equal(flows[0]["packets"]["out"], 1, "counted once")
        refused = scratch.execute([*namespace.inside, scratch.waybill, "capture", *ANY, "--filter", "moon", "--case", "no"])
        status(refused, 77)
        holds(refused.err, "any", "filter is not understood")


@case("what cannot be is refused with a reason before a case is made")
def refused(scratch):
    rows = (((), 64, "-i IF"), (("-i", "lo", "--cgroup", "/"), 64, "write one of them"),
            (("--container", "0123456789ab"), 64, "no running container"), (("--container", "01"), 64, "12 digits"),
            (("--cgroup", "/no/such"), 64, "no cgroup v2 folder"), (("-i", "moon0"), 77, "moon0"),
            (("-i", "lo", "--duration", "0"), 64, "--duration"))
    for options, expected, words in rows:
        result = status(scratch.run("capture", *options, "--case", "case"), expected)
        holds(result.err, words)
        equal((scratch.folder / "case").exists(), False, words)
    program = scratch.folder / "program"
    shutil.copytree(SOURCE / "rules/packs", program / "packs")
    shutil.copy(scratch.waybill, program / "waybill")
    for path in (scratch.folder, program, *program.rglob("*")):
        path.chmod(0o755)
    scratch.folder.chmod(0o777)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    result = scratch.execute([*become, program / "waybill", "capture", "-i", "lo", "--case", "case"],
                             environment={"WAYBILL_PACKS": str(program / "packs")})
    status(result, SKIPPED)
    holds(result.err, "needs root", "waybill run")


@case("when what records dies it ends with 125 and says so, and the case can be analysed as one that broke off")
def recorder_dies(scratch):
    with Namespace() as namespace:
        capture = Capture(scratch, namespace, *ANY)
        children = subprocess.run(["pgrep", "--parent", str(capture.process.pid), "--list-name"], capture_output=True,
                                  check=True).stdout.decode().splitlines()
        recorders = [child.split()[0] for child in children if "waybill-keeper" not in child]  # which reads along
        equal(len(recorders), 1, str(children))
        os.kill(int(recorders[0]), signal.SIGKILL)
        _, err = capture.process.communicate(timeout=60)
        equal(capture.process.returncode, 125, err.decode())
        holds(err.decode(), "the recorder ended before it was told to")
        result = status(scratch.run("analyze", "case"), 2)
        holds(result.err + result.out, "broke off")


@case("the host is the same before and after, also when Waybill is killed")
def unchanged(scratch):
    with Namespace() as namespace:
        programs = bpf_programs()
        state = host_state(namespace)
        Capture(scratch, namespace, *ANY, place="ended").end()
        equal(host_state(namespace), state)
        for moment in range(5):
            capture = Capture(scratch, namespace, *ANY, place=f"killed-{moment}")
            time.sleep(0.03 * moment)
            capture.process.kill()
            capture.process.communicate(timeout=30)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and bpf_programs() != programs:
                time.sleep(0.05)
            equal(bpf_programs(), programs, "programs in the kernel")
            result = status(scratch.run("analyze", f"killed-{moment}"), 2)
            holds(result.err + result.out, "broke off")
        equal(host_state(namespace), state)


if os.geteuid() != 0:
    print("skipped: capture needs root")
    raise SystemExit(SKIPPED)
main()
