"""waybill run where a host permits less: no user namespaces, or no other users; made here in namespaces of the test's own."""

import shutil
import subprocess

from waybill_test import SINKHOLE, SKIPPED, case, equal, holds, lacks, main, status

# The limit counts for a user namespace and those below it; written inside a new one, it holds there alone.
FORBID = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'


def forbidden(*command):
    return ["unshare", "--user", "--map-root-user", "sh", "-c", FORBID, "sh", *command]


@case("it ends with 77, names the setting and how to change it, and leaves no case behind")
def no_user_namespaces(scratch):
    result = scratch.execute(forbidden(scratch.waybill, *SINKHOLE, "--case", "case", "--", "touch", "ran"))
    holds(status(result, 77).err, "user.max_user_namespaces", "sysctl")
    lacks(result.err, "Cannot be answered")
    assert not (scratch.folder / "ran").exists()
    assert not (scratch.folder / "case").exists()
    equal(result.out, "")


@case("where it is root among no other users, as in some containers, a command runs all the same")
def only_root(scratch):
    alone = ["unshare", "--user", "--map-root-user", scratch.waybill, *SINKHOLE, "--case", "case", "--", "id", "-u"]
    result = status(scratch.execute(alone), 0)
    equal(result.out, "0\n")


@case("analysis needs no permission")
def analysis(scratch):
    scratch.write("a.pcap", b"\xd4\xc3\xb2\xa1\x02\0\x04\0" + bytes(8) + b"\0\0\4\0\1\0\0\0")
    status(scratch.execute(forbidden(scratch.waybill, "analyze", "a.pcap")), 0)


if not shutil.which("unshare"):
    print("skipped: unshare is not installed")
    raise SystemExit(SKIPPED)
tried = subprocess.run(forbidden("true"), capture_output=True, text=True, check=False)
if tried.returncode != 0:
    print(f"skipped: no user namespace in which it could be forbidden: {tried.stderr.strip()}")
    raise SystemExit(SKIPPED)
main()
