#!/usr/bin/env python3
"""Holds what `waybill analyze` finds in one golden against what is expected, and prints the difference.

WAYBILL_BLESS=1 writes the expected file instead.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
from pathlib import Path

FLOW_FACTS = ("protocol", "tls", "quic", "http", "connect", "socks", "ssh", "ambiguous")
PAIRS = ("packets", "wire_bytes", "ip_bytes", "payload_bytes")


def socket_text(socket):
    address = f"[{socket['address']}]" if ":" in socket["address"] else socket["address"]
    return f"{address}:{socket['port']}"


def flow_essentials(flow):
    facts = {key: flow[key] for key in FLOW_FACTS if flow.get(key) is not None}
    return {"flow": f"{flow['transport']} {socket_text(flow['client'])} > {socket_text(flow['server'])}",
            "time": f"{flow['first']} to {flow['last']}", "tunnel_depth": flow["tunnel_depth"],
            **{pair: f"{flow[pair]['out']} out, {flow[pair]['in']} in" for pair in PAIRS},
            "names": [f"{name['name']} ({name['source']})" for name in flow["names"]], **facts}


def dns_essentials(event):
    rcode = f" rcode {event['rcode']}" if event["response"] else ""
    return {"dns": f"{event['dissector']} flow {event['flow']} {'answer' if event['response'] else 'question'}{rcode}",
            "questions": [f"{each['name']} {each['qtype']}" for each in event["questions"]],
            "answers": [f"{each['name']} {each['rtype']} {each['rdata']} {each['ttl']} s" for each in event["answers"]],
            "services": event.get("services", [])}


def contact_essentials(contact):
    endpoint = contact["endpoint"]
    return {"contact": f"{endpoint['host'] or '-'} {socket_text(endpoint)}/{endpoint['transport']}",
            "named_by": contact["name_source"], "resolution": contact["resolution"], "flows": contact["flows"],
            **{key: contact[key] for key in ("candidates", "other_names", "outer_name_only") if contact.get(key)}}


def essentials(result):
    """What matters of the events, without what the rule packs say: those have tests of their own."""
    events = [json.loads(line) for line in result.stdout.splitlines()]
    by_type = {}
    for event in events:
        by_type.setdefault(event["type"], []).append(event)
    total = by_type["capture"][0]
    return {"exit": result.returncode, "packets": total["packets"], "wire_bytes": total["wire_bytes"],
            "dropped": total["dropped"],
            "flows": [flow_essentials(each) for each in sorted(by_type.get("flow", []), key=lambda flow: flow["id"])],
            "dns": [dns_essentials(each) for each in by_type.get("dns", [])],
            "contacts": [contact_essentials(each) for each in sorted(by_type.get("contact", []),
                                                                     key=lambda contact: contact["id"])],
            "gaps": [f"{each['count']} {each['kind']}" + (f" ({each['detail']})" if each["detail"] else "")
                     for each in by_type.get("gap", [])]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waybill", required=True)
    parser.add_argument("subject", type=Path, help="the golden's folder")
    arguments = parser.parse_args()
    result = subprocess.run([os.path.abspath(arguments.waybill), "analyze", "--format", "ndjson", "case.pcapng"],
                            cwd=arguments.subject, stdout=subprocess.PIPE, check=False)
    if not result.stdout:
        return 1
    found = json.dumps(essentials(result), indent=1, ensure_ascii=True) + "\n"
    expected = arguments.subject / "case.expected.json"
    if os.environ.get("WAYBILL_BLESS") == "1":
        expected.write_text(found)
        return 0
    wanted = expected.read_text() if expected.exists() else ""
    difference = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), "expected", "found", lineterm=""))
    print("\n".join(difference) if difference else f"{arguments.subject.name}: as expected")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
