"""Runs the built program in scratch folders: a case is a function, and prints a line."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "pcaps"))
SKIPPED = 77
# The system's own, since an ordinary user may not reach that of root's home.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
SOURCE = Path(__file__).resolve().parent.parent.parent
CASES = []
SINKHOLE = ("run", "--network", "sinkhole")
NOBODY = 65534


class Skip(Exception):
    """The host does not allow this case; the text says why."""


@dataclass
class Result:
    status: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)

    def events(self, kind=None):
        events = [json.loads(line) for line in self.out.splitlines()]
        return [event for event in events if kind in (None, event["type"])]


@dataclass
class Scratch:
    """A folder of a case's own, in which its commands run."""
    waybill: str
    folder: Path
    running: list = field(default_factory=list)  # processes that end with the case, also when it fails

    def run(self, *arguments, stdin=b"", **options):
        """Runs waybill; output that is not UTF-8 fails the case."""
        return self.execute([self.waybill, *map(str, arguments)], stdin=stdin, **options)

    def execute(self, command, stdin=b"", environment=None, folder=None, timeout=120):
        own = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state"),
               "XDG_CONFIG_HOME": str(self.folder / "no-configuration")}  # not the developer's own packs
        for name, value in (environment or {}).items():
            own.pop(name, None)
            if value is not None:
                own[name] = value
        source = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        ended = subprocess.run(command, **source, capture_output=True, env=own, cwd=folder or self.folder,
                               timeout=timeout, check=False)
        return Result(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def sinkhole(self, *command, options=(), **others):
        """Runs a command in the sinkhole, its case in `case` unless the options say otherwise."""
        place = () if "--case" in options or "no case" in options else ("--case", "case")
        chosen = [option for option in options if option != "no case"]
        return self.run(*SINKHOLE, *place, *chosen, "--", *command, **others)

    def case_events(self, kind=None, case="case"):
        lines = (self.folder / case / "data/events.ndjson").read_text()
        return Result(0, lines, "").events(kind)

    def case_json(self, name, case="case"):
        return json.loads((self.folder / case / "data" / name).read_text())

    def write(self, name, octets):
        path = self.folder / name
        path.write_bytes(octets if isinstance(octets, bytes) else octets.encode())
        return path


def case(sentence):
    def add(function):
        CASES.append((sentence, function))
        return function
    return add


def equal(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what}: {found!r} is not {expected!r}")


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f"{part!r} is not in {text!r}")


def lacks(text, *parts):
    for part in parts:
        if part in text:
            raise AssertionError(f"{part!r} is in {text!r}")


def status(result, expected):
    if result.status != expected:
        raise AssertionError(f"status {result.status}, expected {expected}; stderr: {result.err}")
    return result


def python(code):
    """The command that runs this Python."""
    return [PYTHON, "-c", code]


def permits_sinkhole(waybill):
    with tempfile.TemporaryDirectory() as folder:
        tried = Scratch(waybill, Path(folder)).sinkhole("true")
    if tried.status == SKIPPED:
        print(f"skipped: this host does not permit the sinkhole: {tried.err.strip().splitlines()[-1]}")
    return tried.status != SKIPPED


def run_case(waybill, sentence, function):
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(waybill, Path(folder).resolve())
        try:
            function(scratch)
            verdict = "ok"
        except Skip as reason:
            verdict = "skipped"
            sentence += f": {reason}"
        except Exception:
            verdict = "FAILED"
            sentence += "\n" + traceback.format_exc()
        finally:
            for process in scratch.running:
                if process.poll() is None:
                    process.kill()
                    process.wait(30)
    print(f"{verdict:<8}{sentence}", flush=True)
    return verdict


def become_ordinary(place, runtime, waybill):
    """Makes nobody of this process, with a home in `place`; gives a copy of the program that nobody can reach."""
    program = Path(place, "program")
    shutil.copytree(SOURCE / "rules/packs", program / "packs")
    shutil.copy(waybill, program / "waybill")
    for path in (place, program, *program.rglob("*")):
        os.chmod(path, 0o755)
    home = Path(place, "home")
    home.mkdir()
    for folder in (home, runtime):
        os.chown(folder, NOBODY, NOBODY)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
        os.environ.pop(name, None)
    os.environ.update({"HOME": str(home), "TMPDIR": str(home), "XDG_RUNTIME_DIR": runtime, "PATH": "/usr/bin:/bin",
                       "WAYBILL_PACKS": str(program / "packs")})
    tempfile.tempdir = None  # found again from TMPDIR
    os.chdir(home)
    return str(program / "waybill")


def as_ordinary_user(waybill, sinkhole):
    """Runs every case in a process of nobody, which has a folder of its own in /run as users of a desktop have."""
    if os.geteuid() != 0:
        print("skipped: only root can become another user; the test without --ordinary-user is one of this user")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory(dir="/run") as runtime:
        child = os.fork()
        if child == 0:
            status_of_cases = 1
            try:
                status_of_cases = run_cases(become_ordinary(place, runtime, waybill), sinkhole)
            except Exception:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status_of_cases)  # the folders are the parent's
        _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended)


def main(sinkhole=False):
    """Runs every case of the file, with --ordinary-user as nobody; ends with 77 when one had to be skipped."""
    waybill = os.path.abspath(sys.argv[1])
    run = as_ordinary_user if "--ordinary-user" in sys.argv else run_cases
    sys.exit(run(waybill, sinkhole))


def run_cases(waybill, sinkhole):
    if sinkhole and not permits_sinkhole(waybill):
        return SKIPPED
    verdicts = [run_case(waybill, *each) for each in CASES]
    return 1 if "FAILED" in verdicts else SKIPPED if "skipped" in verdicts else 0
