"""waybill diff: a tool of which several versions run in the sinkhole; what is the same, new, gone, and by chance.

Run by Debian's python3, which has the validator (python3-jsonschema).
"""

import copy
import hashlib
import json
import os
import random
import shutil

import jsonschema

from waybill_test import PYTHON, SOURCE, case, equal, holds, lacks, main, status

# Speaks TLS with hosts whose port is 443 and HTTP with others.
TOOL = """
import socket, ssl, sys
plain = ssl.create_default_context()
for place in sys.argv[1:]:
    host, port = place.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), 5) as server:
            if port == "443":
                plain.wrap_socket(server, server_hostname=host)
            else:
                server.sendall(f"GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
                server.recv(100)
    except OSError:
        pass
"""
STEADY = ("api.acme.example:443", "cdn.acme.example:80")


def faults(schema, value):
    validator = jsonschema.Draft202012Validator(json.loads((SOURCE / "docs/schemas" / schema).read_text()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def version(scratch, place, *hosts, program="tool.py"):
    """Records a run of a version that contacts these."""
    scratch.write(program, TOOL)
    status(scratch.sinkhole(PYTHON, str(scratch.folder / program), *hosts, options=("--case", place)), 0)
    return place


def folder_of(scratch, name, count, *hosts):
    (scratch.folder / name).mkdir()
    for number in range(count):
        version(scratch, f"{name}/{number}", *hosts)
    return name


def compared(scratch, *arguments, expected=0):
    """What the comparison says as JSON, which is as its schema has it."""
    found = status(scratch.run("diff", "--format", "json", *arguments), expected).json()
    equal(faults("diff.schema.json", found), [])
    return found


def verdicts(found):
    return [(each["verdict"], each["endpoint"]["name"]) for each in found["endpoints"]]


def own_rules(scratch):
    """Packs for the tool's hosts, of which some are shards of one endpoint."""
    def rule(name, host, purpose, seen):
        return {"id": f"acme/{name}", "vendor": "Acme", "products": [], "match": {"hosts": [host]}, "purposes": [purpose],
                "statement": "Is one of the tool's.",
                "sources": [{"title": "Page", "url": "https://example.com/page", "grade": "observed", "read": "2026-01-01",
                             "paraphrase": "It says so."}],
                "examples": {"match": [seen], "no_match": ["other.example"]}}
    rules = [rule("api", "api.acme.example", "model-inference", "api.acme.example"),
             rule("cdn", "cdn.acme.example", "software-download", "cdn.acme.example"),
             rule("events", "events.acme.example", "telemetry", "events.acme.example"),
             rule("shards", "s*.shard.acme.example", "model-inference", "s1.shard.acme.example"),
             rule("wide", "*.wide.acme.example", "model-inference", "a.wide.acme.example")]
    (scratch.folder / "rules").mkdir()
    scratch.write("rules/acme.json", json.dumps(
        {"format": "waybill-rule-pack/1", "id": "acme", "title": "Acme", "version": "2026-01-02", "vendor": "Acme",
         "registrable_domains": ["acme.example"], "licence": "CC0-1.0", "rules": rules}))
    return ("--rules", "rules")


def changed_case(scratch, source, target, change):
    """A copy of a case whose run.json says something else."""
    shutil.copytree(scratch.folder / source, scratch.folder / target)
    path = scratch.folder / target / "data/run.json"
    run = json.loads(path.read_text())
    change(run)
    path.write_text(json.dumps(run))
    return target


@case("a version does not differ from itself, in none of 20 pairs of runs")
def same_version(scratch):
    runs = [version(scratch, f"run-{number}", *STEADY) for number in range(21)]
    differing = [pair for pair in zip(runs, runs[1:])
                 if verdicts(compared(scratch, *pair)) or scratch.run("diff", "--fail-on", "any", *pair).status]
    print(f"        pairs of runs of one version that differed: {len(differing)} of 20")
    equal(differing, [])
    text = status(scratch.run("diff", *runs[:2]), 0).out
    holds(text, "No difference · 3 endpoints as before", "One run a side:")


@case("sets of a version do not differ where an endpoint comes and goes, which is told apart")
def flapping(scratch):
    runs = [version(scratch, f"run-{number}", *STEADY, *(["flap.acme.example:80"] if number % 2 else []))
            for number in range(12)]
    chance = random.Random(3)
    differing = varying = 0
    for _ in range(20):
        drawn = chance.sample(runs, len(runs))
        found = compared(scratch, "--before", *drawn[:6], "--after", *drawn[6:])
        differing += any(verdict in ("new", "gone", "changed") for verdict, _ in verdicts(found))
        varying += ("varies", "flap.acme.example") in verdicts(found)
    print(f"        sets of one version, with an endpoint in half of its runs, that differed: {differing} of 20")
    equal(differing, 0)
    equal(varying, 20)
    holds(status(scratch.run("diff", "--before", *runs[:6], "--after", *runs[6:]), 0).out,
          "No difference", "Varies between runs", "flap.acme.example:80: in 3 of 6 runs, before in 3 of 6")


@case("what is planted is found: a new purpose first, then a new endpoint, what is gone, what changed, and no shard")
def planted(scratch):
    rules = own_rules(scratch)
    folder_of(scratch, "v1", 2, *STEADY, "s1.shard.acme.example:443", "a.wide.acme.example:443", "old.example:80")
    folder_of(scratch, "v2", 2, *STEADY, "s2.shard.acme.example:443", "b.wide.acme.example:443",
              "pum.example:80", "events.acme.example:443")
    found = compared(scratch, *rules, "v1", "v2")
    equal(verdicts(found), [("new", "events.acme.example"), ("new", "pum.example"), ("new", "b.wide.acme.example"),
                            ("gone", "old.example"), ("gone", "a.wide.acme.example")])
    equal([(each["verdict"], each["purpose"]) for each in found["purposes"]], [("new", "telemetry")])
    first = found["endpoints"][0]
    equal((first["new_purpose"], first["seen"]["before"], first["seen"]["after"]),
          (True, {"count": 0, "runs": 2}, {"count": 2, "runs": 2}))
    equal(first["programs"], ["tool.py"])
    holds(json.dumps(first["absence_limited_by"]), "attempts-only")
    equal([each["name"] for each in found["circumstances"]], ["command"])
    out = status(scratch.run("diff", *rules, "v1", "v2"), 0).out
    lines = [line.split() for line in out.split("WHAT")[1].splitlines() if ".example:" in line]
    equal(lines[0][:4], ["new", "purpose†", "telemetry", "events.acme.example:443"])
    equal(lines[1][:6], ["new", "endpoint†", "no", "cited", "purpose", "pum.example:80"])
    equal(max(map(len, out.splitlines())) <= 100, True, "lines of 100 columns")
    page = status(scratch.run("diff", *rules, "v1", "v2", "--format", "markdown"), 0).out
    holds(page, "### Endpoints: 1 new purpose, 3 new endpoints", "`events.acme.example:443`")
    equal(verdicts(compared(scratch, "v2", "v2")), [])


@case("without rules the shards are hosts of their own, and no purpose is new")
def without_rules(scratch):
    version(scratch, "one", "s1.shard.acme.example:443")
    version(scratch, "two", "s2.shard.acme.example:443")
    found = compared(scratch, "one", "two")
    equal(verdicts(found), [("new", "s2.shard.acme.example"), ("gone", "s1.shard.acme.example")])
    equal((found["purposes"], found["endpoints"][0]["cited"]), ([], False))


@case("more connections and another program are a change of an endpoint")
def changes(scratch):
    version(scratch, "one", "api.acme.example:443", "c.example:443")
    version(scratch, "two", *["api.acme.example:443"] * 6, "c.example:443", program="renamed.py")
    found = compared(scratch, "one", "two")
    api = next(each for each in found["endpoints"] if each["endpoint"]["name"] == "api.acme.example")
    told = {(each["aspect"], each["verdict"], each["value"]) for each in api["aspects"]}
    equal(told >= {("flows", "changed", None), ("program", "new", "renamed.py"), ("program", "gone", "tool.py")}, True, told)
    holds(status(scratch.run("diff", "one", "two"), 0).out, "flows 1 → 6", "now by renamed.py", "no longer by tool.py")


@case("--fail-on ends with 1 for what it names, and with 2 where lost input leaves it open")
def statuses(scratch):
    rules = own_rules(scratch)
    version(scratch, "base", "api.acme.example:443")
    version(scratch, "host", "api.acme.example:443", "s1.shard.acme.example:443")
    version(scratch, "purpose", "api.acme.example:443", "events.acme.example:443")
    lost = changed_case(scratch, "base", "lost", lambda run: run["gaps"].append(
        {"kind": "kernel-dropped", "count": 5, "detail": ""}))
    rows = ((("base", "host"), "new-purpose", 0), (("base", "host"), "new-endpoint", 1), (("base", "host"), "any", 1),
            (("base", "purpose"), "new-purpose", 1), (("host", "base"), "new-endpoint", 0), (("host", "base"), "any", 1),
            (("base", lost), "new-purpose", 2), ((lost, "purpose"), "new-purpose", 2), ((lost, "base"), "new-endpoint", 0),
            ((lost, "base"), "any", 2))
    for sides, word, expected in rows:
        status(scratch.run("diff", *rules, "--fail-on", word, *sides), expected)
    status(scratch.run("diff", *rules, "base", "purpose"), 0)


@case("a sinkhole's case and one of a real network are compared by their endpoints alone")
def networks(scratch):
    version(scratch, "one", *STEADY)
    version(scratch, "two", *STEADY, *["api.acme.example:443"] * 9)
    changed_case(scratch, "two", "real", lambda run: run.update(network="isolated"))
    found = compared(scratch, "one", "real")
    equal((found["compared"], verdicts(found)), ("endpoints-only", []))
    holds(json.dumps(found["circumstances"]), "isolated")
    holds(status(scratch.run("diff", "one", "real"), 0).out, "Endpoints only: a run in the sinkhole reaches nobody")


@case("cases are read, sealed ones too, and nothing is written into them; the output is the same each time")
def untouched(scratch):
    version(scratch, "one", *STEADY)
    version(scratch, "two", *STEADY, "new.example:80")
    scratch.write("one/manifest-sha256.txt", "sealed")

    def contents():
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in scratch.folder.glob("[ot][nw][eo]/**/*") if path.is_file()}
    before = copy.copy(contents())
    for form in ("text", "json", "markdown"):
        outputs = {status(scratch.run("diff", "one", "two", "--format", form), 0).out for _ in range(2)}
        equal(len(outputs), 1, form)
    equal(contents(), before)
    equal(len(before) > 6, True)


@case("a case's packs are told apart whatever their size, and what is no file among them is never opened")
def packs(scratch):
    version(scratch, "one", "a.example:80")
    held = sorted((scratch.folder / "one/data/rules").glob("*.json"))[0]
    held.write_bytes(held.read_bytes() + b" " * (5 << 20))
    shutil.copytree(scratch.folder / "one", scratch.folder / "two")
    with (scratch.folder / "two/data/rules" / held.name).open("ab") as pack:
        pack.write(b" ")
    os.mkfifo(scratch.folder / "two/data/rules/pipe.json")
    told = {each["name"]: (each["before"], each["after"]) for each in compared(scratch, "one", "two")["circumstances"]}
    equal(list(told), [f"pack {held.stem}", "pack pipe"])
    equal(told["pack pipe"], ([], ["not known"]))
    before, after = told[f"pack {held.stem}"]
    equal((len(before), len(after), before == after, "not known" in before + after), (1, 1, False, False))
    holds(status(scratch.run("report", "two"), 78).err, "pipe.json", "no regular file")


@case("contacts tell what their hellos said, in the events as in the report, which is as its schema has it")
def hellos(scratch):
    version(scratch, "one", *STEADY)
    report = scratch.case_json("report.json", "one")
    equal(faults("report.schema.json", report), [])
    told = {each["endpoint"]["host"]: each["tls"] for each in report["contacts"]}
    equal((len(told["api.acme.example"]["ja4"]), told["api.acme.example"]["more"], told["cdn.acme.example"]), (1, False, None))
    events = {each["endpoint"]["host"]: each.get("tls") for each in scratch.case_events("contact", "one")}
    equal(events, told)
    files = [str(path) for path in (scratch.folder / "one/data").glob("*.pcapng")]
    again = status(scratch.run("analyze", "--format", "json", *files), 0).json()
    equal({each["endpoint"]["host"]: each["tls"] for each in again["contacts"]}, told)


@case("a command line that names no two sides ends with 64, and what is no case with 65")
def refused(scratch):
    version(scratch, "one", "a.example:80")
    (scratch.folder / "empty").mkdir()
    for arguments, code, words in (((), 64, "two sides"), (("one",), 64, "two sides"),
                                   (("one", "--after", "one"), 64, "--before and --after"),
                                   (("--before", "one"), 64, "--before and --after"),
                                   (("--before", "one", "./one", "--after", "one"), 64, "named twice"),
                                   (("one", "one", "one"), 64, "not expected"), (("one", "empty"), 65, "holds none"),
                                   (("one", "absent"), 66, "absent"),
                                   (("one", "one", "--format", "html"), 64, "html is not one of"),
                                   (("one", "one", "--rules", "empty"), 78, "empty")):
        result = status(scratch.run("diff", *arguments), code)
        holds(result.err, words)
        equal(result.out, "")
    lacks(status(scratch.run("diff", "one", "one"), 0).out, "WHAT")


main(sinkhole=True)
