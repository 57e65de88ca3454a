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

import short_lives
from proxies import with_proxy
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, Skip, case, equal, holds, lacks, main, python, status

UPLINKS = ("pasta", "slirp4netns")
SERVER = "198.51.100.1"
# Names are answered with the server's address; the server says nothing, and ends a connection that has spoken.
SERVERS = f"""
import socket, selectors
poll = selectors.DefaultSelector()
tcp = socket.create_server(('{SERVER}', 80), backlog=512); poll.register(tcp, 1)
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); dns.bind(('198.51.100.53', 53)); poll.register(dns, 1)
local = socket.create_server(('127.0.0.1', 8080))
print('ready', flush=True)
while True:
    for key, _ in poll.select():
        if key.fileobj is tcp:
            client, _ = tcp.accept(); client.recv(4096)
            client.sendall(b'HTTP/1.1 204 No Content\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'); client.close()
        else:
            octets, peer = dns.recvfrom(512)
            is_a = octets[-4:] == b'\\0\\1\\0\\1'
            answer = b'\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4' + socket.inet_aton('{SERVER}') if is_a else b''
            dns.sendto(octets[:2] + b'\\x81\\x80\\0\\1' + (b'\\0\\1' if is_a else b'\\0\\0') + b'\\0\\0\\0\\0' + octets[12:] + answer, peer)
"""
# Two addresses, for pasta gives the namespace the one that the host itself has on its way out.
SET_UP = """
set -e
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip link set lo up
ip address add 198.51.100.1/32 dev lo
ip address add 198.51.100.53/32 dev lo
ip link add out0 type veth peer name out1
ip address add 192.0.2.10/24 dev out0
ip link set out0 up
ip link set out1 up
ip route add default via 192.0.2.1 dev out0
echo nameserver 198.51.100.53 >resolv.conf
mount --bind resolv.conf /etc/resolv.conf
mknod tun c 10 200
chmod 0666 tun
mount --bind tun /dev/net/tun
echo up
exec cat
"""


class Host:
    """A host to be isolated on; gone with the `with`."""

    def __init__(self, scratch):
        self.folder = scratch.folder / "host"
        self.folder.mkdir()

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c", SET_UP], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"up\n":
            raise Skip("no network and mount namespaces can be made, or no /dev/net/tun in them")
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", f"--mount=/proc/{self.holder.pid}/ns/mnt"]
        self.servers = subprocess.Popen([*self.inside, PYTHON, "-c", SERVERS], stdout=subprocess.PIPE)
        equal(self.servers.stdout.readline(), b"ready\n", "the servers")
        return self

    def __exit__(self, *_):
        self.servers.terminate()
        self.servers.wait(30)
        self.holder.stdin.close()
        self.holder.wait(30)

    def state(self):
        """What must not change."""
        commands = (["ip", "-d", "link"], ["ip", "address"], ["ip", "route", "show", "table", "all"], ["ip", "rule"],
                    ["nft", "list", "ruleset"], ["sh", "-c", "grep -rs . /proc/sys/net/ipv4 /proc/sys/net/ipv6 | sort"],
                    ["cat", "/etc/resolv.conf", "/etc/nsswitch.conf"])
        texts = [subprocess.run([*self.inside, *command], capture_output=True, check=True).stdout for command in commands]
        return b"".join(texts).decode().splitlines()

    def uplinks(self):
        """Processes of an uplink that are in this namespace."""
        here = os.readlink(f"/proc/{self.holder.pid}/ns/net")
        names = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{number}/ns/net") == here:
                    names.append(open(f"/proc/{number}/comm", encoding="utf-8").read().strip())
            except OSError:
                continue
        return [name for name in names if name.startswith(("pasta", "slirp"))]


def unchanged(before, after, what):
    equal((set(after) - set(before), set(before) - set(after)), (set(), set()), what)


def hosts_of(case_folder):
    contacts = json.loads((case_folder / "data/report.json").read_text())["contacts"]
    return [contact["endpoint"]["host"] for contact in contacts]


def runner(scratch, host, user):
    """Runs waybill there as that user, with its cases below a folder that the user may write to."""
    place = scratch.folder / f"of-{user}"
    place.mkdir()
    scratch.folder.chmod(0o755)
    shutil.copy(scratch.waybill, place / "waybill")
    shutil.copytree(SOURCE / "rules/packs", place / "packs")
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
        os.chown(path, user, user)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all"] if user else []
    environment = {"HOME": str(place), "XDG_STATE_HOME": None, "WAYBILL_PACKS": str(place / "packs"), "SUDO_UID": None,
                   "SUDO_GID": None, "SUDO_USER": None}

    def run(*command, options=(), name="case", search=os.environ["PATH"], variables=()):
        program = ["env", f"PATH={search}", *variables, str(place / "waybill"), "run", "--network", "isolated"]
        return scratch.execute([*host.inside, *become, *program, "--case", str(place / name), *options, "--", *command],
                               environment=environment, folder=place)
    return place, run


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
