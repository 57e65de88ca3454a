"""waybill run and analyze on a terminal: a pty stands in for it."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

from captures import conversation, files
from waybill_test import SINKHOLE, case, equal, holds, lacks, main, python


class Terminal:
    """A program on a terminal of its own, which is its controlling one."""

    def __init__(self, scratch, *arguments, columns=100, environment=None, quiet_stdout=False):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.chdir(scratch.folder)
            os.environ.update({"TERM": "xterm", **(environment or {})})
            if quiet_stdout:
                os.dup2(os.open("out", os.O_WRONLY | os.O_CREAT, 0o644), 1)
            os.execv(scratch.waybill, [scratch.waybill, *map(str, arguments)])
        self.shown = b""

    def read_until(self, words=None, seconds=60):
        """Reads until the words were shown, or for None until the program ends; gives all that was shown."""
        end = time.monotonic() + seconds
        while words is None or words.encode() not in self.shown:
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} was not shown in {seconds} s: {self.text()!r}")
            if not select.select([self.descriptor], [], [], 1)[0]:
                continue
            try:
                read = os.read(self.descriptor, 65536)
            except OSError:  # the other end is closed
                read = b""
            if not read:
                break
            self.shown += read
        return self.text()

    def text(self):
        return self.shown.decode(errors="replace").replace("\r\n", "\n")

    def type(self, octets):
        os.write(self.descriptor, octets)

    def status(self):
        self.read_until()
        _, ended = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(ended)


TALK = python("import socket; socket.create_connection(('api.example', 443), 30)")


@case("the report is coloured on a terminal, unless NO_COLOR is set")
def colours(scratch):
    for place, environment, coloured in (("one", {}, True), ("two", {"NO_COLOR": "1"}, False), ("three", {"NO_COLOR": ""}, True)):
        terminal = Terminal(scratch, *SINKHOLE, "--case", place, "--", *TALK, environment=environment)
        equal(terminal.status(), 0)
        equal("\x1b[" in terminal.text(), coloured, str(environment))


@case("a file's report has no colour although the terminal is one")
def report_file(scratch):
    terminal = Terminal(scratch, *SINKHOLE, "--case", "case", "--report-file", "report.txt", "--", *TALK)
    equal(terminal.status(), 0)
    lacks(terminal.text(), "\x1b[")
    lacks((scratch.folder / "report.txt").read_text(), "\x1b")


@case("the width of the terminal is kept to")
def width(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation("a-rather-long-name." * 8 + "example")))
    for columns in (72, 100, 130):
        terminal = Terminal(scratch, "analyze", "a.pcapng", columns=columns, environment={"NO_COLOR": "1"})
        equal(terminal.status(), 0)
        lines = [line for line in terminal.text().splitlines() if "waybill" not in line]
        assert max(map(len, lines)) <= columns, (columns, max(lines, key=len))


@case("the command has the terminal: it is one, of this size, and what is typed reaches it")
def command_has_the_terminal(scratch):
    code = """import os, sys
print([os.isatty(each) for each in range(3)], os.get_terminal_size().columns, os.tcgetpgrp(0) == os.getpgrp(), flush=True)
print("read", sys.stdin.readline().strip(), flush=True)"""
    terminal = Terminal(scratch, *SINKHOLE, "--case", "case", "--", *python(code), columns=93)
    holds(terminal.read_until("] 93 True"), "[True, True, True] 93 True")
    terminal.type(b"some words\n")
    equal(terminal.status(), 0)
    holds(terminal.text(), "read some words")


@case("Ctrl-C reaches the command, and the report comes all the same")
def interrupted(scratch):
    terminal = Terminal(scratch, *SINKHOLE, "--case", "case", "--", "sh", "-c", "echo ready; exec sleep 60")
    terminal.read_until("ready")
    terminal.type(b"\x03")
    equal(terminal.status(), 128 + signal.SIGINT)
    holds(terminal.text(), "signal 2", "Cannot be answered")


@case("a command that handles Ctrl-C itself ends as it likes")
def handled(scratch):
    script = "trap 'echo handled; exit 9' INT; echo ready; while :; do sleep 0.1; done"
    terminal = Terminal(scratch, *SINKHOLE, "--case", "case", "--", "sh", "-c", script)
    terminal.read_until("ready")
    terminal.type(b"\x03")
    equal(terminal.status(), 9)
    holds(terminal.text(), "handled", "exit 9")


@case("a SIGTERM for Waybill is passed on to the command, and the report comes all the same")
def terminated(scratch):
    terminal = Terminal(scratch, *SINKHOLE, "--case", "case", "--", "sh", "-c", "echo ready; exec sleep 60")
    terminal.read_until("ready")
    os.kill(terminal.pid, signal.SIGTERM)
    equal(terminal.status(), 128 + signal.SIGTERM)
    holds(terminal.text(), "Cannot be answered")


@case("the terminal is left as it was")
def left_as_it_was(scratch):
    controller, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for descriptor in range(3):
            os.dup2(terminal, descriptor)
        os.chdir(scratch.folder)
        os.execv(scratch.waybill, [scratch.waybill, *SINKHOLE, "--case", "case", "--", "true"])
    _, ended = os.waitpid(pid, 0)
    equal(os.waitstatus_to_exitcode(ended), 0)
    equal(termios.tcgetattr(terminal), before)
    os.close(controller)
    os.close(terminal)


sys.stdout.flush()
main(sinkhole=True)
