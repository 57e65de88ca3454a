"""waybill report --format csv and markdown; events and report by ajv, a validator that we did not write."""

import csv
import io
import json

from export_support import ajv_faults, exported, needs, recorded
from waybill_test import case, equal, holds, lacks, main, status


@case("a CSV reader finds every contact, gap and open question of the report, each record as long as the head")
def as_csv(scratch):
    recorded(scratch)
    report = scratch.case_json("report.json")
    out = exported(scratch, "csv")
    records = list(csv.DictReader(io.StringIO(out, newline=""), strict=True))
    assert all(None not in record and None not in record.values() for record in records)
    kinds = [record["record"] for record in records]
    equal(kinds.count("contact"), len(report["contacts"]))
    equal(kinds.count("cannot-be-answered"), len(report["cannot_be_answered"]))
    assert "gap" in kinds
    for record, contact in zip(records, report["contacts"]):
        equal((record["host"], record["address"], int(record["port"]), record["transport"]),
              (contact["endpoint"]["host"] or "", contact["endpoint"]["address"], contact["endpoint"]["port"],
               contact["endpoint"]["transport"]))
        equal((int(record["payload_bytes_out"]), record["purposes"].split(), record["rule"] or None, record["cited"]),
              (contact["payload_bytes"]["out"], contact["rating"]["purposes"], contact["rating"]["rule"],
               "true" if contact["rating"]["cited"] else "false"))
    assert any(record["program"].endswith("/curl") and len(record["program_sha256"]) == 64 for record in records)
    equal(exported(scratch, "csv", "--output", "out.csv"), "")
    equal((scratch.folder / "out.csv").read_bytes().decode(), out)


@case("GitHub's own Markdown makes tables of the report, with every endpoint, the gaps and what a policy says")
def as_markdown(scratch):
    needs("cmark-gfm")
    recorded(scratch)
    page = exported(scratch, "markdown", "--policy", "no-telemetry")
    html = status(scratch.execute(["cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe"],
                                  stdin=page.encode()), 0).out
    holds(html, "<table>", "<code>unheard-of.example:8443</code>", "<code>api.anthropic.com:443</code>", "no cited purpose",
          "<summary>Not seen</summary>", "<summary>Cannot be answered</summary>", "must not be cited", "no-telemetry")
    lacks(html, "<td>|", "<a href")
    holds(exported(scratch, "markdown"), "Attempted to contact")
    holds(status(scratch.run("report", "case", "--format", "csv", "--policy", "no-telemetry"), 64).err, "--policy is for")
    holds(status(scratch.run("report", "case", "--format", "xml"), 64).err, "is not one of: ", "cyclonedx", "sarif")


@case("every event and the report are of our schemas by ajv, which finds what is changed in them")
def by_ajv(scratch):
    recorded(scratch)
    events = (scratch.folder / "case/data/events.ndjson").read_text()
    equal(ajv_faults(scratch, "ajv", "docs/schemas/events.schema.json", events, lines=True), [])
    report = (scratch.folder / "case/data/report.json").read_text()
    equal(ajv_faults(scratch, "ajv", "docs/schemas/report.schema.json", report), [])
    changed = json.loads(report)
    changed["contacts"][0]["endpoint"]["port"] = "many"
    assert ajv_faults(scratch, "ajv", "docs/schemas/report.schema.json", json.dumps(changed))
    lines = events.splitlines()
    lines[1] = lines[1].replace('"type":', '"typ":', 1)
    assert ajv_faults(scratch, "ajv", "docs/schemas/events.schema.json", "\n".join(lines), lines=True)


@case("an export ends with 2 where input was lost, and a place that cannot be written to is told with 73")
def told(scratch):
    recorded(scratch)
    packets = scratch.folder / "case/data/packets-0001.pcapng"
    for word in ("csv", "markdown", "sarif", "cyclonedx", "ocsf", "zeek"):
        holds(status(scratch.run("report", "case", "--format", word, "--output", "no/such/place"), 73).err, "no/such/place")
        equal(exported(scratch, word), exported(scratch, word), word)
    packets.write_bytes(packets.read_bytes()[:-30])
    for word in ("csv", "markdown", "sarif", "cyclonedx", "ocsf", "zeek"):
        holds(exported(scratch, word, expected=2), "torn" if word in ("sarif", "ocsf", "zeek") else "end")
    status(scratch.run("report", "nowhere", "--format", "csv"), 65)


main(sinkhole=True)
