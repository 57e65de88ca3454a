#!/usr/bin/env python3
"""Generates a capture and compares what `waybill analyze` finds in it with what the generator says it wrote."""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from ipaddress import ip_address
from pathlib import Path

sys.dont_write_bytecode = True
import pcap_reader  # noqa: E402

# The flow counts are where hash tables grow: a flow lost or split there is what these cases are for.
CASES = {
    "mixed": ["mixed", "--octets", "20000000"],
    "mixed-short-flows": ["mixed", "--flows", "4000", "--octets", "5000000", "--seed", "7"],
    "large": ["large", "--octets", "20000000"],
    "many-1000": ["many", "--flows", "1000"],
    "many-20000": ["many", "--flows", "20000"],
    "many-100000": ["many", "--flows", "100000"],
    "many-distinct-names": ["many", "--flows", "20000", "--distinct-names"],
}
WAYS = ("out", "in")
VOLUMES = ("packets", "wire_bytes", "ip_bytes", "payload_bytes")
NAME_SOURCES = ("tls-sni", "quic-sni", "http-host")
# Browsers' hellos offer ECH that means nothing; without the run's own DNS an analysis cannot know that.
EXPECTED_GAPS = {"ech-outer-name-only"}


class Found:
    """What the events of one analysis add up to, in the truth's terms."""

    def __init__(self, lines):
        self.transports = defaultdict(Counter)
        self.flows = {}
        self.ids = set()
        self.naming_flows, self.names = Counter(), defaultdict(set)
        self.dns, self.gaps = Counter(), Counter()
        self.contact_flows = self.http_requests = 0
        self.types = []
        self.capture = {}
        for line in lines:
            self._take(json.loads(line))

    def _take(self, event):
        if not self.types or self.types[-1] != event["type"]:
            self.types.append(event["type"])
        if event["type"] == "flow":
            self._take_flow(event)
        elif event["type"] == "dns":
            self.dns["responses" if event["response"] else "queries"] += 1
        elif event["type"] == "gap":
            self.gaps[event["kind"]] += event["count"]
        elif event["type"] == "contact":
            self.contact_flows += event["flow_count"]
        elif event["type"] == "capture":
            self.capture = event

    def _take_flow(self, event):
        self.ids.add(event["id"])
        totals = self.transports[event["transport"]]
        totals["flows"] += 1
        for volume in VOLUMES:
            for way in WAYS:
                totals[volume, way] += event[volume][way]
        self.flows[key_of(event)] = event
        for source, name in {(clue["source"], clue["name"]) for clue in event["names"]}:
            self.naming_flows[source] += 1
            self.names[source].add(name)
        self.http_requests += event.get("http", {}).get("requests", 0)


def key_of(flow):
    """The flow's five-tuple, client first."""
    ends = [(ip_address(flow[end]["address"]), flow[end]["port"]) for end in ("client", "server")]
    return (flow["transport"], *ends)


class Comparison:
    def __init__(self):
        self.failures = []

    def equal(self, what, found, expected):
        if found != expected:
            self.failures.append(f"{what}: found {found}, generated {expected}")


def compare_transports(check, transports, truth):
    for transport, expected in truth["transports"].items():
        found = transports[transport]
        check.equal(f"{transport} flows", found["flows"], expected["flows"])
        for volume in VOLUMES:
            for way in WAYS:
                check.equal(f"{transport} {volume} {way}", found[volume, way], expected[volume][way])
    check.equal("transports beyond TCP and UDP", sorted(set(transports) - set(truth["transports"])), [])


def compare_flow(check, found, expected):
    what = f"flow {expected['transport']} {expected['client']} {expected['server']}"
    if found is None:
        check.failures.append(f"{what}: not found")
        return
    for volume in VOLUMES:
        check.equal(f"{what} {volume}", found[volume], expected[volume])
    if expected["source"] != "dns":
        clues = {(clue["source"], clue["name"]) for clue in found["names"]}
        check.equal(f"{what} names", (expected["source"], expected["name"]) in clues, True)


def compare(found, truth):
    """The differences, as sentences."""
    check = Comparison()
    compare_transports(check, found.transports, truth)
    check.equal("distinct flow ids", len(found.ids), truth["flows"])
    check.equal("packets of the capture line", found.capture.get("packets"), truth["packets"])
    check.equal("wire bytes of the capture line", found.capture.get("wire_bytes"), truth["wire_bytes"])
    check.equal("first and last line", (found.types[0], found.types[-1]), ("header", "capture"))
    for source in NAME_SOURCES:
        check.equal(f"flows named by {source}", found.naming_flows[source], truth["names"][source]["flows"])
        check.equal(f"distinct names by {source}", len(found.names[source]), truth["names"][source]["distinct"])
    for direction in ("queries", "responses"):
        check.equal(f"DNS {direction}", found.dns[direction], truth["dns"][direction])
    check.equal("HTTP requests", found.http_requests, truth["http_requests"])
    check.equal("flows of all contacts", found.contact_flows, truth["flows"])
    check.equal("gaps", {kind: n for kind, n in found.gaps.items() if kind not in EXPECTED_GAPS}, {})
    for expected in truth["checked_flows"]:
        compare_flow(check, found.flows.get(key_of(expected)), expected)
    return check.failures


def generate(generator, capture, words):
    truth = capture.with_suffix(".json")
    command = [generator, words[0], capture, "--truth", truth, *words[1:]]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads(truth.read_text(encoding="utf-8"))


def analyze(waybill, capture):
    """What is found, and the exit code."""
    command = [waybill, "analyze", "--format", "ndjson", capture]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        found = Found(process.stdout)
    return found, process.returncode


def run_case(arguments, folder):
    capture = folder / "case.pcap"
    truth = generate(arguments.generator, capture, CASES[arguments.case])
    found, status = analyze(arguments.waybill, capture)
    failures = compare(found, truth)
    if status != 0:
        failures.append(f"waybill analyze: exit {status}")
    return failures


def check_comparison(arguments, folder):
    """The comparison notices a wrong truth: that of another seed, which differs in each of these figures."""
    other = generate(arguments.generator, folder / "other.pcap", ["mixed", "--octets", "3000000", "--seed", "3"])
    capture = folder / "case.pcap"
    generate(arguments.generator, capture, ["mixed", "--octets", "3000000", "--seed", "1"])
    told = " ".join(compare(analyze(arguments.waybill, capture)[0], other))
    expected = ("tcp flows", "udp packets", "flows named by tls-sni", "distinct names by quic-sni", "DNS queries", "not found")
    return [f"a wrong truth is not noticed: {what}" for what in expected if what not in told]


def check_truth(arguments, folder):
    """The truth is what a second reader counts, and the seed alone decides the file."""
    check = Comparison()
    digests = {}
    for kind, words in {"mixed": ["--octets", "3000000"], "many": ["--flows", "999"], "large": ["--octets", "3000000"]}.items():
        for name, seed in (("first", "1"), ("again", "1"), ("other", "2")):
            capture = folder / f"{kind}-{name}.pcap"
            truth = generate(arguments.generator, capture, [kind, *words, "--seed", seed])
            octets = capture.read_bytes()
            digests[kind, name] = hashlib.sha256(octets).hexdigest()
            check.equal("octets of the file", len(octets), truth["file_bytes"])
            volumes, flows = pcap_reader.count(capture)
            for transport, number in flows.items():
                volumes[transport]["flows"] = number
            compare_transports(check, volumes, truth)
        check.equal(f"{kind}: the same seed gives the same file", digests[kind, "first"] == digests[kind, "again"], True)
        check.equal(f"{kind}: another seed gives the same file", digests[kind, "first"] == digests[kind, "other"], False)
    return check.failures


CHECKS = {"truth": check_truth, "comparison": check_comparison}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--waybill")
    parser.add_argument("--case", required=True, choices=[*CASES, *CHECKS])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waybill-generator-") as folder:
        run = CHECKS.get(arguments.case, run_case)
        failures = run(arguments, Path(folder))
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
