"""waybill run --network isolated: a network of its own that an uplink joins to the host's. Needs root.

Every case runs in network and mount namespaces of its own, which are Waybill's "host" then: with servers, a resolver,
and a /dev/net/tun that everybody may open. Nothing leaves them.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import short_lives
from proxies import with_proxy
from uplink_hosts import SERVER_SIX, UPLINKS, Host, runner
from waybill_test import NOBODY, PYTHON, SKIPPED, case, equal, holds, lacks, main, python, status


def unchanged(before, after, what):
    equal((set(after) - set(before), set(before) - set(after)), (set(), set()), what)


def hosts_of(case_folder):
    contacts = json.loads((case_folder / "data/report.json").read_text())["contacts"]
    return [contact["endpoint"]["host"] for contact in contacts]


def events_of(case_folder, kind=None):
    lines = (case_folder / "data/events.ndjson").read_text().splitlines()
    return [event for event in map(json.loads, lines) if kind in (None, event["type"])]


FETCH = ["curl", "--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code}", "http://a.example/"]


@case("the command reaches the host's network by either uplink, with and without root, and each flow has its process")
def reaches(scratch):
    with Host(scratch) as host:
        for user in (NOBODY, 0):
            place, run = runner(scratch, host, user)
            for uplink in UPLINKS:
                what = f"{uplink} as {user}"
                result = status(run(*FETCH, options=("--uplink", uplink), name=uplink), 0)
                equal(result.out, "204", what)
                processes = {event["id"]: event for event in events_of(place / uplink, "process")}
                flows = [flow for flow in events_of(place / uplink, "flow") if flow["protocol"] in ("http", "dns")]
                equal(len(flows), 2, what)
                for flow in flows:
                    equal(os.path.basename(processes[flow["owner"]["process"]]["exe"]), "curl", what)
                    equal(flow["owner"]["quality"], "exact", what)
                holds(hosts_of(place / uplink), "a.example")
                holds(result.err, "Contacted", f"uplink ({uplink})")
                lacks(result.err, "nobody was reached")


# Asks the server at its IPv6 address, by TCP and by UDP, and says what was answered.
ASKS_SIX = f"""
import socket
tcp = socket.create_connection(('{SERVER_SIX}', 80), 10)
tcp.sendall(b'GET / HTTP/1.1\\r\\nHost: six.example\\r\\n\\r\\n')
print(tcp.recv(4096).split()[1].decode())
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); udp.settimeout(10)
udp.sendto(b'\\0\\7\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1a\\7example\\0\\0\\1\\0\\1', ('2001:db8::53', 53))
print(udp.recv(512)[-4:].hex())
"""


@case("the host's IPv6 is reached by pasta, over TCP and UDP, with and without root, and each flow has its process")
def reaches_six(scratch):
    with Host(scratch) as host:
        for user in (NOBODY, 0):
            place, run = runner(scratch, host, user)
            result = status(run(*python(ASKS_SIX), options=("--uplink", "pasta")), 0)
            equal(result.out, "204\nc6336401\n", f"as {user}")
            processes = {event["id"]: event for event in events_of(place / "case", "process")}
            flows = [flow for flow in events_of(place / "case", "flow") if flow["server"]["address"].startswith("2001:db8::")]
            equal(sorted((flow["protocol"], flow["server"]["port"]) for flow in flows), [("dns", 53), ("http", 80)], f"as {user}")
            for flow in flows:
                equal(flow["owner"]["quality"], "exact", f"as {user}")
                holds(os.path.basename(processes[flow["owner"]["process"]]["exe"]), "python3")


@case("a local proxy's legs are joined, and what goes past it is a finding, with and without root")
def proxied(scratch):
    fetch = "curl -sS -o /dev/null -m 20"
    with Host(scratch) as host:
        for user in (NOBODY, 0):
            place, run = runner(scratch, host, user)
            command = with_proxy(place, 8080, f"{fetch} http://a.example/; {fetch} --noproxy '*' http://b.example/")
            result = status(run(*command, variables=("http_proxy=http://127.0.0.1:8080",)), 0)
            report = json.loads((place / "case/data/report.json").read_text())
            of_a = [each for each in report["contacts"] if each["endpoint"]["host"] == "a.example"]
            asked, carried = sorted(of_a, key=lambda each: not each["via"])
            equal([(via["process"], via["contacts"]) for via in asked["via"]], [(carried["owner"]["process"], [carried["id"]])])
            equal(carried["for"], [asked["id"]])
            direct = next(each["id"] for each in report["contacts"] if each["endpoint"]["host"] == "b.example")
            equal([finding["contacts"] for finding in report["findings"]], [[direct]], result.err)


@case("of two thousand processes that live for a moment each flow is told with the right one, to root and to others")
def many_processes(scratch):
    with Host(scratch) as host:
        for user, uplink in ((NOBODY, "pasta"), (0, "slirp4netns")):
            place, run = runner(scratch, host, user)
            status(run("python3", "-c", short_lives.program(2000), options=("--uplink", uplink)), 0)
            short_lives.check(events_of(place / "case"), 2000)


@case("the host's loopback interface is out of reach, and its state is the same before and after")
def untouched(scratch):
    with Host(scratch) as host:
        before = host.state()
        for user in (NOBODY, 0):
            place, run = runner(scratch, host, user)
            for uplink in UPLINKS:
                tries = python("import socket\n"
                               "for place in ('127.0.0.1', '10.0.2.2', '192.0.2.1'):\n"
                               "    try: socket.create_connection((place, 8080), 2); print('reached', place)\n"
                               "    except OSError: pass")
                equal(status(run(*tries, options=("--uplink", uplink), name=uplink), 0).out, "", uplink)
                unchanged(before, host.state(), uplink)
                equal(host.uplinks(), [], uplink)


@case("nothing is left when Waybill is killed at any moment: no process of the command, no uplink, the host as it was")
def killed(scratch):
    with Host(scratch) as host:
        before = host.state()
        for user in (NOBODY, 0):
            place, _ = runner(scratch, host, user)
            become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
            for moment in range(10):
                process = subprocess.Popen(
                    [*host.inside, *become, str(place / "waybill"), "run", "--network", "isolated", "--case",
                     str(place / f"killed-{moment}"), "--", "sleep", "4711"], cwd=place, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(place), "WAYBILL_PACKS": str(place / "packs")})
                time.sleep(0.03 * moment)
                process.send_signal(signal.SIGKILL)
                process.wait(30)
                deadline = time.monotonic() + 10
                while time.monotonic() < deadline and (host.uplinks() or sleepers()):
                    time.sleep(0.01)
                equal((host.uplinks(), sleepers()), ([], []), f"as {user}, killed after {0.03 * moment} s")
        unchanged(before, host.state(), "after all")


def sleepers():
    return subprocess.run(["pgrep", "-f", "^sleep 4711"], capture_output=True).stdout.split()


@case("the run lasts until the last of its processes has ended, or with --until-exit until the command has")
def ends(scratch):
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        leaves = ["sh", "-c", "(sleep 1; curl -s -o /dev/null http://late.example/) & exit 3"]
        status(run(*leaves, name="all"), 3)
        holds(hosts_of(place / "all"), "late.example")
        result = status(run(*leaves, options=("--until-exit",), name="exit"), 3)
        lacks(hosts_of(place / "exit"), "late.example")
        holds(result.err, "ended by Waybill")


@case("an uplink that ends during the run is lost input, of whichever user, and the command runs on")
def uplink_gone(scratch):
    with Host(scratch) as host:
        for user in (NOBODY, 0):
            place, run = runner(scratch, host, user)
            with ThreadPoolExecutor() as pool:
                running = pool.submit(run, "sh", "-c", "sleep 4; exit 3", options=("--until-exit",))
                while not host.uplinks():
                    assert not running.done(), running.result().err
                    time.sleep(0.05)
                time.sleep(2)  # the command begins
                for process in host.uplink_processes():
                    os.kill(process, signal.SIGKILL)
                result = status(running.result(), 3)
            gaps = json.loads((place / "case/data/report.json").read_text())["gaps"]
            equal([gap["count"] for gap in gaps if gap["kind"] == "uplink-ended"], [1], f"as {user}")
            holds(result.err, "1 uplink that ended during the run: from then on nothing could be reached")


@case("what is missing is said, with what would mend it and what is possible instead, and nothing runs")
def missing(scratch):
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        subprocess.run([*host.inside, "chmod", "0600", "/dev/net/tun"], check=True)
        result = status(run("touch", "ran", name="tun"), 77)
        holds(result.err, "/dev/net/tun", "Permission denied", "chmod 0666 /dev/net/tun", "--network sinkhole")
        subprocess.run([*host.inside, "chmod", "0666", "/dev/net/tun"], check=True)
        empty = place / "empty"
        empty.mkdir()
        result = status(run("touch", "ran", name="program", search=empty), 77)
        holds(result.err, "pasta (package passt) or slirp4netns", "apt install passt slirp4netns")
        equal((place / "ran").exists(), False)


if os.geteuid() != 0:
    print("skipped: a host to be isolated on is made by root")
    raise SystemExit(SKIPPED)
for program in UPLINKS:
    if shutil.which(program) is None:
        print(f"skipped: {program} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main()
