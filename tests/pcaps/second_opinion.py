#!/usr/bin/env python3
"""Compares what is expected of each golden with tshark's reading: packets, names, addresses, fingerprints, flows."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

FIELDS = {
    "hellos": ("tls.handshake.extensions_server_name", "dtls.handshake.extensions_server_name"),
    "hosts": ("http.host", "http2.headers.authority"),
    "questions": ("dns.qry.name",),
    "answers": ("dns.a", "dns.aaaa"),
    "fingerprints": ("tls.handshake.ja3", "dtls.handshake.ja3"),
    "protocols": ("frame.protocols",),
    "tcp": ("tcp.stream",),
    "udp": ("udp.stream",),
}
SPOKEN = {"quic": "quic", "dtls": "dtls", "ssh": "ssh", "ntp": "ntp", "stun": "stun", "wireguard": "wg",
          "socks": "socks", "smtp": "smtp", "imap": "imap", "postgresql": "pgsql", "mdns": "mdns", "llmnr": "llmnr"}

# (subject, what): why ours is right, or why the two mean different things.
ESCAPED = "octets that are not printable are escaped in another way"
KNOWN = {
    ("names-hostile", "hellos"): ESCAPED,
    ("names-hostile", "hosts"): ESCAPED,
    ("names-hostile", "questions"): ESCAPED,
    ("file-pcapng-blocks", "packets"): "tshark counts the unknown block",
    ("http-1", "hosts"): "tshark takes no host from an absolute target",
    ("ip-fragments-missing", "udp"): "tshark reads no header of a datagram that is not whole",
    ("link-frame-relay", "udp"): "tshark 4.0 gives the streams of both IP versions one number",
}
PREFERENCES = ("tcp.reassemble_out_of_order:TRUE",)
LIST = "\x1f"  # between the values of a field


def read_packets(capture):
    """For each packet, what tshark reads."""
    command = ["tshark", "-n", "-r", capture, "-T", "fields", "-E", "occurrence=a", "-E", f"aggregator={LIST}"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    fields = [field for fields in FIELDS.values() for field in fields]
    for field in fields:
        command += ["-e", field]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    for line in result.stdout.decode(errors="replace").splitlines():
        values = dict(zip(fields, line.split("\t")))
        yield {what: {value for field in fields for value in values.get(field, "").split(LIST) if value}
               for what, fields in FIELDS.items()}


def without_port(host):
    return re.sub(r":\d+$", "", host).strip("[]")


def names(expected, *sources):
    found = {name for flow in expected["flows"] for name in flow["names"]}
    return {name.rpartition(" (")[0] for name in found if name.rpartition(" (")[2][:-1] in sources}


def ours(expected):
    answers = {answer.split()[2] for event in expected["dns"] for answer in event["answers"]
               if answer.split()[1] in ("A", "AAAA")}
    return {
        "hellos": names(expected, "tls-sni", "quic-sni", "dtls-sni"),
        "hosts": names(expected, "http-host", "http2-authority", "proxy-connect"),
        "questions": {question.rpartition(" ")[0] for event in expected["dns"] for question in event["questions"]},
        "answers": answers,
        "fingerprints": {ja3 for flow in expected["flows"] for ja3 in flow.get("tls", {}).get("ja3", [])},
        "protocols": {SPOKEN[flow["protocol"]] for flow in expected["flows"] if flow.get("protocol") in SPOKEN},
        "packets": expected["packets"],
        **{kind: sum(flow["flow"].startswith(kind + " ") for flow in expected["flows"]) for kind in ("tcp", "udp")},
    }


def theirs(capture):
    packets = list(read_packets(capture))
    found = {what: set().union(*(packet[what] for packet in packets)) for what in FIELDS}
    found["hosts"] = {without_port(host) for host in found["hosts"]}
    spoken = {word for protocols in found["protocols"] for word in protocols.split(":")}
    found["protocols"] = spoken & set(SPOKEN.values())
    found["packets"] = len(packets)
    for kind in ("tcp", "udp"):
        found[kind] = len(found[kind])
    return found


def main():
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        return 77
    failures = 0
    met = set()
    for path in sorted(Path(sys.argv[1]).glob("*/case.expected.json")):
        subject, expected = path.parent.name, ours(json.loads(path.read_text()))
        second = theirs(path.with_name("case.pcapng"))
        for what, value in expected.items():
            if value == second[what]:
                continue
            if (subject, what) in KNOWN:
                met.add((subject, what))
                print(f"known difference, {subject}, {what}: {KNOWN[subject, what]}")
                continue
            failures += 1
            print(f"{subject}: {what}: expected {value}, tshark {second[what]}")
    for subject, what in KNOWN.keys() - met:
        failures += 1
        print(f"{subject}, {what}: listed as a known difference, but there is none")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
