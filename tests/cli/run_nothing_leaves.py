"""Nothing leaves: a command in the sinkhole connects everywhere, and nobody outside of it hears anything.

The host here is a network namespace of the test's own, with listeners on its loopback and on an interface that leads on.
"""

import os
import shutil
import subprocess

from waybill_test import PYTHON, SKIPPED, case, equal, main, status

HOST = """set -e
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip -6 addr add 2001:db8::1/64 dev out0 nodad
ip link set out0 up
ip link set out1 up
ip route add default dev out0
ip -6 route add default dev out0
exec "$@"
"""
# Listens, lets the program run, and tells what was heard and what came out at the other end of out0.
OUTSIDE = """import json, select, socket, subprocess, sys
listeners = []
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        listener = socket.socket(family, kind)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, 8080))
        if kind == socket.SOCK_STREAM:
            listener.listen()
        listeners.append(listener)
line = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
line.bind(("out1", 3))
ended = subprocess.run(sys.argv[1:], capture_output=True, text=True)
heard = len(select.select(listeners, [], [], 0.5)[0])
sent = []
while select.select([line], [], [], 0)[0]:
    packet = line.recv(2048)
    is_v6 = packet[0] >> 4 == 6
    is_housekeeping = is_v6 and (packet[6] == 0 or packet[6] == 58 and (packet[40] in (133, 143) or not any(packet[8:24])))
    if not is_housekeeping:  # the kernel looks for routers, joins groups and claims addresses of a new interface
        sent.append(packet[:48].hex())
print(json.dumps({"status": ended.returncode, "out": ended.stdout, "err": ended.stderr, "heard": heard, "sent": sent}))
"""
TALK = """import contextlib, socket
reached = 0
for host in ("127.0.0.1", "192.0.2.1", "192.0.2.77", "198.51.100.1", "::1", "2001:db8::1", "2001:db8:2::5",
             "224.0.0.251", "255.255.255.255", "ff02::fb%eth0", "name.example"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with contextlib.suppress(OSError):
            family, _, _, _, place = socket.getaddrinfo(host, 8080, type=kind)[0]
            with socket.socket(family, kind) as client:
                client.settimeout(1)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                client.connect(place)
                client.send(b"hello")
                reached += 1
print(reached)
"""


# As root the namespaces are made directly, so that the program finds the users that it knows; for others it is a root
# who is the only user.
def in_namespaces(*command):
    return ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net", *command]


def outside(scratch, *command):
    script = scratch.write("outside.py", OUTSIDE)
    arguments = in_namespaces("sh", "-c", HOST, "sh", PYTHON, str(script), *command)
    return status(scratch.execute(arguments), 0).json()


@case("the listeners do hear a command that is not in the sinkhole")
def heard(scratch):
    talk = scratch.write("talk.py", TALK)
    result = outside(scratch, PYTHON, str(talk))
    assert result["heard"] > 0 and result["sent"], result


@case("connections and datagrams to everywhere reach nobody outside, and no packet is sent")
def silent(scratch):
    talk = scratch.write("talk.py", TALK)
    result = outside(scratch, scratch.waybill, "run", "--network", "sinkhole", "--case", "case", "--", PYTHON, str(talk))
    equal(result["status"], 0, result["err"])
    assert int(result["out"]) >= 8, result["out"]
    equal((result["heard"], result["sent"]), (0, []))
    addresses = {contact["endpoint"]["address"] for contact in scratch.case_json("report.json")["contacts"]}
    assert {"127.0.0.1", "192.0.2.1", "198.51.100.1", "2001:db8::1"} <= addresses, addresses


for tool in ("unshare", "ip"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        raise SystemExit(SKIPPED)
if subprocess.run(in_namespaces("ip", "link", "add", "out0", "type", "veth"), capture_output=True,
                  check=False).returncode != 0:
    print("skipped: no network namespace with an interface can be made here")
    raise SystemExit(SKIPPED)
main(sinkhole=True)
