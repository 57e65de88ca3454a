"""Hostile content in every place that comes from outside, against every output: it comes out inert, and is still told."""

import csv
import io
import json
import re

from clients import client
from export_support import blocks_of, exported, needs, packet_options
from waybill_test import case, equal, holds, lacks, main, status

# What each does where it is not escaped; each begins with a letter of its own, so that it is found again.
PAYLOADS = {
    "markup": "m<script>alert(1)</script>\"><img src=x onerror=alert(1)></style>]]>&#x3c;",
    "terminal": "t\x1b[2J\x1b]8;;http://evil.example\x07\x1b]52;c;aGk=\x07\r\b\x9b31m",
    "bidi": "b\u202egnp.exe\u2066\u200b\ufeff\u2028\u2029",
    "formula": "=cmd|' /C calc'!A0",
    "markdown": "d|`x`[x](http://evil.example)<!-- @someone **bold** ##[error]x",
    "workflow": "::error::w%0A::set-output name=x::y",
    "octets": "o\udcff\udcc0\udc80",  # not UTF-8
}
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
TEXT_FORMATS = ("text", "json", "csv", "markdown", "html", "sarif", "ocsf", "cyclonedx", "zeek")

# In the sinkhole: a server name, a DNS name and a Host, octets as they are.
TALK = """
import struct
for text in PAYLOADS:
    name = text.encode('utf-8', 'surrogateescape')
    sni = struct.pack('>HBH', len(name) + 3, 0, len(name)) + name
    extensions = struct.pack('>HH', 0, len(sni)) + sni
    body = b'\\x03\\x03' + b'r' * 32 + b'\\0' + b'\\0\\x02\\x13\\x01' + b'\\x01\\0' + struct.pack('>H', len(extensions)) + extensions
    hello = b'\\x01' + struct.pack('>I', len(body))[1:] + body
    tcp('192.0.2.1', 443, b'\\x16\\x03\\x01' + struct.pack('>H', len(hello)) + hello)
    tcp('192.0.2.2', 80, b'GET / HTTP/1.1\\r\\nHost: ' + name.replace(b'\\r', b'') + b'\\r\\n\\r\\n')
    labels = b''.join(bytes([len(label)]) + label for label in (name[:63], b'example')) + b'\\0'
    udp('192.0.2.3', 53, struct.pack('>HHHHHH', 1, 256, 1, 0, 0, 0) + labels + b'\\0\\x01\\0\\x01')
"""


# What rules and policies may hold: where a text of theirs hides something, the file does not load.
SHOWN = "".join(text for name, text in PAYLOADS.items() if name in ("markup", "formula", "markdown", "workflow"))


def all_payloads():
    return list(PAYLOADS.values())


def planted(scratch):
    """A case whose every text from outside is hostile: what is sent, then what its files say."""
    code = f"PAYLOADS = {all_payloads()!r}\n" + TALK
    status(scratch.sinkhole(*client(code), "argument", options=("--case", "case")), 0)
    data = scratch.folder / "case/data"
    together = "".join(text for text in all_payloads() if "\udcff" not in text)
    run = json.loads((data / "run.json").read_text())
    run["command"] = ["/opt/" + PAYLOADS["formula"], *[text for text in all_payloads() if "\udcff" not in text]]
    run["interfaces"][0]["name"] = together
    (data / "run.json").write_text(json.dumps(run))
    lines = []
    for line in (data / "owners.ndjson").read_text().splitlines():
        told = json.loads(line)
        if told.get("type") == "process":
            told["exe"] = "/opt/" + together
            told["argv"] = [together]
            told["cgroup"] = "/" + together
            told["cwd"] = "/" + together
        lines.append(json.dumps(told))
    (data / "owners.ndjson").write_text("\n".join(lines) + "\n")
    at = json.loads((data / "run.json").read_text())["started"]
    marks = [json.loads(line) for line in (data / "marks.ndjson").read_text().splitlines()] if (data / "marks.ndjson").exists() else []
    head = marks[:1]
    (data / "marks.ndjson").write_text("".join(
        json.dumps(line) + "\n" for line in [*head, {"type": "mark", "v": 1, "at": at, "label": together[:190]}]))
    rules(scratch, SHOWN)


def rules(scratch, text):
    """A pack of one's own and a policy whose texts are hostile."""
    source = {"title": text, "url": "https://example.com/", "grade": "standard", "read": "2026-01-01", "paraphrase": text}
    pack = {"format": "waybill-rule-pack/1", "id": "hostile", "title": text, "version": "2026-01-02", "vendor": text,
            "registrable_domains": [], "licence": text,
            "rules": [{"id": "hostile/r", "vendor": text, "products": [text], "match": {"addresses": ["192.0.2.2"]},
                       "purposes": ["telemetry"], "statement": text, "sources": [source],
                       "examples": {"match": ["192.0.2.2"], "no_match": ["192.0.2.9"]}}]}
    policy = {"format": "waybill-policy/1", "id": "p", "title": text, "version": "2026-01-02", "default": "deny",
              "entries": [{"id": "e", "effect": "review", "addresses": ["192.0.2.2"], "reason": text}]}
    (scratch.folder / "packs").mkdir(exist_ok=True)
    (scratch.folder / "packs/hostile.json").write_text(json.dumps(pack))
    (scratch.folder / "policy.json").write_text(json.dumps(policy))


def outputs(scratch):
    """Every textual output, by its name."""
    planted(scratch)
    own = ("--rules", "packs")
    found = {}
    for word in TEXT_FORMATS:
        found[word] = exported(scratch, word, *own, *(("--policy", "policy.json") if word in ("markdown", "html", "sarif") else ()))
    found["check"] = scratch.run("check", "case", "--policy", "policy.json", *own).out
    found["check --json"] = scratch.run("check", "case", "--policy", "policy.json", "--json", *own).out
    found["clickhouse"] = status(scratch.run("export", "case", "--to", "clickhouse", *own), 0).out
    for word in ("text", "json", "ndjson"):
        found[f"analyze, {word}"] = status(scratch.run("analyze", "case", "--format", word, *own), 0).out
    status(scratch.sinkhole(*client("udp('192.0.2.7', 9, b'x')"), options=("--case", "earlier")), 0)
    for word in ("text", "json", "markdown"):
        found[f"diff, {word}"] = status(scratch.run("diff", "earlier", "case", "--all", "--format", word, *own), 0).out
    found["html, differences"] = exported(scratch, "html", *own, "--before", "earlier")
    found["learn"] = status(scratch.run("learn", "case", *own), 0).out
    found["rules show"] = status(scratch.run("rules", *own, "show", "hostile/r"), 0).out
    found["rules explain"] = status(scratch.run("rules", *own, "explain", "192.0.2.2"), 0).out
    return found


@case("no output holds a control, a direction override, a hidden character or octets that are no UTF-8")
def hidden(scratch):
    for word, text in outputs(scratch).items():
        raw = RAW.search(text.replace("\r\n", "\n") if word == "csv" else text)
        equal((word, raw and (raw[0], text[max(0, raw.start() - 60):raw.end() + 20])), (word, None))
        assert len(text) > 200, word


@case("what was planted is told wherever its place is: nothing is made inert by being left out")
def told(scratch):
    found = outputs(scratch)
    everywhere = ("text", "json", "csv", "markdown", "html", "sarif", "ocsf", "cyclonedx", "zeek", "clickhouse", "analyze, ndjson",
                  "diff, text", "diff, json", "diff, markdown", "html, differences", "check", "check --json")
    for word in everywhere:
        shown = found[word].replace("\\", "").replace("&lt;", "<").replace("&gt;", ">")
        holds(shown, "m<script>alert(1)")
    for word in ("text", "check", "diff, text", "rules show", "rules explain"):
        lacks(found[word], "\x1b", "\u202e")
    holds(found["analyze, ndjson"], "\\u001b[2J", "\\u202e")


@case("a policy and a pack of rules whose texts hide something do not load, and the message hides nothing")
def refused(scratch):
    planted(scratch)
    for name in ("terminal", "bidi"):
        rules(scratch, PAYLOADS[name])
        for told in (scratch.run("report", "case", "--format", "markdown", "--policy", "policy.json"),
                     scratch.run("report", "case", "--format", "csv", "--rules", "packs")):
            equal(RAW.search(status(told, 78).err), None)


@case("JSON of every kind is read by another reader, and has what was planted as it was")
def as_json(scratch):
    found = outputs(scratch)
    for word in ("json", "sarif", "cyclonedx", "check --json", "analyze, json", "diff, json", "learn"):
        json.loads(found[word])
    for word in ("ocsf", "zeek", "clickhouse", "analyze, ndjson"):
        for line in found[word].splitlines():
            assert isinstance(json.loads(line), dict)
    hosts = {contact["endpoint"]["host"] for contact in json.loads(found["json"])["contacts"]}
    assert any(host and "<script>alert(1)</script>" in host for host in hosts), hosts
    lines = [json.loads(line) for line in found["zeek"].splitlines()]
    assert any("<script>" in line.get("server_name", "") for line in lines)
    assert any("<script>" in line.get("query", "") for line in lines)


@case("a cell of CSV begins no formula, whatever a spreadsheet makes of it, and every record is whole")
def as_csv(scratch):
    records = list(csv.reader(io.StringIO(outputs(scratch)["csv"], newline=""), strict=True))
    equal({len(record) for record in records}, {len(records[0])})
    cells = [cell for record in records for cell in record if cell]
    equal([cell for cell in cells if cell[0] in "=+-@\t\r"], [])
    assert any(cell.startswith("'=cmd") for cell in cells), "the formula is told"


@case("Markdown shows what was planted as text: no element, link, mention or workflow command comes of it")
def as_markdown(scratch):
    needs("cmark-gfm")
    page = outputs(scratch)["markdown"]
    assert not [line for line in page.splitlines() if line.lstrip().startswith("::")]
    lacks(page, "##[")
    html = status(scratch.execute(["cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe"],
                                  stdin=page.encode()), 0).out
    elements = set(re.findall(r"<([a-zA-Z]+)", html))
    equal(elements - {"h", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br", "ul", "li", "details", "summary",
                      "sup", "em"} - {f"h{level}" for level in range(1, 7)}, set())
    holds(html, "&lt;script&gt;alert(1)&lt;/script&gt;")
    lacks(html, "<a ", "<strong>bold", "@someone")


@case("a page has no element, address or script of what was planted")
def as_html(scratch):
    page = outputs(scratch)["html"]
    equal(len(re.findall(r"<script\b", page)), page.count("</script>"))
    assert len(re.findall(r"<script\b", page)) <= 1
    lacks(page, "<img", "onerror=alert(1)>", "href=\"javascript:", "evil.example\">")
    holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;")


@case("a message of SARIF has neither links nor places for arguments of what was planted")
def as_sarif(scratch):
    log = json.loads(outputs(scratch)["sarif"])

    def messages(value):
        if isinstance(value, dict):
            for name, each in value.items():
                if name == "text":
                    yield each
                yield from messages(each)
        elif isinstance(value, list):
            for each in value:
                yield from messages(each)
    texts = list(messages(log))
    equal([text for text in texts if re.search(r"(?<!\\)\[", text)], [])
    assert any("\\[x\\](http" in text for text in texts)


@case("comments of annotated packets are printable, and tshark shows them whole")
def as_packets(scratch):
    needs("tshark")
    planted(scratch)
    status(scratch.run("report", "case", "--format", "pcapng", "--output", "out.pcapng"), 0)
    out = scratch.execute(["tshark", "-r", "out.pcapng", "-T", "fields", "-e", "frame.comment"])
    status(out, 0)
    equal(RAW.search(out.out), None)
    holds(out.out, "<script>alert(1)</script>")
    blocks = blocks_of((scratch.folder / "out.pcapng").read_bytes())
    comments = [value.decode() for kind, body in blocks if kind == 6 for code, value in packet_options(body) if code == 1]
    assert any(comment.startswith("process: ") for comment in comments)
    equal([comment for comment in comments if RAW.search(comment)], [])


main(sinkhole=True)
