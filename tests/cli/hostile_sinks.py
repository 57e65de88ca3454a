"""What each kind of output promises of what strangers wrote, and how the outputs of hostile_table.py are had."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading

from export_support import blocks_of, packet_options
from hostile_table import PLACES, marker

HIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
RAW = re.compile(f"[{HIDDEN}]")
# What the log of a job takes for a command: at the beginning of a line, or anywhere in it.
COMMAND = re.compile(r"^\s*::[a-z-]*[g-z-][a-z-]*|##(?:\[|vso\[|teamcity\[)", re.IGNORECASE | re.MULTILINE)
OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # what Waybill itself writes to a terminal
PAGE_ELEMENTS = set("!doctype !DOCTYPE html head meta title style body header main footer section h1 h2 h3 h4 p a abbr b strong em code pre kbd q br hr span div "
                    "small sup sub ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td details summary nav figure "
                    "figcaption time svg g rect line path text circle polyline desc script noscript template output".split())


class Leak(AssertionError):
    """An output does not keep its promise."""


def refuse(pattern, text, what):
    found = pattern.search(text)
    if found:
        raise Leak(f"{what}: {found[0]!r} in {text[max(0, found.start() - 60):found.end() + 30]!r}")


def check_text(text):
    refuse(RAW, text, "a hidden character")
    refuse(COMMAND, text, "a command of a job's log")


def check_terminal(text):
    check_text(OWN_COLOURS.sub("", text.replace("\r\n", "\n")))


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (each for pair in value.items() for member in pair for each in strings_of(member))
    elif isinstance(value, list):
        yield from (each for member in value for each in strings_of(member))


def check_json(text):
    check_text(text)
    for each in strings_of(json.loads(text)):
        each.encode()  # a lone surrogate cannot be


def check_ndjson(text):
    for line in text.splitlines():
        check_json(line)
        if not isinstance(json.loads(line), dict):
            raise Leak(f"no object: {line!r}")


def check_csv(text):
    check_text(text.replace("\r\n", "\n"))
    records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if len({len(record) for record in records}) != 1:
        raise Leak("records of different lengths")
    begins = [cell for record in records for cell in record if cell[:1] in tuple("=+-@\t\r") and cell != "-"]
    if begins:
        raise Leak(f"a formula: {begins[0]!r}")


def check_markdown(text):
    check_text(text)
    refuse(re.compile(r"(?<!\\)<(?!br>|/?(?:details|summary|sup|code)>|!-- -->)[a-z/!]", re.IGNORECASE), re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text), "markup")
    refuse(re.compile(r"@(?!<!-- -->)\w"), re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text), "a mention")


def check_rendered(scratch, text):
    """The same after cmark-gfm has made HTML of it: no element, link or mention of a stranger's."""
    made = subprocess.run(["cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe"], input=text.encode(),
                          capture_output=True, check=True, timeout=60).stdout.decode()
    allowed = {"p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br", "ul", "li", "details", "summary", "sup", "em", "pre",
               *(f"h{level}" for level in range(1, 7))}
    others = set(re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", made)) - allowed - {"a"}
    addresses = [each for each in re.findall(r'<a [^>]*href="([^"]*)"', made) if "evil" in each]
    if others or addresses or "<strong>bold" in made or "onerror=" in re.sub(r">[^<]*<", "><", made):
        raise Leak(f"rendered: {others} {addresses}")


TAG = re.compile(r"<(/?[a-zA-Z!][\w!-]*)((?:[^<>\"]|\"[^\"]*\")*)>")
ATTRIBUTE = re.compile(r"([\w:-]+)(?:=\"([^\"]*)\")?")


def check_html(text):
    """The page as it is written: every < begins an element of ours. How a browser reads it is a case of its own."""
    check_text(text)
    if text.count("<script") != 1 or text.count("</script") != 1 or text.count("</style") != 1 or "Content-Security-Policy" not in text:
        raise Leak("scripts, styles or the policy")
    page = re.sub(r"(?s)<(style|script)>.*?</\1>", "", text)
    refuse(re.compile(r"<(?![a-zA-Z!/])"), page, "a < that begins no element")
    tags = TAG.findall(page)
    if len(tags) != page.count("<"):
        raise Leak(f"{page.count('<')} times <, and {len(tags)} elements")
    for name, inside in tags:
        if name.lstrip("/") not in PAGE_ELEMENTS:
            raise Leak(f"<{name}{inside}>")
        for attribute, value in ATTRIBUTE.findall(inside):
            is_address = attribute == "href" and (not value.startswith(("#", "https://", "http://")) or "evil" in value)
            if is_address or attribute.startswith("on") or attribute in ("src", "srcdoc", "action", "formaction", "style"):
                raise Leak(f"<{name}{inside}>")


def check_sarif(text):
    check_json(text)

    def messages(value):
        if isinstance(value, dict):
            yield from (each for name, each in value.items() if name == "text")
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from messages(each)
    for each in messages(json.loads(text)):
        refuse(re.compile(r"(?<!\\)\["), each, "a link in a message")


def check_pcapng(text):
    for comment in text.split("\n"):
        check_text(comment)


CHECKS = {"text": check_text, "terminal": check_terminal, "json": check_json, "ndjson": check_ndjson, "csv": check_csv, "html": check_html,
          "markdown": check_markdown, "sarif": check_sarif, "pcapng": check_pcapng}


def on_terminal(command, folder, environment):
    """What a command writes to a wide terminal."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 180, 0, 0))
    pieces = []

    def read():
        try:
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        except OSError:
            pass  # the other end is closed
    reader = threading.Thread(target=read)
    reader.start()
    ended = subprocess.run(command, stdout=its, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=folder, env=environment, timeout=120,
                           check=False)
    os.close(its)
    reader.join(60)
    os.close(ours)
    return ended.returncode, b"".join(pieces)


def output_of(scratch, sink):
    """What a sink writes, as text, and its status; octets that are no UTF-8 fail the test."""
    command = [scratch.waybill, *sink.command]
    own = {**os.environ, "TERM": "xterm-256color", "XDG_STATE_HOME": str(scratch.folder / "state"),
           "XDG_CONFIG_HOME": str(scratch.folder / "no-configuration"), **dict(sink.environment)}
    if sink.kind == "terminal":
        status, octets = on_terminal(command, scratch.folder, own)
    else:
        ended = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, cwd=scratch.folder, env=own, timeout=120, check=False)
        status, octets = ended.returncode, ended.stdout
        check_text(ended.stderr.decode())
    if sink.kind == "pcapng":
        packets = [body for kind, body in blocks_of(octets) if kind == 6]
        octets = b"\n".join(value for body in packets for code, value in packet_options(body) if code == 1)
    return status, octets.decode()


def arrived(text, place):
    """The classes of which what was planted in a place stands in an output."""
    return {what for what in PLACES[place][1] if marker(place, what) in text}
