"""A capture that runs while a test does something."""

import signal
import subprocess
import time

from waybill_test import equal, holds


class Capture:
    """A capture that runs meanwhile."""

    def __init__(self, scratch, namespace, *options, place="case"):
        self.scratch, self.place = scratch, place
        command = [*namespace.inside, scratch.waybill, "capture", "--case", place, *map(str, options)]
        self.process = subprocess.Popen(command, cwd=scratch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        scratch.running.append(self.process)
        self.err = self.process.stderr.readline().decode()
        holds(self.err, "recording")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self.records():
            time.sleep(0.01)

    def records(self):
        """The file of owners is begun once everything watches."""
        owners = self.scratch.folder / self.place / "data/owners.ndjson"
        return owners.exists() and owners.stat().st_size > 0

    def end(self, number=signal.SIGINT):
        time.sleep(0.2)  # the last packets are sent
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        _, err = self.process.communicate(timeout=120)
        self.err += err.decode()
        equal(self.process.returncode, 0, self.err)
        return self.scratch.case_events(case=self.place)
