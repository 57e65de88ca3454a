"""waybill rules: what the packs say."""

import json

from waybill_test import SOURCE, case, equal, holds, lacks, main, status


@case("list names every pack with its version and how recently its sources were read")
def listed(scratch):
    out = status(scratch.run("rules", "list"), 0).out
    for pack in (SOURCE / "rules/packs").glob("*.json"):
        holds(out, json.loads(pack.read_text())["id"])
    holds(out.splitlines()[-1], "rules in", "packs")


@case("show tells a pack and a rule, and an id that is neither ends with 64")
def shown(scratch):
    holds(status(scratch.run("rules", "show", "protocols"), 0).out, "protocols/dns: name-resolution")
    holds(status(scratch.run("rules", "show", "protocols/dns"), 0).out, "Port 53", "RFC 1035", "Who says so")
    holds(status(scratch.run("rules", "show", "no-such-rule"), 64).err, "no-such-rule", "waybill rules list")


@case("explain says what a known endpoint is for, who says so, since when, and which pattern decided")
def explained(scratch):
    out = status(scratch.run("rules", "explain", "192.0.2.1:53/udp"), 0).out
    holds(out, "name-resolution", "protocols/dns", "matched by", "https://", "(standard, as it stood on 2")
    pack = json.loads((SOURCE / "rules/packs/sentry.json").read_text())
    rule = pack["rules"][0]
    host = rule["examples"]["match"][0] if "examples" in rule else None
    if host:
        out = status(scratch.run("rules", "explain", host), 0).out
        holds(out, rule["id"], rule["sources"][0]["url"], *rule["purposes"])


@case("an endpoint without a rule is not found in the sources cited, which says nothing about it")
def not_found(scratch):
    out = status(scratch.run("rules", "explain", "nobody.example"), 0).out
    holds(out, "nobody.example", "Not found in the sources cited by", "as they stood between ")
    lacks(out.lower(), "undocumented", "suspicious", "unknown")


@case("what is no endpoint ends with 64, says what is wrong with it and shows how one is written")
def no_endpoint(scratch):
    host = "begins with neither a host name nor an address"
    for words, wrong in (("two words", host), ("", "it is empty"), ("-", host), ("host:99999", "its port is not"),
                         ("host/tpc", "its transport is not"), ("https://a.example/", "it is a URL"),
                         ("a..b", host), ("x\x1b[31m", host)):
        result = status(scratch.run("rules", "explain", "--", words), 64)
        lacks(result.err, "\x1b")
        shown = words.replace("\x1b", "\\x1b")
        holds(result.err, f'waybill: "{shown}" is not an endpoint: ', wrong, "; write api.example")


@case("lint finds nothing in the packs that come with the program")
def lint(scratch):
    out = status(scratch.run("rules", "lint"), 0).out
    holds(out.splitlines()[-1], " 0 findings")


@case("a pack that is broken ends with 78, and the message names the file and the field")
def broken(scratch):
    folder = scratch.folder / "packs"
    folder.mkdir()
    pack = json.loads((SOURCE / "rules/packs/protocols.json").read_text())
    pack["rules"] = pack["rules"][:1]
    for change, field in ((lambda rule: rule.update(purposes=["spying"]), "purposes"),
                          (lambda rule: rule.update(sources=[]), "sources"), (lambda rule: rule.pop("match"), "match"),
                          (lambda rule: rule.update(colour="red"), "colour")):
        changed = json.loads(json.dumps(pack))
        change(changed["rules"][0])
        scratch.write("packs/mine.json", json.dumps(changed))
        for arguments in (["rules", "--rules", "packs", "list"], ["rules", "--rules", "packs", "lint"]):
            holds(status(scratch.run(*arguments), 78).err, "mine.json", "rules[0]", field)
    scratch.write("packs/mine.json", '{"id": ')
    holds(status(scratch.run("rules", "--rules", "packs", "list"), 78).err, "mine.json", "JSON")


@case("a folder without packs ends with 78 and is named")
def no_packs(scratch):
    (scratch.folder / "empty").mkdir()
    for folder in ("empty", "absent"):
        holds(status(scratch.run("rules", "--rules", folder, "list"), 78).err, folder)


def own_pack(name, host):
    """A pack with one rule, for telemetry at that host."""
    rule = {"id": f"{name}/one", "vendor": "Own", "products": [], "match": {"hosts": [host]}, "purposes": ["telemetry"],
            "statement": "Is what our own reading says.",
            "sources": [{"title": "Page", "url": "https://example.com/page", "grade": "observed", "read": "2026-01-01",
                         "paraphrase": "It says so."}],
            "examples": {"match": [host], "no_match": ["other.example"]}}
    return json.dumps({"format": "waybill-rule-pack/1", "id": name, "title": "T", "version": "2026-01-02", "vendor": "Own",
                       "registrable_domains": [host], "licence": "CC0-1.0", "rules": [rule]})


@case("packs of one's own load beside those that come with the program, and decide where they are as specific")
def own_packs(scratch):
    shipped = len(list((SOURCE / "rules/packs").glob("*.json")))
    (scratch.folder / "packs").mkdir()
    scratch.write("packs/mine.json", own_pack("mine", "api.anthropic.com"))
    out = status(scratch.run("rules", "--rules", "packs", "list"), 0).out
    holds(out.splitlines()[-1], f"{shipped + 1} packs")
    holds(next(line for line in out.splitlines() if line.startswith("mine ")), "(your own)")
    holds(status(scratch.run("rules", "--rules", "packs", "explain", "api.anthropic.com"), 0).out,
          "mine/one (pack mine of your own", "anthropic/api by", "equally specific, and the other is of your own")


@case("a pack of one's own with the id of a shipped one stands in its place, and list and report say so")
def own_in_place(scratch):
    shipped = len(list((SOURCE / "rules/packs").glob("*.json")))
    configured = scratch.folder / "config" / "waybill" / "rules"
    configured.mkdir(parents=True)
    (configured / "any-name.json").write_text(own_pack("protocols", "own.example"))
    environment = {"XDG_CONFIG_HOME": str(scratch.folder / "config"), "SUDO_UID": None, "SUDO_USER": None}
    out = status(scratch.run("rules", "list", environment=environment), 0).out
    holds(out.splitlines()[-1], f"{shipped} packs")
    holds(out, "(your own, in place of the one that comes with Waybill, 20")
    scratch.write("a.pcap", b"\xd4\xc3\xb2\xa1\x02\0\x04\0" + bytes(8) + b"\0\0\4\0\1\0\0\0")
    report = status(scratch.run("analyze", "a.pcap", "--format", "json", environment=environment), 0).json()
    pack = next(each for each in report["rules"]["packs"] if each["id"] == "protocols")
    equal((pack["own"], pack["replaces"][:2]), (True, "20"))
    (configured / "any-name.json").chmod(0o666)
    holds(status(scratch.run("rules", "list", environment=environment), 78).err, "any-name.json", "chmod go-w")


@case("a folder of one's own without packs is as none, and one that is a link is not followed")
def own_without(scratch):
    shipped = len(list((SOURCE / "rules/packs").glob("*.json")))
    configured = scratch.folder / "config" / "waybill"
    (configured / "rules").mkdir(parents=True)
    environment = {"XDG_CONFIG_HOME": str(scratch.folder / "config"), "SUDO_UID": None, "SUDO_USER": None}
    holds(status(scratch.run("rules", "list", environment=environment), 0).out.splitlines()[-1], f"{shipped} packs")
    elsewhere = scratch.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.json").write_text(own_pack("mine", "own.example"))
    (configured / "rules").rmdir()
    (configured / "rules").symlink_to(elsewhere)
    holds(status(scratch.run("rules", "list", environment=environment), 0).out.splitlines()[-1], f"{shipped} packs")
    (configured / "rules").unlink()
    elsewhere.rename(configured / "rules")
    holds(status(scratch.run("rules", "list", environment=environment), 0).out.splitlines()[-1], f"{shipped + 1} packs")


@case("stats counts what the packs cover, as text and as JSON")
def stats(scratch):
    figures = json.loads(status(scratch.run("rules", "stats", "--json"), 0).out)
    packs = [json.loads(path.read_text()) for path in (SOURCE / "rules/packs").glob("*.json")]
    equal((figures["packs"], figures["rules"]), (len(packs), sum(len(pack["rules"]) for pack in packs)))
    equal(figures["switches"], sum(len(pack.get("switches", [])) for pack in packs))
    equal(sum(figures["sources_by_grade"].values()), figures["sources"])
    assert figures["patterns"] > 1000 and figures["vendors"] > 100 and figures["products"] > 100, figures
    holds(status(scratch.run("rules", "stats"), 0).out, f"{figures['packs']} packs: {figures['rules']} rules")


@case("show tells a switch, with how a program sets it and who says so")
def switch(scratch):
    out = status(scratch.run("rules", "show", "anthropic/disable-telemetry"), 0).out
    holds(out, "DISABLE_TELEMETRY", "set by", "covers", "telemetry", "Who says so", "https://code.claude.com/")


@case("draft gives a pack that loads beside the others, and --question what to ask the vendor")
def draft(scratch):
    (scratch.folder / "own").mkdir()
    scratch.write("own/draft.json", status(scratch.run("rules", "draft", "nobody.example:8443"), 0).out)
    holds(status(scratch.run("rules", "--rules", "own", "explain", "nobody.example"), 0).out, "nobody.example/nobody.example")
    holds(status(scratch.run("rules", "draft", "nobody.example", "--question"), 0).out, "# What is nobody.example for?")
    status(scratch.run("rules", "draft", "two words"), 64)


@case("a list of hosts that somebody else keeps becomes a pack, with its source and licence")
def imported(scratch):
    scratch.write("list.txt", "# a list\n0.0.0.0 ads.example\n0.0.0.0 more.example\nnot a line\n127.0.0.1 localhost\n")
    options = ("--id", "ads", "--purpose", "telemetry", "--title", "A list", "--source", "https://example.com/list",
               "--licence", "CC0-1.0", "--read", "2026-11-01")
    result = status(scratch.run("rules", "import", "list.txt", *options), 0)
    holds(result.err, "2 hosts, 1 lines not understood, 1 names of a machine left out")
    (scratch.folder / "own").mkdir()
    scratch.write("own/ads.json", result.out)
    out = status(scratch.run("rules", "--rules", "own", "explain", "ads.example"), 0).out
    holds(out, "ads/listed", "telemetry", "third-party, as it stood on 2026-11-01", "https://example.com/list")
    holds(status(scratch.run("rules", "--rules", "own", "lint"), 0).out, " 0 findings")
    scratch.write("empty.txt", "# nothing\n")
    status(scratch.run("rules", "import", "empty.txt", *options), 65)
    status(scratch.run("rules", "import", "absent.txt", *options), 66)
    holds(status(scratch.run("rules", "import", "list.txt", *options[:2], "--purpose", "spying", *options[4:]), 64).err, "spying")


main()
