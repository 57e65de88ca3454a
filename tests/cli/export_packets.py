"""waybill report --format pcapng and zeek, read back by tshark, capinfos and tcpdump."""

import json
import re
import struct

from export_support import blocks_of, exported, needs, packet_options, recorded
from waybill_test import case, equal, holds, lacks, main, status


def annotated(scratch):
    status(scratch.run("report", "case", "--format", "pcapng", "--output", "out.pcapng"), 0)
    return (scratch.folder / "out.pcapng").read_bytes()


def fields(scratch, file, *names, options=()):
    wanted = [part for name in names for part in ("-e", name)]
    out = status(scratch.execute(["tshark", "-r", file, "-T", "fields", "-E", "separator=\t", "-E", "occurrence=a", *options,
                                  *wanted]), 0).out
    return [line.split("\t") for line in out.splitlines()]


@case("tshark, tcpdump and capinfos read the annotated packets: the same as recorded, with whose they are and what for")
def read_back(scratch):
    needs("tshark", "tcpdump", "capinfos")
    recorded(scratch)
    annotated(scratch)
    before = fields(scratch, "case/data/packets-0001.pcapng", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name",
                    "ip.src", "ip.dst")
    equal(fields(scratch, "out.pcapng", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name", "ip.src", "ip.dst"),
          before)
    comments = [line[0] for line in fields(scratch, "out.pcapng", "frame.comment")]
    holds("\n".join(comments), "curl, pid ", "endpoint: curled.example:443 · no cited purpose",
          "endpoint: api.anthropic.com:443", "by rule anthropic/api")
    hello = [line for line in fields(scratch, "out.pcapng", "tls.handshake.extensions_server_name", "frame.comment") if line[0]]
    assert hello and all(name + ":" in comment for name, comment in hello), hello
    information = status(scratch.execute(["capinfos", "-M", "out.pcapng"]), 0).out
    equal(int(re.search(r"Number of packets:\s+(\d+)", information)[1]), len(before))
    holds(information, "Name = eth0", "Number of stat entries = 1")
    dumped = status(scratch.execute(["tcpdump", "-nr", "out.pcapng"]), 0)
    equal(len([line for line in dumped.out.splitlines() if line[:1].isdigit()]), len(before))


@case("each packet of a known process has its number in option 8; there is no custom block, name or secret")
def options(scratch):
    recorded(scratch)
    blocks = blocks_of(annotated(scratch))
    equal({kind for kind, body in blocks} <= {0x0A0D0D0A, 1, 5, 6}, True)
    pids = {process["pid"] for process in scratch.case_json("report.json")["processes"]}
    seen = set()
    for kind, body in blocks:
        if kind != 6:
            continue
        told = packet_options(body)
        assert all(code in (1, 2, 8) for code, value in told), told
        for value in (value for code, value in told if code == 8):
            pid, thread = struct.unpack("<II", value)
            seen.add(pid)
            equal(thread, 0)
    assert seen and seen <= pids, (seen, pids)
    assert any(kind == 5 for kind, body in blocks)
    equal(status(scratch.run("analyze", "out.pcapng", "--format", "json"), 0).json()["totals"]["packets"],
          scratch.case_json("report.json")["totals"]["packets"])


@case("Zeek's lines count what the events count, and name connections as tshark does by their Community ID")
def zeek(scratch):
    needs("tshark")
    recorded(scratch)
    lines = [json.loads(line) for line in exported(scratch, "zeek").splitlines()]
    logs = {path: [line for line in lines if line["_path"] == path] for path in ("conn", "dns", "ssl", "reporter")}
    flows = scratch.case_events("flow")
    equal(len(logs["conn"]), len(flows))
    for line, flow in zip(logs["conn"], flows):
        equal((line["id.orig_h"], line["id.orig_p"], line["id.resp_h"], line["id.resp_p"], line["orig_bytes"], line["resp_ip_bytes"]),
              (flow["client"]["address"], flow["client"]["port"], flow["server"]["address"], flow["server"]["port"],
               flow["payload_bytes"]["out"], flow["ip_bytes"]["in"]))
    equal({line["server_name"] for line in logs["ssl"]} >= {"api.anthropic.com", "curled.example"}, True)
    assert all("ja4" in line for line in logs["ssl"])
    equal(len(logs["dns"]), len(scratch.case_events("dns")))
    names = {line["uid"] for line in logs["conn"]}
    equal(len(names), len(flows))
    assert all(line["uid"] in names for line in logs["ssl"] + logs["dns"])
    by_tshark = {}
    for source, destination, tcp, udp, identity in fields(scratch, "case/data/packets-0001.pcapng", "ip.src", "ip.dst", "tcp.srcport",
                                                          "udp.srcport", "communityid",
                                                          options=("--enable-protocol", "communityid")):
        if source and identity and "," not in source:
            by_tshark[(source, int(tcp or udp or 0))] = identity
    compared = 0
    for line in logs["conn"]:
        key = (line["id.orig_h"], line["id.orig_p"])
        if key in by_tshark:
            equal(line["community_id"], by_tshark[key])
            compared += 1
    assert compared >= 5, compared
    lacks(json.dumps(logs["conn"]), "/secret")
    equal(len(logs["reporter"]), len(scratch.case_json("report.json")["gaps"]))


main(sinkhole=True)
