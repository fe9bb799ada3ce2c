#!/usr/bin/env python3
"""The promises of the installed headers. Usage: abi.py [--write].

Prints a line for each function, enumerator, and member of a struct, with what it is on a 64-bit machine. --write puts it
into libkubeshields.abi, which holds what was promised: do so when something is added. A line that changes or vanishes
breaks programs, and needs another soname."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADERS = ROOT / "include" / "kubeshields"
BASELINE = ROOT / "lib" / "libkubeshields.abi"


def without_comments(folder):
    return "\n".join(re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.DOTALL) for path in sorted(folder.glob("*.h")))


def nameless(parameter):
    """A parameter's type."""
    return re.sub(r"(?<=[\s*])\w+$", "", parameter.strip()).strip() if " " in parameter.strip() else parameter.strip()


def prototypes(text):
    """Functions and types of functions."""
    found = re.findall(r"^(typedef )?(?!static)([a-z][\w *]*?)\b(ks_\w+)\(([^;{]*)\);", text, flags=re.MULTILINE)
    return [f"{'type' if typedef else 'function'} {name}: {' '.join(result.split())} "
            f"({', '.join(nameless(' '.join(item.split())) for item in parameters.split(','))})"
            for typedef, result, name, parameters in found]


def members(body):
    """[(name, type)] of a struct's members."""
    found = [re.fullmatch(r"(.*?)(\w+)(\[\w+\])?", " ".join(item.split())) for item in body.split(";") if item.strip()]
    return [(match[2], (match[1].strip() + (match[3] or ""))) for match in found]


def layouts(text, folder):
    """Sizes, places and numbers, which only a compiler knows."""
    program = ["#include <kubeshields/kubeshields.h>", "#include <stdio.h>", "int main(void)", "{"]
    for name, body in re.findall(r"^struct (ks_\w+) \{\n(.*?)^\};", text, flags=re.MULTILINE | re.DOTALL):
        program.append(f'printf("size {name}: %zu\\n", sizeof(struct {name}));')
        program += [f'printf("member {name}.{member}: {kind} at %zu\\n", offsetof(struct {name}, {member}));'
                    for member, kind in members(body)]
    for name, body in re.findall(r"^enum (ks_\w+) \{\n(.*?)^\};", text, flags=re.MULTILINE | re.DOTALL):
        program += [f'printf("number {value}: %d of {name}\\n", {value});' for value in re.findall(r"\bKS_\w+", body)]
    program += ["return 0;", "}"]
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["cc", "-x", "c", "-", "-I", folder.parent, "-o", f"{place}/layouts"], check=True, text=True,
                       input="\n".join(program))
        return subprocess.run([f"{place}/layouts"], check=True, capture_output=True, text=True).stdout.splitlines()


def promises(folder=HEADERS):
    text = without_comments(folder)
    return sorted(prototypes(text) + layouts(text, folder))


def broken(promised, kept):
    """Promises that are not kept. Options may grow: their first member says how large they are."""
    def size(line):
        return int(line.rpartition(" ")[2])
    sizes = {line.partition(": ")[0]: size(line) for line in kept if line.startswith("size ")}
    return [line for line in promised if line not in kept and
            not (re.match(r"size ks_\w+_options: ", line) and sizes.get(line.partition(": ")[0], 0) > size(line))]


if __name__ == "__main__":
    lines = "\n".join(promises()) + "\n"
    if "--write" in sys.argv[1:]:
        BASELINE.write_text(lines)
    else:
        print(lines, end="")
