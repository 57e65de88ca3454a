"""Pages whose commands tests run as they stand there: in blocks of sh, a line each, which ends with 0 or as it says."""

import re

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENDS = re.compile(r"\s+# ends with (\d+)$")


def commands(page):
    """Each command of the page, with the status that it ends with."""
    for block in BLOCK.findall(page.read_text()):
        for line in block.splitlines():
            ends = ENDS.search(line)
            yield ENDS.sub("", line), int(ends[1]) if ends else 0


def script(page):
    """Lines of bash that run them and end with 1 at the first that ends otherwise."""
    for command, ends in commands(page):
        quoted = command.replace("'", "'\\''")
        yield (f"{{ {command}; }} > last.out 2> last.err < /dev/null; ended=$?\n"
               f"[ $ended -eq {ends} ] || {{ echo 'ended with '$ended', not {ends}: {quoted}'; tail -n 20 last.out last.err; exit 1; }}\n")
