"""What a case keeps of what was said: names and sizes, no content."""

import clients
from waybill_test import PYTHON, case, equal, main, status

# Each stands where content stands, in the clear.
MARKERS = ("MARKpath", "MARKquery", "MARKheader", "MARKcookie", "MARKbody", "MARKsecond", "MARKtcp", "MARKudp", "MARKtls",
           "MARKpassword", "MARKlocal")
TALK = clients.PREPARED + """import time
request = (b"POST /MARKpath?q=MARKquery HTTP/1.1\\r\\nHost: plain.example\\r\\nX-Token: MARKheader\\r\\n"
           b"Cookie: id=MARKcookie\\r\\nContent-Length: 8\\r\\n\\r\\nMARKbody")
tcp("plain.example", 80, request + b"GET /MARKsecond HTTP/1.1\\r\\nHost: second.example\\r\\n\\r\\n")
tcp("raw.example", 7777, b"MARKtcp" * 200)
udp("datagram.example", 7777, b"MARKudp" * 50)
tcp("proxy.example", 1080, b"\\x05\\x01\\x02\\x01\\x04user\\x0cMARKpassword")
def serve(octets):
    server = socket.create_server(("127.0.0.1", 7778))
    mine = socket.create_connection(server.getsockname())
    theirs, _ = server.accept()
    for part in octets:
        mine.sendall(part)
        theirs.recv(4096)
    mine.close()
    server.close()
serve([b"MARKlocal" * 20])
"""
HELLO = """def hello(name):
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    return out.read()
DATA = b"\\x17\\x03\\x03\\x00\\x07MARKtls"
"""
VARYING = ("first", "last", "packet", "at")


def markers_in(folder):
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return [marker for marker in MARKERS if marker.encode() in everything]


def talk(scratch, code, *options):
    """Runs the program from a file: a command line stands in run.json."""
    path = scratch.write("program.py", code)
    return status(scratch.sinkhole(PYTHON, str(path), options=options), 0)


def timeless(event):
    """The event without times, ephemeral ports and packet numbers."""
    kept = {key: value for key, value in event.items() if key not in VARYING}
    kept["client"] = event["client"]["address"]
    kept["names"] = [(name["name"], name["source"]) for name in event["names"]]
    return kept


@case("packets and events hold no content, and the hosts are in the events all the same")
def metadata(scratch):
    talk(scratch, TALK + HELLO + 'serve([hello("secure.example"), DATA])')
    equal(markers_in(scratch.folder / "case"), [])
    names = {(name["name"], name["source"]) for flow in scratch.case_events("flow") for name in flow["names"]}
    for name in (("plain.example", "http-host"), ("second.example", "http-host"), ("secure.example", "tls-sni"),
                 ("raw.example", "dns-answer")):
        assert name in names, (name, names)


@case("data in one segment with a hello is not kept with it")
def behind_the_hello(scratch):
    talk(scratch, clients.PREPARED + HELLO + 'tcp("secure.example", 443, hello("secure.example") + DATA)')
    equal(markers_in(scratch.folder / "case"), [])


@case("--keep full keeps the packets whole, and says so in run.json")
def full(scratch):
    talk(scratch, TALK + HELLO + 'serve([hello("secure.example"), DATA])', "--keep", "full")
    equal(markers_in(scratch.folder / "case"), list(MARKERS))
    equal(scratch.case_json("run.json")["trimmed"], False)


@case("whole and trimmed packets of the same traffic give the same flows")
def same_flows(scratch):
    talk(scratch, TALK, "--case", "trimmed")
    talk(scratch, TALK, "--case", "full", "--keep", "full")
    facts = {}
    for place in ("trimmed", "full"):
        flows = [timeless(flow) for flow in scratch.case_events("flow", place)]
        for flow in flows:  # how many segments and acknowledgements there were is the kernel's choice
            for counted in ("packets", "wire_bytes", "ip_bytes", "id", "contact"):
                del flow[counted]
        facts[place] = sorted(map(repr, flows))
    equal(facts["trimmed"], facts["full"])


@case("the octets that were cut still count")
def sizes(scratch):
    talk(scratch, TALK)
    flow = [flow for flow in scratch.case_events("flow")
            if flow["transport"] == "tcp" and flow["server"]["port"] == 7777][0]
    equal(flow["payload_bytes"]["out"], 7 * 200)


main(sinkhole=True)
