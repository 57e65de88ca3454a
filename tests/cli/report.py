"""waybill report: a case's report again, and what is documented against what was observed."""

import json

from waybill_test import case, equal, holds, lacks, main, status


def record(scratch):
    ask = "".join(f"curl -sm3 https://{host}/; " for host in ("api.anthropic.com", "unheard-of.example")) + "true"
    status(scratch.sinkhole("sh", "-c", ask), 0)


@case("a case's report can be had again, and nothing is written into the case")
def again(scratch):
    record(scratch)
    before = {path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}
    holds(status(scratch.run("report", "case"), 0).out, "api.anthropic.com:443", "unheard-of.example:443")
    report = status(scratch.run("report", "case", "--format", "json"), 0).json()
    equal(report, scratch.case_json("report.json"))
    equal({path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}, before)
    holds(status(scratch.run("report", "case", "--format", "csv", "--declared", "Claude Code"), 64).err, "--declared is printed as")
    status(scratch.run("report", "nowhere"), 65)


@case("--declared holds what is documented of a product against what was seen, with the questions to the vendor")
def declared(scratch):
    record(scratch)
    out = status(scratch.run("report", "case", "--declared", "Claude Code"), 0).out
    holds(out, "Documented and seen (1)", "api.anthropic.com:443/tcp: model-inference, telemetry, feature-flag",
          "vendor-documentation, read 20", "Documented, and not seen in this recording; limited by attempts-only",
          "claude.ai", "Seen, and not found in the sources cited (1)", "unheard-of.example:443/tcp")
    sheet = status(scratch.run("report", "case", "--declared", "anthropic", "--format", "markdown"), 0).out
    holds(sheet, "# anthropic: declared and observed", "## Questions to the vendor", "- `unheard-of.example:443/tcp`: What is it for")
    lacks(sheet.lower(), "undocumented", "suspicious")
    found = status(scratch.run("report", "case", "--declared", "Claude Code", "--format", "json"), 0).json()
    equal(found["seen_not_found_in_sources"], ["unheard-of.example:443/tcp"])
    equal([each["rule"] for each in found["documented_and_seen"]], ["anthropic/api"])
    holds(status(scratch.run("report", "case", "--declared", "Claude"), 64).err, "no rule is of a vendor or product", "Claude Code")


main(sinkhole=True)
