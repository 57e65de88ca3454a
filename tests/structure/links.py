"""Links between documents lead to files that exist."""

import posixpath
import re

LINK = re.compile(r"\]\(<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\)")
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#)")
FENCE = re.compile(r"^\s*(?:```|~~~)")
CODE_SPAN = re.compile(r"`[^`]*`")


def prose(lines):
    """The lines outside fenced code, without code spans, with their numbers."""
    fenced = False
    for number, line in enumerate(lines, 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, CODE_SPAN.sub("", line)


def check(tree):
    folders = {posixpath.dirname(path) for path in tree.files}
    known = {*tree.files, *folders}
    for folder in folders:
        while folder := posixpath.dirname(folder):
            known.add(folder)
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        for number, line in prose(tree.lines(path)):
            for target in LINK.findall(line):
                if ELSEWHERE.match(target):
                    continue
                file = target.split("#")[0]
                if posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) not in known:
                    yield f"{path}:{number}: {target} leads nowhere"
