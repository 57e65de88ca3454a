"""waybill run: what it says before and after the command, and where."""

import json
import re

from waybill_test import SINKHOLE, case, equal, holds, lacks, main, python, status

TALK = python("import socket; print('talking'); socket.create_connection(('api.example', 443), 30)")


@case("one line before the command says what the run can do and where the case is; three commands come last")
def first_and_last(scratch):
    lines = status(scratch.sinkhole(*TALK), 0).err.splitlines()
    equal(lines[0], f"waybill  nothing can leave this machine · HOME is yours · case {scratch.folder / 'case'}")
    equal(lines[1], "")
    commands = [line.replace("next", "", 1).strip() for line in lines[-3:]]
    assert all(command.startswith("waybill ") for command in commands), commands
    assert lines[-3].lstrip().startswith("next"), lines[-3]
    holds(commands[0], "api.example")
    for command in commands:
        status(scratch.run(*command.split()[1:]), 0)


@case("the sinkhole's words: attempted, would have left, and nobody was reached")
def sinkhole_words(scratch):
    text = status(scratch.sinkhole(*TALK), 0).err
    holds(text.lower(), "attempted to contact", "would have left", "nobody was reached")
    for word in ("leak", "suspicious", "safe", "compliant", "undocumented", "located in", "went out", "\x1b"):
        lacks(text.lower(), word)


@case("a command that fails after a contact is told to be expected, one that ends well or contacts nobody is not")
def failing(scratch):
    sentence = "in the sinkhole connections are meant to fail"
    failing = python(TALK[-1] + "; raise SystemExit(35)")
    holds(status(scratch.sinkhole(*failing, options=("--case", "failing")), 35).err, "exit 35: " + sentence)
    lacks(status(scratch.sinkhole(*TALK, options=("--case", "well")), 0).err, sentence)
    lacks(status(scratch.sinkhole("false", options=("--case", "silent")), 1).err, sentence)


@case("--json gives the report on stdout after the command's own output, and no text on stderr")
def as_json(scratch):
    result = status(scratch.sinkhole(*TALK, options=("--json",)), 0)
    own, report = result.out.split("\n", 1)
    equal(own, "talking")
    equal(json.loads(report), scratch.case_json("report.json"))
    equal(len(result.err.splitlines()), 1, "lines on stderr")


@case("--report-file takes the report, as text or JSON, and the streams stay the command's")
def report_file(scratch):
    result = status(scratch.sinkhole(*TALK, options=("--report-file", "report.txt")), 0)
    equal(result.out, "talking\n")
    equal(len(result.err.splitlines()), 1, "lines on stderr")
    holds((scratch.folder / "report.txt").read_text(), "api.example:443", "Cannot be answered")
    result = status(scratch.sinkhole(*TALK, options=("--json", "--report-file", "r.json", "--case", "two")), 0)
    equal(result.out, "talking\n")
    equal(json.loads((scratch.folder / "r.json").read_text()), scratch.case_json("report.json", "two"))


@case("a command that talks to nobody gets a report that says so, and its absence has its scope")
def silent(scratch):
    result = status(scratch.sinkhole("true"), 0)
    holds(result.err, "no endpoint", "sinkhole")
    equal(scratch.case_json("report.json")["contacts"], [])


@case("the case is by default below XDG_STATE_HOME, named by time and command, for its owner alone")
def default_case(scratch):
    result = status(scratch.run(*SINKHOLE, "--", "/bin/sh", "-c", "true"), 0)
    made = list((scratch.folder / "state/waybill/cases").iterdir())
    equal(len(made), 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z-sh", made[0].name), made[0].name
    equal(made[0].stat().st_mode & 0o777, 0o700)
    holds(result.err, str(made[0]))


@case("two runs in one second have two cases")
def two_cases(scratch):
    for _ in range(2):
        status(scratch.run(*SINKHOLE, "--", "true"), 0)
    equal(len(list((scratch.folder / "state/waybill/cases").iterdir())), 2)


@case("nothing is coloured that is no terminal, whatever the environment says")
def no_colour(scratch):
    result = status(scratch.sinkhole(*TALK, environment={"TERM": "xterm-256color", "CLICOLOR_FORCE": "1"}), 0)
    lacks(result.err + result.out, "\x1b")


@case("control characters of the command's arguments and names never reach the report")
def control_characters(scratch):
    code = """import socket
query = b"\\x00\\x07\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x05a\\x1b[2J\\x07example\\x00\\x00\\x01\\x00\\x01"
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(30)
client.sendto(query, ("192.0.2.53", 53))
client.recv(999)"""
    result = status(scratch.sinkhole(*python(code), "arg\x1b[31m\x07"), 0)
    events = (scratch.folder / "case/data/events.ndjson").read_text()
    report = (scratch.folder / "case/data/report.json").read_text()
    for text in (result.err, events, report):
        lacks(text, "\x1b", "\x07")
    holds(events, "\\\\027[2J")


main(sinkhole=True)
