"""waybill analyze: what it reads."""

import gzip
import json

from captures import conversation, files
from waybill_test import case, equal, holds, lacks, main, status

RECORDS = conversation()
PLAIN = files.pcapng(RECORDS)


def essence(result):
    """Every event, but for the names of the files."""
    events = status(result, 0).events()
    events[-1]["files"] = None
    return events


@case("standard input, gzip and zstd give the same events as the plain file")
def same_events(scratch):
    scratch.write("plain.pcapng", PLAIN)
    plain = essence(scratch.run("analyze", "--format", "ndjson", "plain.pcapng"))
    for name, octets in (("a.gz", gzip.compress(PLAIN)), ("a.zst", files.zstd(PLAIN)),
                         ("two-members.gz", gzip.compress(PLAIN[:99]) + gzip.compress(PLAIN[99:]))):
        scratch.write(name, octets)
        equal(essence(scratch.run("analyze", "--format", "ndjson", name)), plain, name)
        equal(essence(scratch.run("analyze", "--format", "ndjson", "-", stdin=octets)), plain, f"{name} on stdin")
    equal(essence(scratch.run("analyze", "--format", "ndjson", "-", stdin=PLAIN)), plain, "stdin")


@case("several files are one recording: names from the first hold in the second")
def several_files(scratch):
    scratch.write("first.pcapng", files.pcapng(RECORDS[:2]))
    scratch.write("second.pcap", files.pcap(RECORDS[2:], order=">"))
    result = scratch.run("analyze", "--format", "ndjson", "first.pcapng", "second.pcap")
    flow = [flow for flow in status(result, 0).events("flow") if flow["transport"] == "tcp"][0]
    equal([name["source"] for name in flow["names"]], ["dns-answer", "tls-sni"])
    equal(flow["packet"]["file"], 1)
    equal(result.events("capture")[0]["files"], ["first.pcapng", "second.pcap"])


@case("the second file's damage is told with its number, and what came before is kept")
def second_file_torn(scratch):
    scratch.write("first.pcapng", PLAIN)
    scratch.write("second.pcapng", PLAIN[:-9])
    result = status(scratch.run("analyze", "--format", "ndjson", "first.pcapng", "second.pcapng"), 2)
    torn = [gap for gap in result.events("gap") if gap["kind"] == "torn-input"]
    holds(torn[0]["detail"], "input 2")


@case("--filter leaves out what the expression does not accept")
def filtered(scratch):
    scratch.write("a.pcapng", PLAIN)
    result = status(scratch.run("analyze", "--format", "ndjson", "--filter", "tcp port 443", "a.pcapng"), 0)
    equal([flow["server"]["port"] for flow in result.events("flow")], [443])
    equal(result.events("capture")[0]["packets"], len(RECORDS) - 2)


@case("formats are told by the first octets, not by the name")
def misnamed(scratch):
    scratch.write("really-pcap.gz", files.pcap(RECORDS))
    status(scratch.run("analyze", "really-pcap.gz"), 0)


@case("a capture's packet comments are believed with --trust-comments alone")
def comments(scratch):
    out = files.Pcapng().section().interface()
    for number, (time, frame) in enumerate(RECORDS):
        out.packet(time, frame, comment=b"waybill/1 http-host=forged.example" if number == 5 else None)
    scratch.write("a.pcapng", out.octets)
    foreign = status(scratch.run("analyze", "--format", "ndjson", "a.pcapng"), 0)
    lacks(json.dumps(foreign.events("flow")), "forged.example")
    equal([gap["kind"] for gap in foreign.events("gap")], ["comments-untrusted"])


main()
