"""waybill report --format html: the page in a real browser, before validators that others wrote, and with hostile text in
every place that a stranger can write to. Needs Debian's Chromium; the validators come by npm."""

import json
import os
import shutil
import subprocess

from clients import client
from headless import Browser, why_not
from npm_tools import installed
from waybill_test import NOBODY, PYTHON, SKIPPED, SOURCE, case, equal, holds, lacks, main, status

PINNED = SOURCE / "tests/cli/pages"
MARK = "import os; open(os.environ['WAYBILL_MARK'], 'w').write({!r} + '\\n'); time.sleep(.3)\n"
RECORDED = """import time
tls('api.anthropic.com', 443, 'api.anthropic.com')
tls('unheard-of.example', 443, 'unheard-of.example')
""" + MARK.format("signed in") + """
tls('o1.ingest.sentry.io', 443, 'o1.ingest.sentry.io')
tcp('cdn.unheard-of.example', 80, b'GET / HTTP/1.1\\r\\nHost: cdn.unheard-of.example\\r\\n\\r\\n')
tcp('203.0.113.9', 443, b'')
"""
ROWS = "[...document.querySelectorAll('#endpoints-table tbody tr')]"
POLICY = {"format": "waybill-policy/1", "id": "p", "title": "Ours", "version": "2026-01-02", "default": "allow"}


def record(scratch, code=RECORDED, options=()):
    status(scratch.sinkhole(*client(code), options=("--case", "case", *options)), 0)


def page_of(scratch, *options, name="page.html", expected=0):
    """Writes the page of the case beside it, and gives its text."""
    status(scratch.run("report", "case", "--format", "html", "--output", name, *options), expected)
    return (scratch.folder / name).read_text(encoding="utf-8")


def check_quiet(page, path):
    """Nothing was said, shown or asked for but the page itself."""
    equal(page.said, [], "the console")
    equal(page.dialogs, [], "dialogs")
    equal(page.asked, [f"file://{path}"], "requests")


@case("the page is written to standard output or a file, the same octets each time, and nothing into the case")
def written(scratch):
    record(scratch)
    before = {path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}
    page = page_of(scratch)
    equal(status(scratch.run("report", "case", "--format", "html"), 0).out, page)
    shutil.move(scratch.folder / "case", scratch.folder / "moved")
    equal(status(scratch.run("report", "moved", "--format", "html"), 0).out, page)
    shutil.move(scratch.folder / "moved", scratch.folder / "case")
    equal({path: path.stat().st_mtime_ns for path in (scratch.folder / "case").rglob("*")}, before)
    digest = subprocess.run(["sha256sum", scratch.folder / "case/data/report.json"], capture_output=True, check=True).stdout.split()[0]
    holds(page, f"<code>{digest.decode()}</code>", "sha256sum CASE/data/report.json", "waybill verify CASE")
    status(scratch.run("report", "case", "--format", "html", "--output", "no/such/folder/page.html"), 73)


@case("a browser shows who was contacted, for what and when, asks for nothing and says nothing")
def shown(scratch):
    record(scratch)
    page_of(scratch)
    path = scratch.folder / "page.html"
    with Browser() as browser:
        page = browser.page()
        page.open(path)
        text = page.evaluate("document.body.innerText")
        holds(text, "Attempted to contact", "without a cited purpose", "would have left", "Before the mark 'signed in'",
              "api.anthropic.com:443", "model-inference, telemetry, feature-flag", "vendor documentation, read 20",
              "unheard-of.example:443", "no cited purpose", "203.0.113.9:443", "address, no DNS", "Cannot be answered",
              "whether the tool identifies its users")
        lacks(text, "leaked", "suspicious", "undefined", "null")
        equal(page.evaluate("document.querySelectorAll('.mark').length") >= 1, True, "the mark's line")
        first = page.evaluate(f"{ROWS}[0].innerText")
        holds(first, "no cited purpose")
        equal(page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.getAttribute('href').slice(1))).length"),
              0, "links that lead nowhere")
        check_quiet(page, path)
        assert page.printed().startswith(b"%PDF-"), "it prints"
        phone = browser.page(width=390, height=844, mobile=True)
        phone.open(path)
        equal(phone.evaluate("document.documentElement.scrollWidth"), 390, "the width on a phone")


@case("with --before it tells what is new, gone and as before, in the words of waybill diff, and nothing without")
def differences(scratch):
    record(scratch)
    lacks(page_of(scratch), 'id="differences"')
    earlier = "tls('api.anthropic.com', 443, 'api.anthropic.com')\ntls('gone.example', 443, 'gone.example')\n"
    status(scratch.sinkhole(*client(earlier), options=("--case", "earlier")), 0)
    page = page_of(scratch, "--before", "earlier")
    said = status(scratch.run("diff", "earlier", "case"), 0).out
    holds(page, 'id="differences"', 'href="#differences"')
    with Browser() as browser:
        shown = browser.page()
        shown.open(scratch.folder / "page.html")
        rows = shown.evaluate("[...document.querySelectorAll('#differences-table tbody tr')].map(row => row.innerText)")
        check_quiet(shown, scratch.folder / "page.html")
    equal([row for row in rows if "gone.example:443" in row and "gone" in row][1:], [])
    holds(" ".join(rows), "gone.example:443", "unheard-of.example:443", "new")
    holds(said, "gone.example:443")
    holds(status(scratch.run("report", "case", "--before", "earlier"), 64).err, "--format html")
    holds(status(scratch.run("report", "case", "--format", "html", "--before", "nowhere"), 66).err, "nowhere")


@case("its table of endpoints is sorted by a column and filtered by words, with the keyboard, too")
def sorted_and_filtered(scratch):
    record(scratch)
    page_of(scratch)
    with Browser() as browser:
        page = browser.page()
        page.open(scratch.folder / "page.html")
        count = page.evaluate(f"{ROWS}.length")
        page.evaluate("document.querySelector('#endpoints-table thead th:nth-child(6) button').focus()")
        for order, signs in (("ascending", (-1, 0)), ("descending", (0, 1))):
            page.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
            page.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
            equal(page.evaluate("document.querySelector('#endpoints-table [aria-sort]').getAttribute('aria-sort')"), order)
            out = page.evaluate(f"{ROWS}.map(row => Number(row.cells[5].dataset.v))")
            equal({(a > b) - (a < b) for a, b in zip(out, out[1:])} <= set(signs), True, f"{order}: {out}")
        equal(page.evaluate("document.querySelectorAll('#endpoints-table [aria-sort]').length"), 1)
        names = page.evaluate("document.querySelector('#endpoints-table thead th button').click(), "
                              f"{ROWS}.map(row => row.cells[0].innerText)")
        equal(names, sorted(names), "by name")
        page.evaluate("document.getElementById('endpoints-table-filter').focus()")
        page.call("Input.insertText", text="UNHEARD cdn")
        shown = page.evaluate(f"{ROWS}.filter(row => row.offsetParent !== null).map(row => row.cells[0].innerText)")
        equal(shown, ["cdn.unheard-of.example:80"])
        equal(page.evaluate("document.querySelector('output').textContent"), f"1 of {count} rows")
        check_quiet(page, scratch.folder / "page.html")


@case("without its script the page is whole")
def without_script(scratch):
    record(scratch)
    page_of(scratch)
    # What the page itself runs is off; what the test asks is not.
    seen = "[document.querySelectorAll('tbody tr').length, document.querySelectorAll('button, input').length, document.body.textContent.length]"
    with Browser() as browser:
        with_script, without = browser.page(), browser.page(script=False)
        for page in (with_script, without):
            page.open(scratch.folder / "page.html")
        rows, controls, _ = with_script.evaluate(seen)
        rows_without, controls_without, _ = without.evaluate(seen)
        assert controls > 0, "the script adds controls"
        equal((rows_without, controls_without), (rows, 0), "rows and controls without it")
        equal(without.evaluate("getComputedStyle(document.querySelector('#endpoints-table tbody tr')).display"), "table-row")
        check_quiet(without, scratch.folder / "page.html")


def check_valid(scratch, *pages):
    """The pages before vnu and html-validate: no error, and no warning but those of vnu's that it cannot know."""
    modules = installed(scratch.waybill, PINNED)
    vnu = subprocess.run(["java", "-jar", modules / "vnu-jar/build/dist/vnu.jar", "--format", "json", "--stdout", *pages],
                         capture_output=True, timeout=120, check=False)
    messages = json.loads(vnu.stdout)["messages"]
    # It computes no digest, so it takes what the policy permits by one as forbidden; Chromium is the judge of that.
    unknown = ("Inline style violates Content Security Policy", "Inline script violates Content Security Policy")
    equal([each for each in messages if not each["message"].startswith(unknown)], [], "vnu")
    equal(vnu.returncode, 0, "vnu's status")
    # It counts a title's references as they are written, six characters for a quote; 50 are read at most.
    scratch.write(".htmlvalidate.json", json.dumps({"root": True, "extends": ["html-validate:recommended"],
                                                    "rules": {"long-title": ["error", {"maxlength": 300}]}}))
    ended = subprocess.run(["node", modules / "html-validate/bin/html-validate.mjs", *pages], capture_output=True,
                           cwd=scratch.folder, timeout=120, check=False)
    equal((ended.returncode, ended.stdout.decode()), (0, ""), "html-validate")


def check_accessible(browser, modules, path):
    """axe finds nothing, in light, in dark and on a phone."""
    axe = (modules / "axe-core/axe.min.js").read_text(encoding="utf-8")
    for view in ({}, {"dark": True}, {"width": 390, "height": 844, "mobile": True}):
        page = browser.page(**view)
        page.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(axe + ";0")
        found = page.evaluate("axe.run(document).then(result => result.violations.map(each => [each.id, each.impact, each.nodes.map(node => node.html)]))")
        equal(found, [], f"axe, {view}")


def large_case(scratch):
    """Many endpoints of several programs."""
    code = "import time\n" + "".join(f"tls('host-{i}.zone-{i % 5}.example', 443, 'host-{i}.zone-{i % 5}.example')\n" for i in range(40))
    record(scratch, code)


@case("vnu, html-validate and axe find nothing: a page with a policy's verdict, a large one, and one without a contact")
def valid(scratch):
    modules = installed(scratch.waybill, PINNED)
    record(scratch)
    scratch.write("policy.json", json.dumps({**POLICY, "entries": [
        {"id": "no-sentry", "effect": "deny", "vendors": ["Sentry"], "reason": "We said no."},
        {"id": "ask", "effect": "review", "hosts": ["unheard-of.example"], "reason": "Who is it?"}]}))
    text = page_of(scratch, "--policy", "policy.json", name="verdict.html")
    holds(text, "1 violation of policy p", "no-sentry", "Who is it?", "sha256:")
    shutil.rmtree(scratch.folder / "case")
    large_case(scratch)
    page_of(scratch, "--all", name="large.html")
    shutil.rmtree(scratch.folder / "case")
    record(scratch, "")
    page_of(scratch, name="empty.html")
    pages = [scratch.folder / name for name in ("verdict.html", "large.html", "empty.html")]
    check_valid(scratch, *pages)
    with Browser() as browser:
        for path in pages:
            check_accessible(browser, modules, path)


HOSTILE = ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "</style><svg onload=alert(1)>",
           "]]>--><iframe src=//x.example>", "&#x3c;b&#x3e;&lt;", "javascript:alert(1)", "\x1b]8;;http://x.example\x07\x9b31m",
           "\u202egpj.exe\u200b", "{{7*7}}${7*7}")
# What the sinkhole sees of a client that writes whatever it likes where names stand.
SPOKEN = f"""
import struct, sys, time
sys.path.insert(0, {str(SOURCE / 'tests/pcaps')!r})
import tls as hellos
for number, text in enumerate({HOSTILE!r}):
    octets = text.encode()
    hello = hellos.client_hello('x' * len(octets)).replace(b'x' * len(octets), octets)
    tcp(f'198.51.100.{{number + 1}}', 443, hellos.record(hello))
    tcp(f'198.51.100.{{number + 101}}', 80, b'GET / HTTP/1.1\\r\\nHost: ' + octets.replace(b'\\r', b'').replace(b'\\n', b'') + b'\\r\\n\\r\\n')
    label = octets[:60]
    udp('198.51.100.200', 53, struct.pack('>6H', number, 256, 1, 0, 0, 0) + bytes([len(label)]) + label + b'\\7example\\0\\0\\1\\0\\1')
    udp('198.51.100.201', 9999, b'x')
for octets in (b'\\xff\\xfe<b>', b'a\\0<i>'):
    hello = hellos.client_hello('x' * len(octets)).replace(b'x' * len(octets), octets)
    tcp('198.51.100.90', 443, hellos.record(hello))
"""


def plant(scratch):
    """A case of a program whose name, arguments and marks are hostile, and texts of the recording that only its host
    writes; gives the folder of the rules and the policy's file."""
    program = scratch.folder / HOSTILE[1].replace("/", "_")
    shutil.copy("/bin/sh", program)
    marks = "import os\nfor text in " + repr(HOSTILE) + ":\n    open(os.environ['WAYBILL_MARK'], 'wb').write(text.encode() + b'\\n'); time.sleep(.05)\n"
    command = client(SPOKEN + marks)
    quoted = "'" + command[2].replace("'", "'\\''") + "'"
    status(scratch.run("run", "--network", "sinkhole", "--case", "case", "--keep-args", "--", program, "-c",
                       f"{PYTHON} -c {quoted} \"$@\"; true", "sh", *HOSTILE), 0)
    run_file, owners_file = (scratch.folder / "case/data" / name for name in ("run.json", "owners.ndjson"))
    run = json.loads(run_file.read_text(encoding="utf-8"))
    run["interfaces"][0]["name"] = HOSTILE[0] + HOSTILE[7]
    run["working_directory"] = HOSTILE[1]
    run_file.write_text(json.dumps(run), encoding="utf-8")
    lines = []
    for line in owners_file.read_text(encoding="utf-8").splitlines():
        line = json.loads(line)
        if line["type"] == "process":
            line["cgroup"] = "/" + "".join(HOSTILE)
        lines.append(json.dumps(line) + "\n")
    owners_file.write_text("".join(lines), encoding="utf-8")
    shown = "".join(each for each in HOSTILE if each.isprintable())
    source = {"title": shown, "url": "https://acme.example/?a=1&lt;b=2", "grade": "vendor-documentation",
              "read": "2026-10-02", "paraphrase": shown, "read_via": shown}
    rule = {"id": "evil/all", "vendor": shown, "products": [shown], "match": {"addresses": ["198.51.100.201"]}, "purposes": ["telemetry"],
            "statement": shown, "sources": [source], "examples": {"match": ["198.51.100.201"], "no_match": ["198.51.100.202"]}}
    (scratch.folder / "rules").mkdir()
    scratch.write("rules/evil.json", json.dumps({"format": "waybill-rule-pack/1", "id": "evil", "title": shown, "vendor": shown,
                                                 "licence": "CC0-1.0", "version": "2026-10-02", "registrable_domains": [], "rules": [rule]}))
    scratch.write("policy.json", json.dumps({**POLICY, "title": shown, "default": "deny", "entries": [
        {"id": "why", "effect": "review", "addresses": ["198.51.100.201"], "reason": shown}]}))
    return "--rules", "rules", "--policy", "policy.json"


@case("hostile text in names, programs, arguments, cgroups, interfaces, marks, rules and policies is shown and does nothing")
def hostile(scratch):
    options = plant(scratch)
    modules = installed(scratch.waybill, PINNED)
    text = page_of(scratch, *options)
    path = scratch.folder / "page.html"
    lacks(text, "<img", "<svg onload", "<iframe", "\x1b", "\x9b", "\u202e", "\u200b", "\x07", "href=\"javascript", " onerror=\"")
    equal((text.count("<script"), text.count("</style>")), (1, 1))
    holds(text, "&lt;script&gt;alert(1)&lt;/script&gt;", "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;", "\\x1b]8;;", "\\u{202e}gpj.exe")
    with Browser() as browser:
        page = browser.page()
        page.open(path)
        for selector in ("h1", "#endpoints-table", "#processes", "#time", "#findings", "#method"):
            page.evaluate(f"document.querySelectorAll({selector + ' a, ' + selector + ' button'!r}).forEach(each => each.tagName === 'BUTTON' && each.click())")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        seen = {place: page.evaluate(f"document.querySelector({place!r}).innerText") for place in
                ("#endpoints", "#sources", "#processes", "#time", "#findings", "#method")}
        holds(seen["#endpoints"], "img src=x", "javascript:alert(1)")
        holds(seen["#sources"], "<script>alert(1)</script>", "evil/all")
        holds(seen["#processes"], "\"><img src=x onerror=alert(1)>", "/<script>alert(1)</script>")
        holds(seen["#time"], "</style>")
        holds(seen["#findings"], "<script>alert(1)</script>", "review")
        holds(seen["#method"], "<script>alert(1)</script>\\x1b]8;;")
        equal(page.evaluate("document.querySelectorAll('img, iframe, object, embed, form, base, link, body *[onload], body *[onerror]').length"), 0)
        equal(page.evaluate("document.querySelectorAll('script').length"), 1)
        addresses = page.evaluate("[...document.querySelectorAll('a')].map(a => a.protocol)")
        equal(set(addresses) <= {"file:", "https:", "http:"}, True, addresses)
        check_quiet(page, path)
        check_valid(scratch, path)
        check_accessible(browser, modules, path)


@case("options that do not go together are refused, and a run writes the page itself where its file is called so")
def options(scratch):
    record(scratch, options=("--report-file", "run.html"))
    equal((scratch.folder / "run.html").read_text(encoding="utf-8"), page_of(scratch))
    for wrong in (("--open",), ("--policy", "ci-default"), ("--format", "html", "--declared", "anthropic")):
        holds(status(scratch.run("report", "case", *wrong), 64).err, "--")
    status(scratch.run("report", "case", "--format", "html", "--policy", "no-such.json"), 78)


@case("--open hands the page to the user's browser, and never does so as root")
def opened(scratch):
    record(scratch)
    scratch.folder.chmod(0o755)
    browser = scratch.write("browser", f"#!/bin/sh\nprintf '%s' \"$1\" >'{scratch.folder}/given/new' && mv '{scratch.folder}/given/new' '{scratch.folder}/given/address'\n")
    browser.chmod(0o755)
    given, state = scratch.folder / "given", scratch.folder / "state of nobody"
    for folder in (given, state):
        folder.mkdir()
    asked = {"BROWSER": str(browser), "XDG_STATE_HOME": str(state)}
    command = [scratch.waybill, "report", "case", "--format", "html", "--open"]
    if os.geteuid() == 0:
        told = status(scratch.execute(command, environment=asked), 0).err
        holds(told, "not opened: the browser would run as root", f"{state}/waybill/reports/case.html")
        shutil.rmtree(state / "waybill")
        program = scratch.folder / "program"
        shutil.copytree(SOURCE / "rules/packs", program / "packs")
        shutil.copy(scratch.waybill, program / "waybill")
        for path in (program, *program.rglob("*"), scratch.folder / "case", *(scratch.folder / "case").rglob("*")):
            path.chmod(0o755)
        for folder in (given, state):
            os.chown(folder, NOBODY, NOBODY)
        asked["WAYBILL_PACKS"] = str(program / "packs")
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(program / "waybill"), *command[1:]]
    told = status(scratch.execute(command, environment=asked), 0).err
    page = state / "waybill/reports/case.html"
    holds(told, str(page), "opened")
    subprocess.run(["sh", "-c", f"for i in $(seq 200); do test -e '{given}/address' && exit; sleep .05; done; exit 1"], check=True)
    equal((given / "address").read_text(encoding="utf-8"), "file://" + str(page).replace(" ", "%20"))
    holds(page.read_text(encoding="utf-8"), "Attempted to contact")
    equal(page.parent.stat().st_mode & 0o777, 0o700, "who may read pages")


if reason := why_not():
    print(f"skipped: {reason}")
    raise SystemExit(SKIPPED)
for needed in ("npm", "java"):
    if shutil.which(needed) is None:
        print(f"skipped: {needed} is not installed; ./dev deps does that")
        raise SystemExit(SKIPPED)
main(sinkhole=True)
