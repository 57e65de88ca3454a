"""Whose traffic it is, however it is sent: the ways of tests/attribution/traffic.cpp in each mode. Needs root.

What came out stands in docs/attribution.md, and this test holds the two together.
"""

import os
import re
import shutil
import subprocess
import time
from contextlib import ExitStack

import uplink_hosts
from attribution_outside import Delegated, GivesNumbers
from attribution_ways import FIRST_PORT, FOUR, LAST_PORT, PICOSNITCH, SERVER, SIX, WAYS, script, verdicts
from capture_support import Capture
from hosts import Namespace
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, main, status

TRAFFIC = os.environ.get("TRAFFIC", "")
MODES = ("host", "capture", "sinkhole, root", "sinkhole", "isolated, root", "isolated")


class Host:
    """A network namespace with the server's addresses and the server."""

    def __init__(self, namespace, noted):
        self.namespace, self.noted = namespace, noted

    def __enter__(self):
        with ExitStack() as stack:
            inside = stack.enter_context(self.namespace).inside
            for address in ((f"{FOUR}/32",), (f"{SIX}/128", "nodad")):
                subprocess.run([*inside, "ip", "address", "replace", "dev", "lo", *address], check=True)
            server = stack.enter_context(subprocess.Popen([*inside, PYTHON, "-c", SERVER, str(FIRST_PORT), str(LAST_PORT), str(self.noted)],
                                                          stdout=subprocess.PIPE))
            stack.callback(server.terminate)
            equal(server.stdout.readline(), b"ready\n", "the server")
            self.all = stack.pop_all()
        return self.namespace

    def __exit__(self, *_):
        self.all.close()


def programs(scratch):
    """A folder of programs that every user can reach."""
    scratch.folder.chmod(0o777)
    folder = scratch.folder / "programs"
    folder.mkdir()
    shutil.copy(TRAFFIC, folder / "traffic")
    shutil.copy(scratch.waybill, folder / "waybill")
    shutil.copytree(SOURCE / "rules/packs", folder / "packs")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder


def measured(scratch):
    folder = programs(scratch)
    noted = scratch.folder / "given-twice"
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "WAYBILL_PACKS": str(folder / "packs"), "SUDO_UID": None,
                   "SUDO_GID": None, "SUDO_USER": None}
    command = ["sh", "-c", script()]
    columns = {}

    def run(name, *before):
        place = "case-" + re.sub(r"\W", "", name)
        network = name.split(",")[0]
        ended = scratch.execute([*before, str(folder / "waybill"), "run", "--network", network, "--case", place, "--", *command],
                                environment=environment)
        columns[name] = verdicts(status(ended, 0).out, scratch.case_events(case=place), scratch.folder / place, noted)

    with Host(Namespace(), noted) as namespace:
        run("host", *namespace.inside)
        capture = Capture(scratch, namespace, "-i", "any", place="case-capture")
        ended = scratch.execute([*namespace.inside, *command], environment=environment)
        time.sleep(0.3)
        columns["capture"] = verdicts(ended.out, capture.end(), scratch.folder / "case-capture", noted)
    with GivesNumbers(scratch.folder), Delegated() as cgroup, Host(uplink_hosts.Host(scratch), noted) as host:
        ordinary = [*cgroup.inside, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
        run("sinkhole, root")
        run("sinkhole", *ordinary)
        inside = [*host.inside, "env", f"--chdir={scratch.folder}"]
        run("isolated, root", *inside)
        run("isolated", *inside, *ordinary)
    return columns


def documented():
    """The table of docs/attribution.md."""
    page = (SOURCE / "docs/attribution.md").read_text(encoding="utf-8")
    lines = page[page.index("| sent by |"):].split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {mode: {row[0]: row[column] for row in rows[2:]} for column, mode in enumerate(rows[0]) if column}


@case("every way of sending is told with the right process and all octets, or is not possible: as docs/attribution.md has it")
def all_ways(scratch):
    columns = measured(scratch)
    table = documented()
    equal(tuple(table), MODES)
    names = [way.name for way in WAYS]
    differing = [f"{mode}: {name}: {columns[mode][name]}, and the table has: {table[mode].get(name)}"
                 for mode in MODES for name in names if columns[mode][name] != table[mode].get(name)]
    equal(differing, [])
    equal({len(column) for column in table.values()}, {len(WAYS)}, "rows of the table")


@case("each of the 24 scenarios of picosnitch's benchmark has a row in the table")
def benchmark(_):
    rows = documented()["host"]
    equal(len(PICOSNITCH), 24)
    equal([name for names in PICOSNITCH for name in names if name not in rows], [], "scenarios without a row")


if os.geteuid() != 0:
    print("skipped: most modes need root")
    raise SystemExit(SKIPPED)
main()
