"""What a test does from outside for a command that may not do it: gives the number that its next process gets, and a
part of the cgroups that is its user's."""

import os
import subprocess
import threading
from pathlib import Path

from waybill_test import NOBODY

# Has the next process of this one's pid namespace get a number: pid_namespaces(7).
NEXT_NUMBER = "echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid"


class GivesNumbers:
    """While this is there, who writes a number into `number-wanted` in the folder gets it for its next process."""

    def __init__(self, folder):
        self.wanted = folder / "number-wanted"
        self.folder = folder
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.give)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(30)

    def give(self):
        while not self.ended.wait(0.005):
            for process in self.askers() if self.wanted.exists() else ():
                number = self.wanted.read_text(encoding="ascii").strip()
                subprocess.run(["nsenter", f"--pid=/proc/{process}/ns/pid", "sh", "-c", NEXT_NUMBER, "sh", number], check=False)
                self.wanted.unlink()
                break

    def askers(self):
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes().split(b"\0")
                if b"number-again" in words and words[0] == b"traffic" and os.readlink(place / "cwd") == str(self.folder):
                    yield place.name
            except OSError:
                continue


def hierarchy():
    """Where cgroup v2 is mounted, and this process's place in it."""
    for line in open("/proc/self/mountinfo", encoding="utf-8"):
        if " - cgroup2 " in line:
            own = next(each for each in open("/proc/self/cgroup", encoding="utf-8") if each.startswith("0::"))
            return Path(line.split()[4] + own.strip()[3:])
    raise AssertionError("cgroup v2 is not mounted")


class Delegated:
    """A cgroup that is nobody's, as systemd gives users theirs; what is in it ends with the `with`."""

    def __enter__(self):
        self.folder = hierarchy() / f"attribution-{os.getpid()}"
        self.folder.mkdir()
        for name in ("", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"):
            os.chown(self.folder / name, NOBODY, NOBODY)
        # Begins a command in it.
        self.inside = ["sh", "-c", f'echo $$ >{self.folder}/cgroup.procs; exec "$@"', "sh"]
        return self

    def __exit__(self, *_):
        (self.folder / "cgroup.kill").write_text("1")
        for folder, _, _ in os.walk(self.folder, topdown=False):
            for _ in range(100):
                try:
                    os.rmdir(folder)
                    break
                except OSError:
                    threading.Event().wait(0.05)  # until the last process is gone
