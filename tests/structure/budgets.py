"""A file has one subject: 400 lines, a header 150."""

FILE_LINES = 400
HEADER_LINES = 150

# Path: why it may be longer.
ALLOWED = {
    "tests/wire/quic_sealer.h": "tests and fuzz targets share it, and fuzz targets are one source file each",
}


def check(tree):
    for path in tree.code():
        budget = HEADER_LINES if path.endswith(".h") else FILE_LINES
        lines = len(tree.lines(path))
        if lines > budget and path not in ALLOWED:
            yield f"{path}: {lines} lines, the budget is {budget}; split it by subject"
    for path in ALLOWED:
        if path not in tree.files:
            yield f"{path}: allowed to be long, but not there"
