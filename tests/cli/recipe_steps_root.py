"""The steps of a recipe that root follows: for another user, and on the host's own network. Needs root."""

import os
import signal
import sys
import tempfile

from phases import phases
from recipe_steps import follow, write
from waybill_test import CASES, NOBODY, SKIPPED, case, equal, holds, main, status

CASES.clear()  # those of the file above run by themselves


@case("root runs a recipe as who called sudo: HOME, files, set-up and terminal are that user's")
def under_sudo(scratch):
    scratch.folder.chmod(0o777)
    code = ("import os, sys\n"
            "fresh = os.environ['HOME']\n"
            "os.close(os.open(os.ttyname(0), os.O_RDWR))\n"
            "open('said', 'w').write(repr([os.getuid(), os.stat(fresh).st_uid, os.stat(fresh + '/a/b').st_uid,\n"
            "     open(fresh + '/prepared').read(), os.path.exists(fresh + '/a/b')])); print('done')")
    write(scratch, tool=code, home="fresh", files=[{"path": "a/b", "text": ""}],
          set_up=[["sh", "-c", "id -u > ~/prepared"]], clean_up=[["sh", "-c", "id -u > cleaned; echo ~ > home"]],
          steps=[{"mark": "begun"}, {"wait_for": "done"}, {"wait_for_exit": "20s"}])
    status(follow(scratch, environment={"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)}), 0)
    equal((scratch.folder / "said").read_text(), repr([NOBODY, NOBODY, NOBODY, f"{NOBODY}\n", True]))
    equal((scratch.folder / "cleaned").read_text(), f"{NOBODY}\n")
    home = (scratch.folder / "home").read_text().strip()
    holds(home, tempfile.gettempdir())
    equal(os.path.exists(home), False, home)
    equal(phases(scratch)[1][:2], ("mark", "begun"))


@case("on the host's network a recipe is followed as in the sinkhole")
def on_host(scratch):
    code = ("import subprocess, sys, time\n"
            "print('up', flush=True); input()\n"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1)'])\n"
            "print('done', flush=True); sys.exit(4)")
    write(scratch, tool=code, network="host", linger="20s",
          steps=[{"wait_for": "up"}, {"mark": "asked"}, {"type": "\r"}, {"wait_for": "done"}, {"wait_for_exit": "20s"}])
    status(follow(scratch), 4)
    equal([each[:2] for each in phases(scratch)], [("recording", None), ("mark", "asked"), ("command-exit", None)])
    write(scratch, tool=code, network="host", steps=[{"wait_for": "never", "timeout": "1s"}])
    holds(status(follow(scratch, place="late"), 125).err, "steps[0]")
    equal(scratch.case_json("run.json", "late")["exit"]["signal"], signal.SIGTERM)


if os.geteuid() != 0:
    print("skipped: only root runs for another user and on the host's own network")
    sys.exit(SKIPPED)
main(sinkhole=True)
