"""waybill run: whose configuration is followed. Needs root, to make files of others."""

import os

from configurations import configured, did_not_run, ran_in, run, says
from waybill_test import NOBODY, SKIPPED, case, holds, main, status


def through_sudo(scratch, home):
    """As a user who calls sudo finds it: root's environment, and who called; the data base has `home` for that user."""
    users = scratch.write("passwd", f"root:x:0:0:root:/root:/bin/sh\nnobody:x:{NOBODY}:{NOBODY}:nobody:{home}:/bin/sh\n")
    scratch.folder.chmod(0o755)
    apart = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/passwd && exec "$@"', users]
    environment = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "HOME": str(scratch.folder),
                   "XDG_CONFIG_HOME": str(scratch.folder / "config")}
    command = [*apart, scratch.waybill, "run", "--case", "case", "--", "true"]
    return scratch.execute([*map(str, command)], environment=environment)


@case("below sudo the file is that of the user who called, and root follows nothing for it that is not that user's own")
def sudo(scratch):
    root_s = configured(scratch, says(network="host"))
    home = scratch.folder / "home-of-nobody"
    own = configured(scratch, says(network="sinkhole"), folder="home-of-nobody/.config")
    did_not_run(scratch, through_sudo(scratch, home), 66, f"{own}: it belongs to user 0, not to user {NOBODY}")
    own.unlink()
    own.symlink_to(root_s)
    did_not_run(scratch, through_sudo(scratch, home), 66, f"{own}: it belongs to user 0, not to user {NOBODY}")
    own.unlink()
    own.write_text(says(network="sinkhole"))
    own.chmod(0o600)
    os.chown(own, NOBODY, NOBODY)
    result = status(through_sudo(scratch, home), 0)
    holds(result.err.splitlines()[0], f"network: sinkhole (from {own})")
    ran_in(scratch, "sinkhole", "configuration")


@case("root follows no file of another user where there is no sudo")
def of_another(scratch):
    file = configured(scratch, says(network="sinkhole"))
    os.chown(file, NOBODY, NOBODY)
    did_not_run(scratch, run(scratch, "--", "touch", "ran"), 66, f"{file}: it belongs to user {NOBODY}, not to user 0")


if os.geteuid() != 0:
    print("skipped: only root can make files of other users")
    raise SystemExit(SKIPPED)
main(sinkhole=True)
