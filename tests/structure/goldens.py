"""A golden is whole: the capture, what is expected of it, and a line that says how it was made."""

FOLDER = "tests/pcaps/"
CAPTURE = "case.pcapng"
EXPECTED = "case.expected.json"
NEEDED = {CAPTURE, EXPECTED}
KNOWN = {*NEEDED, "README.md"}


def described(tree, subject):
    own, common = f"{FOLDER}{subject}/README.md", f"{FOLDER}README.md"
    if own in tree.files and tree.text(own).strip():
        return True
    return common in tree.files and subject in tree.text(common)


def check(tree):
    subjects = {}
    for path in tree.files:
        if path.startswith(FOLDER) and path.count("/") > FOLDER.count("/"):
            subject, _, name = path[len(FOLDER):].partition("/")
            subjects.setdefault(subject, set()).add(name)
    for subject, names in sorted(subjects.items()):
        for name in sorted(NEEDED - names):
            yield f"{FOLDER}{subject}/: {name} is missing"
        for name in sorted(names - KNOWN):
            yield f"{FOLDER}{subject}/{name}: no test uses it"
        if not described(tree, subject):
            yield f"{FOLDER}{subject}/: no README.md line says how it was made"
