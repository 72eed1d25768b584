"""The project's files, for checks that look at all of them."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As in .gitignore, for a copy of the project that is not a Git repository.
IGNORED = {".git", ".emotechat", ".aws-sam", "target", "node_modules", "__pycache__", "build"}


def tracked() -> dict[str, str]:
    """All text files that Git tracks, by path. Without Git, all text files that it would not ignore."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = sorted(walk())
    texts = {}
    for name in names:
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in data:
            texts[name] = data.decode("utf-8")
    return texts


def walk() -> list[str]:
    """All files outside the ignored folders."""
    found = []
    for folder, subfolders, files in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in IGNORED]
        found += [str((Path(folder) / name).relative_to(ROOT)) for name in files]
    return found
