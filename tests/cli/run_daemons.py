"""Local proxies and daemons on the host's own network: legs, connections past a proxy, requests to processes outside of
the run. Needs root. Every case runs in a network namespace of its own."""

import os
import shutil
import subprocess

from hosts import Namespace
from proxies import PROXY, with_proxy
from waybill_test import PYTHON, SKIPPED, case, equal, holds, lacks, main, status

WEB = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("198.51.100.7", 80), Handler); print("ready", flush=True); server.serve_forever()
"""
NO_PROXIES = {name: None for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "all_proxy",
                                      "NO_PROXY", "no_proxy")}


class Outside:
    """A process in the namespace that is no part of the run; gone with the `with`."""

    def __init__(self, namespace, code, *arguments):
        self.command = [*namespace.inside, PYTHON, "-c", code, *map(str, arguments)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        equal(self.process.stdout.readline(), b"ready\n", "the process outside")
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def host_run(scratch, namespace, *command, environment=None):
    place = [*namespace.inside, scratch.waybill, "run", "--network", "host", "--case", "case", "--", *command]
    return scratch.execute(place, environment={**NO_PROXIES, **(environment or {})})


@case("on the host's network: a proxy of the run is joined, one outside is a daemon that was asked, and what passes both by is found")
def proxies(scratch):
    curl = "curl -sS -m 10 -o /dev/null"
    work = (f"{curl} http://198.51.100.7/a; {curl} -p http://198.51.100.7/b; "
            f"{curl} -p --proxy http://127.0.0.1:9090 http://198.51.100.7/c; {curl} --noproxy '*' http://198.51.100.7/d")
    with Namespace() as namespace:
        subprocess.run([*namespace.inside, "ip", "address", "add", "198.51.100.7/32", "dev", "lo"], check=True)
        with Outside(namespace, WEB), Outside(namespace, PROXY, 9090):
            result = status(host_run(scratch, namespace, *with_proxy(scratch.folder, 8080, work),
                                     environment={"http_proxy": "http://127.0.0.1:8080"}), 0)
    report = scratch.case_json("report.json")
    by_port = {}
    for contact in report["contacts"]:
        for via in contact["via"]:
            by_port.setdefault(via["proxy"]["port"], []).append((contact, via))
    equal(sorted(by_port), [8080, 9090], "proxies")
    carried = [contact for contact in report["contacts"] if contact["for"]]
    equal(len(carried), 1, "contacts of the run's proxy")
    for contact, via in by_port[8080]:
        equal((via["process"], via["contacts"], via["connections"]), (carried[0]["owner"]["process"], [carried[0]["id"]], 1))
    equal(carried[0]["for"], sorted(contact["id"] for contact, _ in by_port[8080]))
    equal([via["process"] for _, via in by_port[9090]], [None], "a proxy that is not of the run")
    equal([(each["socket"], each["server"]["port"], each["outcome"], each["count"]) for each in report["delegations"] if each["server"]],
          [("tcp", 9090, "answered", 1)])
    equal(len(report["findings"]), 1)
    equal((report["findings"][0]["variable"], report["findings"][0]["flows"]), ("http_proxy", 1))
    gap = next(gap for gap in report["gaps"] if gap["kind"] == "delegated")
    equal(gap["count"], sum(each["count"] for each in report["delegations"] if each["outcome"] != "tried"))
    holds(result.err, "Asked of others", "127.0.0.1:9090/tcp, 1 time by curl", "to daemons outside of this recording")


@case("a server of the run's own on loopback is no daemon, and a port where nobody listens is none")
def inside(scratch):
    work = "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 8080)).close()'; exec 3<>/dev/tcp/127.0.0.1/9; true"
    with Namespace() as namespace:
        result = host_run(scratch, namespace, *with_proxy(scratch.folder, 8080, work))
    equal([each for each in scratch.case_json("report.json")["delegations"] if each["server"]], [], result.err)
    lacks(result.err, "127.0.0.1:9/tcp", "8080/tcp")


DAEMON = """
import os, select, socket, sys
stream, datagrams = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
stream.bind(sys.argv[1] + "/daemon"); stream.listen(); datagrams.bind(sys.argv[1] + "/log")
print("ready", flush=True)
while True:
    for ready in select.select([stream, datagrams], [], [])[0]:
        if ready is datagrams:
            ready.recv(10); continue
        client, _ = ready.accept(); client.recv(10); client.sendall(b"answer"); client.close()
"""
ASK = """
import contextlib, socket, sys
for _ in range(2):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(sys.argv[1] + "/daemon"); client.sendall(b"hello"); client.recv(10)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
    client.connect(sys.argv[1] + "/log"); client.send(b"hello")
with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
    client.connect("\\0nobody\\x1b")
with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
    client.connect("/nowhere/at/all")
one, other = socket.socketpair()
one.send(b"hello"); other.recv(10)
"""


# The C library of a machine may ask this daemon for names of users by itself (nscd(8)), whether it is there or not.
NAME_SERVICE_CACHE = "/var/run/nscd/socket"


def place_of(each):
    return each["path"], each["socket"], each["outcome"], each["count"], each["listener"]["exe"]


@case("a UNIX socket's daemon outside of the run is told with its program, and how often it was asked; one of the run is none")
def unix_daemons(scratch):
    there, own = scratch.folder / "there", scratch.folder / "own"
    there.mkdir(), own.mkdir()
    (scratch.folder / "daemon.py").write_text(DAEMON)
    (scratch.folder / "ask.py").write_text(ASK)
    work = (f"coproc {PYTHON} daemon.py {own}; read -r ready <&${{COPROC[0]}}; {PYTHON} ask.py {own}; {PYTHON} ask.py {there}; kill $COPROC_PID")
    with Namespace() as namespace, Outside(namespace, DAEMON, there) as outside:
        result = status(host_run(scratch, namespace, "bash", "-c", work), 0)
        listener = os.path.realpath(PYTHON)
        found = scratch.case_json("report.json")["delegations"]
        equal({each["listener"]["pid"] for each in found if each["path"] == f"{there}/daemon"}, {outside.pid})
    names = {(f"{there}/daemon", "unix-stream", "answered", 2, listener), (f"{there}/log", "unix-datagram", "answered", 1, None)}
    equal({place_of(each) for each in found if each["outcome"] == "answered"}, names)
    tried = {each["path"] for each in found if each["outcome"] == "tried"} - {NAME_SERVICE_CACHE}
    equal(sorted(tried), ["/nowhere/at/all", "@nobody\\x1b"])
    equal(next(gap["count"] for gap in scratch.case_json("report.json")["gaps"] if gap["kind"] == "delegated"), 3, "2 and 1")
    holds(" ".join(result.err.split()), f"{there}/daemon ({listener}), 2 times by ask.py",
          "tried, and not known whether anybody is there: ", "@nobody\\x1b", "/nowhere/at/all")


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
if not shutil.which("curl"):
    print("skipped: curl is not installed")
    raise SystemExit(SKIPPED)
main()
