"""What a case keeps of what was said: names and sizes, no content."""

from clients import client
from waybill_test import case, equal, holds, main, status

# Each stands where content stands, in the clear.
MARKERS = {"path": "MARKpath", "query": "MARKquery", "header": "MARKheader", "cookie": "MARKcookie", "body": "MARKbody",
           "tcp": "MARKtcp", "udp": "MARKudp", "tls": "MARKtls", "socks": "MARKpassword", "local": "MARKlocal",
           "pipelined": "MARKsecond", "tail": "MARKtail"}
TALK = client("""import http.client
request = (b"POST /MARKpath?q=MARKquery HTTP/1.1\\r\\nHost: plain.example\\r\\nX-Token: MARKheader\\r\\n"
           b"Cookie: id=MARKcookie\\r\\nContent-Length: 8\\r\\n\\r\\nMARKbody")
tcp("plain.example", 80, request + b"GET /MARKsecond HTTP/1.1\\r\\nHost: second.example\\r\\n\\r\\n")
tcp("raw.example", 7777, b"MARKtcp" * 200)
udp("datagram.example", 7777, b"MARKudp" * 50)
hello = ssl.MemoryBIO()
secure = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="secure.example")
with contextlib.suppress(ssl.SSLWantReadError):
    secure.do_handshake()
tcp("secure.example", 443, hello.read() + b"\\x17\\x03\\x03\\x00\\x07MARKtls" + b"MARKtail")
tcp("proxy.example", 1080, b"\\x05\\x01\\x02\\x01\\x04user\\x0cMARKpassword")
server = socket.create_server(("127.0.0.1", 0))
mine = socket.create_connection(server.getsockname())
mine.sendall(b"MARKlocal" * 20)
theirs, _ = server.accept()
theirs.recv(4096)
""")
VARYING = ("first", "last", "packet", "at")


def markers_in(folder):
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and "rules" not in path.parts
                          and path.name not in ("run.json", "report.json"))
    # The command line itself, which run.json and the report show, holds the markers.
    return sorted(name for name, marker in MARKERS.items() if marker.encode() in everything)


def timeless(event):
    """The event without times, ephemeral ports and packet numbers."""
    kept = {key: value for key, value in event.items() if key not in VARYING}
    kept["client"] = event["client"]["address"]
    kept["names"] = [(name["name"], name["source"]) for name in event["names"]]
    return kept


@case("packets and events hold no content, and the hosts are in the events all the same")
def metadata(scratch):
    status(scratch.sinkhole(*TALK), 0)
    equal(markers_in(scratch.folder / "case"), [])
    names = {(name["name"], name["source"]) for flow in scratch.case_events("flow") for name in flow["names"]}
    for name in (("plain.example", "http-host"), ("second.example", "http-host"), ("secure.example", "tls-sni"),
                 ("raw.example", "dns-answer")):
        assert name in names, (name, names)


@case("--keep full keeps the packets whole, and says so in run.json")
def full(scratch):
    status(scratch.sinkhole(*TALK, options=("--keep", "full")), 0)
    equal(markers_in(scratch.folder / "case"), sorted(MARKERS))
    equal(scratch.case_json("run.json")["trimmed"], False)


@case("whole and trimmed packets of the same traffic give the same flows")
def same_flows(scratch):
    status(scratch.sinkhole(*TALK, options=("--case", "trimmed")), 0)
    status(scratch.sinkhole(*TALK, options=("--case", "full", "--keep", "full")), 0)
    facts = {}
    for place in ("trimmed", "full"):
        flows = [timeless(flow) for flow in scratch.case_events("flow", place)]
        for flow in flows:  # how many segments and acknowledgements there were is the kernel's choice
            for counted in ("packets", "wire_bytes", "ip_bytes", "id", "contact"):
                del flow[counted]
            if flow["server"]["address"] == "127.0.0.1":
                flow["server"]["port"] = "chosen by the kernel"
        facts[place] = sorted(map(repr, flows))
    equal(facts["trimmed"], facts["full"])


@case("the octets that were cut still count")
def sizes(scratch):
    status(scratch.sinkhole(*TALK), 0)
    flow = [flow for flow in scratch.case_events("flow")
            if flow["transport"] == "tcp" and flow["server"]["port"] == 7777][0]
    equal(flow["payload_bytes"]["out"], 7 * 200)
    holds(scratch.case_json("report.json")["format"], "waybill-report")


main(sinkhole=True)
