"""Signing in from an isolated network: the host's browser opens the address, and its answer reaches the command. Needs root."""

import json
import os
import pty
import subprocess

from uplink_hosts import Host, runner
from waybill_test import NOBODY, PYTHON, SKIPPED, case, equal, holds, lacks, main, status

# Listens for one answer, as RFC 8252, 7.3 has it, and asks for an address that names the port.
TOOL = """
import http.server, socket, subprocess, sys
opener, listened, named = sys.argv[1:]
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204); self.end_headers(); print("answer", self.path, flush=True)
    def log_message(self, *_): pass
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6 if ":" in listened else socket.AF_INET
    timeout = 20
server = Server((listened, 0), Answer)
subprocess.run([opener, "https://login.example/authorize?client_id=me-and-nobody-else&state=state-of-this-one"
                f"&redirect_uri=http%3A%2F%2F{named}%3A{server.server_port}%2Fcallback"], check=True)
server.handle_request()
"""
# Signs somebody in at once: answers to the port that the address names.
BROWSER = f"""#!{PYTHON}
import re, sys, urllib.parse, urllib.request
back = urllib.parse.unquote(re.search("redirect_uri=([^&]*)", sys.argv[1])[1])
urllib.request.urlopen(back + "?code=code-of-this-one", timeout=20).close()
"""
# On the host's side: finds the keeper of the run below this folder, and ends it when it is told to.
FINDER = """
import os, pathlib, signal, time
place = pathlib.Path("{place}")
def keeper():
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            if open(f"/proc/{{number}}/comm").read() == "waybill-browser\\n" and str(place) in open(f"/proc/{{number}}/cmdline").read():
                return int(number)
        except OSError: pass
for _ in range(100):
    if (found := keeper()): break
    time.sleep(0.1)
(place / "pid").write_text(str(found))
for _ in range(100):
    if (place / "kill").exists(): break
    time.sleep(0.05)
os.kill(found, signal.SIGKILL)
"""
SECRETS = (b"me-and-nobody-else", b"state-of-this-one", b"code-of-this-one", b"%2Fcallback", b"/callback")
SUDO = ("SUDO_UID=65534", "SUDO_GID=65534")


def prepared(scratch, host, user):
    place, run = runner(scratch, host, user)
    (place / "tool.py").write_text(TOOL)
    browser_of(place, BROWSER)
    return place, run


def browser_of(place, program):
    """What waybill takes for the host's browser there."""
    (place / "browser").write_text(program)
    (place / "browser").chmod(0o755)
    return f"BROWSER={place}/browser"


def octets_of(case_folder):
    return b"".join(path.read_bytes() for path in case_folder.rglob("*") if path.is_file())


def report_of(case_folder):
    return json.loads((case_folder / "data/report.json").read_text())


def sentences(report):
    return " ".join(gap["detail"] or "" for gap in report["gaps"])


@case("the host's browser opens the address, its answer reaches the command, and no octet of either is kept")
def signs_in(scratch):
    ways = (("xdg-open", "127.0.0.1", "127.0.0.1"), ("/run/waybill/bin/xdg-open", "127.0.0.1", "localhost"),
            ("sensible-browser", "::1", "localhost"))
    with Host(scratch) as host:
        for user, variables in ((NOBODY, ()), (0, SUDO)):
            place, run = prepared(scratch, host, user)
            for number, way in enumerate(ways):
                result = status(run(PYTHON, str(place / "tool.py"), *way, name=f"case-{number}",
                                    variables=(*variables, f"BROWSER={place}/browser")), 0)
                equal(result.out, "answer /callback?code=code-of-this-one\n", f"{user}, {way}: {result.err}")
                holds(result.err, "the command has login.example opened in this host's browser, which is not recorded")
                kept = octets_of(place / f"case-{number}")
                equal([secret for secret in SECRETS if secret in kept], [], f"{user}, {way}")
                lacks(result.err, "state-of-this-one")
                report = report_of(place / f"case-{number}")
                equal([phase["label"] for phase in report["phases"]][1:2], ["sign-in"], str(report["phases"]))
                holds(sentences(report), "opened: 1, shown: 0, refused: 0; connections that came back: 1")


@case("whole arguments are kept without the addresses of a sign-in")
def whole_arguments(scratch):
    with Host(scratch) as host:
        place, run = prepared(scratch, host, NOBODY)
        status(run("true", "https://login.example/?state=state-of-this-one&response_type=code", options=("--keep-args",), name="own"), 0)
        lacks(octets_of(place / "own").decode("latin-1"), "state-of-this-one")
        result = run(PYTHON, str(place / "tool.py"), "xdg-open", "127.0.0.1", "localhost", options=("--keep-args",),
                     variables=(f"BROWSER={place}/browser",))
        equal(result.out, "answer /callback?code=code-of-this-one\n", result.err)
        kept = octets_of(place / "case")
    equal([secret for secret in SECRETS if secret in kept], [])


# The sixteen that are opened have begun, and then what was asked last was heard, too.
UNTIL_OPENED = "for n in $(seq 100); do [ $(wc -l <{}/opened) -ge 16 ] && break; sleep 0.2; done 2>/dev/null; sleep 2"


@case("what is no web address is opened nowhere, and a run opens sixteen at most")
def refused(scratch):
    work = ("xdg-open file:///etc/passwd; echo $?; xdg-open; echo $?; echo javascript:alert >/run/waybill/browser; "
            "for n in $(seq 20); do xdg-open http://web.example/$n; done; ")
    with Host(scratch) as host:
        place, run = prepared(scratch, host, NOBODY)
        work += UNTIL_OPENED.format(place)
        browser = browser_of(place, f"#!/bin/sh\necho \"$1\" >>{place}/opened\n")
        result = status(run("sh", "-c", work, variables=(browser,)), 0)
        opened = (place / "opened").read_text().split()
        report = report_of(place / "case")
    equal(result.out, "4\n4\n")
    equal(sorted(opened), sorted(f"http://web.example/{n}" for n in range(1, 17)))
    holds(result.err, "only http and https addresses", "what is no web address: not opened", "more addresses than can be meant")
    holds(sentences(report), "opened: 16, shown: 0, refused: 5; connections that came back: 0")


@case("a browser that fails is not started more often than one that works, and refusals do not fill the terminal")
def failing(scratch):
    work = "for n in $(seq 30); do xdg-open http://web.example/$n; done; "
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        work += UNTIL_OPENED.format(place)
        browser = browser_of(place, f"#!/bin/sh\necho \"$1\" >>{place}/opened\nexit 3\n")
        result = status(run("sh", "-c", work, variables=(browser,)), 0)
        opened = (place / "opened").read_text().split()
        report = report_of(place / "case")
    equal(len(opened), 16)
    equal(result.err.count("not opened") + result.err.count("there is none"), 9, result.err)
    holds(sentences(report), "opened: 0, shown: 0, refused: 30;")


@case("where what opens addresses has gone, whoever asks for one is not kept waiting, and the report says so")
def not_waiting(scratch):
    work = ("while ! [ -s pid ]; do sleep 0.1; done; xdg-open http://web.example/1; sleep 0.3; touch kill; sleep 0.5; "
            "for n in 1 2 3; do timeout 5 xdg-open http://web.example/$n; echo $?; done")
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        finder = subprocess.Popen([PYTHON, "-c", FINDER.format(place=place)])
        result = status(run("sh", "-c", f"cd {place}; {work}", variables=("BROWSER=true",)), 0)
        equal(finder.wait(30), 0)
        report = report_of(place / "case")
    equal(result.out, "0\n0\n0\n", result.err)
    holds(sentences(report), "ended during the run: how often it did is not known")


@case("a port that the host uses itself is not taken from it, which is said")
def taken(scratch):
    address = "http://web.example/?redirect_uri=http://127.0.0.1:8080/"  # a server of the host's
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        browser = browser_of(place, f"#!{PYTHON}\nimport socket\ntry: socket.create_connection(('::1', 8080))\n"
                                    f"except OSError as problem: open('{place}/seen', 'w').write(problem.strerror)")
        result = status(run("sh", "-c", f"xdg-open '{address}'; sleep 1", variables=(browser,)), 0)
        equal((place / "seen").read_text(), "Connection refused", "nor by IPv6, where the host does not use it")
        holds(result.err, "the browser's answer to port 8080 will not reach the command: Address already in use")
        holds(sentences(report_of(place / "case")), "ports that were taken or too many: 1")


@case("without a browser the address is shown on a terminal, and nowhere else")
def shown(scratch):
    work = ["sh", "-c", "xdg-open http://web.example/?user_code=of-nobody; sleep 0.3"]
    with Host(scratch) as host:
        place, run = runner(scratch, host, NOBODY)
        result = status(run(*work, variables=("BROWSER=", "DISPLAY=", "WAYLAND_DISPLAY=")), 0)
        holds(result.err, "asks to have web.example opened in a browser, and there is none: set BROWSER")
        lacks(result.err, "of-nobody")
        result = status(run(*work, variables=("BROWSER=false",), name="failing"), 0)
        holds(result.err, "no browser could be started")
        place, run = runner(scratch, host, 0)  # nobody called sudo: root starts no browser
        own, theirs = pty.openpty()
        environment = {**os.environ, "WAYBILL_PACKS": str(place / "packs"), "BROWSER": "true"}
        for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
            environment.pop(name, None)
        process = subprocess.Popen([*host.inside, place / "waybill", "run", "--network", "isolated", "--case",
                                    place / "shown", "--", *work], env=environment, stderr=theirs, stdin=subprocess.DEVNULL)
        os.close(theirs)
        said = b""
        while True:
            try:
                octets = os.read(own, 4096)
            except OSError:  # of a terminal whose other end has gone
                break
            said += octets
            if not octets:
                break
        equal(process.wait(60), 0, said.decode())
        os.close(own)
        holds(said.decode(), "opened in a browser: http://web.example/?user_code=of-nobody")
        lacks(octets_of(place / "shown").decode("latin-1"), "of-nobody")


@case("--no-browser leaves PATH and BROWSER as they are")
def none(scratch):
    with Host(scratch) as host:
        _, run = runner(scratch, host, NOBODY)
        result = status(run("sh", "-c", "echo $BROWSER $PATH; ls /run/waybill/bin || true", options=("--no-browser",), search="/usr/bin:/bin",
                            variables=("BROWSER=mine",)), 0)
    equal(result.out, "mine /usr/bin:/bin\n")
    holds(result.err, "/run/waybill/bin")


if os.geteuid() != 0:
    print("skipped: only root can make such a host")
    raise SystemExit(SKIPPED)
main()
