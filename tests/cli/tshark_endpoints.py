"""What the report says of a run is what tshark reads in its packets."""

import shutil
import subprocess

from clients import client
from waybill_test import SKIPPED, case, equal, holds, main, status

FIELDS = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.dstport", "udp.dstport", "tcp.flags.syn", "tcp.flags.ack",
          "tls.handshake.extensions_server_name", "http.host", "dns.qry.name", "dns.flags.response")
OWN = ("10.77.0.2",)  # the command's side of the sinkhole


def read_packets(scratch):
    """tshark's fields of every packet of the case."""
    command = ["tshark", "-n", "-r", scratch.folder / "case/data/packets-0001.pcapng", "-T", "fields", "-E", "occurrence=f"]
    for field in FIELDS:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines()
    return [dict(zip(FIELDS, line.split("\t"))) for line in lines]


def their_endpoints(packets):
    """(address, port, transport) of each first packet of a connection and each datagram of ours."""
    found = set()
    for packet in packets:
        address = packet["ip.dst"] or packet["ipv6.dst"]
        if packet["tcp.dstport"] and packet["tcp.flags.syn"] in ("1", "True") and packet["tcp.flags.ack"] in ("0", "False"):
            found.add((address, int(packet["tcp.dstport"]), "tcp"))
        elif packet["udp.dstport"] and packet["dns.flags.response"] not in ("1", "True"):
            source = packet["ip.src"] or packet["ipv6.src"]
            if not source.startswith(("198.18.", "198.19.", "2001:2:")):
                found.add((address, int(packet["udp.dstport"]), "udp"))
    return found


def our_endpoints(scratch):
    report = scratch.case_json("report.json")
    flows = {flow["id"]: flow for flow in scratch.case_events("flow")}
    found = {(flow["server"]["address"], flow["server"]["port"], flow["transport"]) for flow in flows.values()}
    told = {flow for contact in report["contacts"] for flow in contact["flows"]}
    equal(told, set(flows), "flows that a contact of the report names")
    return {each for each in found if each[2] != "icmp"}


def compare(scratch, *command, **options):
    result = scratch.sinkhole(*command, options=("--keep", "full"), **options)
    assert result.status not in (64, 73, 77, 78, 125, 126, 127), result.err
    packets = read_packets(scratch)
    equal(our_endpoints(scratch), their_endpoints(packets), "endpoints")
    flows = scratch.case_events("flow")
    for source, field in (("tls-sni", "tls.handshake.extensions_server_name"), ("http-host", "http.host")):
        ours = {name["name"] for flow in flows for name in flow["names"] if name["source"] == source}
        theirs = {packet[field].rsplit(":", 1)[0].strip("[]") if field == "http.host" and packet[field].endswith(("0", "1"))
                  else packet[field].strip("[]") for packet in packets if packet[field]}
        equal(ours, theirs, source)
    asked = {question["name"] for event in scratch.case_events("dns") for question in event["questions"]}
    equal(asked, {packet["dns.qry.name"] for packet in packets if packet["dns.qry.name"]}, "DNS names")
    equal(scratch.case_events("capture")[0]["packets"], len(packets), "packets")
    return result


def hosts(scratch):
    return {(contact["endpoint"]["host"], contact["endpoint"]["port"]) for contact in scratch.case_json("report.json")["contacts"]}


@case("curl with https")
def curl_https(scratch):
    compare(scratch, "curl", "-sS", "-m", "30", "https://example.com/a")
    assert ("example.com", 443) in hosts(scratch), hosts(scratch)


@case("curl with http, on another port too")
def curl_http(scratch):
    compare(scratch, "curl", "-sS", "-m", "30", "http://example.com/a", "http://www.example.com:8080/b")
    assert {("example.com", 80), ("www.example.com", 8080)} <= hosts(scratch), hosts(scratch)


@case("curl to addresses: nothing was asked, and the report says so")
def curl_addresses(scratch):
    result = compare(scratch, "curl", "-sS", "-m", "30", "http://203.0.113.9/", "http://[2001:db8::9]:8081/",
                     "https://203.0.113.10/", "-k")
    places = {(contact["endpoint"]["address"], contact["endpoint"]["port"])
              for contact in scratch.case_json("report.json")["contacts"]}
    equal(places, {("203.0.113.9", 80), ("2001:db8::9", 8081), ("203.0.113.10", 443)})
    holds(result.err, "no DNS")


@case("git ls-remote")
def git(scratch):
    if not shutil.which("git"):
        print("skipped: git is not installed")
        raise SystemExit(SKIPPED)
    compare(scratch, "git", "ls-remote", "https://example.com/x.git", environment={"GIT_TERMINAL_PROMPT": "0"})
    assert ("example.com", 443) in hosts(scratch), hosts(scratch)


@case("a Python client with TLS, HTTP and datagrams, over both IP versions")
def python_client(scratch):
    compare(scratch, *client("""tls("api.example", 443, "api.example", ("h2", "http/1.1"))
tls("2001:db8::5", 8443, "six.example")
tcp("plain.example", 80, b"GET / HTTP/1.1\\r\\nHost: plain.example\\r\\n\\r\\n")
udp("datagram.example", 9999, b"x")
udp("2001:db8::6", 9998, b"x", socket.AF_INET6)
"""))


for tool in ("tshark", "curl"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        raise SystemExit(SKIPPED)
main(sinkhole=True)
