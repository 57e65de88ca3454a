"""What strangers can write, where they can write it, and where it comes out: the tables of hostile_output.py.

docs/hostile-content.md has the same tables for people; a case of the test holds them against these."""

from dataclasses import dataclass

# --- What: a letter, and what it does where it is not escaped. {} is a marker by which each plant is found again.
CLASSES = {
    "markup": ("m", "{}<script>alert(1)</script>\"><img src=x onerror=alert(1)></style>]]>&#x3c;javascript:alert(1)"),
    "script end": ("s", "{}</script><script>alert(2)</script><!--<svg/onload=alert(3)>'onload='alert(4)"),
    "terminal": ("t", "{}\x1b[2J\x1b]8;;http://evil.example\x07\x1b]52;c;aGk=\x07\r\b\x9b31m\n"),
    "bidi": ("b", "{}\u202egnp.exe\u2066\u200b\ufeff\u2028\u2029"),
    "formula": ("f", "=cmd|'/C calc'!{}"),
    "mention": ("a", "@{} @someone +1-2"),
    "markdown": ("d", "{}|`x`[x](http://evil.example)<!-- **bold** ##[error]x ![x](http://evil.example)"),
    "workflow": ("w", "::error::{}%0A::set-output name=x::y"),
    "octets": ("o", "{}\udcff\udcc0\udc80"),  # not UTF-8
}
SHOWN = ("markup", "script end", "formula", "mention", "markdown", "workflow")  # all characters show
UTF8 = (*SHOWN, "terminal", "bidi")
ALL = (*UTF8, "octets")

# --- Where: a code for the marker, the classes that can stand there, and how they come there.
PLACES = {
    "server name": ("sni", ALL, "a TLS hello, as it was sent"),
    "DNS name": ("dns", ALL, "a DNS question, as it was sent"),
    "Host": ("hst", ALL, "an HTTP request, as it was sent"),
    "proxy target": ("con", ALL, "an HTTP CONNECT, as it was sent"),
    "protocol": ("alp", ALL, "the protocols (ALPN) that a TLS hello offers, as it was sent"),
    "SSH banner": ("ssh", (*SHOWN, "bidi", "octets"), "an SSH banner, as it was sent; with a control it is none"),
    "executable": ("exe", ALL, "the file that is executed"),
    "script": ("scr", ALL, "the file that an interpreter runs"),
    "argument": ("arg", ALL, "the command line of a process"),
    "folder": ("cwd", ALL, "the working directory of a process"),
    "cgroup": ("cgr", UTF8, "owners.ndjson of a case that a stranger wrote"),
    "container": ("ctr", UTF8, "owners.ndjson, likewise"),
    "package": ("pkg", UTF8, "owners.ndjson, likewise"),
    "interface": ("ifn", UTF8, "run.json, likewise"),
    "mark": ("mrk", UTF8, "marks.ndjson, likewise"),
    "rule": ("rul", SHOWN, "title, vendor, product, statement and source of a rule pack"),
    "policy": ("pol", SHOWN, "reason of a policy's entry"),
    "arm": ("arm", SHOWN, "name of an arm in an experiment's plan"),
    "custody": ("cus", SHOWN, "custody.ndjson of a case that a stranger wrote"),
    "file": ("fil", ALL, "a file's name: in a sealed case, or a capture's"),
    "log": ("log", ALL, "cells of a log that is annotated"),
}


def marker(place, what):
    return f"zq{PLACES[place][0]}{CLASSES[what][0]}"


def planted(place, what):
    return CLASSES[what][1].format(marker(place, what))


# --- Where it comes out: the command, what kind of output it is (below), how it ends, and which places it tells.
OWN, POLICY = ("--rules", "packs"), ("--policy", "policy.json")


# The surroundings of a stranger's shell: what tells what a host permits tells nothing of them.
ODD = tuple((name, planted("folder", "terminal")) for name in ("HOME", "DISPLAY", "BROWSER", "XDG_RUNTIME_DIR", "SUDO_USER", "LANG"))


@dataclass(frozen=True)
class Sink:
    command: tuple
    kind: str
    status: int
    shows: tuple = ()
    environment: tuple = ()


NAMES = ("server name", "Host", "proxy target")
PROGRAM = ("executable", "package")


def report(word, kind, shows, *options):
    return Sink(("report", "case", "--format", word, *OWN, *options), kind, 0, shows)


def declared(word, kind, shows):
    return Sink(("report", "case", "--declared", "all of them", "--format", word, *OWN), kind, 0, shows)


SINKS = {
    "analyze": Sink(("analyze", "case", "--all", *OWN), "text", 0, (*NAMES, *PROGRAM, "mark", "rule")),
    "analyze, JSON": Sink(("analyze", "case", "--format", "json", *OWN), "json", 0, (*NAMES, *PROGRAM, "protocol", "script", "argument", "folder", "cgroup", "container", "mark", "rule")),
    "analyze, NDJSON": Sink(("analyze", "case", "--format", "ndjson", *OWN), "ndjson", 0, (*NAMES, *PROGRAM, "DNS name", "protocol", "SSH banner", "script", "argument", "folder", "cgroup", "container", "mark", "rule")),
    "report": report("text", "text", (*NAMES, *PROGRAM, "mark", "rule"), "--all"),
    "report on a terminal": report("text", "terminal", (*NAMES, *PROGRAM, "mark", "rule"), "--all"),
    "report, JSON": report("json", "json", (*NAMES, *PROGRAM, "protocol", "script", "argument", "folder", "cgroup", "container", "mark", "rule")),
    "report, HTML": report("html", "html", (*NAMES, *PROGRAM, "script", "argument", "folder", "container", "interface", "mark", "rule", "policy"), *POLICY),
    "report, HTML with differences": report("html", "html", (*NAMES, *PROGRAM, "script", "argument", "folder", "container", "interface", "mark", "rule"), "--before", "sealed"),
    "report, Markdown": report("markdown", "markdown", (*NAMES, *PROGRAM, "mark", "rule", "policy"), *POLICY),
    "report, CSV": report("csv", "csv", (*NAMES, *PROGRAM, "folder", "rule")),
    "report, SARIF": report("sarif", "sarif", (*NAMES, *PROGRAM, "folder", "rule", "policy"), *POLICY),
    "report, OCSF": report("ocsf", "ndjson", (*NAMES, "DNS name", "executable", "script", "argument", "folder", "rule")),
    "report, CycloneDX": report("cyclonedx", "json", (*NAMES, "rule")),
    "report, Zeek": report("zeek", "ndjson", (*NAMES, "DNS name", "executable", "folder")),
    "report, pcapng": report("pcapng", "pcapng", (*NAMES, *PROGRAM, "SSH banner", "folder")),
    "report --declared": declared("text", "text", (*NAMES,)),
    "report --declared, JSON": declared("json", "json", (*NAMES, "rule")),
    "report --declared, Markdown": declared("markdown", "markdown", (*NAMES,)),
    "export, ClickHouse": Sink(("export", "case", "--to", "clickhouse", *OWN), "ndjson", 0, (*NAMES, *PROGRAM, "folder", "rule")),
    "check": Sink(("check", "case", "--all", *OWN, *POLICY), "text", 1, (*NAMES, *PROGRAM, "rule", "policy")),
    "check --explain": Sink(("check", "case", "--explain", *OWN, *POLICY), "text", 1, (*NAMES, *PROGRAM, "rule", "policy")),
    "check, JSON": Sink(("check", "case", "--json", *OWN, *POLICY), "json", 1, (*NAMES, "policy")),
    "diff": Sink(("diff", "sealed", "case", "--all", *OWN), "text", 0, (*NAMES, *PROGRAM)),
    "diff, JSON": Sink(("diff", "sealed", "case", "--format", "json", *OWN), "json", 0, (*NAMES, *PROGRAM, "rule")),
    "diff, Markdown": Sink(("diff", "sealed", "case", "--format", "markdown", "--all", *OWN), "markdown", 0, (*NAMES, *PROGRAM)),
    "learn": Sink(("learn", "case", *OWN), "json", 0, ("rule",)),
    "learn --policy": Sink(("learn", "case", *OWN, *POLICY), "text", 0, ()),
    "verify": Sink(("verify", "sealed", "--key", "op.key.pub"), "text", 3, ("file",)),
    "custody list": Sink(("custody", "list", "sealed"), "text", 0, ("custody",)),
    "rules list": Sink(("rules", *OWN, "list"), "text", 0, ("rule",)),
    "rules stats": Sink(("rules", *OWN, "stats"), "text", 0, ("rule",)),
    "rules stats, JSON": Sink(("rules", *OWN, "stats", "--json"), "json", 0, ("rule",)),
    "rules lint": Sink(("rules", *OWN, "lint"), "text", 78, ()),
    "rules show": Sink(("rules", *OWN, "show", "hostile/r1"), "text", 0, ("rule",)),
    "rules explain": Sink(("rules", *OWN, "explain", "192.0.2.10"), "text", 0, ("rule",)),
    "experiment": Sink(("experiment", "report", "experiment", *OWN), "text", 0, (*NAMES, "arm")),
    "experiment, JSON": Sink(("experiment", "report", "experiment", "--format", "json", *OWN), "json", 0, (*NAMES, "rule", "arm")),
    "experiment, Markdown": Sink(("experiment", "report", "experiment", "--format", "markdown", *OWN), "markdown", 0, (*NAMES, "arm")),
    "annotate, CSV": Sink(("annotate", "log.csv", *OWN), "csv", 0, ("log",)),
    "annotate, NDJSON": Sink(("annotate", "--output", "ndjson", "log.csv", *OWN), "ndjson", 0, ("log",)),
    "annotate, summary": Sink(("annotate", "--output", "summary", "log.csv", *OWN), "text", 0, ()),
    "doctor": Sink(("doctor",), "text", 0, (), ODD),
    "doctor, JSON": Sink(("doctor", "--json"), "json", 0, (), ODD),
}
