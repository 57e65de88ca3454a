"""waybill report --format sarif, by the schema and the tool that Microsoft keeps for it."""

import json

from export_support import ajv_faults, exported, needs, recorded
from npm_tools import installed
from waybill_test import SOURCE, case, equal, holds, main, status

SCHEMA = "node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"


def multitool_findings(scratch, text):
    """What the multitool finds, by level; its exit status is 0 whatever it finds."""
    modules = installed(scratch.waybill, SOURCE / "tests/cli/sarif")
    program = modules / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
    program.chmod(0o755)  # npm without scripts leaves it as it is in the archive
    scratch.write("checked.sarif", text)
    home = scratch.folder / "home"
    home.mkdir(exist_ok=True)
    # It would look up the address of the schema: it has a network of its own, which leads nowhere.
    needs("unshare")
    status(scratch.execute(["unshare", "--map-root-user", "--net", str(program), "validate", "checked.sarif", "--output", "found.sarif", "--log", "ForceOverwrite",
                            "--level", "Error;Warning;Note", "--kind", "Fail;Open;Review"],
                           environment={"HOME": str(home), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}), 0)
    run = json.loads((scratch.folder / "found.sarif").read_text(encoding="utf-8-sig"))["runs"][0]
    found = {}
    for result in run.get("results", []):
        found.setdefault(result.get("level", "warning"), set()).add(result["ruleId"])
    for invocation in run.get("invocations", []):
        for notice in invocation.get("toolExecutionNotifications", []):
            if notice.get("level") == "error":
                found.setdefault("error", set()).add(notice["message"]["text"])
    return found


@case("without a policy, endpoints without a cited purpose are to be reviewed, and gaps are notifications")
def plain(scratch):
    needs("npm", "node")
    recorded(scratch)
    out = exported(scratch, "sarif")
    equal(ajv_faults(scratch, "sarif", SCHEMA, out), [])
    equal(multitool_findings(scratch, out).get("error", set()), set())
    run = json.loads(out)["runs"][0]
    equal({(result["ruleId"], result["kind"], result["level"]) for result in run["results"]},
          {("waybill.no-cited-purpose", "review", "none")})
    names = [place["fullyQualifiedName"] for result in run["results"] for place in result["locations"][0]["logicalLocations"]]
    holds(" ".join(names), "net:tcp/unheard-of.example:8443", "net:tcp/plain.example:80", "proc:/")
    equal("net:tcp/api.anthropic.com:443" in names, False)
    gaps = [gap["kind"] for gap in scratch.case_json("report.json")["gaps"]]
    equal([notice["descriptor"]["id"] for notice in run["invocations"][0]["toolExecutionNotifications"]], gaps)
    again = json.loads(exported(scratch, "sarif", name=recorded(scratch, "again")))["runs"][0]
    prints = lambda found: {result["partialFingerprints"]["waybillEndpoint/v1"] for result in found["results"]}
    equal(prints(again), prints(run))  # the same tool, and the same endpoints


@case("with a policy the results are what the policy objects to, as `waybill check` has it")
def judged(scratch):
    needs("npm", "node")
    recorded(scratch)
    for policy in ("no-telemetry", "offline", "ci-default", "vendor-declared"):
        out = exported(scratch, "sarif", "--policy", policy)
        equal((policy, ajv_faults(scratch, "sarif", SCHEMA, out)), (policy, []))
        verdict = scratch.run("check", "case", "--policy", policy, "--json").json()
        results = json.loads(out)["runs"][0]["results"]
        denied = {contact["contact"] for contact in verdict["contacts"]
                  if contact["effect"] == "deny" and not contact["undecided"]}
        found = {result["properties"]["contact"] for result in results if result["kind"] == "fail" and "properties" in result}
        equal((policy, found <= denied, bool(found)), (policy, True, bool(denied)))
        equal({result["level"] for result in results if result["kind"] != "fail"} <= {"none"}, True)
    equal(multitool_findings(scratch, exported(scratch, "sarif", "--policy", "offline")).get("error", set()), set())


@case("the schema and the multitool find what is wrong in a log: they are no rubber stamps")
def refused(scratch):
    needs("npm", "node")
    recorded(scratch)
    for place, what in (("version", "9.9"), ("runs", {}), ("level", "loud")):
        log = json.loads(exported(scratch, "sarif"))
        (log["runs"][0]["results"][0] if place == "level" else log)[place] = what
        assert ajv_faults(scratch, "sarif", SCHEMA, json.dumps(log)), place
    log = json.loads(exported(scratch, "sarif"))
    log["runs"][0]["results"][0]["ruleIndex"] = 99
    assert multitool_findings(scratch, json.dumps(log)).get("error"), "a rule that is not there"


main(sinkhole=True)
