"""waybill run: a command that speaks by way of a proxy."""

import os
import shlex
import shutil

from clients import client
from proxies import with_proxy
from waybill_test import SKIPPED, case, equal, holds, lacks, main, status


def flows_to(scratch, port):
    return [flow for flow in scratch.case_events("flow") if flow["server"]["port"] == port]


@case("curl with HTTPS_PROXY: the CONNECT target is shown, and that it was the proxy that was contacted")
def https_proxy(scratch):
    environment = {"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": None, "no_proxy": None, "https_proxy": None}
    result = scratch.sinkhole("curl", "-sS", "-m", "30", "https://api.example/x", environment=environment)
    flow = flows_to(scratch, 3128)[0]
    equal(flow["connect"], ["api.example:443"])
    equal(sorted({name["source"] for name in flow["names"]}), ["dns-answer", "proxy-connect"])
    holds(result.err, "api.example", "CONNECT")


@case("curl with http_proxy: the request's host is shown")
def http_proxy(scratch):
    scratch.sinkhole("curl", "-sS", "-m", "30", "http://plain.example/x", environment={"http_proxy": "http://proxy.example:3128"})
    names = {(name["name"], name["source"]) for name in flows_to(scratch, 3128)[0]["names"]}
    assert ("plain.example", "http-host") in names, names


@case("a SOCKS proxy by its own protocol: the target is shown as far as the refusal lets it be said")
def socks(scratch):
    code = 'tcp("socks.example", 1080, b"\\x04\\x01\\x01\\xbb\\x00\\x00\\x00\\x01me\\x00api.example\\x00")'
    status(scratch.sinkhole(*client(code)), 0)
    equal(flows_to(scratch, 1080)[0]["socks"], ["api.example:443"])


@case("a proxy of the command's own on the loopback is a contact like any other")
def local_proxy(scratch):
    code = """import threading
server = socket.create_server(("127.0.0.1", 3128))
def serve():
    theirs, _ = server.accept()
    theirs.recv(4096)
    theirs.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    theirs.close()
threading.Thread(target=serve, daemon=True).start()
tcp("127.0.0.1", 3128, b"CONNECT api.example:443 HTTP/1.1\\r\\nHost: api.example:443\\r\\n\\r\\n")
"""
    status(scratch.sinkhole(*client(code)), 0)
    equal(flows_to(scratch, 3128)[0]["connect"], ["api.example:443"])


BOTH = ("curl -sS -m 20 https://api.example/x; curl -sS -m 20 http://plain.example/y; "
        "curl -sS -m 20 --noproxy '*' https://direct.example/; curl -sS -m 20 https://excepted.example/")
PROXIES = {"HTTPS_PROXY": "http://someone:hunter2@127.0.0.1:8080/hunter3", "http_proxy": "http://127.0.0.1:8080",
           "NO_PROXY": "excepted.example", "no_proxy": None, "https_proxy": None, "ALL_PROXY": None, "all_proxy": None}


def contact_of(report, host, program=None):
    """The contact with that host, of the process that runs this program."""
    names = {process["id"]: os.path.basename((process["script"] or {"path": process["exe"]})["path"])
             for process in report["processes"]}
    found = [contact for contact in report["contacts"] if contact["endpoint"]["host"] == host
             and program in (None, names.get(contact["owner"]["process"]))]
    equal(len(found), 1, f"contacts of {program} with {host}")
    return found[0]


@case("the legs of a local proxy are joined, by CONNECT and by absolute form, and what goes past it is a finding")
def legs(scratch):
    result = scratch.sinkhole(*with_proxy(scratch.folder, 8080, BOTH), environment=PROXIES)
    report = scratch.case_json("report.json")
    for host in ("api.example", "plain.example"):
        asked, carried = (contact_of(report, host, program) for program in ("curl", "proxy.py"))
        equal(asked["via"], [{"proxy": {"address": "127.0.0.1", "port": 8080}, "process": carried["owner"]["process"],
                              "flows": 1, "contacts": [carried["id"]], "connections": 1, "others": 0}], host)
        equal((asked["for"], carried["for"], carried["via"]), ([], [asked["id"]], []), host)
    direct = contact_of(report, "direct.example", "curl")
    equal([(finding["id"], finding["variable"], finding["contacts"], finding["flows"]) for finding in report["findings"]],
          [("direct-past-proxy", "HTTPS_PROXY", [direct["id"]], 1)])
    equal(direct["via"], [])
    holds(" ".join(result.err.split()), "Past the proxy contacted directly, in 1 flow, although HTTPS_PROXY names "
          "127.0.0.1:8080: direct.example:443 (curl)", "via proxy.py (127.0.0.1:8080)", "for curl")
    events = {event["id"]: event for event in scratch.case_events("contact")}
    for contact in report["contacts"]:
        equal((events[contact["id"]].get("via", []), events[contact["id"]].get("for", [])),
              (contact["via"], contact["for"]), "legs in events.ndjson")


@case("of a proxy's address the host and the port are kept, and nothing else of it anywhere in the case")
def secrets(scratch):
    scratch.sinkhole("true", environment=PROXIES)
    equal(scratch.case_json("run.json")["proxies"],
          {"variables": [{"variable": "HTTPS_PROXY", "host": "127.0.0.1", "port": 8080},
                         {"variable": "http_proxy", "host": "127.0.0.1", "port": 8080}],
           "exceptions": ["excepted.example"]})
    for path in (scratch.folder / "case").rglob("*"):
        if path.is_file():
            lacks(path.read_bytes().decode("latin-1"), "hunter2", "hunter3", "someone")


@case("--clean-env leaves no proxy, so that none is passed by")
def clean(scratch):
    status(scratch.sinkhole(*client('tcp("198.51.100.7", 443)'), options=("--clean-env",), environment=PROXIES), 0)
    equal(scratch.case_json("run.json")["proxies"], {"variables": [], "exceptions": []})
    equal(scratch.case_json("report.json")["findings"], [])


@case("--fail-on-findings counts what goes past the proxy")
def counted(scratch):
    code = client('tcp("127.0.0.1", 443); tls("api.anthropic.com", 443, "api.anthropic.com")')  # of which a pack says what it is for
    for environment, expected in ((PROXIES, 1), ({**PROXIES, "HTTPS_PROXY": None}, 0)):
        result = status(scratch.sinkhole(*code, options=("--fail-on-findings", "no case"), environment=environment), expected)
        equal("Past the proxy" in result.err, expected == 1)


@case("a proxy that another process asks at the same time for the same host: which connection is whose stays unknown")
def ambiguous(scratch):
    ask = "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'CONNECT api.example:443 HTTP/1.1\\r\\n\\r\\n' >&3; read -r x <&3; sleep 1"
    both = f"bash -c {shlex.quote(ask)} & bash -c {shlex.quote(ask)}; wait $!"
    status(scratch.sinkhole(*with_proxy(scratch.folder, 8080, both), environment=PROXIES), 0)
    asked = [contact for contact in scratch.case_json("report.json")["contacts"] if contact["via"]]
    equal(len(asked), 2, "contacts of two processes")
    for contact in asked:  # the first connection may be made before the second process asks
        via = contact["via"][0]
        assert via["connections"] + via["others"] >= 1 and via["connections"] <= 1, via
    assert sum(contact["via"][0]["connections"] for contact in asked) <= 1, asked


@case("a proxy elsewhere is one leg: its contact has the target, and where it was asked")
def elsewhere(scratch):
    result = scratch.sinkhole("curl", "-sS", "-m", "20", "https://203.0.113.9/x",
                              environment={**PROXIES, "HTTPS_PROXY": "http://10.0.0.1:3128"})
    contact = next(each for each in scratch.case_json("report.json")["contacts"] if each["via"])
    equal(contact["endpoint"], {"host": None, "address": "203.0.113.9", "port": 443, "transport": "tcp"})
    equal(contact["via"], [{"proxy": {"address": "10.0.0.1", "port": 3128}, "process": None, "flows": 1, "contacts": [],
                            "connections": 0, "others": 0}])
    holds(result.err, "203.0.113.9:443", "via 10.0.0.1:3128")
    lacks(result.err, "Past the proxy")


if not shutil.which("curl"):
    print("skipped: curl is not installed")
    raise SystemExit(SKIPPED)
main(sinkhole=True)
