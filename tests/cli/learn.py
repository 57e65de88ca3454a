"""waybill learn: proposes a policy from what cases contacted."""

import json

from waybill_test import case, equal, holds, lacks, main, status


def record(scratch, name, *hosts):
    ask = "".join(f"curl -sm3 https://{host}/; " for host in hosts) + "true"
    status(scratch.sinkhole("sh", "-c", ask, options=("--case", name)), 0)


@case("a learned policy allows exactly what was seen, and check finds nothing in the cases that it was learned from")
def learned(scratch):
    record(scratch, "one", "api.anthropic.com", "o1.ingest.sentry.io")
    record(scratch, "two", "api.anthropic.com", "unheard-of.example")
    result = status(scratch.run("learn", "one", "two", "--id", "ours"), 0)
    holds(result.err, "2 runs cannot show what is contacted in some runs only")
    policy = json.loads(result.out)
    equal((policy["id"], policy["default"]), ("ours", "deny"))
    entries = {entry["id"]: entry for entry in policy["entries"]}
    equal(entries["api.anthropic.com-443"]["hosts"], ["api.anthropic.com"])
    equal(entries["api.anthropic.com-443"]["seen"], {"runs": 2, "of": 2, "flows": 2, "stability": 1.0})
    equal(entries["o1.ingest.sentry.io-443"]["seen"]["stability"], 0.5)
    holds(entries["o1.ingest.sentry.io-443"]["note"], "crash-report, telemetry (Sentry, rule sentry/ingest)")
    equal(entries["unheard-of.example-443"]["effect"], "review")
    for entry in policy["entries"]:  # neither wildcard nor range
        lacks(json.dumps([entry.get("hosts"), entry.get("addresses"), entry.get("domains")]), "*", "/", "{")
    equal([each["hosts"] for each in policy["suggestions"] if "sentry" in each["because"]], [["o*.ingest.sentry.io"]])
    scratch.write("ours.json", result.out)
    for name in ("one", "two"):
        holds(status(scratch.run("check", name, "--policy", "ours.json"), 0).out, "No finding under policy ours")


@case("a second look tells what it would change, and can write the policy with it")
def second(scratch):
    record(scratch, "one", "api.anthropic.com", "gone.example")
    record(scratch, "two", "api.anthropic.com", "new.example")
    scratch.write("ours.json", status(scratch.run("learn", "one"), 0).out)
    holds(status(scratch.run("learn", "one", "--policy", "ours.json"), 0).out, "no difference")
    out = status(scratch.run("learn", "two", "--policy", "ours.json"), 0).out
    lines = out.splitlines()
    equal(len(lines), 2)
    equal(json.loads(lines[0].removeprefix("+ "))["hosts"], ["new.example"])
    equal(lines[1], "- gone.example-443: not contacted in this run")
    merged = json.loads(status(scratch.run("learn", "two", "--policy", "ours.json", "--merged"), 0).out)
    equal({entry["id"] for entry in merged["entries"]} >= {"gone.example-443", "new.example-443"}, True)
    status(scratch.run("check", "one", "--policy", "ours.json"), 0)
    status(scratch.run("check", "two", "--policy", "ours.json"), 1)
    ours = json.loads((scratch.folder / "ours.json").read_text())
    ours["entries"].append({"id": "not-this", "effect": "deny", "hosts": ["new.example"]})
    scratch.write("ours.json", json.dumps(ours))
    out = status(scratch.run("learn", "two", "--policy", "ours.json"), 0).out
    equal(out.splitlines()[0], "! new.example:443 is contacted, and not-this denies it")
    lacks(out, "+ ")


@case("what is asked wrongly is told")
def faults(scratch):
    record(scratch, "one")
    holds(status(scratch.run("learn", "one", "--merged"), 64).err, "--merged needs --policy")
    holds(status(scratch.run("learn", "nowhere"), 65).err, "nowhere")
    holds(status(scratch.run("learn"), 64).err, "CASE")
    holds(status(scratch.run("learn", "one", "--id", "Two Words"), 64).err, "Two Words", "a-z")


main(sinkhole=True)
