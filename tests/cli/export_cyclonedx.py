"""waybill report --format cyclonedx, by the schemas that CycloneDX's own library brings."""

import json

from export_support import ajv_faults, exported, needs, recorded
from waybill_test import case, equal, holds, main

FOLDER = "@cyclonedx/cyclonedx-library/res/schema"
SCHEMA = f"node_modules/{FOLDER}/bom-1.6.SNAPSHOT.schema.json"
NAMED = [f"{FOLDER}/{name}.SNAPSHOT.schema.json" for name in ("spdx", "jsf-0.82")]


def faults(scratch, text):
    return ajv_faults(scratch, "cyclonedx", SCHEMA, text, draft="7", more=NAMED)


@case("the bill is of the schema, with a service for each host that was contacted, and the tool that depends on them")
def valid(scratch):
    needs("npm", "node")
    recorded(scratch)
    out = exported(scratch, "cyclonedx")
    equal(faults(scratch, out), [])
    bill = json.loads(out)
    services = {service["name"]: service for service in bill["services"]}
    hosts = {contact["endpoint"]["host"] or contact["endpoint"]["address"]
             for contact in scratch.case_json("report.json")["contacts"]}
    equal(set(services), hosts)
    model = services["api.anthropic.com"]
    equal((model["endpoints"], model["provider"]["name"], model["x-trust-boundary"], "authenticated" in model),
          (["tcp://api.anthropic.com:443"], "Anthropic", True, False))
    holds(model["data"][0]["classification"], "model-inference")
    # From the service's side: what only the tool sent is inbound.
    equal(services["192.0.2.7"]["data"], [{"flow": "inbound", "classification": "unknown"}])
    equal(services["2001:db8::7"]["endpoints"], ["udp://[2001:db8::7]:9999"])
    equal(set(bill["dependencies"][0]["dependsOn"]), {service["bom-ref"] for service in bill["services"]})
    holds(bill["metadata"]["component"]["name"], "python")
    equal(bill["compositions"][0]["aggregate"], "incomplete")
    holds(json.dumps(bill["metadata"]["properties"]), "waybill:not-seen", "waybill:cannot-be-answered")


@case("the schema finds what is wrong in a bill: it is no rubber stamp")
def refused(scratch):
    needs("npm", "node")
    recorded(scratch)
    for change in (lambda bill: bill.update(bomFormat="SPDX"), lambda bill: bill["services"][0].pop("name"),
                   lambda bill: bill["services"][0]["data"][0].update(flow="sideways"),
                   lambda bill: bill["metadata"]["component"].update(type="tool")):
        bill = json.loads(exported(scratch, "cyclonedx"))
        change(bill)
        assert faults(scratch, json.dumps(bill)), bill


main(sinkhole=True)
