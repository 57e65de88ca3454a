"""waybill export --to clickhouse: rows of several cases in a real ClickHouse, and the questions of docs/fleet.md."""

import json
import re
import socket
import subprocess
import time
from contextlib import contextmanager

from clients import client
from export_support import needs
from waybill_test import SOURCE, case, equal, holds, main, status

CONFIGURATION = """<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>{place}/server.log</log><errorlog>{place}/errors.log</errorlog></logger>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <path>{place}/data/</path><tmp_path>{place}/tmp/</tmp_path><format_schema_path>{place}/schemas/</format_schema_path>
  <user_files_path>{place}/files/</user_files_path>
  <users_config>{place}/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>16777216</mark_cache_size><timezone>Asia/Tokyo</timezone>
</yandex>
"""
USERS = """<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>500000000</max_memory_usage></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default></default></quotas>
</yandex>
"""


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@contextmanager
def clickhouse(scratch):
    """A server of the test's own on the loopback; gives a function that asks it."""
    needs("clickhouse-server", "clickhouse-client")
    place = scratch.folder / "clickhouse"
    for folder in ("data", "tmp", "schemas", "files"):
        (place / folder).mkdir(parents=True)
    http, tcp = free_ports(2)
    (place / "config.xml").write_text(CONFIGURATION.format(place=place, http=http, tcp=tcp))
    (place / "users.xml").write_text(USERS)
    server = subprocess.Popen(["clickhouse-server", f"--config-file={place}/config.xml"], cwd=place, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    scratch.running.append(server)

    def ask(query, rows="", many=False):
        options = ["--multiquery"] if many else []
        return scratch.execute(["clickhouse-client", "--host", "127.0.0.1", "--port", str(tcp), *options, "--query", query],
                               stdin=rows.encode())
    try:
        for _ in range(100):
            if ask("SELECT 1").status == 0:
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the server did not start: " + "".join(
                path.read_text() for path in place.glob("*.log")))
        yield ask
    finally:
        server.terminate()
        server.wait(30)


def questions():
    """The questions of docs/fleet.md, by the sentence before each."""
    return dict(re.findall(r"\n([^\n]+):\n\n```sql\n(.*?)```", (SOURCE / "docs/fleet.md").read_text(), re.S))


def asked(ask, query):
    return [json.loads(line) for line in status(ask(query + " FORMAT JSONEachRow"), 0).out.splitlines()]


def another_machine(scratch, name):
    """Says of a case that it was recorded on another installation."""
    path = scratch.folder / name / "data/run.json"
    run = json.loads(path.read_text())
    run["circumstances"]["host_id"] = "ff" * 32
    path.write_text(json.dumps(run))
    return run["circumstances"]["host_id"]


@case("rows of several cases load into ClickHouse, replace themselves, and answer the questions of docs/fleet.md")
def fleet(scratch):
    tls = lambda *hosts: "".join(f"tls('{host}', 443, '{host}')\n" for host in hosts)
    for name, code in (("one", tls("api.anthropic.com", "unheard-of.example")), ("two", tls("unheard-of.example")), ("three", "pass")):
        status(scratch.sinkhole(*client(code), options=("--case", name)), 0)
    scratch.sinkhole("curl", "-sm3", "https://unheard-of.example/", options=("--case", "four"))  # its status is its own
    far = another_machine(scratch, "two")
    with clickhouse(scratch) as ask:
        status(ask(status(scratch.run("export", "--to", "clickhouse", "--ddl"), 0).out, many=True), 0)
        for name in ("one", "two", "three", "four", "one"):
            rows = status(scratch.run("export", name, "--to", "clickhouse"), 0).out
            status(ask("INSERT INTO waybill FORMAT JSONEachRow", rows), 0)
        told = questions()
        equal(len(told), 6)
        near = scratch.case_json("run.json", "one")["circumstances"]["host_id"]
        machines = asked(ask, told["Which machines contacted this host"])
        equal({row["machine"]: int(row["contacts"]) for row in machines}, {near: 2, far: 1})
        tools = asked(ask, told["Which tools did, and by which program"])
        equal([(row["tool"], row["modes"]) for row in tools], [("curl", ["sinkhole"]), ("python3", ["sinkhole"])])
        assert tools[0]["program"].endswith("/curl")
        first = asked(ask, told["When each host without a cited purpose was first seen"])
        began = min(contact["first"] for contact in scratch.case_json("report.json", "one")["contacts"]
                    if contact["endpoint"]["host"] == "unheard-of.example")
        equal([(row["host"], row["first"], row["by_machine"], row["by_tool"]) for row in first],
              [("unheard-of.example", began[:19].replace("T", " "), near, "python3")])
        share = asked(ask, told["How common each host is, as a share of the runs of a tool"])
        found = {(row["tool"], row["host"]): (int(row["runs_with"]), int(row["runs"])) for row in share}
        equal(found[("python3", "unheard-of.example")], (2, 3))  # the run without a contact counts
        equal(found[("python3", "api.anthropic.com")], (1, 3))
        sums = asked(ask, told["What each purpose received, at most, by tool"])
        report = scratch.case_json("report.json", "one")
        model = next(contact for contact in report["contacts"] if contact["endpoint"]["host"] == "api.anthropic.com")
        equal([int(row["payload_out"]) for row in sums if "model-inference" in row["for_purposes"]], [model["payload_bytes"]["out"]])
        equal(asked(ask, told["In which runs an absence says little"]), [])
        runs = asked(ask, "SELECT tool, count() AS n FROM waybill FINAL WHERE kind = 'run' GROUP BY tool ORDER BY tool")
        equal([(row["tool"], int(row["n"])) for row in runs], [("curl", 1), ("python3", 3)])


@case("a case or --ddl must be named, and the place that rows go to")
def refused(scratch):
    holds(status(scratch.run("export", "--to", "clickhouse"), 64).err, "name the folder of the case, or --ddl")
    holds(status(scratch.run("export", "case", "--to", "paper"), 64).err, "is not one of: clickhouse")
    status(scratch.run("export", "nowhere", "--to", "clickhouse"), 65)
    equal(status(scratch.run("export", "--to", "clickhouse", "--ddl", "--output", "table.sql"), 0).out, "")
    holds((scratch.folder / "table.sql").read_text(), "ReplacingMergeTree")


main(sinkhole=True)
