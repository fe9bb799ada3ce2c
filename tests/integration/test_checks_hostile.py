"""Broken, greedy and hostile custom checks: each costs its own shield, which says why, and nothing else."""

import os
import re
import struct
import subprocess
import time

import pytest

from checks_world import (MARK, Witness, check_module, fails, left_behind, metric, refuses, run_command,
                          runs)
from programs import BINARY, CHECK_USER, ENVIRONMENT, eventually

HEALTHY = ("2/2 (0 restarts)", "green")
OTHERS = {"/_/other/fine/": ("fine", "green"), "/_/web/health/": HEALTHY, "/c/health/": HEALTHY}
AARCH64, X86_64 = 183, 62
PATH = "/_/web/hits/"
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs checks as somebody else")


@pytest.fixture
def mark():
    return os.urandom(8).hex()


@pytest.fixture
def shields(checks, fake, responder, mark):
    """A responder whose other shields are well: a Kubernetes service, and a check that runs each second and has enough
    time even on a busy machine."""
    fake.deployment("web", namespace="shop", replicas=2)
    checks.program("other/fine", "echo fine")
    checks.conf("other", "timeout = 20s\n")
    shields = responder(checks_dir=checks.path, check_interval="1s", check_timeout="500ms", check_processes=200,
                        check_environment=MARK, heartbeat="1h", **{MARK: mark})
    shields.becomes("/_/other/fine/", "fine", "green")
    fake.wait_watched()
    return shields


def quiet_descriptors(shields):
    """How many descriptors are open while no check runs."""
    counts = []
    for _ in range(20):
        counts.append(shields.descriptors())
        time.sleep(0.01)
    return min(counts)


def assert_nothing_is_left(shields, mark, before):
    eventually(lambda: not left_behind(mark, shields), message=lambda: f"left: {left_behind(mark, shields)}")
    eventually(lambda: shields.descriptors() <= before, message=lambda: f"{shields.descriptors()} of {before}")


def foreign(checks, source, *flags):
    """A compiled module, marked as built for another machine."""
    data = bytearray(checks.compile(source, *flags).read_bytes())
    machine = struct.unpack_from("<H", data, 18)[0]
    struct.pack_into("<H", data, 18, AARCH64 if machine != AARCH64 else X86_64)
    return bytes(data)


# The shield must show that the check failed, that its file was refused, or its result. Reasons are patterns.

def failed(message, reason):
    return lambda shields: fails(shields, PATH, message, reason)


def refused(reason):
    return lambda shields: refuses(shields, PATH, reason)


def shown(message, color):
    return lambda shields: shields.becomes(PATH, message, color)


def module(source, *flags):
    return lambda checks: checks.module("web", source, *flags)


def program(body, shell="/bin/sh"):
    return lambda checks: checks.program("web/hits", body, shell)


def python(text):
    return lambda checks: checks.python("web", text)


def constructor(body):
    return check_module("", f"#include <stdlib.h>\n#include <unistd.h>\n"
                        f"__attribute__((constructor)) static void _begin(void) {{ {body} }}")


CRASH = "*(volatile int *)0 = 1;"
TIMEOUT = failed("timeout", "^still running after 500 ms$")
FLOOD = failed("too much output", "^output: more than 65536 bytes$")
DEEP = 10_000
PYTHON3 = "/usr/bin/python3 -I"
THREADS = """
#include <pthread.h>
static void *_busy(void *arg) { for (;;) { (void)arg; __asm__ volatile(""); } return NULL; }
"""
START_THREADS = """
    for (int i = 0; i < 8; i++) { pthread_t thread; pthread_create(&thread, NULL, _busy, NULL); }
    _busy(NULL);
"""
FORK_BOMB = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.1)
"""
ESCAPE = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/tmp")
        time.sleep(1000)
    os._exit(0)
os.wait()
print("gone")
"""

BAD = {
    # C modules
    "no-symbols": (module("static int unused; int *_use = &unused;\n", "-nostdlib"),
                   refused("^web.so: no _kube_shields_check_abi: include <kube-shields-check.h>$")),
    "no-checks": (module("#include <kube-shields-check.h>\nint _helper(void);\nint _helper(void) { return 1; }\n"),
                  refused("^web.so: no check: it exports no function")),
    "other-abi": (module("extern const unsigned _kube_shields_check_abi;\n"
                         "const unsigned _kube_shields_check_abi = 99;\n"
                         "int hits(void *check);\nint hits(void *check) { (void)check; return 0; }\n"),
                  refused("^web.so: built for ABI 99 of kube-shields-check.h, must be 1: compile it again$")),
    "other-machine": (lambda checks: checks.write("web.so", foreign(checks, check_module(""), "-shared", "-fPIC")),
                      refused(r"^web.so: made for (aarch64|x86-64), this is (?!\1)")),
    "half-a-module": (lambda checks: checks.write("web.so", checks.compile(check_module(""), "-shared", "-fPIC")
                                                  .read_bytes()[:2000]), refused("^web.so: broken: ")),
    "text-as-module": (lambda checks: checks.write("web.so", "int hits;\n"),
                       refused("^web.so: not an ELF file: build it with cc -shared -fPIC$")),
    "unknown-symbol": (module(check_module("extern int no_such_function(void); return no_such_function();")),
                       failed(".*", "undefined symbol: no_such_function")),
    "constructor-crashes": (module(constructor(CRASH)), failed("killed by signal 11", "Segmentation fault")),
    "constructor-exits": (module(constructor("exit(0);")), failed("hits called exit", "exit")),
    "constructor-vanishes": (module(constructor("_exit(0);")), failed("no JSON", "^output is not JSON: it is empty")),
    "constructor-loops": (module(constructor("for (;;) __asm__ volatile(\"\");")), TIMEOUT),
    "crash": (module(check_module(CRASH)), failed("killed by signal 11", "Segmentation fault")),
    "loop": (module(check_module('for (;;) __asm__ volatile("");')), TIMEOUT),
    "loops-in-threads": (module(check_module(START_THREADS, THREADS), "-pthread"),
                         failed("timeout|killed by signal 24", "still running|more CPU time")),
    "module-floods": (module(check_module('for (int i = 0; i < 10000000; i++) puts("a line of a hundred million");')),
                      failed("too much output", "^standard error: more than 65536 bytes$")),
    "module-raw-too-long": (module(check_module("static char text[1 << 20]; memset(text, '1', sizeof text - 1);"
                                                "check->raw = text;", "#include <string.h>")),
                            failed("hits: the answer is longer than 65536 bytes", "longer")),
    "module-raw-no-json": (module(check_module('check->raw = "{nope";')), failed("no JSON", "^raw is not JSON: .* 2$")),
    "module-raw-injects": (module(check_module(r'check->raw = "1,\"message\":\"y\"";')),
                           failed("no JSON", "^raw is not JSON: more text after the value at byte 2$")),
    # loops, processes
    "program-loops": (program("while :; do :; done"), TIMEOUT),
    "python-loops": (python("def hits():\n    while True:\n        pass\n"), TIMEOUT),
    "forks": (program(FORK_BOMB, PYTHON3), TIMEOUT),
    "leaves-children": (program("for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo done"), shown("done", "green")),
    "ignores-signals": (program("trap '' TERM HUP INT QUIT; while :; do sleep 1000; done"), TIMEOUT),
    "stops-itself": (program("kill -STOP $$; echo never"), TIMEOUT),
    "closes-its-output": (program("exec >&- 2>&-; sleep 1000"), TIMEOUT),
    "closes-and-computes": (program("exec >&- 2>&- <&-; while :; do :; done"), TIMEOUT),
    "escapes": (program(ESCAPE, PYTHON3), shown("gone", "green")),
    "escapes-and-hangs": (program("setsid sleep 1000 & sleep 1000"), TIMEOUT),
    # memory, files
    "memory": (python("def hits():\n    return len(bytearray(1 << 30))\n"),
               failed("web.py line 2: MemoryError", "^web")),
    "memory-of-a-program": (program("print(len(bytearray(1 << 30)))", PYTHON3), failed("exit 1", ": MemoryError$")),
    "a-large-file": (lambda checks: checks.program(
        "web/hits", f"exec dd if=/dev/zero of={checks.notes}/large bs=1M seek=63 count=10 conv=notrunc"),
                     failed("killed by signal 25", "File size limit exceeded")),
    # output
    "a-gigabyte": (program("head -c 1000000000 /dev/zero"), FLOOD),
    "a-gigabyte-of-errors": (program("head -c 1000000000 /dev/zero >&2; echo ok"),
                             failed("too much output", "^standard error: more than 65536 bytes$")),
    "a-gigabyte-of-lines": (program("yes '{\"message\": 1}'"), FLOOD),
    "a-gigabyte-of-python": (python("def hits():\n    return 'x' * 10_000_000\n"), FLOOD),
    "invalid-utf-8": (program(r"printf 'caf\351 \377 | a=1\n'"), shown("caf\ufffd \ufffd", "green")),
    "invalid-utf-8-in-json": (program(r"""printf '{"message": "caf\351"}'"""),
                              failed("no JSON", "invalid UTF-8 at byte 17")),
    "invalid-utf-8-in-python": (python("def hits():\n    return b'caf\\xe9 \\xff'.decode('latin-1') + '\\ud800'\n"),
                                shown("caf\xe9 \xff\ufffd", "orange")),
    "control-characters": (program(r"printf 'a\001b\033[31mc'"), shown("a b [31mc", "green")),
    "nuls": (program(r"printf '{\"message\": \"a\"}\0'"), failed("no JSON", "NUL at byte")),
    "deep-json": (program(f"print('{{\"message\": 1, \"raw\": ' + '[' * {DEEP} + ']' * {DEEP} + '}}')", PYTHON3),
                  failed("no JSON", "^output is not JSON: nesting too deep at byte ")),
    "deep-python": (python(f"def hits():\n    deep = []\n    for _ in range({DEEP}):\n        deep = [deep]\n"
                           "    return deep\n"), failed(".*nests more than.*", "^web.py line 1: ValueError: ")),
    "deep-module": (module(check_module(f"static char text[2 * {DEEP} + 1]; memset(text, '[', {DEEP});"
                                        f" memset(text + {DEEP}, ']', {DEEP}); check->raw = text;",
                                        "#include <string.h>")), failed("no JSON", "nesting too deep")),
    "markup": (program("echo '</text><script>alert(1)</script>&\"'"),
               shown('</text><script>alert(1)</script>&"', "green")),
    # files
    "other-machines-program": (lambda checks: checks.write("web/hits", foreign(checks, "int main(void) {}"), 0o755),
                               failed("exit 126", "made for another machine")),
    "not-executable": (lambda checks: checks.write("web/hits", "#!/bin/sh\n"),
                       refused("^web/hits: not executable: chmod [+]x it$")),
    "writable-file": (lambda checks: checks.program("web/hits", "echo ok").chmod(0o777),
                      refused("^web/hits: everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=")),
    "writable-python": (lambda checks: checks.python("web", "def hits():\n    return 1\n").chmod(0o666),
                        refused("^web.py: everybody may write to it: chmod o-w it")),
    "writable-settings": (lambda checks: (checks.conf("web", "interval = 1m\n").chmod(0o666),
                                          checks.program("web/hits", "echo ok")),
                          refused("^web.*everybody may write to it: chmod o-w it")),
    "writable-folder": (lambda checks: checks.program("web/hits", "echo ok").parent.chmod(0o777),
                        refused("^web: everybody may write to it: chmod o-w it")),
    "writable-import": (lambda checks: (checks.python("web", "import _common\ndef hits():\n    return 1\n"),
                                        checks.write("_common.py", "", 0o666)),
                        refused("^web.py: web.py line 1: ImportError: .*/_common.py: everybody may write to it: ")),
    "writable-target": (lambda checks: (checks.program(".linked/hits", "echo ok").parent.chmod(0o777),
                                        checks.link("web/hits", "../.linked/hits")),
                        refused("^web/hits: it links into .*/.linked: everybody may write to it: chmod o-w it")),
    "dangling-link": (lambda checks: checks.link("web.py", "/nonexistent/web.py"),
                      refused("^web.py: a symbolic link to nothing: fix or remove it$")),
    "dangling-program": (lambda checks: checks.link("web/hits", "nowhere"),
                         refused("^web/hits: a symbolic link to nothing: fix or remove it$")),
    "link-to-itself": (lambda checks: checks.link("web/hits", "hits"), refused("^web/hits: .*symbolic links")),
    "fifo": (lambda checks: os.mkfifo(checks.path / "web.py"), refused("^web.py: neither a file nor a folder")),
    "fifo-as-module": (lambda checks: os.mkfifo(checks.path / "web.so"),
                       refused("^web.so: neither a file nor a folder")),
    "fifo-as-program": (lambda checks: ((checks.path / "web").mkdir(), os.mkfifo(checks.path / "web" / "hits")),
                        refused("^web/hits: neither a file nor a folder: must be an executable file$")),
    "fifo-as-settings": (lambda checks: (os.mkfifo(checks.path / "web.conf"), checks.program("web/hits", "echo ok")),
                         refused("^web.*neither a file nor a folder")),
    "endless-file": (lambda checks: checks.link("web.py", "/dev/zero"),
                     refused("^web.py: neither a file nor a folder")),
    "folder-as-python": (lambda checks: (checks.path / "web.py").mkdir(), refused("^web.py: a folder: put a file")),
    "empty-folder": (lambda checks: (checks.path / "web").mkdir(),
                     refused("^web: it holds no check: put executable files")),
    "large-python": (lambda checks: checks.python("web", "#" * (2 << 20)), refused("^web.py: 2097152 bytes: must be")),
    "python-without-checks": (python("HITS = 1\n"), refused("^web.py: .*no function in it")),
    "python-with-wrong-syntax": (python("def hits(:\n"), refused("^web.py: web.py line 1: SyntaxError: ")),
    "python-that-crashes": (python("import ctypes\nctypes.string_at(0)\ndef hits():\n    return 1\n"),
                            refused("^web.py: listing its functions: killed by signal 11")),
    "wrong-settings": (lambda checks: (checks.conf("web", "interval = 1m\n\nintervall = 2m\n"),
                                       checks.program("web/hits", "echo ok")),
                       refused('^web.*line 3: setting "intervall": must be label, interval, timeout or arguments')),
    "wrong-interval": (lambda checks: (checks.conf("web", "[hits]\ninterval = soon\n"),
                                       checks.program("web/hits", "echo ok")),
                       refused('^web.*line 2: interval "soon": must be a duration')),
    "wrong-query": (lambda checks: checks.write("web.promql", "hits\n"), refused("^web.promql: line 1")),
}


@pytest.mark.parametrize("make, expected", BAD.values(), ids=BAD)
def test_it_costs_its_own_shield_and_nothing_else(checks, shields, mark, make, expected):
    before = quiet_descriptors(shields)
    with Witness(shields, OTHERS):
        make(checks)
        expected(shields)
        count = runs(shields)
        if shields.get(PATH).status == 200:  # the check keeps running, and so do others
            eventually(lambda: runs(shields) >= count + 2)
            expected(shields)
        for name in os.listdir(checks.path):
            if name.startswith("web"):
                checks.remove(name)
        eventually(lambda: shields.get("/services/").json() == ["other", "web"])
        eventually(lambda: shields.get(PATH).status == 404)
    assert_nothing_is_left(shields, mark, before)


# ---- files without a shield of their own: the log reports them ----

@pytest.mark.parametrize("name", ["bad name.py", "-web.py", "w\u00e9b.py", "web..py", "w" * 250 + ".conf", "web*.so",
                                  "web\n.py", "web.txt"])
def test_a_file_name_that_is_not_a_service_name(checks, shields, mark, name):
    before = quiet_descriptors(shields)
    with Witness(shields, OTHERS):
        checks.python("probe", "def hits():\n    return 1\n").rename(checks.path / name)
        seen = re.escape(name.partition("\n")[0])
        line = shields.wait_for_line(f"{re.escape(str(checks.path))}/{seen}")
        assert "must be" in line or "there is no" in line, line
        assert "warning" in line
    assert shields.get("/services/").json() == ["other", "web"]
    assert_nothing_is_left(shields, mark, before)


@pytest.mark.parametrize("name", ["-hits", "a b", "hits_", "h" * 64, "caf\u00e9"])
def test_a_file_name_that_is_not_a_check_name(checks, shields, name):
    checks.program(f"web/{name}", "echo ok")
    checks.program("web/good", "echo good")
    shields.becomes("/_/web/good/", "good", "green")
    code, out, _ = run_command("check-list", checks_dir=checks.path)
    assert code == 1 and len([line for line in out.splitlines() if line.startswith("refused")]) == 1
    assert 'must be letters, digits' in out
    assert "good" in shields.get("/services/web/").json()


@pytest.mark.parametrize("name", [".hidden.py", "_common.py", "__pycache__/x", ".web/hits", "_web/hits"])
def test_names_with_a_leading_dot_or_underscore_are_not_checks(checks, shields, name):
    checks.program(name, "exit 1")
    checks.program("web/hits", "echo ok")
    shields.becomes(PATH, "ok", "green")
    assert shields.get("/services/").json() == ["other", "web"]
    assert not [line for line in shields.lines if "checks" in line and "warning" in line]


# ---- files that everybody may write to ----

def test_a_folder_of_checks_that_everybody_may_write_to_is_refused(checks, responder):
    checks.program("web/hits", f"{checks.note('ran')}; echo ok")
    checks.path.chmod(0o777)
    shields = responder(checks_dir=checks.path)
    line = shields.wait_for_line(f"{checks.path}: everybody may write to it: chmod o-w it, or set "
                                 "SHIELD_CHECKS_WRITABLE=allow")
    assert "warning" in line
    assert shields.get(PATH).status == 404
    assert checks.noted() == []
    checks.path.chmod(0o755)
    shields.becomes(PATH, "ok", "green")
    checks.path.chmod(0o757)
    eventually(lambda: shields.get(PATH).status == 404)


def test_files_that_everybody_may_write_to_run_if_that_is_allowed(checks, responder):
    checks.program("web/hits", "echo ok").chmod(0o777)
    checks.python("db", "import _common\ndef size():\n    return 1\n").chmod(0o666)
    checks.write("_common.py", "", 0o666)
    (checks.path / "web").chmod(0o777)
    checks.path.chmod(0o777)
    shields = responder(checks_dir=checks.path, checks_writable="allow")
    shields.becomes(PATH, "ok", "green")
    shields.becomes("/_/db/size/", "1", "orange")


@ROOT_ONLY
def test_a_config_map_is_not_writable_though_its_mode_says_so(checks):
    """Mounts the folder as the kubelet does: read-only, with mode 0777."""
    checks.program("web/hits", "echo ok")
    checks.python("db", "import _common\ndef size():\n    return 1\n")
    checks.write("_common.py", "", 0o666)
    (checks.path / "web").chmod(0o777)
    checks.path.chmod(0o777)
    mount = f"mount --bind {checks.path} {checks.path} && mount -o remount,ro,bind {checks.path}"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    ran = subprocess.run(["unshare", "-m", "sh", "-c", f"{mount} && exec {BINARY} check-list"], text=True,
                         env={**ENVIRONMENT, "SHIELD_CHECKS_DIR": str(checks.path)}, capture_output=True)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["db/size", "web/hits"]


# ---- unreadable files ----

@pytest.fixture
def restrained(checks, folder, responder):
    """Like `responder`, but without root's right to ignore modes."""
    command = [BINARY]
    if os.geteuid() == 0:
        rights = "-dac_override,-dac_read_search"
        command = ["setpriv", "--bounding-set", rights, "--inh-caps", rights, BINARY]
    address = f"unix:{folder}/restrained.sock"
    return lambda: responder(checks_dir=checks.path, command=command, listen=address, SHIELD_LISTEN=address)


@pytest.mark.parametrize("name, reason", [
    ("web", "^web: Permission denied: make it readable with chmod$"),
    ("web.py", "^web.py: Permission denied: make it readable with chmod$"),
    ("web.so", "^web.so: Permission denied: make it readable with chmod$")])
def test_an_unreadable_file_is_refused(checks, restrained, name, reason):
    checks.program("other/fine", "echo fine")
    if name == "web":
        checks.program("web/hits", "echo ok")
    else:
        checks.write(name, "def hits():\n    return 1\n")
    (checks.path / name).chmod(0)
    shields = restrained()
    refuses(shields, PATH, reason)
    shields.becomes("/_/other/fine/", "fine", "green")
    if name == "web":
        (checks.path / name).chmod(0o755)
        shields.becomes(PATH, "ok", "green")


def test_an_unreadable_folder_of_checks(checks, restrained):
    checks.program("web/hits", "echo ok")
    checks.path.chmod(0)
    try:
        line = restrained().wait_for_line(f"{checks.path}: Permission denied")
        assert "warning" in line
    finally:
        checks.path.chmod(0o755)


@ROOT_ONLY
@pytest.mark.parametrize("make, expected", [
    (lambda checks: checks.python("web", "def hits():\n    return 1\n").chmod(0o600),
     refused("^web.py: web.py: PermissionError: .*Permission denied")),
    (lambda checks: checks.program("web/hits", "echo ok").chmod(0o700), failed("exit 126", "hits: Permission denied")),
    (lambda checks: checks.module("web", check_module("")).chmod(0o600), failed(".*", "web.so: .*Permission denied")),
], ids=["python", "program", "module"])
def test_a_file_that_the_user_of_checks_may_not_read(checks, shields, make, expected):
    make(checks)
    expected(shields)


# ---- a check that looks at its parent; two checks of one name ----

# Tries to read what /proc has of kube-shields, its parent.
PRYING = """
import json, os
def tried(what):
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "seen"
parent = f"/proc/{os.getppid()}"
seen = {name: tried(lambda: open(f"{parent}/{name}", "rb").read(1)) for name in ("environ", "mem", "maps", "auxv")}
seen["fd"] = tried(lambda: os.listdir(f"{parent}/fd"))
print(json.dumps({"message": "tried", "raw": {"user": os.getuid(), "seen": seen}}))
"""


def test_a_check_of_the_same_user_sees_nothing_of_kube_shields(checks, folder, kubeconfig, responder):
    checks.program("web/hits", PRYING, "/usr/bin/python3 -I")
    address = f"unix:{folder}/same/fastcgi.sock"
    command, user = [BINARY], CHECK_USER
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", BINARY]
        if subprocess.run([*command, "--version"], capture_output=True).returncode != 0:
            pytest.skip(f"{BINARY} is only for root")
    (folder / "same").mkdir()
    (folder / "same").chmod(0o777)
    folder.chmod(0o755)
    os.chmod(kubeconfig, 0o644)
    shields = responder(checks_dir=checks.path, command=command, listen=address, SHIELD_LISTEN=address,
                        SECRET_TOKEN="hunter2")
    shields.becomes(PATH, "tried", "orange")
    assert shields.raw(PATH) == {"user": user, "seen": dict.fromkeys(
        ("environ", "mem", "maps", "auxv", "fd"), "PermissionError")}


def test_if_two_files_have_the_same_check_the_first_runs(checks, responder):
    checks.program("web/hits", "echo program")
    checks.program("web/more", "echo more")
    checks.python("web", "def hits():\n    return 'python'\n\ndef size():\n    return 1\n")
    shields = responder(checks_dir=checks.path)
    shields.becomes(PATH, "python", "orange")
    shields.becomes("/_/web/more/", "more", "green")
    shields.becomes("/_/web/size/", "1", "orange")
    line = shields.wait_for_line(f'{checks.path}/web/hits: web.py already has the check "hits": rename one of them')
    assert "warning" in line
    checks.remove("web.py")
    shields.becomes(PATH, "program", "green")


# ---- many at once ----

def test_many_bad_ones_at_once(checks, shields, mark):
    before = quiet_descriptors(shields)
    with Witness(shields, OTHERS):
        for number in range(10):
            checks.program(f"flood{number}/hits", "head -c 1000000000 /dev/zero")
            checks.program(f"crash{number}/hits", "kill -SEGV $$")
            checks.program(f"hang{number}/hits", "sleep 1000")
            checks.write(f"broken{number}.py", "def (")
        for number in range(10):
            shields.becomes(f"/_/flood{number}/hits/", "too much output", "grey")
            shields.becomes(f"/_/crash{number}/hits/", "killed by signal 11", "grey")
            shields.becomes(f"/_/hang{number}/hits/", "timeout", "grey")
            refuses(shields, f"/_/broken{number}/hits/", "SyntaxError")
        for name in os.listdir(checks.path):
            if not name.startswith("other"):
                checks.remove(name)
        eventually(lambda: shields.get("/services/").json() == ["other", "web"])
    assert_nothing_is_left(shields, mark, before)


@pytest.mark.quiet
def test_ten_thousand_runs_leave_nothing(checks, fake, responder, mark):
    """400 checks each second, a third of them red: half a minute on a fast machine."""
    checks.program("other/fine", "echo fine")
    shields = responder(checks_dir=checks.path, check_interval="1s", check_concurrency=64, check_processes=4000,
                        check_environment=MARK, heartbeat="1h", **{MARK: mark})
    shields.becomes("/_/other/fine/", "fine", "green")
    fake.wait_watched()
    before = quiet_descriptors(shields)
    start = time.monotonic()
    for number in range(400):
        checks.link(f"many/c{number}", ("/bin/true", "/bin/echo", "/bin/false")[number % 3])
    with Witness(shields, {"/_/other/fine/": ("fine", "green")}):
        eventually(lambda: runs(shields) >= 500)
        early = shields.memory()
        eventually(lambda: runs(shields) >= 10_000, timeout=300)
        late = shields.memory()
        checks.remove("many")
        eventually(lambda: metric(shields, 'kube_shields_checks{state="answered"}') == 1)
    print(f"10,000 runs in {time.monotonic() - start:.1f} s, {early >> 10} KiB of memory, then {late >> 10} KiB")
    assert_nothing_is_left(shields, mark, before)
