"""waybill experiment: a tool whose opt-out works always, every other time or never, judged in the sinkhole."""

import json
import re
import shlex
import signal
import subprocess
import time

from waybill_test import PYTHON, SOURCE, case, equal, holds, lacks, main, status

# Contacts its model, and its collector unless told not to: then only in the share of runs that its second argument
# gives, counted in the file that its first one names, so that the same runs are always the same. A third argument names
# a host that it contacts with the switch set alone.
TOOL = """
import os, pathlib, socket, sys
counter, works = pathlib.Path(sys.argv[1]), float(sys.argv[2])
def talk(host):
    with socket.create_connection((host, 443), 30) as connection:
        connection.sendall(b"x" * 300)
        connection.recv(1)
talk("model.tool.example")
is_off = os.environ.get("TOOL_NO_EVENTS") == "1" or "--no-events" in sys.argv
is_off = is_off or pathlib.Path(os.environ["HOME"], ".tool/off").exists()
if is_off:
    runs = int(counter.read_text()) if counter.exists() else 0
    counter.write_text(str(runs + 1))
    is_quiet = int((runs + 1) * works) > int(runs * works)
    if len(sys.argv) > 3 and "." in sys.argv[3]:
        talk(sys.argv[3])
if not is_off or not is_quiet:
    talk("events.tool.example")
"""


def source():
    return {"title": "Tool: events", "url": "https://tool.example/docs/events", "grade": "vendor-documentation",
            "read": "2026-11-20", "paraphrase": "The page says so."}


def rule(name, host, purposes):
    return {"id": f"tool/{name}", "vendor": "Tool", "products": ["Example tool"], "match": {"hosts": [host]},
            "purposes": purposes, "statement": "Takes what the tool sends.", "opt_outs": ["tool/no-events"],
            "sources": [source()], "examples": {"match": [f"{host}:443"], "no_match": ["tool.example"]}}


def switch(name, **others):
    return {"id": f"tool/{name}", "products": ["Example tool"], "name": name, "kind": "env",
            "effect": "No usage events are sent.", "covers": ["telemetry"], "sources": [source()], **others}


PACK = {
    "format": "waybill-rule-pack/1", "id": "tool", "title": "Example tool", "version": "2026-11-22", "vendor": "Tool",
    "registrable_domains": ["tool.example"], "licence": "CC0-1.0",
    "switches": [switch("no-events", set={"environment": {"TOOL_NO_EVENTS": "1"}}),
                 switch("flag", set={"arguments": ["--no-events"]}),
                 switch("menu")],
    "rules": [rule("events", "events.tool.example", ["telemetry"]),
              rule("model", "model.tool.example", ["model-inference"])],
}


def prepare(scratch):
    scratch.write("tool.py", TOOL)
    (scratch.folder / "packs").mkdir(exist_ok=True)
    scratch.write("packs/tool.json", json.dumps(PACK))


def tool(scratch, works, *more):
    return [PYTHON, str(scratch.folder / "tool.py"), str(scratch.folder / f"counter-{works}"), str(works), *more]


def experiment(scratch, *words, **options):
    return scratch.run("experiment", "--network", "sinkhole", "--rules", "packs", *words, timeout=280, **options)


def units(results):
    return {unit["endpoint"]: unit for unit in results["units"] if unit["kind"] == "endpoint"}


def verdicts(results):
    return {name.split(".")[0]: unit["comparisons"][0]["verdict"] for name, unit in units(results).items()
            if name.endswith(".tool.example:443")}


def two_arms(scratch, works, repeats, *options, expected=0):
    prepare(scratch)
    result = status(experiment(scratch, "--repeats", repeats, "--arm", "default", "--arm", "TOOL_NO_EVENTS=1",
                               "--covers", "telemetry", "--out", "out", "--format", "json", *options, "--",
                               *tool(scratch, works)), expected)
    equal(json.loads((scratch.folder / "out/results.json").read_text()), result.json())
    return result.json()


@case("an opt-out that always works reduces its collector to none, and nothing else")
def works(scratch):
    results = two_arms(scratch, 1, 10)
    equal(verdicts(results), {"events": "reduced", "model": "not-reduced"})
    sights = units(results)["events.tool.example:443"]["arms"]
    equal([(sight["count"], sight["runs"]) for sight in sights], [(10, 10), (0, 10)])
    comparison = units(results)["events.tool.example:443"]["comparisons"][0]
    equal((comparison["test"], comparison["in_family"], comparison["covered"]), ("fisher-exact", True, True))
    assert abs(comparison["p"] - 1 / 184756) < 1e-12, comparison
    holds(comparison["sentence"], "With TOOL_NO_EVENTS=1 set, attempted to contact events.tool.example:443 in 0 of 10",
          "at most 31 %")
    equal(results["differences"], [])
    runs = [json.loads(line) for line in (scratch.folder / "out/runs.ndjson").read_text().splitlines()]
    equal([run["arm"] for run in runs], ["default", "TOOL_NO_EVENTS=1"] * 10)
    for run in runs:
        folder = scratch.folder / f"out/runs/{run['run']:04}-{re.sub('[^A-Za-z0-9._]', '-', run['arm'])}"
        equal(json.loads((folder / "data/run.json").read_text())["fresh_home"], True)


@case("an opt-out that works every other time reduces its collector")
def works_sometimes(scratch):
    results = two_arms(scratch, 0.5, 10)
    equal(verdicts(results), {"events": "reduced", "model": "not-reduced"})
    equal(units(results)["events.tool.example:443"]["arms"][1]["count"], 5)


@case("an opt-out that never works does not reduce its collector, which can fail a build")
def works_never(scratch):
    results = two_arms(scratch, 0, 10, "--fail-on", "not-reduced", expected=1)
    equal(verdicts(results), {"events": "not-reduced", "model": "not-reduced"})


@case("three repeats are too few for a verdict, and the results say how many are not")
def too_few(scratch):
    results = two_arms(scratch, 1, 3, "--fail-on", "not-reduced")
    equal(verdicts(results), {"events": "inconclusive", "model": "inconclusive"})
    comparison = units(results)["events.tool.example:443"]["comparisons"][0]
    equal((comparison["reason"], comparison["repeats_needed"]), ("too-few-runs", 4))
    for sort, word in (("text", "about 4 repeats"), ("markdown", "| VERDICT |")):
        again = status(scratch.run("experiment", "report", "out", "--format", sort), 0)
        holds(again.out, word, "events")
        for forbidden in ("leak", "opt-out failed", "suspicious", "undocumented"):
            lacks(again.out.lower(), forbidden)


@case("the results are computed again from the cases, octet by octet")
def again(scratch):
    two_arms(scratch, 1, 2)
    before = (scratch.folder / "out/results.json").read_bytes()
    (scratch.folder / "out/results.json").unlink()
    result = status(scratch.run("experiment", "report", "out", "--format", "json"), 0)
    equal(result.out.encode(), before)
    equal((scratch.folder / "out/results.json").read_bytes(), before)


@case("an experiment that was broken off goes on with the runs that are missing")
def resumed(scratch):
    two_arms(scratch, 1, 2)
    log = scratch.folder / "out/runs.ndjson"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:3]) + lines[3][:20])
    kept = {path.name: path.stat().st_mtime_ns for path in (scratch.folder / "out/runs").glob("*/data/run.json")}
    equal(status(scratch.run("experiment", "report", "out", "--format", "json"), 2).json()["arms"][1]["complete"], 1)
    result = status(experiment(scratch, "out/plan.json", "--out", "out", "--format", "json"), 0)
    equal([arm["complete"] for arm in result.json()["arms"]], [2, 2])
    assert (scratch.folder / "out/runs/0004-TOOL_NO_EVENTS-1.broken-off-1/data/run.json").exists()
    now = {path.name: path.stat().st_mtime_ns for path in (scratch.folder / "out/runs").glob("000[123]*/data/run.json")}
    equal({name: kept[name] for name in now}, now)
    equal(len(log.read_text().splitlines()), 4)


@case("a signal ends the run that is being made, which is made again when the experiment goes on")
def interrupted(scratch):
    prepare(scratch)
    (scratch.folder / "packs").rename(scratch.folder / "own packs")
    words = ["experiment", "--network", "sinkhole", "--rules", "own packs", "--repeats", "1", "--out", "an out"]
    command = [scratch.waybill, *words, "--arm", "default", "--arm", "A=1", "--", "sleep", "3"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=scratch.folder)
    scratch.running.append(process)
    while "run 2 of 2" not in process.stderr.readline():
        equal(process.poll(), None)
    while not (scratch.folder / "an out/runs/0002-A-1/data/run.json").exists():
        equal(process.poll(), None)
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    equal(process.returncode, 128 + signal.SIGINT)
    way_on = shlex.split(next(line for line in told.splitlines() if "go on by: " in line).split("go on by: ")[1])
    equal(way_on[:2], ["waybill", "experiment"])
    equal(way_on[-2:], ["--rules", str(scratch.folder / "own packs")])
    equal(len((scratch.folder / "an out/runs.ndjson").read_text().splitlines()), 1)
    results = status(scratch.run(*way_on[1:], "--format", "json", timeout=280), 0).json()
    equal([arm["complete"] for arm in results["arms"]], [1, 1])


@case("a signal that was to be ignored neither ends an experiment nor a run of it")
def ignored(scratch):
    command = [scratch.waybill, "experiment", "--network", "sinkhole", "--repeats", "1", "--out", "out", "--format", "json",
               "--arm", "default", "--arm", "A=1", "--", "sleep", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=scratch.folder,
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))  # as nohup(1) does it
    scratch.running.append(process)
    while "run 1 of 2" not in process.stderr.readline():
        equal(process.poll(), None)
    while not (scratch.folder / "out/runs/0001-default/data/run.json").exists():
        equal(process.poll(), None)
        time.sleep(0.05)
    process.send_signal(signal.SIGHUP)
    out, told = process.communicate(timeout=120)
    equal(process.returncode, 0, told)
    equal([arm["complete"] for arm in json.loads(out)["arms"]], [1, 1])


@case("a run's command and what is done before it find the signals as any program does")
def signals_found(scratch):
    prepare(scratch)
    # 0x1000 is SIGPIPE, which Waybill itself ignores.
    tell = "grep SigIgn /proc/self/status >>" + str(scratch.folder / "ignored")
    scratch.write("recipe.json", json.dumps({"format": "waybill-recipe/1", "set_up": [["sh", "-c", tell]]}))
    status(experiment(scratch, "--recipe", "recipe.json", "--repeats", "1", "--arm", "default", "--arm", "A=1", "--out",
                      "out", "--", "sh", "-c", tell), 0)
    equal([line.split()[1] for line in (scratch.folder / "ignored").read_text().splitlines()], ["0" * 16] * 4)


@case("an endpoint that an arm alone contacts is told as more")
def planted(scratch):
    prepare(scratch)
    results = status(experiment(scratch, "--repeats", "2", "--arm", "default", "--arm", "TOOL_NO_EVENTS=1", "--out",
                                "out", "--format", "json", "--", *tool(scratch, 1, "new.tool.example")), 0).json()
    unit = units(results)["new.tool.example:443"]
    equal([sight["count"] for sight in unit["arms"]], [0, 2])
    equal(unit["comparisons"][0]["more"], True)
    equal(unit["cited"], False)


@case("the documented switches of a product are arms, cited, and those for a person are listed")
def opt_out(scratch):
    prepare(scratch)
    # The flag stands behind the program's name: a script stands for the tool.
    scratch.write("tool", f"#!/bin/sh\nexec {PYTHON} {scratch.folder}/tool.py {scratch.folder}/counter 1 \"$@\"\n"
                  ).chmod(0o755)
    results = status(scratch.run("experiment", "opt-out", "example tool", "--rules", "packs", "--network", "sinkhole",
                                 "--repeats", "2", "--out", "out", "--format", "json", "--",
                                 str(scratch.folder / "tool"), timeout=280), 0).json()
    equal(results["product"], "Example tool")
    equal([arm["name"] for arm in results["arms"]], ["default", "no-events", "flag"])
    equal([arm["sets"] for arm in results["arms"]], [[], ["TOOL_NO_EVENTS=1"], ["arguments: --no-events"]])
    cited = results["arms"][1]["switches"][0]
    equal((cited["id"], cited["sources"][0]["grade"], cited["sources"][0]["read"]),
          ("tool/no-events", "vendor documentation", "2026-11-20"))
    equal([each["id"] for each in results["switches_by_hand"]], ["tool/menu"])
    counts = [sight["count"] for sight in units(results)["events.tool.example:443"]["arms"]]
    equal(counts, [2, 0, 0])
    text = status(scratch.run("experiment", "report", "out"), 0).out
    holds(" ".join(text.split()), "With the documented switch no-events set, attempted to contact events.tool.example",
          "Documented switches that only a person can set", "vendor documentation, read 2026-11-20")
    unknown = status(scratch.run("experiment", "opt-out", "Other", "--rules", "packs", "--", "true"), 64)
    holds(unknown.err, "Example tool")


@case("a plan's arms differ in files, arguments and the command")
def plan(scratch):
    prepare(scratch)
    arms = [{"name": "default"}, {"name": "file", "files": [{"path": ".tool/off", "text": "off"}]},
            {"name": "command", "command": tool(scratch, 1, "--no-events")}]
    scratch.write("plan.json", json.dumps({"format": "waybill-plan/1", "recipe": {"command": tool(scratch, 1)},
                                           "arms": arms, "repeats": 1, "order": "blocks"}))
    results = status(experiment(scratch, "plan.json", "--out", "out", "--format", "json"), 0).json()
    equal([sight["count"] for sight in units(results)["events.tool.example:443"]["arms"]], [1, 0, 0])


@case("a run whose command cannot be executed is kept, told and not counted")
def failing(scratch):
    prepare(scratch)
    arms = [{"name": "default"}, {"name": "broken", "command": ["/nowhere/tool"]}]
    scratch.write("plan.json", json.dumps({"format": "waybill-plan/1", "recipe": {"command": tool(scratch, 1)},
                                           "arms": arms, "repeats": 2}))
    results = status(experiment(scratch, "plan.json", "--out", "out", "--format", "json"), 2).json()
    equal([(arm["complete"], arm["failed"]) for arm in results["arms"]], [(2, 0), (0, 2)])
    equal(results["incomplete"], True)
    equal([run["outcome"] for run in results["runs_not_complete"]], ["failed", "failed"])
    holds(results["runs_not_complete"][0]["detail"], "127")


@case("a run that takes longer than it may is told as timed out")
def timed_out(scratch):
    prepare(scratch)
    results = status(experiment(scratch, "--repeats", "1", "--timeout", "1s", "--arm", "default", "--arm", "b:A=1",
                                "--out", "out", "--format", "json", "--", "sleep", "60"), 2).json()
    equal([run["outcome"] for run in results["runs_not_complete"]], ["timed-out", "timed-out"])


@case("no run of a plan that says no time takes for ever")
def bounded(scratch):
    for network, linger in (("sinkhole", None), ("isolated", "10s")):
        scratch.write("plan.json", json.dumps({"format": "waybill-plan/1", "arms": [{"name": "a"}, {"name": "b"}],
                                               "recipe": {"command": ["/nowhere/tool"], "network": network},
                                               "repeats": 1}))
        scratch.run("experiment", "plan.json", "--out", network, timeout=120)  # it may not be permitted
        recipe = json.loads((scratch.folder / network / "recipes/a.json").read_text())
        equal((recipe["timeout"], recipe.get("linger")), ("10m", linger))
    scratch.write("plan.json", json.dumps({"format": "waybill-plan/1", "arms": [{"name": "a"}, {"name": "b"}],
                                           "recipe": {"command": ["true"], "network": "sinkhole", "timeout": "1h",
                                                      "linger": "2s"}, "repeats": 1}))
    status(scratch.run("experiment", "plan.json", "--out", "own", timeout=120), 0)
    recipe = json.loads((scratch.folder / "own/recipes/a.json").read_text())
    equal((recipe["timeout"], recipe["linger"]), ("1h", "2s"))


@case("of a variable that an arm sets twice the last value is run, kept and told")
def set_twice(scratch):
    prepare(scratch)
    results = status(experiment(scratch, "--repeats", "1", "--arm", "default", "--arm", "x:A=1,A=2", "--out", "out",
                                "--format", "json", "--", "true"), 0).json()
    equal(results["arms"][1]["sets"], ["A=2"])
    equal(json.loads((scratch.folder / "out/recipes/x.json").read_text())["environment"], {"A": "2"})


@case("what differs beside the arms is shown, between them or within")
def differing(scratch):
    prepare(scratch)
    first = two_arms(scratch, 1, 1)
    equal(first["differences"], [])
    log = scratch.folder / "out/runs.ndjson"
    runs = [json.loads(line) for line in log.read_text().splitlines()]
    runs[0]["environment"].append({"name": "TZ", "value": "UTC"})
    log.write_text("".join(json.dumps(run) + "\n" for run in runs))
    differences = status(scratch.run("experiment", "report", "out", "--format", "json"), 0).json()["differences"]
    equal([(each["what"], each["between_arms"]) for each in differences], [("TZ", True)])


@case("what cannot be done says why, before anything runs")
def refused(scratch):
    prepare(scratch)
    (scratch.folder / "full").mkdir()
    scratch.write("full/file", "x")
    scratch.write("bad.json", '{"format": "waybill-plan/1", "recipe": {}, "arms": [{"name": "one"}]}')
    scratch.write("twice.json", '{"command": ["true"], "command": ["false"]}')
    arms = ("--arm", "default", "--arm", "A=1")
    rows = [
        (64, "two arms at least", ("--arm", "default", "--", "true")),
        (64, "VARIABLE=VALUE", ("--arm", "default", "--arm", "A=1,B", "--", "true")),
        (64, "no command", (*arms, "--out", "none")),
        (64, "not a purpose", (*arms, "--covers", "nothing", "--", "true")),
        (64, "--repeats", (*arms, "--repeats", "0", "--", "true")),
        (64, "margin", (*arms, "--margin", "1", "--", "true")),
        (65, "arms", ("bad.json",)),
        (65, "stands twice", (*arms, "--recipe", "twice.json", "--", "true")),
        *((64, option[0], ("bad.json", *option)) for option in (
            ("--timeout", "1s"), ("--linger", "1s"), ("--account", "none"), ("--clean-env",), ("--covers", "telemetry"))),
        (66, "missing.json", ("missing.json",)),
        (73, "no experiment", (*arms, "--out", "full", "--", "true")),
    ]
    for code, word, words in rows:
        holds(status(experiment(scratch, *words), code).err, word)
    status(experiment(scratch, *arms, "--repeats", "1", "--out", "taken", "--", "true"), 0)
    holds(status(experiment(scratch, *arms, "--repeats", "2", "--out", "taken", "--", "true"), 73).err, "another plan")
    holds(status(scratch.run("experiment", "report", "nowhere"), 66).err, "no experiment")


@case("a run that cannot begin ends the experiment with its own status")
def cannot_begin(scratch):
    prepare(scratch)
    result = status(scratch.run("experiment", "--arm", "default", "--arm", "A=1", "--out", "out", "--", "true"), 64)
    holds(result.err, "could not begin")
    equal((scratch.folder / "out/runs.ndjson").exists(), False)


@case("the schemas describe the plan that is kept and the results")
def schemas(scratch):
    results = two_arms(scratch, 1, 1)
    described = json.loads((SOURCE / "docs/schemas/experiment.schema.json").read_text())
    equal(set(described["properties"]), set(results))
    for kind, value in (("unit", results["units"][0]), ("comparison", results["units"][0]["comparisons"][0]),
                        ("arm", results["arms"][0])):
        equal(set(described["$defs"][kind]["properties"]), set(value), kind)
    kept = json.loads((scratch.folder / "out/plan.json").read_text())
    described = json.loads((SOURCE / "rules/schema/plan.schema.json").read_text())
    assert set(kept) <= set(described["properties"]), kept
    for arm in kept["arms"]:
        assert set(arm) <= set(described["$defs"]["arm"]["properties"]), arm


main(sinkhole=True)
