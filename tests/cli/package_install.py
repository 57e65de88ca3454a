"""A package install under waybill: npm and a script of a package, from a registry of our own in a namespace that leads
nowhere else. Needs root."""

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile

from hosts import Namespace
from uplink_hosts import Host
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, main

PORT = 7070


def tarball(files):
    octets = io.BytesIO()
    with tarfile.open(fileobj=octets, mode="w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    return octets.getvalue()


def publish(registry, address, manifest, files):
    """Puts a package of one version into the registry's folder, as npm asks for it."""
    name = manifest["name"]
    archive = tarball({"package.json": json.dumps(manifest), **files})
    (registry / f"{name}.tgz").write_bytes(archive)
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    told = {**manifest, "dist": {"tarball": f"http://{address}:{PORT}/{name}.tgz", "integrity": integrity}}
    (registry / name).write_text(json.dumps(
        {"name": name, "dist-tags": {"latest": manifest["version"]}, "versions": {manifest["version"]: told}}))


class Registry:
    """Serves acme-tool, which needs acme-part and runs a script when it is installed that speaks for itself."""

    def __init__(self, scratch, inside, address):
        folder = scratch.folder / "registry"
        folder.mkdir()
        speak = f"require('http').get('http://{address}:{PORT}/of-the-script', answer => answer.resume())"
        publish(folder, address, {"name": "acme-part", "version": "4.5.6"}, {})
        publish(folder, address, {"name": "acme-tool", "version": "1.2.3", "dependencies": {"acme-part": "4.5.6"},
                                  "scripts": {"postinstall": "node speak.js"}}, {"speak.js": speak})
        self.process = subprocess.Popen([*inside, PYTHON, "-m", "http.server", str(PORT), "--bind", address, "-d", folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        ready = ["sh", "-c", f"for i in $(seq 200); do curl -s -o /dev/null http://{address}:{PORT}/ && exit; sleep .05; done; exit 1"]
        subprocess.run([*inside, *ready], check=True, timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.requests = self.process.communicate(timeout=30)[1].decode()


def install(scratch, mode, inside, address, user):
    """Installs acme-tool in that mode; gives the case and the report's text."""
    scratch.folder.chmod(0o755)
    place = scratch.folder / "of-user"
    shutil.copytree(SOURCE / "rules/packs", place / "packs")
    shutil.copy(scratch.waybill, place / "waybill")
    (place / "package.json").write_text('{"private": true}')
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
        os.chown(path, user, user)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all"] if user else []
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(place), "WAYBILL_PACKS": str(place / "packs")}
    program = [*inside, "env", "-C", place, *become, place / "waybill", "run", "--network", mode, "--all", "--case", place / "case", "--"]
    npm = ["npm", "install", "--no-audit", "--no-fund", "--no-update-notifier", "--foreground-scripts",
           f"--registry=http://{address}:{PORT}", "acme-tool"]
    with Registry(scratch, inside, address) as registry:
        ended = subprocess.run([*map(str, program), *npm], cwd=place, env=environment, capture_output=True, timeout=120,
                               check=False)
    equal(ended.returncode, 0, ended.stdout.decode() + ended.stderr.decode())
    holds(registry.requests, "GET /acme-tool.tgz", "GET /acme-part.tgz", "GET /of-the-script")
    assert (place / "node_modules/acme-part/package.json").exists()
    return place / "case", ended.stderr.decode()


def programs(processes, number):
    """What a process and those before and above it run, from itself on: packages by name, others by their file."""
    names = []
    while number:
        process = processes[number]
        names.append(process["package"]["name"] if "package" in process else os.path.basename(process["exe"]))
        number = process["previous"] or process["parent"]
    return names


def check(place, err):
    events = [json.loads(line) for line in (place / "data/events.ndjson").read_text(encoding="utf-8").splitlines()]
    processes = {event["id"]: event for event in events if event["type"] == "process"}
    flows = [event for event in events if event["type"] == "flow" and event["server"]["port"] == PORT]
    of_npm, of_script = [], []
    for flow in flows:
        equal(flow["owner"]["quality"], "exact")
        owner = processes[flow["owner"]["process"]]
        assert owner["package"]["version"], owner
        if owner["package"]["name"] == "npm":
            of_npm.append(flow)
            holds(owner["script"]["path"], "npm-cli.js")
        else:
            of_script.append(flow)
            equal(owner["package"], {"name": "acme-tool", "version": "1.2.3"})
            equal(os.path.basename(owner["script"]["path"]), "speak.js")
            above = programs(processes, owner["id"])
            assert "npm" in above and any(name in ("sh", "dash") for name in above[:above.index("npm")]), above
    assert of_npm, "no flow of npm"
    equal(len(of_script), 1, "flows of the package's script")
    npm = processes[of_npm[0]["owner"]["process"]]["package"]
    rows = [line for line in err.splitlines() if line.startswith("  ") and f":{PORT} " in line]
    for program in (f"npm {npm['version']}", "acme-tool 1.2.3"):
        equal(len([row for row in rows if program in row]), 1, f"rows of {program}: {err}")


@case("on the host's network each flow of an install is npm's, or that of the package whose script made it, with the chain of both")
def host(scratch):
    with Namespace() as namespace:
        check(*install(scratch, "host", namespace.inside, "127.0.0.1", 0))


@case("in an isolated network without root it is the same")
def isolated(scratch):
    with Host(scratch) as machine:
        check(*install(scratch, "isolated", machine.inside, "198.51.100.1", NOBODY))


if os.geteuid() != 0:
    print("skipped: --network host needs root")
    raise SystemExit(SKIPPED)
if shutil.which("npm") is None:
    print("skipped: npm is not installed; ./dev deps does that")
    raise SystemExit(SKIPPED)
main()
