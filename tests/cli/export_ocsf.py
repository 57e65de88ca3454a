"""waybill report --format ocsf, by the class and object definitions of OCSF's published schema (ocsf/schema.json)."""

import json
import re

from export_support import exported, recorded
from waybill_test import SOURCE, case, equal, holds, main

SCHEMA = json.loads((SOURCE / "tests/cli/ocsf/schema.json").read_text())
CLASSES = {told["class_uid"]: told for told in SCHEMA["classes"].values()}
KINDS = {"string_t": str, "integer_t": int, "long_t": int, "float_t": (int, float), "boolean_t": bool}


def value_faults(place, attribute, value):
    kind = attribute["type"]
    if kind == "json_t" or attribute.get("object") == "object":
        return
    if kind == "object_t":
        yield from object_faults(place, attribute["object"], value)
        return
    told = SCHEMA["types"][kind]
    basic = told.get("type", kind)
    basic = SCHEMA["types"][basic].get("type", basic)
    if not isinstance(value, KINDS[basic]) or (isinstance(value, bool) and basic != "boolean_t"):
        yield f"{place}: {value!r} is no {kind}"
        return
    if "regex" in told and not re.search(told["regex"], value):
        yield f"{place}: {value!r} is no {kind}"
    if "max_len" in told and len(value) > told["max_len"]:
        yield f"{place}: too long for {kind}"
    if "range" in told and not told["range"][0] <= value <= told["range"][1]:
        yield f"{place}: {value} is out of range"
    if "enum" in attribute and basic == "integer_t" and str(value) not in attribute["enum"]:
        yield f"{place}: {value} is none of its numbers"


def members_faults(place, told, value, profiles=()):
    """Attributes of a profile are required, and allowed, only where the event has that profile."""
    if not isinstance(value, dict):
        yield f"{place}: no object"
        return
    for name, attribute in told["attributes"].items():
        applies = attribute.get("profile", None) in (None, *profiles)
        if attribute["requirement"] == "required" and applies and name not in value:
            yield f"{place}: {name} is missing"
    for name, each in value.items():
        if name not in told["attributes"]:
            yield f"{place}.{name}: is not known"
            continue
        attribute = told["attributes"][name]
        if attribute.get("profile", None) not in (None, *profiles):
            yield f"{place}.{name}: is of profile {attribute['profile']}"
        many = attribute.get("is_array", False)
        if many != isinstance(each, list):
            yield f"{place}.{name}: {'no list' if many else 'a list'}"
            continue
        for one in each if many else [each]:
            yield from value_faults(f"{place}.{name}", attribute, one)
    some = told["constraints"].get("at_least_one", [])
    if some and not set(some) & set(value):
        yield f"{place}: none of {some}"


def object_faults(place, name, value):
    if name not in SCHEMA["objects"]:
        yield f"{place}: {name} is not in ocsf/schema.json"
        return
    yield from members_faults(place, SCHEMA["objects"][name], value)


def event_faults(event):
    told = CLASSES.get(event.get("class_uid"))
    if told is None:
        return [f"class {event.get('class_uid')} is not known"]
    faults = list(members_faults("event", told, event, event.get("metadata", {}).get("profiles", [])))
    if event.get("category_uid") != told["category_uid"]:
        faults.append("category")
    if event.get("type_uid") != event.get("class_uid") * 100 + event.get("activity_id", -1):
        faults.append("type")
    return faults


def events_of(scratch):
    return [json.loads(line) for line in exported(scratch, "ocsf").splitlines()]


@case("every line is of its class: a flow is network activity, a DNS message DNS activity, a gap a base event")
def valid(scratch):
    recorded(scratch)
    events = events_of(scratch)
    for event in events:
        equal((event_faults(event), event), ([], event))
    report = scratch.case_json("report.json")
    count = lambda uid: sum(event["class_uid"] == uid for event in events)
    equal((count(4001), count(4003), count(0)), (report["totals"]["flows"], report["totals"]["dns_messages"], len(report["gaps"])))
    flows = scratch.case_events("flow")
    told = [event for event in events if event["class_uid"] == 4001]
    equal([(event["src_endpoint"]["ip"], event["dst_endpoint"]["ip"], event["traffic"]["bytes_out"]) for event in told],
          [(flow["client"]["address"], flow["server"]["address"], flow["ip_bytes"]["out"]) for flow in flows])
    named = {event["dst_endpoint"].get("hostname"): event for event in told}
    model = named["api.anthropic.com"]["unmapped"]["waybill"]
    equal((model["cited"], "model-inference" in model["purposes"], model["mode"]), (True, True, "sinkhole"))
    holds(named["curled.example"]["actor"]["process"]["file"]["path"], "/curl")
    holds(named["curled.example"]["message"], "attempted to contact curled.example:443")
    equal(named["curled.example"]["actor"]["process"]["parent_process"]["name"].startswith("python"), True)
    asked = [event for event in events if event["class_uid"] == 4003 and event["activity_id"] == 1]
    assert "plain.example" in {event["query"]["hostname"] for event in asked}
    assert all(event["dst_endpoint"]["port"] == 53 for event in asked)


@case("the checker finds what is missing, unknown, of the wrong type or number: it is no rubber stamp")
def refused(scratch):
    recorded(scratch)
    good = next(event for event in events_of(scratch) if event["class_uid"] == 4001 and "actor" in event)
    equal(event_faults(good), [])
    for change in (lambda e: e.pop("severity_id"), lambda e: e.update(time="now"), lambda e: e.update(colour="red"),
                   lambda e: e.update(activity_id=55), lambda e: e["connection_info"].pop("direction_id"),
                   lambda e: e["src_endpoint"].update(ip="here"), lambda e: e["dst_endpoint"].update(port=65536),
                   lambda e: e["actor"]["process"].update(pid="1"), lambda e: e.update(type_uid=1),
                   lambda e: e.update(ja4_fingerprint_list={}), lambda e: e["actor"].clear(),
                   lambda e: e["metadata"].pop("profiles"), lambda e: e["metadata"]["profiles"].append("cloud")):
        bad = json.loads(json.dumps(good))
        change(bad)
        assert event_faults(bad), bad


main(sinkhole=True)
