"""Runs commands on one processor and keeps what they cost."""

import json
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


class BenchError(Exception):
    """Something that makes a figure meaningless."""


@dataclass
class Command:
    """A command to be timed, and the exit codes with which its figures count."""

    label: str
    words: list
    accepted: tuple = (0,)
    repetitions: int = 5
    seconds: int = 900
    required: bool = True  # a peer that fails or takes too long is told, our own failure ends the bench
    output: Path = Path("/dev/null")


@dataclass
class Cost:
    """What the repetitions of one command took."""

    label: str
    cpu: list = field(default_factory=list)  # seconds, user and system
    peak_mb: list = field(default_factory=list)  # 10^6 octets
    note: str = ""

    @property
    def median(self):
        return statistics.median(self.cpu) if self.cpu else None

    @property
    def peak(self):
        return max(self.peak_mb) if self.peak_mb else None

    @property
    def spread(self):
        """Half the distance between the extremes, as a share of the median; None for a single run."""
        return (max(self.cpu) - min(self.cpu)) / 2 / self.median if len(self.cpu) > 1 and self.median else None


class Stopwatch:
    def __init__(self, program, cpu):
        self.program = Path(program)
        self.cpu = cpu

    def once(self, command):
        """One run as a dictionary: user, system, wall (seconds), peak_kib, status, timed_out."""
        words = [self.program, command.output, self.cpu, command.seconds, *command.words]
        done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        try:
            run = json.loads(done.stdout)
        except ValueError:
            raise BenchError(f"{self.program}: {done.stderr.decode(errors='replace').strip()}") from None
        run["stderr"] = done.stderr.decode(errors="replace").strip()
        return run

    def interleaved(self, commands):
        """All commands in turn, round after round (A B A B), so that a busy moment of the machine hits all alike."""
        costs = {command.label: Cost(command.label) for command in commands}
        for turn in range(max(command.repetitions for command in commands)):
            for command in commands:
                cost = costs[command.label]
                if turn >= command.repetitions or cost.note:
                    continue
                self._take(command, cost)
        return costs

    def _take(self, command, cost):
        run = self.once(command)
        if run["timed_out"]:
            cost.note = f"over {command.seconds} s"
        elif run["status"] not in command.accepted:
            cost.note = f"exit {run['status']}"
        else:
            cost.cpu.append(run["user"] + run["system"])
            cost.peak_mb.append(run["peak_kib"] * 1024 / 1e6)
        if cost.note and command.required:
            words = " ".join(str(word) for word in command.words)
            raise BenchError(f"{words}: {cost.note}: {run['stderr']}")


def warm(*paths):
    """Reads files, so that they are in the page cache."""
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 22):
                pass
