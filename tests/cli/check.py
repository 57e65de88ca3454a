"""waybill check: judges a case by a policy."""

import json
import sys

from waybill_test import case, equal, holds, lacks, main, status

HOSTS = ("api.anthropic.com", "o1.ingest.sentry.io", "unheard-of.example")


def record(scratch, hosts=HOSTS, name="case"):
    ask = "".join(f"curl -sm3 https://{host}/; " for host in hosts) + "true"
    status(scratch.sinkhole("sh", "-c", ask, options=("--case", name)), 0)


def policy(scratch, default, *entries, **fields):
    scratch.write("policy.json", json.dumps({"format": "waybill-policy/1", "id": "p", "title": "Ours", "version": "2026-01-02",
                                             "default": default, "entries": entries, **fields}))


def check(scratch, *options, expected):
    return status(scratch.run("check", "case", "--policy", "policy.json", *options), expected)


@case("what a policy denies ends with 1, with the entry that decided, its reason, who says what it is for, and packets")
def denied(scratch):
    record(scratch)
    policy(scratch, "allow", {"id": "no-crashes", "effect": "deny", "purposes": ["crash-report"], "reason": "We said no."})
    out = check(scratch, expected=0).out  # it carries telemetry, too
    holds(out, "No finding under policy p · 1 contact to be reviewed", "review  o1.ingest.sentry.io:443",
          "which metadata cannot tell apart")
    check(scratch, "--fail-on-review", expected=1)
    policy(scratch, "allow", {"id": "no-sentry", "effect": "deny", "vendors": ["Sentry"], "reason": "We said no."})
    out = check(scratch, expected=1).out
    holds(out, "1 violation of policy p", "deny    o1.ingest.sentry.io:443 · crash-report, telemetry · by ",
          "decided by no-sentry (deny): vendor Sentry · We said no.", "of packets-0001.pcapng on; flow", "sentry/ingest: Sentry",
          " old", "attempted contacts only", "contacts are allowed; --all lists them")
    lacks(out, "api.anthropic.com", "leak", "suspicious")
    holds(check(scratch, "--all", expected=1).out, "allow   api.anthropic.com:443", "no entry speaks of it")


@case("--explain shows the entries that lost, and why the closest one won")
def explained(scratch):
    record(scratch, ("api.anthropic.com",))
    policy(scratch, "deny", {"id": "this-host", "effect": "allow", "hosts": ["api.anthropic.com"]},
           {"id": "its-vendor", "effect": "deny", "vendors": ["Anthropic"]},
           {"id": "names", "effect": "allow", "purposes": ["name-resolution"]},
           {"id": "past", "effect": "deny", "hosts": ["api.anthropic.com"], "expires": "2020-01-01"})
    out = check(scratch, "--explain", expected=0).out
    holds(out, "decided by this-host (allow): host api.anthropic.com [an exact host]",
          "lost: its-vendor (deny): vendor Anthropic [a vendor]", "expired on 2020-01-01", "Expired before ")
    holds(check(scratch, "--as-of", "2020-01-01", expected=1).out, "decided by past (deny)")


@case("a contact that a policy tells apart by phases is shown with what it did in them, in text and in JSON")
def phases(scratch):
    tool = ("import socket, subprocess, sys\n"
            "for phase in (1, 2):\n"
            "    for _ in range(phase):\n"
            "        with socket.create_connection(('api.anthropic.com', 443)) as link: link.sendall(bytes(100))\n"
            "    subprocess.run([sys.argv[1], 'mark', 'idle'], check=True)\n")
    status(scratch.sinkhole(sys.executable, "-c", tool, scratch.waybill), 0)
    policy(scratch, "allow", {"id": "quiet", "effect": "deny", "phases": ["idle"]})
    verdict = json.loads(check(scratch, "--json", expected=1).out)
    found = [each for each in verdict["contacts"] if each["effect"] == "deny" and each["endpoint"]["host"] == "api.anthropic.com"]
    equal([each["flow_count"] for each in found], [2])
    whole = [each for each in scratch.case_json("report.json")["contacts"] if each["endpoint"]["host"] == "api.anthropic.com"]
    assert 0 < found[0]["payload_out"] < whole[0]["payload_bytes"]["out"], (found, whole)
    block = check(scratch, expected=1).out.split("deny    api.anthropic.com:443")[1].split("\n\n")[0]
    holds(block, "2 flows")


@case("a limit that is exceeded ends with 1 and says what was measured")
def limits(scratch):
    record(scratch)
    policy(scratch, "allow", limits=[{"id": "new", "measure": "uncited-endpoints", "most": 0, "reason": "Each needs a rule."},
                                     {"id": "much", "measure": "payload-out", "most": 10_000_000}])
    out = check(scratch, expected=1).out
    holds(out, "limit exceeded: uncited endpoints is 1, at most 0 allowed · Each needs a rule.")
    lacks(out, "much")


@case("where packets were lost a policy that denies something ends with 2 and says which claim is open")
def incomplete(scratch):
    record(scratch, ("api.anthropic.com",))
    run = scratch.case_json("run.json")
    run["gaps"].append({"kind": "kernel-dropped", "count": 3, "detail": ""})
    (scratch.folder / "case/data/run.json").write_text(json.dumps(run))
    policy(scratch, "allow", {"id": "d", "effect": "deny", "hosts": ["bad.example"]})
    out = check(scratch, expected=2).out
    holds(out, "No violation seen, and no verdict under policy p", "cannot be said",
          "nothing that the policy objects to was contacted beside what is listed", "3 packets dropped")
    policy(scratch, "allow")
    check(scratch, expected=0)
    policy(scratch, "allow", {"id": "d", "effect": "deny", "hosts": ["api.anthropic.com"]})
    check(scratch, expected=1)  # a violation stands whatever else was lost


@case("the starter policies judge a tool that reports, and one that contacts nobody")
def starters(scratch):
    record(scratch)
    record(scratch, (), "quiet")
    expected = {"no-telemetry": 1, "offline": 1, "ci-default": 1, "vendor-declared": 1}
    for name, code in expected.items():
        status(scratch.run("check", "case", "--policy", name), code)
        holds(status(scratch.run("check", "quiet", "--policy", name), 0).out, f"No finding under policy {name}")
    out = status(scratch.run("check", "case", "--policy", "vendor-declared", "--all"), 1).out
    holds(out, "deny    unheard-of.example:443", "allow   api.anthropic.com:443")
    out = status(scratch.run("check", "case", "--policy", "ci-default"), 1).out
    holds(out, "deny    unheard-of.example:443", "review  api.anthropic.com:443")
    out = status(scratch.run("check", "case", "--policy", "no-telemetry"), 1).out
    holds(out, "deny    o1.ingest.sentry.io:443", "review  api.anthropic.com:443", "review  unheard-of.example:443")


@case("a case is judged as it lies: nothing is written into it, and the same case and policy give the same octets")
def untouched(scratch):
    record(scratch, ("api.anthropic.com",))
    policy(scratch, "deny")
    before = {path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}
    outputs = {check(scratch, "--json", expected=1).out for _ in range(2)}
    equal(len(outputs), 1)
    equal({path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}, before)
    verdict = json.loads(outputs.pop())
    equal((verdict["outcome"], verdict["counts"]["deny"]), ("violation", len(verdict["contacts"])))


@case("what cannot be judged is told: no such case, policy or day")
def faults(scratch):
    record(scratch, ())
    holds(status(scratch.run("check", "case", "--policy", "none.json"), 78).err, "none.json")
    holds(status(scratch.run("check", "case", "--policy", "no-such"), 78).err, "no-such", "ci-default, no-telemetry")
    holds(status(scratch.run("check", "nowhere", "--policy", "offline"), 65).err, "nowhere")
    holds(status(scratch.run("check", "case", "--policy", "offline", "--as-of", "soon"), 64).err, "soon", "2026-11-27")
    holds(status(scratch.run("check", "case"), 64).err, "--policy")


main(sinkhole=True)
