"""For the tests of custom checks: a folder of checks, their results, and processes that they left behind.

    checks.write("web.conf", text)          likewise .python("web", text), .program("web/hits", body)
    checks.module("web", source)            compiled by cc
    checks.note("started"), checks.noted("started")     a shell command that notes a line, and the lines that were noted
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import textwrap
import threading
import time

from programs import BINARY, PATIENCE, ROOT, SANITIZER, environment, eventually

PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")
MARK = "KUBE_SHIELDS_TEST"  # set for all processes of a responder's checks
SLOWEST = 5.0  # seconds for an answer, whatever the checks do, with sanitizers on a busy machine


class Checks:
    """A folder of checks, and one beside it that checks may write to."""

    def __init__(self, top):
        self.top = top
        self.path = top / "checks"
        self.notes = top / "notes"
        top.chmod(0o755)
        self.path.mkdir()
        self.notes.mkdir()
        self.notes.chmod(0o777)

    def write(self, name, text, mode=0o644):
        """Writes a file as a whole, and replaces an old one atomically."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f".{path.name}"
        if isinstance(text, bytes):
            draft.write_bytes(text)
        else:
            draft.write_text(textwrap.dedent(text).lstrip("\n"))
        draft.chmod(mode)
        draft.rename(path)
        return path

    def python(self, service, text):
        return self.write(f"{service}.py", text)

    def program(self, name, body, shell="/bin/sh"):
        return self.write(name, f"#!{shell}\n{textwrap.dedent(body)}\n", 0o755)

    def conf(self, service, text):
        return self.write(f"{service}.conf", text)

    def link(self, name, target):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        return path

    def module(self, service, source, *flags):
        draft = self.compile(source, "-shared", "-fPIC", *flags)
        return self.write(f"{service}.so", draft.read_bytes())

    def compile(self, source, *flags):
        text, built = self.top / "source.c", self.top / "built"
        text.write_text(textwrap.dedent(source))
        subprocess.run(["cc", f"-I{ROOT}/include", *flags, "-o", built, text], check=True)
        return built

    def remove(self, name):
        path = self.path / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()

    def note(self, word, file="notes"):
        return f"echo {word} >>{self.notes}/{file}"

    def noted(self, file="notes"):
        with contextlib.suppress(FileNotFoundError):
            return (self.notes / file).read_text().split()
        return []


def check_module(body, before=""):
    """The source of a C module with the check `hits`."""
    return (f"#include <kube-shields-check.h>\n{before}\n"
            f"int hits(struct kube_shields_check *check)\n{{\n    (void)check;\n{body}\n    return 0;\n}}\n")


def run_command(*words, **settings):
    """Runs kube-shields with these arguments: its exit code, standard output and standard error."""
    done = subprocess.run([BINARY, *words], env=environment(**settings), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=30)
    assert not SANITIZER.search(done.stderr), done.stderr
    return done.returncode, done.stdout, done.stderr


def metric(shields, name):
    """A number in /metrics."""
    text = shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).text
    match = re.search(rf"^{re.escape(name)} (\d+)$", text, flags=re.MULTILINE)
    assert match, f"no {name} in\n{text}"
    return int(match[1])


def runs(shields):
    return metric(shields, "kube_shields_check_runs_total")


def answer(shields, path):
    return shields.get(f"{path}?format=json").json()


def fails(shields, path, message, reason, timeout=PATIENCE):
    """Waits for a grey shield with that message and, in ?format=json, that reason, which is returned. Both are
    patterns."""
    def failed():
        seen = answer(shields, path)
        assert re.fullmatch(message, seen["message"]) and seen["color"] == "grey", f"{seen}\n{shields.stderr}"
        assert re.search(reason, seen.get("failure") or ""), seen
        return seen["failure"]
    return eventually(failed, timeout)


def refuses(shields, path, reason, timeout=PATIENCE):
    """Waits for a shield of a refused file; reason is a pattern."""
    def refused():
        response = shields.get(f"{path}?raw")
        assert response.status == 503, f"{path}: {response}\n{shields.stderr}"
        assert re.search(reason, response.json()["error"]), response
        return True
    eventually(refused, timeout)
    assert shields.shield(path) == ("refused", "grey")


# ---- what is left behind ----

def processes():
    """{number: (parent, state, command line, environment)}; an unreadable environment is empty."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = b""
                with contextlib.suppress(PermissionError):
                    environment = (entry / "environ").read_bytes()
                found[int(entry.name)] = (int(parent), state, command, environment.split(b"\0"))
    return found


def left_behind(mark, shields=None):
    """Processes that checks have started and that still exist, zombies too: those with our KUBE_SHIELDS_TEST, and the
    responder's descendants."""
    found = processes()
    ours = {shields.process.pid} if shields else set()
    grown = True
    while grown:
        more = {number for number, (parent, *_) in found.items() if parent in ours} - ours
        grown = bool(more)
        ours |= more
    ours |= {number for number, (*_, environment) in found.items() if f"{MARK}={mark}".encode() in environment}
    if shields:
        ours.discard(shields.process.pid)
    return [f"{number} {found[number][1]} {found[number][2]}" for number in sorted(ours)]


class Witness:
    """Requests the shields of others over and over while something else happens. All must be right, and fast."""

    def __init__(self, shields, expected):
        self.shields, self.expected = shields, expected
        self.slowest, self.count, self.wrong = 0.0, 0, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.ask, daemon=True)

    def ask(self):
        while not self.over.wait(0.002):
            for path, wanted in self.expected.items():
                start = time.monotonic()
                try:
                    seen = self.shields.shield(path)
                    if seen != wanted:
                        self.wrong.append((path, seen))
                except Exception as error:  # anything but an answer
                    self.wrong.append((path, repr(error)))
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.over.set()
        self.thread.join(20)
        if kind is None:
            print(f"{self.count} answers meanwhile, the slowest after {self.slowest * 1000:.1f} ms")
            assert not self.wrong, self.wrong[:5]
            assert self.count > 0 and self.slowest < SLOWEST
