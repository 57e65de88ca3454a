"""waybill analyze: what it prints."""

import json
import re
import subprocess

from captures import conversation, files
from waybill_test import case, equal, holds, lacks, main, status

HOSTILE = "a\x1b[31m\x07\n\x9b2J\u202e.example"


@case("json is the report, ndjson every event with the header first and the totals last")
def formats(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    report = status(scratch.run("analyze", "--format", "json", "a.pcapng"), 0).json()
    equal((report["format"], report["v"]), ("waybill-report", 1))
    equal([contact["endpoint"]["host"] for contact in report["contacts"]], ["api.example", None])
    events = status(scratch.run("analyze", "--format", "ndjson", "a.pcapng"), 0).events()
    kinds = [event["type"] for event in events]
    equal((kinds[0], kinds[-1]), ("header", "capture"))
    equal(set(kinds[1:-1]), {"dns", "flow", "contact"})
    assert all(event["v"] == 1 for event in events)
    equal(events[-1]["packets"], len(conversation()))


@case("times are RFC 3339 in UTC with nanoseconds")
def times(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    for flow in scratch.run("analyze", "--format", "ndjson", "a.pcapng").events("flow"):
        assert re.fullmatch(r"2026-01-01T00:00:00\.\d{9}Z", flow["first"]), flow["first"]


@case("no control character of a name or a file's name reaches an output")
def control_characters(scratch):
    name = "in\x1b[32mput.pcapng"
    scratch.write(name, files.pcapng(conversation(HOSTILE)))
    for form in ("text", "json", "ndjson"):
        result = status(scratch.run("analyze", "--format", form, name), 0)
        for character in result.out + result.err:
            assert character == "\n" or 32 <= ord(character) < 127 or ord(character) > 0xa0, (form, character)
        lacks(result.out, "\u202e")
        if form != "text":
            [json.loads(line) for line in (result.out.splitlines() if form == "ndjson" else [result.out])]


@case("a name that stands in a command to type is quoted for the shell")
def quoted(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation("$(touch x);'.example")))
    commands = status(scratch.run("analyze", "a.pcapng"), 0).out.splitlines()[-3:]
    for line in commands:
        command = line.replace("next", "").strip()
        words = subprocess.run(["sh", "-c", f"printf '%s\\n' {command}"], cwd=scratch.folder, check=True,
                               capture_output=True, text=True).stdout.splitlines()
        equal(words[0], "waybill", command)
    assert not (scratch.folder / "x").exists()


@case("the same input gives the same octets")
def deterministic(scratch):
    records = conversation("one.example") + [record for port in range(50001, 50041) for record in
                                             conversation(f"host{port}.example", port, f"198.51.100.{port % 200}")]
    scratch.write("a.pcapng", files.pcapng(records))
    for form in ("text", "json", "ndjson"):
        runs = {scratch.run("analyze", "--format", form, "a.pcapng").out for _ in range(2)}
        equal(len(runs), 1, form)


@case("a reader that goes away early is no error")
def broken_pipe(scratch):
    records = [record for port in range(50001, 51000) for record in
               conversation(f"host{port}.example", port, f"198.51.100.{port % 250 + 1}")]
    scratch.write("a.pcapng", files.pcapng(records))
    for form in ("text", "json", "ndjson"):
        script = f'{{ "$0" analyze --all --format {form} a.pcapng; echo $? >status; }} | head -n 1'
        ended = subprocess.run(["bash", "-c", script, scratch.waybill], cwd=scratch.folder, capture_output=True, check=False)
        equal(ended.stderr.decode(), "", form)
        equal((scratch.folder / "status").read_text(), "0\n", form)


@case("a full disk is told and ends with 74")
def full(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    for form in ("text", "json", "ndjson"):
        script = f'exec "$0" analyze --format {form} a.pcapng >/dev/full'
        holds(status(scratch.execute(["bash", "-c", script, scratch.waybill]), 74).err, "waybill: ")


@case("text on a file is at most 100 columns wide and without escape sequences")
def plain_text(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation("a-rather-long-name." * 8 + "example")))
    out = status(scratch.run("analyze", "a.pcapng"), 0).out
    lacks(out, "\x1b")
    table = [line for line in out.splitlines() if "api" not in line and "waybill" not in line]
    assert max(map(len, table)) <= 100, max(table, key=len)


@case("the report says what cannot be answered, and uses neutral words")
def words(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    out = status(scratch.run("analyze", "a.pcapng"), 0).out
    holds(out, "no cited purpose", "not found in the sources cited by", "Cannot be answered",
          "a clean report must not be cited against such an allegation")
    for word in ("leak", "suspicious", "safe", "compliant", "undocumented", "located in"):
        lacks(out.lower(), word)


main()
