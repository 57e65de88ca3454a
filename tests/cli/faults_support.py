"""Small disks, calls that fail, and what a case says that was recorded with them."""

import json
import os
import subprocess

from waybill_test import equal

# Datagrams of 900 octets, each with a number.
TALK = ["bash", "-c", 'for i in $(seq $0); do printf "%0900d" $i > /dev/udp/127.0.0.1/9999; done; exit 3']
UNDER_STRACE = {"ASAN_OPTIONS": "detect_leaks=0"}  # a leak is looked for by ptrace(2), which strace has


def talk(number):
    return [*TALK, str(number)]


class SmallDisk:
    """A file system of so many octets at this folder; gone with the `with`."""

    def __init__(self, scratch, name, octets):
        self.folder = scratch.folder / name
        self.octets = octets

    def __enter__(self):
        self.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.octets}", "none", self.folder], check=True)
        return self.folder

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


def failing(case, file, inject):
    """The command before which strace lets calls on a file of a case fail."""
    return ["strace", "-f", "-o", "/dev/null", "-P", case / "data" / file, "-e", f"trace={inject.split(':')[0]}",
            "-e", f"inject={inject}"]


def packets_in(file):
    """How many whole packets others read of it, and whether it ends with a whole block."""
    told = subprocess.run(["capinfos", "-M", "-c", file], capture_output=True, text=True, check=False)
    count = next(line.split(":")[1] for line in told.stdout.splitlines() if line.startswith("Number of packets"))
    return int(count), "cut short" not in told.stderr


def run_json(case):
    return json.loads((case / "data/run.json").read_text())


def gap_count(run, kind):
    return sum(gap["count"] for gap in run["gaps"] if gap["kind"] == kind)


def counts_are_true(case):
    """What was received is in the file or counted as lost, and the file ends with a whole block. Gives the run."""
    run = run_json(case)
    readable, is_whole = packets_in(case / "data/packets-0001.pcapng")
    received = sum(interface["received"] - interface["dropped"] for interface in run["interfaces"])
    equal((readable + gap_count(run, "not-written"), is_whole), (received, True), "packets readable and told as lost, of received")
    owners = (case / "data/owners.ndjson").read_text(encoding="utf-8")
    kinds = [json.loads(line)["type"] for line in owners.splitlines()]
    equal(owners == "" or owners.endswith("\n"), True, "whole lines of owners")
    if "processes" in run["counts"]:
        equal((kinds.count("process"), kinds.count("socket")), (run["counts"]["processes"], run["counts"]["sockets"]), "processes and sockets")
    return run


def environment():
    return {**os.environ, **UNDER_STRACE}
