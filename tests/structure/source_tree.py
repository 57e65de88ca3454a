"""The files of the project, as the checks see them."""

import os
from pathlib import Path

NOT_OURS = {"build", ".git", ".cache", "__pycache__", "node_modules"}
MODULES = ("base", "model", "wire", "capture", "analyze", "logs", "rules", "report", "evidence", "cli", "verify")
CODE = (".cpp", ".h", ".c")


class SourceTree:
    """All files below a root, by their path from it with forward slashes."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = sorted(self._walk())

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in NOT_OURS]
            for name in set(names) - NOT_OURS:  # in a linked worktree .git is a file
                yield Path(folder, name).relative_to(self.root).as_posix()

    def code(self, *folders):
        """The .cpp, .h and .c files, of these top folders only where some are given."""
        return [path for path in self.files
                if path.endswith(CODE) and (not folders or path.split("/")[0] in folders)]

    def octets(self, path):
        return (self.root / path).read_bytes()

    def text(self, path):
        return self.octets(path).decode("utf-8", errors="replace")

    def lines(self, path):
        return self.text(path).splitlines()

    def is_text(self, path):
        return b"\0" not in self.octets(path)[:8192]
