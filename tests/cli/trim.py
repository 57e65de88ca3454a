"""waybill trim: a foreign capture without its payload."""

import json

from clients import client
from waybill_test import case, equal, holds, lacks, main, status

SECRET = b"token-that-must-not-be-kept"
TALK = client(f"""tls("api.example", 443, "api.example")
tcp("plain.example", 80, b"GET /{SECRET.decode()} HTTP/1.1\\r\\nHost: plain.example\\r\\nCookie: {SECRET.decode()}\\r\\n\\r\\n")
udp("time.example", 9999, b"{SECRET.decode()}")
""")


def flows(scratch, *arguments):
    """What the flows tell, without what says that octets are missing."""
    told = status(scratch.run("analyze", *arguments, "--format", "ndjson"), 0).events("flow")
    for flow in told:
        flow["packet"] = None
        for told_of in ("tls", "quic"):
            if flow.get(told_of):
                flow[told_of]["hello"] = None
    return told


@case("a capture is written anew without payload, and tells what it told before")
def whole(scratch):
    status(scratch.sinkhole(*TALK, options=("--keep", "full")), 0)
    full = scratch.folder / "case/data/packets-0001.pcapng"
    assert SECRET in full.read_bytes()
    out = status(scratch.run("trim", full, "-o", "t.pcapng"), 0).out
    holds(out, "t.pcapng: ", "octets of payload left out", "waybill analyze t.pcapng --trust-comments")
    assert SECRET not in (scratch.folder / "t.pcapng").read_bytes()
    before, after = flows(scratch, full), flows(scratch, "t.pcapng", "--trust-comments")
    equal(json.dumps(after), json.dumps(before))
    names = {name["name"] for flow in after for name in flow["names"]}
    equal({"api.example", "plain.example"} <= names, True, names)
    holds(status(scratch.run("trim", full, "-o", "t.pcapng"), 73).err, "t.pcapng", "not there")


@case("a torn capture is trimmed as far as it goes, and what is none leaves no file")
def torn(scratch):
    status(scratch.sinkhole(*TALK), 0)
    octets = (scratch.folder / "case/data/packets-0001.pcapng").read_bytes()
    scratch.write("torn.pcapng", octets[:len(octets) // 2])
    holds(status(scratch.run("trim", "torn.pcapng", "-o", "t.pcapng"), 2).out, "torn or damaged")
    scratch.write("none.pcap", b"nothing of the kind")
    status(scratch.run("trim", "none.pcap", "-o", "none.pcapng"), 65)
    equal((scratch.folder / "none.pcapng").exists(), False)
    status(scratch.run("trim", "nowhere.pcap", "-o", "none.pcapng"), 66)
    lacks(status(scratch.run("trim", "none.pcap"), 64).err, "internal")


main(sinkhole=True)
