"""waybill run: a command that speaks by way of a proxy."""

import shutil

from clients import client
from waybill_test import SKIPPED, case, equal, holds, main, status


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


if not shutil.which("curl"):
    print("skipped: curl is not installed")
    raise SystemExit(SKIPPED)
main(sinkhole=True)
