"""The packets of a recording against the kernel's own counters, in every mode, with much traffic each way.

As root: every host is a network namespace of the test's own, and what is far from it another one.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from bulk import Server
from capture_support import Capture
from hosts import Namespace
from uplink_hosts import SERVER, UPLINKS, Host, runner
from waybill_test import NOBODY, PYTHON, SINKHOLE, SKIPPED, case, equal, holds, main, status

BULK = str(Path(__file__).resolve().parent / "bulk.py")
MOST_PPM = 10_000  # 1 %
FAR = ("192.0.2.2", "2001:db8::2")
LOCAL = ("127.0.0.1", "::1")


class Link:
    """Two namespaces, joined by a veth pair, with addresses of both families."""

    def __enter__(self):
        self.near, self.far = Namespace().__enter__(), Namespace().__enter__()
        self.inside = self.near.inside
        self.on(self.near, f"ip link add near0 type veth peer name far0 netns {self.far.holder.pid}")
        for namespace, name, number in ((self.near, "near0", 1), (self.far, "far0", 2)):
            self.on(namespace, f"ip address add 192.0.2.{number}/24 dev {name} && "
                               f"ip address add 2001:db8::{number}/64 dev {name} nodad && ip link set {name} up")
        return self

    def on(self, namespace, line):
        subprocess.run([*namespace.inside, "sh", "-c", line], check=True)

    def __exit__(self, *_):
        self.near.__exit__()
        self.far.__exit__()


def flat(text):
    """On one line, as words are told from each other alone."""
    return " ".join(text.split())


def compared(data, least, what, most_ppm=MOST_PPM):
    """The recording's packets and the kernel's counters: much, on both sides, and the same."""
    check = json.loads((data / "report.json").read_text())["cross_check"]
    recorded, difference = check["recorded"], check["difference"]
    print(f"        {what}: {recorded['packets']} packets, {recorded['ip_bytes']} octets; counted "
          f"{check['counted']}; once {check['recorded_once']}; lost {check['lost']}; uncertain {check['uncertain']}; "
          f"difference {difference}")
    assert recorded["ip_bytes"] >= least, f"{what}: {recorded}"
    assert difference["ip_bytes_ppm"] <= most_ppm, f"{what}: {check}"
    kinds = {gap["kind"] for gap in json.loads((data / "report.json").read_text())["gaps"]}
    equal(kinds & {"packets-missing", "counters-differ"}, set(), f"{what}: {check}")
    run = json.loads((data / "run.json").read_text())
    equal([counter["counter"] for counter in run["counters"]], check["counters"], what)
    return check


def talk(*addresses):
    return [PYTHON, BULK, *addresses]


@case("on the host's network: every packet that the kernel counted for the cgroup is in the recording, over loopback once")
def host(scratch):
    with Link() as link, Server(link.far.inside), Server(link.inside):
        result = scratch.execute([*link.inside, scratch.waybill, "run", "--network", "host", "--case", "far", "--",
                                  *talk(*FAR, *LOCAL)])
        holds(flat(status(result, 0).err), "(cgroup): difference 0")
    check = compared(scratch.folder / "far/data", 30_000_000, "host")
    equal(check["difference"], {"packets": 0, "ip_bytes": 0, "ip_bytes_ppm": 0})
    equal(check["recorded_once"], {"packets": 0, "ip_bytes": 0}, "the server is not of the cgroup")
    with Namespace() as namespace:
        result = scratch.execute([*namespace.inside, scratch.waybill, "run", "--network", "host", "--case", "alone",
                                  "--", PYTHON, BULK, "alone", *LOCAL])
        status(result, 0)
    check = compared(scratch.folder / "alone/data", 15_000_000, "host, both ends")
    equal(check["difference"], {"packets": 0, "ip_bytes": 0, "ip_bytes_ppm": 0})
    assert check["recorded_once"]["packets"] > 1000, "packets are sent and received in the cgroup"


@case("in the sinkhole: the interfaces' own counters")
def sinkhole(scratch):
    sent = ("throw=198.18.0.9", "throw=2001:2::9", *LOCAL)
    result = scratch.run(*SINKHOLE, "--case", "case", "--", PYTHON, BULK, "alone", *sent)
    holds(flat(status(result, 0).err), "the kernel counted", "(interface eth0, interface lo): difference")
    compared(scratch.folder / "case/data", 18_000_000, "sinkhole")


@case("in an isolated network, by either uplink, with and without root")
def isolated(scratch):
    with Host(scratch) as near:
        with Server(near.inside):
            for user in (NOBODY, 0):
                place, run = runner(scratch, near, user)
                shutil.copy(BULK, place / "bulk.py")
                for uplink in UPLINKS:
                    command = (PYTHON, str(place / "bulk.py"), "alone", SERVER, *LOCAL)
                    status(run(*command, options=("--uplink", uplink), name=uplink), 0)
                    compared(place / uplink / "data", 22_000_000, f"isolated, {uplink} as {user}")
                    for number in range(3):  # what was sent while the network was made is no difference
                        name = f"{uplink}-{number}"
                        status(run("true", options=("--uplink", uplink), name=name), 0)
                        compared(place / name / "data", 0, name, MOST_PPM * 100)


@case("of captured interfaces: one, the loopback interface, and all of them")
def interfaces(scratch):
    with Link() as link, Server(link.far.inside), Server(link.inside):
        for name, addresses, least in (("near0", FAR, 18_000_000), ("lo", LOCAL, 15_000_000), ("any", (*FAR, *LOCAL), 33_000_000)):
            capture = Capture(scratch, link, "-i", name, place=name)
            subprocess.run([*link.inside, *talk(*addresses)], check=True)
            capture.end()
            check = compared(scratch.folder / name / "data", least, f"capture -i {name}")
            equal(check["counters"], ["every interface" if name == "any" else f"interface {name}"])


@case("of the sockets of some processes: the counters of their cgroup")
def scoped(scratch):
    top = next(line.split()[4] for line in open("/proc/self/mountinfo", encoding="utf-8") if " - cgroup2 " in line)
    folder = os.path.join(top, f"cross-check-{os.getpid()}")
    os.mkdir(folder)
    try:
        with Link() as link, Server(link.far.inside):
            capture = Capture(scratch, link, "--cgroup", folder)
            join = f'echo $$ >{folder}/cgroup.procs; exec "$@"'
            subprocess.run([*link.inside, "sh", "-c", join, "sh", *talk(*FAR)], check=True)
            capture.end()
    finally:
        os.rmdir(folder)
    compared(scratch.folder / "case/data", 18_000_000, "capture --cgroup")


@case("packets that are not in the recording are a difference and a gap, and so are those that nobody counted")
def differs(scratch):
    with Link() as link, Server(link.far.inside):
        status(scratch.execute([*link.inside, scratch.waybill, "run", "--network", "host", "--case", "case", "--",
                                *talk(*FAR)]), 0)
    original = scratch.case_json("run.json")
    for what, packets, octets, kind, ends in (("lost", 7, 7000, "packets-missing", 2), ("more", -7, -7000, "counters-differ", 0),
                                              ("octets", 0, 512, "counters-differ", 0)):
        shutil.copytree(scratch.folder / "case", scratch.folder / what)
        changed = json.loads(json.dumps(original))
        changed["counters"][0]["packets"]["in"] += packets
        changed["counters"][0]["ip_bytes"]["in"] += octets
        (scratch.folder / what / "data/run.json").write_text(json.dumps(changed))
        result = status(scratch.run("analyze", what), ends)
        difference = scratch.case_json("report.json", what)["cross_check"]["difference"]
        equal((difference["packets"], difference["ip_bytes"]), (packets, octets), what)
        gaps = {gap["kind"]: gap for gap in scratch.case_json("report.json", what)["gaps"]}
        equal(gaps[kind]["count"], abs(packets if kind == "packets-missing" else octets), what)
        holds(flat(result.out), "Cross-check", "difference " + ("0 packets" if packets == 0 else "7 packets"))
        told = [event["kind"] for event in scratch.case_events("gap", what)]
        holds(told, kind)


@case("losses that the recording counted explain a difference, and count once")
def explained(scratch):
    with Link() as link, Server(link.far.inside):
        status(scratch.execute([*link.inside, scratch.waybill, "run", "--network", "host", "--case", "case", "--",
                                *talk(*FAR)]), 0)
    run = scratch.case_json("run.json")
    run["counters"][0]["packets"]["in"] += 5
    run["counters"][0]["ip_bytes"]["in"] += 7500
    run["counters"][0]["lost"] = {"packets": 5, "ip_bytes": 7500}
    run["interfaces"][0]["dropped"] = 5
    run["gaps"].append({"kind": "kernel-dropped", "count": 5, "detail": ""})
    (scratch.folder / "case/data/run.json").write_text(json.dumps(run))
    holds(flat(status(scratch.run("analyze", "case"), 2).out), "5 packets are known to be lost: difference 0")
    report = scratch.case_json("report.json")
    equal(report["totals"]["dropped"], 5)
    equal(report["cross_check"]["difference"], {"packets": 0, "ip_bytes": 0, "ip_bytes_ppm": 0})


@case("without counters there is no cross-check, and that is said")
def without(scratch):
    with Link() as link:
        capture = Capture(scratch, link, "-i", "lo", "--filter", "udp")
        capture.end()
    equal(scratch.case_json("run.json")["counters"], [])
    equal(scratch.case_json("report.json")["cross_check"], None)
    holds(flat(capture.err), "does not have the kernel's own counters")


if os.geteuid() != 0:
    print("skipped: hosts of the test's own need root")
    raise SystemExit(SKIPPED)
for program in UPLINKS:
    if shutil.which(program) is None:
        print(f"skipped: {program} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main()
