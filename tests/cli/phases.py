"""What a report says of each phase of a recording."""


def phases(scratch, place="case", only_new=False):
    """Opening, label and the hosts contacted in each phase; or only those to which a flow began there."""
    report = scratch.case_json("report.json", place)
    hosts = [set() for _ in report["phases"]]
    for contact in report["contacts"]:
        for volume in contact["phases"]:
            if contact["endpoint"]["host"] and (volume["begun"] or not only_new):
                hosts[volume["phase"]].add(contact["endpoint"]["host"])
    return [(phase["opening"], phase["label"], sorted(names)) for phase, names in zip(report["phases"], hosts)]
