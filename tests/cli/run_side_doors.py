"""Nothing leaves: the doors beside the network, seen from the host, which waits behind each of them."""

import contextlib
import errno
import os
import select
import socket
import subprocess

from waybill_test import PYTHON, SINKHOLE, Skip, case, equal, holds, main, python, status

# Prints for each door whether it opened, or the name of the error.
DOOR = """import ctypes, errno, os, socket, sys
def tried(name, door):
    try:
        door()
        print(name, "open")
    except OSError as refused:
        print(name, errno.errorcode[refused.errno])
"""


def doors(result):
    """What the program said of each door, by name."""
    return dict(line.rsplit(" ", 1) for line in status(result, 0).out.splitlines())


@contextlib.contextmanager
def listening(address):
    """A daemon of the host at a UNIX address; gives a function that says whether anybody came."""
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(address)
        daemon.listen()
        try:
            yield lambda: bool(select.select([daemon], [], [], 0)[0])
        finally:
            if address[0] != "\0":
                os.unlink(address)


def knock(address):
    return DOOR + f"""def connect():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect({address!r})
tried("daemon", connect)
"""


def nobody_comes(scratch, address, *refusals):
    """The command is refused in one of these ways, where the same program without Waybill is let in."""
    code = knock(address)
    with listening(address) as somebody_came:
        equal(doors(scratch.execute([PYTHON, "-c", code])), {"daemon": "open"}, "without Waybill")
        assert somebody_came(), "the daemon hears who is not in the sinkhole"
    with listening(address) as somebody_came:
        result = scratch.sinkhole(*python(code))
        found = doors(result)["daemon"]
        assert found in refusals, found
        equal(somebody_came(), False, "somebody came")
    tried = [(each["path"], each["outcome"], each["count"]) for each in scratch.case_json("report.json")["delegations"]
             if "waybill-test" in each["path"] or each["path"] == address]
    equal(tried, [(address.replace("\0", "@"), "tried", 1)], "what the report says of it")
    holds("".join(result.err.split()), "".join(tried[0][0].split()))


@case("a daemon's socket in a folder of the host refuses")
def socket_in_a_folder(scratch):
    nobody_comes(scratch, str(scratch.folder / "daemon"), "ECONNREFUSED", "EACCES", "ENOENT")


@case("a daemon's abstract socket is not there")
def abstract_socket(scratch):
    nobody_comes(scratch, f"\0waybill-test-{os.getpid()}", "ECONNREFUSED")


@case("a daemon's socket in /run is not there")
def socket_in_run(scratch):
    folder = "/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "")
    if not folder.startswith("/run") or not os.access(folder, os.W_OK):
        raise Skip("this user has no folder in /run (XDG_RUNTIME_DIR) to hold a socket")
    nobody_comes(scratch, f"{folder}/waybill-test-{os.getpid()}", "ENOENT")


@case("a daemon's socket that comes while the command runs is not covered: the report says that it was asked")
def late_socket(scratch):
    address = str(scratch.folder / "late-daemon")
    code = DOOR + f"""import time
print("ready", flush=True)
while not os.path.exists({address!r}):
    time.sleep(0.01)
with socket.socket(socket.AF_UNIX) as client:
    client.connect({address!r})
    client.sendall(b"hello")
"""
    with subprocess.Popen([scratch.waybill, *SINKHOLE, "--case", "case", "--", *python(code)], cwd=scratch.folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        equal(process.stdout.readline(), b"ready\n")
        with listening(f"{address}-bound") as somebody_came:
            os.rename(f"{address}-bound", address)  # it listens before it is there
            _, err = process.communicate(timeout=60)
            assert somebody_came(), err.decode()
            os.rename(address, f"{address}-bound")
    equal(process.returncode, 0, err.decode())
    told = next(each for each in scratch.case_json("report.json")["delegations"] if each["path"] == address)
    # Who asks the kernel knows that octets passed.
    equal(told["outcome"], "answered" if os.geteuid() == 0 else "asked")
    equal(told["count"], 1)
    holds(err.decode(), "Asked of others")


@case("a variable that leads to a daemon's socket is removed, and the report names it")
def variable(scratch):
    address = str(scratch.folder / "agent")
    with listening(address) as somebody_came:
        result = scratch.sinkhole(*python("import os; print('ACME_AGENT' in os.environ)"),
                                  environment={"ACME_AGENT": address})
        equal((status(result, 0).out, somebody_came()), ("False\n", False))
    holds(result.err, "ACME_AGENT")


@case("sockets to the hypervisor, to the kernel's own services and to raw links cannot be made")
def families(scratch):
    code = DOOR + """for name, family, kind, protocol in (("vsock", 40, 1, 0), ("bluetooth", 31, 3, 0), ("alg", 38, 5, 0),
                                     ("xdp", 44, 3, 0), ("packet", 17, 3, 0), ("raw", 2, 3, 1)):
    tried(name, lambda: socket.socket(family, kind, protocol).close())
"""
    found = doors(scratch.sinkhole(*python(code)))
    equal({name: found[name] for name in ("vsock", "bluetooth", "alg", "xdp")},
          dict.fromkeys(("vsock", "bluetooth", "alg", "xdp"), "EAFNOSUPPORT"))
    equal({found["packet"], found["raw"]}, {"EPERM"})


@case("a network namespace of the host that was handed in cannot be entered")
def handed_in_namespace(scratch):
    code = DOOR + """libc = ctypes.CDLL(None, use_errno=True)
def enter():
    if libc.setns(9, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")
tried("setns", enter)
print("inside", os.readlink("/proc/self/ns/net"))
"""
    script = scratch.write("enter.py", code)
    command = ["sh", "-c", 'exec "$@" 9</proc/self/ns/net', "sh", scratch.waybill, *SINKHOLE, "--case", "case", "--",
               PYTHON, str(script)]
    found = doors(scratch.execute(command))
    assert found["setns"] in ("EPERM", "EBADF"), found
    assert found["inside"] != os.readlink("/proc/self/ns/net"), found


@case("the namespaces of the host's processes are out of sight, and a new one cannot be made")
def out_of_sight(scratch):
    code = DOOR + """libc = ctypes.CDLL(None, use_errno=True)
def unshare():
    if libc.unshare(0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
tried("unshare", unshare)
tried("of process 1", lambda: os.open("/proc/1/ns/net", os.O_RDONLY))
print("processes", len([name for name in os.listdir("/proc") if name.isdigit()]))
"""
    found = doors(scratch.sinkhole(*python(code)))
    equal(found["unshare"], "EPERM")
    assert found["of process 1"] in ("EACCES", "EPERM"), found
    equal(found["processes"], "2")  # the supervisor and the command itself


@case("a connection to the host that was open before is closed to the command")
def inherited_connection(scratch):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        code = DOOR + f'tried("connection", lambda: os.write({theirs.fileno()}, b"hello"))'
        command = [scratch.waybill, *SINKHOLE, "--case", "case", "--", *python(code)]
        ended = subprocess.run(command, cwd=scratch.folder, pass_fds=[theirs.fileno()], capture_output=True, text=True,
                               check=True, timeout=120)
        equal(ended.stdout, f"connection {errno.errorcode[errno.EBADF]}\n")
        equal(select.select([ours], [], [], 0)[0], [], "what the host heard")


@case("the system's resolver asks nobody of the host: its answers are the sinkhole's, and its questions are recorded")
def resolver(scratch):
    code = """import socket, subprocess
print(socket.gethostbyname("python.example"))
print(subprocess.run(["getent", "ahostsv4", "getent.example"], capture_output=True, text=True).stdout.split()[0])"""
    addresses = status(scratch.sinkhole(*python(code)), 0).out.split()
    assert all(address.startswith(("198.18.", "198.19.")) for address in addresses), addresses
    asked = {question["name"] for event in scratch.case_events("dns") for question in event["questions"]}
    assert {"python.example", "getent.example"} <= asked, asked


main(sinkhole=True)
