#!/usr/bin/env python3
"""The exports of libkubeshields. Usage: exports.py BUILD_FOLDER [--write].

Prints the version script: KUBESHIELDS_1 has the functions that the installed headers declare, KUBESHIELDS_PRIVATE the
further symbols that kube-shields' own objects in the build folder need. --write puts it into libkubeshields.map."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAP = ROOT / "lib" / "libkubeshields.map"

TEMPLATE = """\
# Written by lib/exports.py (make exports); tests/integration/test_source_rules.py compares.
# Declared by the installed headers: a promise, kept as long as the library's soname.
KUBESHIELDS_1 {{
global:
{public}
local:
    *;
}};

# Needed by kube-shields itself: no promise at all, it changes with every version.
KUBESHIELDS_PRIVATE {{
global:
{private}
}};
"""


def declared():
    """The functions that the installed headers declare."""
    names = set()
    for header in sorted((ROOT / "include" / "kubeshields").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.DOTALL)
        names |= set(re.findall(r"^(?!typedef|static)[a-z][\w *]*?\b(ks_\w+)\(", text, flags=re.MULTILINE))
    return names


def symbols(paths, kinds):
    if not paths:
        return set()
    lines = subprocess.run(["nm", *paths], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1] for line in lines if len(line.split()) > 1 and line.split()[-2] in kinds}


def wanted(build):
    """Symbols that the responder needs beyond the public ones."""
    objects = sorted(build.glob("fcgi/**/kube_shields-*.o"))
    return {name for name in symbols(objects, "U") if name.startswith("ks_")} - symbols(objects, "TDBRVW") - declared()


def listed():
    """{node: its names}, as the map has them."""
    nodes = re.findall(r"^(KUBESHIELDS_\w+) \{\nglobal:\n((?:    \w+;\n)*)", MAP.read_text(), flags=re.MULTILINE)
    return {node: set(names.replace(";", "").split()) for node, names in nodes}


def main():
    build = Path(sys.argv[1])
    names = {"public": declared(), "private": wanted(build)}
    if not names["private"]:
        sys.exit(f"{build}: holds no objects of kube-shields: build it first")
    text = TEMPLATE.format(**{node: "\n".join(f"    {name};" for name in sorted(some)) for node, some in names.items()})
    if "--write" in sys.argv[2:]:
        MAP.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
