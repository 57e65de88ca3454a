"""What strangers write, in every place where they can, against every output: it is still told, and does nothing.

The tables are in hostile_table.py and hostile_messages.py, what each kind of output promises in hostile_sinks.py."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import hostile_plants as plants
from headless import Browser, why_not
from hostile_messages import DAMAGES, FILES, WORDS, WORDS_TO_VERIFY
from hostile_sinks import CHECKS, COMMAND, RAW, arrived, check_html, check_rendered, check_text, output_of, refuse
from hostile_table import ALL, CLASSES, PLACES, SHOWN, SINKS, UTF8, marker, planted
from waybill_test import SOURCE, Skip, case, equal, holds, lacks, main, status

KEPT = {}  # what was planted, and what each output wrote: made once, for all cases


def everything(scratch):
    """Copies what was planted into the folder of the case, and gives every output by its name."""
    if not KEPT:
        KEPT["run"] = plants.plant_case(scratch)
        for plant in (plants.plant_rules, plants.plant_seal, plants.plant_experiment, plants.plant_logs):
            plant(scratch)
        KEPT["outputs"] = {name: output_of(scratch, sink) for name, sink in SINKS.items()}
        KEPT["folder"] = Path(f"{scratch.folder}-kept")
        shutil.copytree(scratch.folder, KEPT["folder"], ignore=lambda _, names: [n for n in names if n in ("interpreter", "state")])
    else:
        shutil.copytree(KEPT["folder"], scratch.folder, dirs_exist_ok=True)
    return {name: text for name, (_, text) in KEPT["outputs"].items()}


@case("every output ends as it should and keeps what its kind promises, whatever was planted where")
def kept(scratch):
    everything(scratch)
    leaks = []
    for name, sink in SINKS.items():
        ended, text = KEPT["outputs"][name]
        if ended != sink.status:
            leaks.append(f"{name} ended with {ended}, not {sink.status}")
        try:
            CHECKS[sink.kind](text)
        except (AssertionError, ValueError) as leak:
            leaks.append(f"{name}: {leak}")
    equal(leaks, [], "\n".join(leaks))
    check_text(KEPT["run"])


@case("each output tells what was planted in the places that its row has, and in no others")
def told(scratch):
    outputs = everything(scratch)
    found = {name: {place for place in PLACES if arrived(text, place)} for name, text in outputs.items()}
    wrong = {name: {"not told": sorted(set(sink.shows) - found[name]), "told too": sorted(found[name] - set(sink.shows))}
             for name, sink in SINKS.items() if found[name] != set(sink.shows)}
    equal(wrong, {})


@case("every plant of every class arrives in some output: what is seen nowhere is not tested")
def arrives(scratch):
    outputs = everything(scratch)
    everywhere = "\n".join(outputs.values())
    equal([(place, what) for place, (_, classes, _) in PLACES.items() for what in classes if marker(place, what) not in everywhere], [])


def as_name(text):
    """As the name of a host is told: in lower case, with octets that are no printable ASCII as \\DDD (RFC 4343, 2.1)."""
    octets = text.encode("utf-8", "surrogateescape")
    return "".join(chr(each) if 0x20 <= each < 0x7f else f"\\{each:03}" for each in octets).lower()


@case("JSON has what was planted as it was, text shows what it hides, and CSV keeps the rest of a formula")
def as_it_was(scratch):
    outputs = everything(scratch)
    told = json.loads(outputs["report, JSON"])
    hosts = {contact["endpoint"]["host"] for contact in told["contacts"]}
    equal([what for what in ALL if as_name(planted("server name", what)) not in hosts], [])
    marks = {phase["label"] for phase in told["phases"]}
    equal([what for what in UTF8 if planted("mark", what) not in marks], [])
    holds(outputs["report"], f"{marker('server name', 'terminal')}\\027[2j\\027]8;;", f"{marker('executable', 'terminal')}\\x1b[2J\\x1b]8;;",
          f"{marker('executable', 'bidi')}\\u{{202e}}gnp", f"{marker('executable', 'octets')}\ufffd\ufffd\ufffd",
          f"\\x3a:error::{marker('server name', 'workflow')}", "#\\x23[error]")
    holds(outputs["report, CSV"], f"\"'=cmd|'/c calc'!{marker('server name', 'formula')}")
    holds(outputs["report, JSON"], "#\\u0023[error]", "\\u202e", "\\u001b")


@case("a job's Markdown renders without an element, link or mention of a stranger's")
def rendered(scratch):
    if shutil.which("cmark-gfm") is None:
        raise Skip("cmark-gfm is not installed; ./dev deps does that")
    outputs = everything(scratch)
    for name, sink in SINKS.items():
        if sink.kind == "markdown":
            check_rendered(scratch, outputs[name])


@case("a browser that opens the page executes nothing, asks for nothing and says nothing")
def opened(scratch):
    if reason := why_not():
        raise Skip(reason)
    outputs = everything(scratch)
    path = scratch.write("page.html", outputs["report, HTML"])
    with Browser() as browser:
        page = browser.page()
        page.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate("document.querySelectorAll('button').forEach(each => each.click())")
        equal(page.evaluate("document.querySelectorAll('img, iframe, object, embed, form, base, body *[onload], body *[onerror]').length"), 0)
        equal(page.evaluate("document.querySelectorAll('script').length"), 1)
        holds(page.evaluate("document.body.innerText"), "<script>alert(1)</script>", "</script><script>alert(2)</script>")
        equal((page.said, page.dialogs, page.asked), ([], [], [f"file://{path}"]))


@case("tshark shows the comments of annotated packets whole")
def annotated(scratch):
    if shutil.which("tshark") is None:
        raise Skip("tshark is not installed; ./dev deps does that")
    everything(scratch)
    status(scratch.run("report", "case", "--format", "pcapng", "--output", "out.pcapng"), 0)
    out = status(scratch.execute(["tshark", "-r", "out.pcapng", "-T", "fields", "-e", "frame.comment"]), 0).out
    refuse(RAW, out, "a hidden character")
    holds(out, "<script>alert(1)</script>")


def say(scratch, command, ends, what, program="waybill"):
    """Runs a command that is to refuse; its message must hide nothing. Gives the message."""
    own = {**os.environ, "XDG_STATE_HOME": str(scratch.folder / "state"), "XDG_CONFIG_HOME": str(scratch.folder / "config")}
    ended = subprocess.run([Path(scratch.waybill).with_name(program), *command], cwd=scratch.folder, env=own, capture_output=True,
                           stdin=subprocess.DEVNULL, timeout=120, check=False)
    if ended.returncode not in ends:
        raise AssertionError(f"{what}: ended with {ended.returncode}, not {ends}: {ended.stderr[-300:]}")
    try:
        message = (ended.stderr + ended.stdout).decode()
        check_text(message)
    except (AssertionError, UnicodeDecodeError) as leak:
        raise AssertionError(f"{what}: {leak}") from leak
    return message


@case("no message about a word of the command line hides or begins anything, and it tells the word")
def words(scratch):
    everything(scratch)
    silent, faults = [], []
    for program, rows in (("waybill", WORDS), ("waybill-verify", WORDS_TO_VERIFY)):
        for name, (command, ends) in rows.items():
            count = 0
            for what in ALL:
                hostile = [os.fsencode(word.replace("{}", CLASSES[what][1].format("zqword"))) for word in command]
                try:
                    count += "zqword" in say(scratch, hostile, ends, f"{program}, {name}, {what}", program)
                except AssertionError as fault:
                    faults.append(str(fault))
            silent += [] if count else [name]
    equal(faults, [], "\n".join(faults))
    equal(silent, [], "told by no message")


@case("no message about a file that cannot be read hides or begins anything")
def refused(scratch):
    everything(scratch)
    faults = []
    for name, (path, command, ends) in FILES.items():
        place = scratch.folder / path
        shutil.rmtree(scratch.folder / "broken", ignore_errors=True)
        shutil.copytree(scratch.folder / "case", scratch.folder / "broken")
        place.parent.mkdir(parents=True, exist_ok=True)
        before = place.read_bytes() if place.exists() else None
        count = 0
        for damage, octets in DAMAGES.items():
            for what in ALL:
                text = CLASSES[what][1].format("zqfile").encode("utf-8", "surrogateescape")
                escaped = json.dumps(text.decode("utf-8", "replace"))[1:-1].encode()
                for written in (text, escaped):
                    place.write_bytes(octets.replace(b"%s", written) + b"\n")
                    try:
                        count += "zqfile" in say(scratch, command, ends, f"{name}, {damage}, {what}")
                    except AssertionError as fault:
                        faults.append(str(fault))
        if not count:
            faults.append(f"{name}: no message tells what stands there")
        place.unlink() if before is None else place.write_bytes(before)
    equal(faults, [], "\n".join(faults))


@case("a policy and a pack of rules whose texts hide something do not load, and the message hides nothing")
def hiding(scratch):
    everything(scratch)
    for what in ("terminal", "bidi"):
        text = planted("rule", what)
        scratch.write("packs/hostile.json", json.dumps(plants.pack([text], ["192.0.2.10"])))
        holds(say(scratch, ("report", "case", "--rules", "packs"), (78,), what), "hides a control character")
        scratch.write("policy.json", json.dumps(plants.policy([text], ["192.0.2.10"])))
        holds(say(scratch, ("check", "case", "--policy", "policy.json"), (78,), what), "hides a control character")


@case("docs/hostile-content.md has these tables")
def documented(_):
    page = (SOURCE / "docs/hostile-content.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")]
    first = {row[0]: row for row in rows}
    for name in (*CLASSES, *PLACES, *SINKS):
        assert name in first, f"{name} has no row"
    for name, (_, classes, how) in PLACES.items():
        equal(first[name][1:], [{ALL: "all", UTF8: "all that is UTF-8", SHOWN: "all that shows"}.get(classes, "all but controls"), how], name)
    for name, sink in SINKS.items():
        equal(first[name][1:], [sink.kind, ", ".join(sink.shows) or "-"], name)


try:
    main(sinkhole=True)
finally:
    with contextlib.suppress(KeyError):
        shutil.rmtree(KEPT["folder"])
