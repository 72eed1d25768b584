"""Checks built functions: `binaries.py DIR…`, each with `<name>/bootstrap`.

Each must be a 64-bit Linux binary that needs no newer C library than Amazon Linux 2023 has:
https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html. Prints what it checked.
"""

import re
import struct
import subprocess
import sys
from pathlib import Path

# The glibc of `provided.al2023`.
NEWEST = (2, 34)
VERSION = re.compile(r"GLIBC_(\d+)\.(\d+)")
# The `e_machine` field of an ELF header.
MACHINES = {62: "x86_64", 183: "arm64"}


def fault(binary: Path) -> str | None:
    """Returns what is wrong with a binary, or prints what it needs and returns None."""
    header = binary.read_bytes()[:20]
    if header[:5] != b"\x7fELF\x02":
        return "is not a 64-bit ELF binary"
    machine = MACHINES.get(struct.unpack_from("<H", header, 18)[0], "unknown processor")
    dump = subprocess.run(["readelf", "--version-info", "--wide", binary], capture_output=True, text=True, check=True)
    needed = {(int(major), int(minor)) for major, minor in VERSION.findall(dump.stdout)}
    if not needed:
        return "names no glibc version"
    newest = max(needed)
    print(f"{binary}: {machine}, {binary.stat().st_size / 1e6:.1f} MB, glibc {newest[0]}.{newest[1]}")
    return None if newest <= NEWEST else f"needs glibc {newest[0]}.{newest[1]}, but Lambda has {NEWEST[0]}.{NEWEST[1]}"


def main(folders: list[str]) -> int:
    """Checks all binaries in the folders."""
    binaries = [binary for folder in folders for binary in sorted(Path(folder).glob("*/bootstrap"))]
    faults = [f"{binary} {what}" for binary in binaries if (what := fault(binary))]
    print(*faults, sep="\n", end="\n" if faults else "")
    empty = [folder for folder in folders if not any(binary.is_relative_to(folder) for binary in binaries)]
    print(*(f"{folder} has no binaries" for folder in empty), sep="\n", end="\n" if empty else "")
    print(f"binaries: {len(binaries) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or empty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
