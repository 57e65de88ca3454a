"""The JSON Schemas, by an independent validator: they accept what Waybill accepts, and what it prints.

Run by Debian's python3, which has the validator (python3-jsonschema).
"""

import copy
import json

import jsonschema

from waybill_test import SOURCE, case, equal, holds, main, status


def schema_of(path):
    schema = json.loads((SOURCE / path).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


PACK = schema_of("rules/schema/rule-pack.schema.json")
POLICY = schema_of("rules/schema/policy.schema.json")
RECIPE = schema_of("rules/schema/recipe.schema.json")


def faults(validator, value):
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)]


@case("every pack and every policy that comes with Waybill is of its schema")
def shipped(scratch):
    for folder, validator in (("packs", PACK), ("policies", POLICY)):
        files = sorted((SOURCE / "rules" / folder).glob("*.json"))
        assert files, folder
        for path in files:
            equal((path.name, faults(validator, json.loads(path.read_text()))), (path.name, []))


GOOD_PACK = {
    "format": "waybill-rule-pack/1", "id": "p", "title": "T", "version": "2026-01-02", "vendor": "V",
    "registrable_domains": ["example.com"], "licence": "L",
    "switches": [{"id": "p/s", "products": ["T"], "name": "N=1", "kind": "env", "set": {"environment": {"N": "1"}},
                  "effect": "Sends less.", "covers": ["telemetry"],
                  "sources": [{"title": "t", "url": "https://example.com/", "grade": "standard", "read": "2026-01-01",
                               "paraphrase": "So."}]}],
    "rules": [{"id": "p/r", "vendor": "V", "products": ["T"], "match": {"hosts": ["a.example.com"]},
               "purposes": ["telemetry"], "statement": "Takes events.", "opt_outs": ["p/s"],
               "sources": [{"title": "t", "url": "https://example.com/", "grade": "vendor-issue", "read": "2026-01-01",
                            "paraphrase": "So."}],
               "examples": {"match": ["a.example.com"], "no_match": ["example.com"]}}]}

GOOD_POLICY = {"format": "waybill-policy/1", "id": "p", "title": "T", "version": "2026-01-02", "default": "deny",
               "entries": [{"id": "a", "effect": "allow", "hosts": ["a.example.com"], "ports": [443, "80-81"],
                            "expires": "2026-12-31", "seen": {"runs": 1, "of": 2, "flows": 3, "stability": 0.5}}],
               "limits": [{"id": "l", "measure": "payload-out", "most": 10, "purposes": ["telemetry"]}]}

GOOD_RECIPE = {"format": "waybill-recipe/1", "name": "N", "note": "x", "command": ["true", ""], "network": "sinkhole",
               "home": "fresh", "clean_environment": True, "environment": {"A": ""}, "arguments": [""], "set_up": [["true"]],
               "clean_up": [["true", ""]], "files": [{"path": "a/b", "json": []}, {"path": "c", "text": ""}],
               "terminal": {"columns": 80}, "timeout": "1m", "linger": "0", "account": "none",
               "steps": [{"idle": "0"}, {"wait_for_exit": "20s", "note": "x"}]}

# Where, and what is put there; None takes it away.
BAD = {
    "pack": [(("format",), "waybill-rule-pack/9"), (("id",), None), (("version",), "soon"), (("extra",), 1),
             (("rules", 0, "sources"), []), (("rules", 0, "purposes"), ["spying"]), (("rules", 0, "match"), {}),
             (("rules", 0, "match", "ports"), [0]), (("rules", 0, "sources", 0, "grade"), "hearsay"),
             (("rules", 0, "sources", 0, "url"), "ftp://x"), (("rules", 0, "opt_outs"), ["no slash"]),
             (("rules", 0, "customers"), "yes"), (("switches", 0, "kind"), "wish"), (("switches", 0, "set"), {}),
             (("switches", 0, "set", "arguments"), ["--x"]), (("switches", 0, "covers"), []),
             (("switches", 0, "products"), []), (("switches", 0, "effect"), None)],
    "policy": [(("format",), "waybill-policy/9"), (("default",), "maybe"), (("default",), None), (("entries",), None),
               (("entries", 0, "effect"), "block"), (("entries", 0, "hosts"), None), (("entries", 0, "purposes"), ["spying"]),
               (("entries", 0, "expires"), "soon"), (("entries", 0, "ports"), [65536]), (("entries", 0, "colour"), "red"),
               (("entries", 0, "seen", "stability"), 2), (("limits", 0, "measure"), "joy"), (("limits", 0, "most"), None),
               (("limits", 0, "most"), -1), (("suggestions",), ["text"])],
    "recipe": [(("format",), "waybill-recipe/9"), (("name",), None), (("name",), ""), (("command",), []), (("command",), [""]),
               (("command",), "true"), (("network",), "interface"), (("home",), "new"), (("clean_environment",), "yes"),
               (("environment", "B=C"), "x"), (("environment", "A"), 1), (("arguments",), [1]), (("set_up",), [[]]),
               (("clean_up",), ["true"]), (("files", 0, "path"), "/a"), (("files", 0, "text"), "x"), (("files", 1, "text"), None),
               (("files", 0, "json"), 1), (("home",), None), (("terminal",), None), (("terminal", "rows"), 0), (("terminal", "size"), 1),
               (("timeout",), 60), (("linger",), "soon"), (("steps", 0), {}), (("steps", 0, "type"), "x"),
               (("steps", 0), {"type": "x", "timeout": "1s"}), (("steps", 0), {"signal": "KILL"}), (("steps", 0), {"mark": "x" * 201}),
               (("account",), 1), (("extra",), 1)],
}


def changed(value, where, what):
    value = copy.deepcopy(value)
    if where[-1] == "hosts" and what is None:  # nothing else may say what the entry is about
        value["entries"][0].pop("ports")
    place = value
    for step in where[:-1]:
        place = place[step]
    if what is None:
        place.pop(where[-1])
    else:
        place[where[-1]] = what
    return value


def loads(scratch, kind, value):
    """Whether Waybill takes it: a case is not needed to refuse a policy."""
    if kind == "pack":
        folder = scratch.folder / "packs"
        folder.mkdir(exist_ok=True)
        (folder / "p.json").write_text(json.dumps(value))
        return scratch.run("rules", "list", environment={"WAYBILL_PACKS": str(folder)})
    if kind == "recipe":
        scratch.write("recipe.json", json.dumps(value))
        return scratch.run("run", "--recipe", "recipe.json", "--case", "case")
    scratch.write("policy.json", json.dumps(value))
    return scratch.run("check", "no-case", "--policy", "policy.json")


@case("what a schema refuses the loader refuses too, with the file and the place; what it accepts loads")
def agree(scratch):
    for kind, good, validator in (("pack", GOOD_PACK, PACK), ("policy", GOOD_POLICY, POLICY), ("recipe", GOOD_RECIPE, RECIPE)):
        equal(faults(validator, good), [])
        assert loads(scratch, kind, good).status in (0, 66, 65), kind  # a policy that loads wants a case
        for where, what in BAD[kind]:
            value = changed(good, where, what)
            assert faults(validator, value), (kind, where, what)
            result = status(loads(scratch, kind, value), 65 if kind == "recipe" else 78)
            holds(result.err, "p.json" if kind == "pack" else f"{kind}.json: ")


@case("what check and report --declared print as JSON is of their schemas, and what learn prints of the policies'")
def printed(scratch):
    status(scratch.sinkhole("sh", "-c", "curl -sm3 https://a.example.com/; true"), 0)
    verdict = scratch.run("check", "case", "--policy", "no-telemetry", "--json")
    equal(faults(schema_of("docs/schemas/verdict.schema.json"), json.loads(verdict.out)), [])
    equal(faults(POLICY, json.loads(status(scratch.run("learn", "case"), 0).out)), [])
    declared = scratch.run("report", "case", "--declared", "Claude Code", "--format", "json")
    equal(faults(schema_of("docs/schemas/declared.schema.json"), json.loads(declared.out)), [])


ANNOTATED = ("Remote URL,RemoteIP,RemotePort,Protocol,ProcessName,Pid,User,DeviceName\n"
             "https://api.anthropic.com/v1,203.0.113.1,443,Tcp,node,12,ada,pc1\n"
             "nobody.example,,,,,,,\n"
             ",2001:db8::1,53,udp,,7,,\n"
             "two words,,,,,,,\n"
             ",,,,,,,\n")


@case("every line that annotate prints as NDJSON is of its schema, which takes neither a half nor a line of something else")
def annotated(scratch):
    validator = schema_of("docs/schemas/annotation.schema.json")
    sysmon = ("<Event><System><EventID>3</EventID></System><EventData><Data Name='Initiated'>true</Data>"
              "<Data Name='DestinationIp'>203.0.113.1</Data><Data Name='DestinationHostname'>a.example</Data></EventData></Event>")
    lines = []
    for log in (ANNOTATED, sysmon, '{"ts":1,"uid":"C","query":"api.anthropic.com"}\n'):
        lines += status(scratch.run("annotate", "--output", "ndjson", "-", stdin=log.encode()), 0).events("annotation")
    equal([(line.get("host"), line.get("name_source"), "problem" in line) for line in lines],
          [("api.anthropic.com", "entry", False), ("nobody.example", "entry", False), (None, None, False), (None, None, True),
           (None, None, False), ("api.anthropic.com", "dns-query", False)])
    equal(lines[4]["reverse_name"], "a.example")
    for line in lines:
        equal(faults(validator, line), [], line)
        for member in line:
            half = {name: value for name, value in line.items() if name != member}
            assert faults(validator, half), (member, line)
    for member, value in (("v", 2), ("cited", "yes"), ("purposes", []), ("statement", ""), ("name_source", "hearsay"), ("port", -1),
                          ("source", {}), ("asserted_owner", {"pid": 1}), ("host", None)):
        assert faults(validator, {**lines[0], member: value}), member


@case("what a run by a recipe leaves is of the schemas of run.json and report.json")
def recorded(scratch):
    scratch.write("recipe.json", json.dumps(GOOD_RECIPE))
    status(scratch.run("run", "--recipe", "recipe.json", "--case", "case"), 0)
    for name in ("run", "report"):
        equal(faults(schema_of(f"docs/schemas/{name}.schema.json"), scratch.case_json(f"{name}.json")), [])


main(sinkhole=True)
