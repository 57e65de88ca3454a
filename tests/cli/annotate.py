"""waybill annotate: what the packs say of the endpoints in logs that are there already."""

import csv
import io
import json
from datetime import date

from waybill_test import SOURCE, case, equal, holds, lacks, main, status

API = "api.anthropic.com"  # a documented host, of a rule whose source was read in a mirror
RULE = next(rule for rule in json.loads((SOURCE / "rules/packs/anthropic.json").read_text())["rules"]
            if rule["id"] == "anthropic/api")
GRADES = ("vendor-documentation", "standard", "vendor-source-code", "vendor-issue", "third-party", "observed")
BEST = min(RULE["sources"], key=lambda source: GRADES.index(source["grade"]))
DAY = ("--as-of", "2026-12-01")
AGE = (date(2026, 12, 1) - date.fromisoformat(BEST["read"])).days


def rows(result):
    return list(csv.DictReader(io.StringIO(result.out, newline="")))


def last_line(result):
    return result.err.splitlines()[-1]


@case("a list of hosts gets the rule, its source and the source's age, a line each, and what has no rule says so")
def hosts(scratch):
    scratch.write("hosts", f"# mine\n{API}\nhttps://nobody.example/x\n203.0.113.9:8443\n")
    result = status(scratch.run("annotate", *DAY, "hosts"), 0)
    known, unknown, address = result.events("annotation")
    equal((known["line"], known["host"], known["rule"], known["purposes"]), (2, API, RULE["id"], RULE["purposes"]))
    equal((known["source"]["read"], known["source"]["read_via"]), (BEST["read"], BEST["read_via"]))
    equal((known["source"]["grade"], known["source"]["age_days"]), (BEST["grade"].replace("-", " "), AGE))
    equal((unknown["host"], unknown["port"], unknown["purposes"], unknown["rule"]), ("nobody.example", 443, ["unknown"], None))
    holds(unknown["statement"], "not found in the sources cited by")
    equal((address["host"], address["address"], address["port"]), (None, "203.0.113.9", 8443))
    equal(last_line(result), "waybill: 4 lines read, 3 with an endpoint, 1 rated, 2 without a rule, 0 not understood, "
                             "1 without an endpoint")


@case("a table keeps its columns and its rows, gets ours behind them, and holds no formula")
def table(scratch):
    scratch.write("edr.csv", "\ufeffTimestamp,DeviceName,RemoteUrl,RemoteIP,RemotePort,InitiatingProcessFileName,Note\r\n"
                             f'1,pc1,https://{API}/v1,203.0.113.1,443,"=HYPERLINK(""x"")","two\nlines"\r\n'
                             "2,pc1,,,,,@x\r\n")
    result = status(scratch.run("annotate", *DAY, "edr.csv"), 0)
    first, second = rows(result)
    equal(list(first)[:7], ["Timestamp", "DeviceName", "RemoteUrl", "RemoteIP", "RemotePort", "InitiatingProcessFileName",
                            "Note"])
    equal((first["Note"], first["waybill_line"], first["waybill_rule"]), ("two\\x0alines", "2", RULE["id"]))
    equal((first["InitiatingProcessFileName"], first["waybill_asserted_process"]), ("'=HYPERLINK(\"x\")",) * 2)
    equal((first["waybill_source_age_days"], first["waybill_asserted_device"]), (str(AGE), "pc1"))
    equal((second["Note"], second["waybill_purposes"]), ("'@x", ""))
    holds(last_line(result), "1 rated", "2 without an endpoint")
    event = status(scratch.run("annotate", "--output", "ndjson", "edr.csv"), 0).events()[0]
    equal(event["asserted_owner"], {"process": '=HYPERLINK("x")', "pid": None, "user": None, "device": "pc1"})


@case("no row of a table is lost: what the columns cannot hold stands as it is, and what stands before headings is counted")
def ragged(scratch):
    ragged_rows = f'host,port\r\n{API},443,,\r\n{API},443,more,"and more"\r\n{API}\r\n'
    result = status(scratch.run("annotate", "-", stdin=ragged_rows.encode()), 0)
    equal([(row["host"], row["port"], row["waybill_rule"], row["waybill_problem"]) for row in rows(result)],
          [(API, "443", RULE["id"], ""), (f'{API},443,more,"and more"', "", "", "it has more cells than the header"),
           (API, "", RULE["id"], "")])
    holds(last_line(result), "4 lines read", "2 rated", "1 not understood")
    zeek = f"x\ty\n#fields\tquery\tid\n{API}\t1\n{API}\t1\t2\n"
    result = status(scratch.run("annotate", "--format", "zeek", "--output", "csv", "-", stdin=zeek.encode()), 0)
    equal([(row["query"], row["id"], row["waybill_line"]) for row in rows(result)],
          [(API, "1", "3"), (f"{API}\\x091\\x092", "", "4")])
    holds(last_line(result), "4 lines read", "1 rated", "2 not understood", "1 without an endpoint")
    for empty in ("host,port\n", "# a\n# b\n", "#path\tdns\n#fields\tquery\n", '"host","two\nlines"\n'):
        holds(last_line(status(scratch.run("annotate", "-", stdin=empty.encode()), 0)), "0 not understood")
    other = zeek + "#fields\tquery\n"
    holds(status(scratch.run("annotate", "--format", "zeek", "--output", "csv", "-", stdin=other.encode()), 65).err,
          "standard input: line 5: its columns are not those")


@case("the column or the member that holds the endpoint can be named, and one that is not there ends with 64")
def named(scratch):
    scratch.write("a.csv", f"who,where to\nada,{API}\n")
    holds(status(scratch.run("annotate", "a.csv"), 65).err, "--column", "who, where to")
    equal(rows(status(scratch.run("annotate", "--column", "Where To", "a.csv"), 0))[0]["waybill_rule"], RULE["id"])
    holds(status(scratch.run("annotate", "--column", "target", "a.csv"), 64).err, '"target"', "who, where to")
    scratch.write("a.json", json.dumps({"net": {"to": API}}) + "\n" + json.dumps({"net": {}}) + "\n")
    holds(status(scratch.run("annotate", "a.json"), 65).err, "--field")
    result = status(scratch.run("annotate", "--field", "net.to", "a.json"), 0)
    equal([event["rule"] for event in result.events()], [RULE["id"]])
    holds(last_line(result), "2 lines read", "1 without an endpoint")


LOGS = {
    "zeek": "#separator \\x09\n#path\tssl\n#fields\tid.resp_h\tid.resp_p\tserver_name\n203.0.113.1\t443\t" + API + "\n",
    "zeek-json": json.dumps({"ts": 1, "uid": "C", "id.resp_h": "192.0.2.53", "query": API}) + "\n",
    "squid": f"1764000000.123 9 192.0.2.7 TCP_TUNNEL/200 5 CONNECT {API}:443 ada HIER_DIRECT/203.0.113.1 -\n",
    "web": f'192.0.2.7 - ada [22/Nov/2026:10:00:00 +0000] "CONNECT {API}:443 HTTP/1.1" 200 0 "-" "x"\n',
    "dnsmasq": f"Nov 22 10:00:00 dnsmasq[1]: query[A] {API} from 192.0.2.7\n",
    "bind": f"22-Nov-2026 10:00:00.1 queries: info: client 192.0.2.7#5 ({API}): query: {API} IN A + (192.0.2.1)\n",
    "unbound": f"[1764000000] unbound[1:0] info: 192.0.2.7 {API}. A IN\n",
    "adguard": json.dumps({"T": "x", "QH": API, "QT": "A", "IP": "192.0.2.7"}) + "\n",
    "pihole": json.dumps({"queries": [{"domain": API, "client": {"ip": "192.0.2.7"}, "status": "x"}]}),
    "sysmon-xml": "<Event><System><EventID>22</EventID></System><EventData><Data Name='QueryName'>" + API +
                  "</Data></EventData></Event>\n",
    "sysmon-json": json.dumps([{"Id": 22, "ProviderName": "Microsoft-Windows-Sysmon", "Message": f"QueryName: {API}"}],
                              indent=4),
    "json": json.dumps({"RemoteUrl": API}) + "\n",
    "hosts": API + "\n",
}


@case("every format is recognised by its content, also on standard input, and can be said")
def formats(scratch):
    for word, log in LOGS.items():
        for options in ((), ("--format", word)):
            result = status(scratch.run("annotate", *options, "-", stdin=log.encode()), 0)
            equal([(event["file"], event["host"], event["rule"]) for event in result.events("annotation")],
                  [("standard input", API, RULE["id"])], word)
    utf16 = LOGS["sysmon-xml"].encode("utf-16")
    equal(status(scratch.run("annotate", "-", stdin=utf16), 0).events()[0]["rule"], RULE["id"])


@case("several logs are read one after the other, and as one table only when their columns are the same")
def several(scratch):
    for word in ("squid", "dnsmasq"):
        scratch.write(word, LOGS[word])
    result = status(scratch.run("annotate", "squid", "dnsmasq"), 0)
    equal([(event["file"], event["name_source"]) for event in result.events()],
          [("squid", "proxy-connect"), ("dnsmasq", "dns-query")])
    equal([row["waybill_file"] for row in rows(status(scratch.run("annotate", "--output", "csv", "squid", "dnsmasq"), 0))],
          ["squid", "dnsmasq"])
    scratch.write("a.csv", f"host\n{API}\n")
    scratch.write("b.csv", f"domain\n{API}\n")
    holds(status(scratch.run("annotate", "a.csv", "b.csv"), 65).err, "b.csv", "a.csv", "ndjson")


@case("the summary tells by purpose and vendor how many lines and hosts, those without a cited purpose first")
def summary(scratch):
    scratch.write("hosts", f"{API}\n{API}\nnobody.example\nx.nobody.example\n\x1b[31m\n")
    result = status(scratch.run("annotate", "--output", "summary", "hosts"), 0)
    head, first, second, note = result.out.splitlines()
    equal(head.split()[:4], ["PURPOSES", "VENDOR", "LINES", "HOSTS"])
    equal(first.split(), ["no", "cited", "purpose", "-", "2", "2", "nobody.example"])
    equal(second.split()[-4:], ["Anthropic", "2", "1", API])
    holds(note, "no cited purpose: not found in the sources cited by")
    holds(last_line(result), "5 lines read", "1 not understood")


@case("a line that is not understood is told with its number and why, and ends with 65 when every line is one")
def not_understood(scratch):
    long = b"a" * 300_000
    result = status(scratch.run("annotate", "--format", "hosts", "-", stdin=API.encode() + b"\n" + long + b"\n\xff\x1b\n"), 0)
    lacks(result.out, "\x1b")
    equal([(event["line"], event.get("problem")) for event in result.events()],
          [(1, None), (2, "it is longer than 256 KiB"), (3, "it names neither a host nor an address")])
    result = status(scratch.run("annotate", "--format", "squid", "-", stdin=b"what\nis this\n"), 65)
    holds(result.err, "no line was understood", "2 lines read", "2 not understood")
    equal(len(result.events("annotation")), 2)


@case("a rule of one's own decides in place of a shipped one, and says so")
def own_rules(scratch):
    (scratch.folder / "packs").mkdir()
    pack = json.loads((SOURCE / "rules/packs/anthropic.json").read_text())
    rule = {**RULE, "id": "mine/api", "purposes": ["unknown"], "opt_outs": []}
    scratch.write("packs/mine.json", json.dumps({**pack, "id": "mine", "rules": [rule], "switches": []}))
    event = status(scratch.run("annotate", "--rules", "packs", "-", stdin=API.encode()), 0).events()[0]
    equal((event["rule"], event["overrides"], event["cited"]), ("mine/api", RULE["id"], False))


@case("what cannot be read ends with 66, what is no log with 65, a wrong option with 64, a broken pack with 78")
def failures(scratch):
    scratch.write("hosts", API + "\n")
    holds(status(scratch.run("annotate", "absent"), 66).err, "absent: No such file", "0 lines read")
    status(scratch.run("annotate", "."), 66)
    holds(status(scratch.run("annotate", "-", stdin=b"\0\1\2" * 999), 65).err, "--format")
    equal(status(scratch.run("annotate", "-", stdin=b""), 0).out, "")
    for arguments in ((), ("--format", "elf", "hosts"), ("--output", "html", "hosts"), ("--as-of", "2026-02-30", "hosts")):
        status(scratch.run("annotate", *arguments), 64)
    (scratch.folder / "packs").mkdir()
    scratch.write("packs/mine.json", "{")
    holds(status(scratch.run("annotate", "--rules", "packs", "hosts"), 78).err, "mine.json")


@case("a reader that goes away is no error, and a full disk is one")
def outputs(scratch):
    scratch.write("hosts", f"{API}\n" * 20_000)
    piped = scratch.execute(["sh", "-c", f"{scratch.waybill} annotate hosts | head -n 1; echo done"])
    equal(piped.out.splitlines()[-1], "done")
    holds(piped.err, " lines read")
    full = scratch.execute(["sh", "-c", f"{scratch.waybill} annotate hosts > /dev/full"])
    holds(status(full, 74).err, "standard output", "lines read")


main()
