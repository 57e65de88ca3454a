"""A host of a test's own, in namespaces, on which commands run in isolated networks: with servers, a resolver, and a
/dev/net/tun that everybody may open."""

import os
import shutil
import subprocess

from waybill_test import PYTHON, SOURCE, Skip, equal

UPLINKS = ("pasta", "slirp4netns")
SERVER, SERVER_SIX = "198.51.100.1", "2001:db8::1"
# Names are answered with the server's address; the server says nothing, and ends a connection that has spoken.
SERVERS = f"""
import socket, selectors
poll = selectors.DefaultSelector()
tcp = (socket.create_server(('{SERVER}', 80), backlog=512), socket.create_server(('{SERVER_SIX}', 80), family=socket.AF_INET6))
dns = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
dns[0].bind(('198.51.100.53', 53)); dns[1].bind(('2001:db8::53', 53))
for server in (*tcp, *dns): poll.register(server, 1)
local = socket.create_server(('127.0.0.1', 8080))
print('ready', flush=True)
while True:
    for key, _ in poll.select():
        if key.fileobj in tcp:
            client, _ = key.fileobj.accept(); client.recv(4096)
            client.sendall(b'HTTP/1.1 204 No Content\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'); client.close()
        else:
            octets, peer = key.fileobj.recvfrom(512)
            is_a = octets[-4:] == b'\\0\\1\\0\\1'
            answer = b'\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4' + socket.inet_aton('{SERVER}') if is_a else b''
            key.fileobj.sendto(octets[:2] + b'\\x81\\x80\\0\\1' + (b'\\0\\1' if is_a else b'\\0\\0') + b'\\0\\0\\0\\0' + octets[12:] + answer, peer)
"""
# Two addresses, for pasta gives the namespace the one that the host itself has on its way out.
ADDRESSES = """
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip address add 198.51.100.1/32 dev lo
ip address add 198.51.100.53/32 dev lo
ip address add 2001:db8::1/128 dev lo
ip address add 2001:db8::53/128 dev lo
"""
WAY_OUT_BY_IPV6 = """
ip address add 2001:db8:1::10/64 dev out0 nodad
ip route add default via fe80::1 dev out0
"""
# A way out that leads to nobody, a resolver's address, and a device for an uplink.
SET_UP = """
set -e
ip link set lo up
ADDRESSES
ip link add out0 type veth peer name out1
ip address add 192.0.2.10/24 dev out0
ip link set out0 up
ip link set out1 up
ip route add default via 192.0.2.1 dev out0
WAY_OUT
echo nameserver RESOLVER >resolv.conf
mount --bind resolv.conf /etc/resolv.conf
mknod tun c 10 200
chmod 0666 tun
mount --bind tun /dev/net/tun
echo up
exec cat
"""


class Apart:
    """Network and mount namespaces that are Waybill's host for a test; gone with the `with`."""

    def __init__(self, scratch, addresses, resolver, way_out=""):
        self.folder = scratch.folder / "host"
        self.folder.mkdir()
        self.set_up = SET_UP.replace("ADDRESSES", addresses).replace("RESOLVER", resolver).replace("WAY_OUT", way_out)

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c", self.set_up], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"up\n":
            raise Skip("no network and mount namespaces can be made, or no /dev/net/tun in them")
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", f"--mount=/proc/{self.holder.pid}/ns/mnt"]
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(30)


class Host(Apart):
    """A host to be isolated on, with servers."""

    def __init__(self, scratch):
        super().__init__(scratch, ADDRESSES, "198.51.100.53", WAY_OUT_BY_IPV6)

    def __enter__(self):
        super().__enter__()
        self.servers = subprocess.Popen([*self.inside, PYTHON, "-c", SERVERS], stdout=subprocess.PIPE)
        equal(self.servers.stdout.readline(), b"ready\n", "the servers")
        return self

    def __exit__(self, *_):
        self.servers.terminate()
        self.servers.wait(30)
        super().__exit__()

    def state(self):
        """What must not change."""
        commands = (["ip", "-d", "link"], ["ip", "address"], ["ip", "route", "show", "table", "all"], ["ip", "rule"],
                    ["nft", "list", "ruleset"], ["sh", "-c", "grep -rs . /proc/sys/net/ipv4 /proc/sys/net/ipv6 | sort"],
                    ["cat", "/etc/resolv.conf", "/etc/nsswitch.conf"])
        texts = [subprocess.run([*self.inside, *command], capture_output=True, check=True).stdout for command in commands]
        return b"".join(texts).decode().splitlines()

    def uplinks(self):
        """Programs of an uplink that are in this namespace; pasta calls itself passt once it runs."""
        return list(self.uplink_processes().values())

    def uplink_processes(self):
        here = os.readlink(f"/proc/{self.holder.pid}/ns/net")
        names = {}
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{number}/ns/net") == here:
                    names[int(number)] = open(f"/proc/{number}/comm", encoding="utf-8").read().strip()
            except OSError:
                continue
        return {number: name for number, name in names.items() if name.startswith(("pasta", "passt", "slirp"))}


def runner(scratch, host, user, mode="isolated"):
    """Runs waybill there as that user, with its cases below a folder that the user may write to."""
    place = scratch.folder / f"of-{user}"
    place.mkdir()
    scratch.folder.chmod(0o755)
    shutil.copy(scratch.waybill, place / "waybill")
    shutil.copytree(SOURCE / "rules/packs", place / "packs")
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
        os.chown(path, user, user)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all"] if user else []
    environment = {"HOME": str(place), "XDG_STATE_HOME": None, "WAYBILL_PACKS": str(place / "packs"), "SUDO_UID": None,
                   "SUDO_GID": None, "SUDO_USER": None}

    def run(*command, options=(), name="case", search=os.environ["PATH"], variables=()):
        program = ["env", f"PATH={search}", *variables, str(place / "waybill"), "run", "--network", mode]
        return scratch.execute([*host.inside, *become, *program, "--case", str(place / name), *options, "--", *command],
                               environment=environment, folder=place)
    return place, run
