"""The library as others meet it: installed, found by pkg-config, compiled as C99 and as C++17."""

import os
import re
import shutil
import struct
import subprocess
import sys
import threading

import pytest

import programs
from peers_world import STRANGERS_KEY, write_secrets

sys.path.insert(0, str(programs.ROOT / "lib"))
import abi  # noqa: E402

pytestmark = [pytest.mark.xdist_group("install"), pytest.mark.long]

README = programs.ROOT / "README.md"
PAGE = programs.ROOT / "man" / "libkubeshields.3"
DRIVERS = programs.ROOT / "tests" / "integration" / "drivers"
HEADERS = sorted((programs.ROOT / "include" / "kubeshields").glob("*.h"))
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
C = ["gcc", "-std=c99", "-D_POSIX_C_SOURCE=200809L", *STRICT, "-x", "c"]
CXX = ["g++", "-std=c++17", *STRICT, "-x", "c++"]


def variable(name):
    """A variable of the build's Makefile."""
    found = re.search(rf"^{name} = (.*)$", (programs.BUILD / "Makefile").read_text(), flags=re.MULTILINE)
    return found[1].strip()


class Installed:
    """The files of `make install DESTDIR=`."""

    def __init__(self, folder):
        self.folder = folder
        self.lib = folder / variable("prefix").lstrip("/") / "lib"
        self.install = subprocess.run(["make", "-s", "install", f"DESTDIR={folder}"], cwd=programs.BUILD, text=True,
                                      capture_output=True)
        assert self.install.returncode == 0, self.install.stderr
        self.environment = {**programs.ENVIRONMENT, "LD_LIBRARY_PATH": str(self.lib)}

    def flags(self, *what):
        environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(self.folder),
                       "PKG_CONFIG_PATH": str(self.lib / "pkgconfig")}
        return subprocess.run(["pkg-config", *what, "kubeshields"], env=environment, check=True, capture_output=True,
                              text=True).stdout.split()

    def compile(self, compiler, source, *more):
        program = source.with_suffix(f".{compiler[0]}")
        subprocess.run([*compiler, *more, source, "-x", "none", *variable("SANITIZERS").split(),
                        *self.flags("--cflags", "--libs"), "-pthread", "-o", program], check=True)
        return program

    def run(self, program, *arguments, **environment):
        return subprocess.run([program, *arguments], env={**self.environment, **environment}, capture_output=True,
                              text=True, timeout=60)


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    return Installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def driver(installed, tmp_path):
    """driver("library_follow") compiles it, as C99 by default."""
    def make(name, compiler=C, *more):
        source = tmp_path / f"{name}.c"
        source.write_text((DRIVERS / f"{name}.c").read_text())
        return installed.compile(compiler, source, *more)
    return make


# ---- the headers ----

@pytest.mark.parametrize("compiler", [C, CXX], ids=["C99", "C++17"])
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_every_header_compiles_alone(installed, tmp_path, header, compiler):
    source = tmp_path / "alone.c"
    source.write_text(f"#include <kubeshields/{header.name}>\n#include <kubeshields/{header.name}>\nint main(void);\n")
    subprocess.run([*compiler, "-fsyntax-only", *installed.flags("--cflags"), source], check=True)


def test_headers_include_only_each_other_and_the_standard():
    included = {name for path in HEADERS for name in re.findall(r"#include <(.*)>", path.read_text())}
    assert {name for name in included if not name.startswith("kubeshields/")} == {"stddef.h", "stdint.h", "string.h"}
    assert not [path.name for path in HEADERS if '#include "' in path.read_text()]
    umbrella = (programs.ROOT / "include" / "kubeshields" / "kubeshields.h").read_text()
    assert set(re.findall(r"<kubeshields/(.*)>", umbrella)) == {path.name for path in HEADERS} - {"kubeshields.h"}


def test_pkg_config_hides_no_header_of_others(installed):
    folders = [flag for flag in installed.flags("--cflags") if flag.startswith("-I")]
    assert not [flag for flag in folders if flag.endswith("/kubeshields")]


# ---- the manual page ----

def documented():
    text = PAGE.read_text()
    return set(re.findall(r"^\.F[no] (ks_\w+)", text[:text.index(".Sh DESCRIPTION")], flags=re.MULTILINE))


def test_the_manual_page_documents_every_function_and_no_other():
    declared = set()
    for path in HEADERS:
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.DOTALL)
        declared |= set(re.findall(r"^(?!typedef)[a-z][\w *]*?\b(ks_\w+)\(", text, flags=re.MULTILINE))
    assert documented() == declared
    text = PAGE.read_text()
    described = set(re.findall(r"^\.Fn (ks_\w+)", text[text.index(".Sh DESCRIPTION"):], flags=re.MULTILINE))
    assert described == declared


def example():
    text = re.search(r"^\.Sh EXAMPLES$.*?^\.Bd -literal$\n(.*?)^\.Ed$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)[1]
    return text.replace("\\e", "\\")


@pytest.mark.parametrize("compiler", [C, CXX], ids=["C99", "C++17"])
def test_the_manual_pages_example_is_a_whole_program(installed, tmp_path, fake, kubeconfig, compiler):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("api", namespace="shop", replicas=1).pods[0].set(ready=False, waiting="CrashLoopBackOff")
    source = tmp_path / "example.c"
    source.write_text(example())
    done = installed.run(installed.compile(compiler, source), KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "red shop/api CrashLoopBackOff: 0/1 (0 restarts)",
        "green shop/web Running: 2/2 (0 restarts)",
        "<svg",
        "shop/api is red",
        "shop/web is green",
    ]


def test_the_example_says_why_there_is_no_cluster(installed, tmp_path, fake, kubeconfig):
    source = tmp_path / "example.c"
    source.write_text(example().replace("10000", "300"))
    program = installed.compile(C, source)
    done = installed.run(program, HOME="/nonexistent")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("no cluster: set KUBECONFIG")
    fake.only_namespaces = {"shop"}
    done = installed.run(program, KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stdout) == (1, "") and "pods may not be watched" in done.stderr
    fake.close()
    done = installed.run(program, KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stdout) == (1, "")
    assert "not ready yet" in done.stderr and "onnect" in done.stderr


# ---- the README ----

@pytest.mark.parametrize("compiler", [C, CXX], ids=["C99", "C++17"])
def test_the_readmes_example_is_a_whole_program(installed, tmp_path, fake, kubeconfig, compiler):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("api", namespace="shop", replicas=1).pods[0].set(ready=False)
    source = tmp_path / "readme.c"
    source.write_text(re.search(r"^```c\n(.*?)^```$", README.read_text(), flags=re.MULTILINE | re.DOTALL)[1])
    program = installed.compile(compiler, source)
    done = installed.run(program, KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["red api: 0/1 (0 restarts)", "green web: 2/2 (0 restarts)"]
    done = installed.run(program, HOME="/nonexistent")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("no cluster: set KUBECONFIG")


# ---- promises ----

def altered(tmp_path, header, old, new):
    """The promises of headers, one of them altered."""
    folder = tmp_path / "include" / "kubeshields"
    shutil.copytree(abi.HEADERS, folder)
    text = (folder / header).read_text()
    assert text.count(old) == 1
    (folder / header).write_text(text.replace(old, new))
    return abi.promises(folder)


wide = pytest.mark.skipif(struct.calcsize("P") != 8, reason="lib/libkubeshields.abi is of a 64-bit machine")


@wide
def test_every_promise_is_kept():
    """Something new is promised with `make abi`; what is broken needs another soname."""
    promised = abi.BASELINE.read_text().splitlines()
    assert len(promised) > 100
    assert abi.broken(promised, abi.promises()) == []
    assert sorted(set(abi.promises()) - set(promised)) == [], "not promised yet: make abi"


@wide
@pytest.mark.parametrize("header, old, new", [
    ("cluster.h", "    int64_t heartbeat_ms;", "    int32_t heartbeat_ms, more;"),
    ("badge.h", "    const char *label; ", "    const char *more, *label; "),
    ("error.h", "    KS_ERROR_TIMEOUT,", "    KS_ERROR_LATE, KS_ERROR_TIMEOUT,"),
    ("error.h", "#define KS_ERROR_TEXT_SIZE 512", "#define KS_ERROR_TEXT_SIZE 1024"),
    ("service.h", "int32_t ks_service_ready(", "int64_t ks_service_ready("),
    ("services.h", "size_t ks_services_count(const struct ks_services *services);", ""),
    ("change.h", "void ks_change_function(void *arg, enum", "void ks_change_function(void *arg, int more, enum"),
], ids=["type", "place", "number", "size", "result", "gone", "callback"])
def test_a_promise_that_breaks_is_noticed(tmp_path, header, old, new):
    assert abi.broken(abi.promises(), altered(tmp_path, header, old, new)) != []


@wide
@pytest.mark.parametrize("header, old, new", [
    ("cluster.h", "    int is_strict;\n", "    int is_strict;\n    int64_t more;\n"),
    ("services.h", "void ks_services_free(", "int ks_services_more(int more);\nvoid ks_services_free("),
    ("change.h", "    KS_CHANGE_CLUSTER ", "    KS_CHANGE_MORE = 9, KS_CHANGE_CLUSTER = 3 "),
    ("service.h", "const struct ks_service *service);\n\n/* ---- its health", "const struct ks_service *other);\n\n/* ---- its health"),
], ids=["member", "function", "number", "name"])
def test_additions_break_no_promise(tmp_path, header, old, new):
    assert abi.broken(abi.promises(), altered(tmp_path, header, old, new)) == []


# ---- following ----

class Follower(programs.Program):
    """library_follow, whose standard output is read as it comes."""

    def __init__(self, program, environment):
        super().__init__([program], environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False)

    def until(self, wanted):
        """Reads lines until all of these have come; returns all."""
        seen = []
        while not set(wanted) <= set(seen):
            line = self.process.stdout.readline().decode()
            assert line, f"missing {set(wanted) - set(seen)} in {seen}\n{self.stderr}"
            seen.append(line.rstrip("\n"))
        return seen

    def end(self):
        self.process.stdin.close()
        rest = self.process.stdout.read().decode().splitlines()
        assert self.wait() == 0, self.stderr
        return rest


def test_changes_come_to_a_function_and_through_a_descriptor(installed, driver, fake, kubeconfig):
    web = fake.deployment("web", namespace="shop", replicas=1)
    fake.node("one")
    follower = Follower(driver("library_follow"), {**installed.environment, "KUBECONFIG": str(kubeconfig)})
    both = ("loop", "call (thread)")
    first = follower.until([f"{way} {what}" for way in both for what in ("service shop/web green", "cluster")])
    assert [line for line in first if line.startswith("loop")][:2] == ["loop reset", "loop service shop/web green"]
    seen = [*first]
    web.pods[0].set(ready=False)
    seen += follower.until([f"{way} service shop/web red" for way in both])
    fake.statefulset("db", namespace="shop", replicas=1)
    seen += follower.until([f"{way} service shop/db green" for way in both])
    web.delete()
    seen += follower.until([f"{way} gone shop/web grey" for way in both])
    fake.node("two", ready=False)
    seen += follower.until([f"{way} cluster" for way in both])
    rest = follower.end()
    assert "loop nothing" not in seen + rest
    assert rest[-2:] == ["nodes: 1/2", "left: 0 files, 0 threads, handler 0, subreaper 0"]
    assert re.search(r"^log info kubernetes: http://\S+ ?: synchronised", follower.stderr, flags=re.MULTILINE)


def test_a_cluster_may_be_freed_by_the_function_that_it_calls(installed, driver, fake, kubeconfig):
    fake.deployment("api", namespace="shop", replicas=1)
    fake.deployment("web", namespace="shop", replicas=1)
    done = installed.run(driver("library_freeing"), KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["own thread: 2", "dispatched: 2"]


# ---- the end of the process ----

@pytest.fixture
def secure(installed, fake_tls, folder):
    """secure(program, …) runs it with a cluster on HTTPS that has a service."""
    fake_tls.deployment("web", namespace="shop", replicas=1)
    kubeconfig = fake_tls.write_kubeconfig(folder / "kubeconfig")
    return lambda *command, **environment: installed.run(*command, KUBECONFIG=str(kubeconfig), **environment)


def test_a_process_may_end_at_any_time(driver, secure):
    """OpenSSL cleans up at exit: no thread of ours may use it any more."""
    program = driver("library_exit")
    for milliseconds in [0, 0, 1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 200]:
        done = secure(program, "return", str(milliseconds))
        assert (done.returncode, done.stdout, done.stderr) == (0, "0 threads left\n", ""), milliseconds


@pytest.mark.parametrize("mode, wanted", [
    ("free-in-callback", "0 threads left\n"),
    ("exit-in-callback", "1 threads left\n"),
    ("blocked", "1 threads left\n"),
    ("fork", "0 threads left\n0 threads left\n"),
])
def test_a_process_ends_whatever_its_threads_do(driver, secure, mode, wanted):
    program = driver("library_exit")
    for _ in range(5 if mode == "free-in-callback" else 1):
        # A child cannot see what only its parent's threads point to: that is not a leak.
        done = secure(program, mode, **({"ASAN_OPTIONS": "detect_leaks=0"} if mode == "fork" else {}))
        assert (done.returncode, done.stdout, done.stderr) == (0, wanted, "")


def test_the_library_may_be_unloaded_while_a_thread_ends(installed, driver, secure):
    done = secure(driver("library_unload", C, "-Wl,--as-needed"), installed.lib / "libkubeshields.so")
    assert (done.returncode, done.stdout, done.stderr) == (0, "unloaded 20 times\n", "")


def test_waiting_is_for_nodes_too(installed, driver, fake, kubeconfig):
    fake.deployment("web", namespace="shop", replicas=1)
    fake.node("one")
    program = driver("library_nodes")

    def seen(wait):
        done = installed.run(program, str(wait), KUBECONFIG=str(kubeconfig))
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    held = fake.fault("nodes", "list", "hold")
    timer = threading.Timer(1, held.clear)
    timer.start()
    assert seen(30000) == "nodes: 1/1, 0 short of memory\n"
    timer.join()
    fake.fault("nodes", "*", "status", times=None, code=403)
    assert re.fullmatch(r"forbidden: http://\S+: nodes may not be watched\n", seen(30000))
    fake.clear_faults()
    fake.fault("nodes", "*", "status", times=None, code=500)
    assert re.fullmatch(r"unavailable: http://\S+: nodes are not known yet\n", seen(3000))


def test_a_rollout_within_its_budget_is_yellow_unless_it_is_strict(installed, driver, fake, kubeconfig):
    fake.node("node-1", pressures=["MemoryPressure"])
    steps = fake.deployment("web", namespace="shop", replicas=4).rolling()
    for _ in range(2):
        next(steps)  # the second one takes an old pod away
    program = driver("library_nodes")
    for strict, line in (("0", r"yellow: 3/4 \(rolling out\) \(\)"), ("1", r"red: 3/4 \(0 restarts\) \(\)")):
        done = installed.run(program, "30000", strict, KUBECONFIG=str(kubeconfig))
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(rf"nodes: \d/\d, 1 short of memory\n{line}\n", done.stdout)


def test_a_service_in_doubt_says_why(installed, driver, fake, kubeconfig):
    fake.deployment("odd", namespace="shop", replicas=2).update(lambda one: one["status"].update(readyReplicas=-1))
    done = installed.run(driver("library_nodes"), "30000", "0", KUBECONFIG=str(kubeconfig))
    assert re.search(r"^lightgrey: unknown \([a-z' ]*negative[a-z' ]*\)$", done.stdout, flags=re.MULTILINE), done.stdout


@pytest.mark.parametrize("code, kind", [(403, "forbidden"), (404, "not found")])
def test_a_cluster_without_pods_says_why(installed, driver, fake, kubeconfig, code, kind):
    for plural in ("pods", "cronjobs", "nodes"):
        fake.fault(plural, "*", "status", times=None, code=code)
    done = installed.run(driver("library_nodes"), "30000", KUBECONFIG=str(kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(rf"{kind}: http://\S+: pods may not be watched: list pods: .*HTTP {code}", done.stdout)


def test_the_message_of_a_hostile_server_stays_on_one_line(installed, driver, fake, kubeconfig):
    fake.fault("pods", "*", "status", times=None, code=403, message="first\nsecond\x1b[31mred\x07")
    done = installed.run(driver("library_nodes"), "30000", KUBECONFIG=str(kubeconfig))
    assert re.fullmatch(r"forbidden: http://\S+: pods may not be watched: .*first second \[31mred \n", done.stdout)


# ---- other kube-shields ----

def test_another_kube_shields_is_asked_with_the_secret(installed, driver, world):
    site = world.site("eu")
    site.fake.deployment("web", namespace="shop", replicas=2)
    site.fake.deployment("api", namespace="shop", replicas=1, annotations={"kube-shields.io/label": "API"})
    site.start()
    program = driver("library_peer")
    done = installed.run(program, site.gate.url, world.secret, "web")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"shop/api Deployment green: 1/1 \(0 restarts\), \S+, 1/1 pods", lines[0])
    assert re.fullmatch(r"shop/web Deployment green: 2/2 \(0 restarts\), \S+, 2/2 pods", lines[1])
    assert lines[2:] == ["sum: 3/3 (0 restarts)", "found: 1", "badge: <svg", "status: 404"]
    strangers = write_secrets(world.folder / "strangers", STRANGERS_KEY)
    done = installed.run(program, site.gate.url, strangers, "web")
    assert done.returncode == 1 and done.stdout.startswith("forbidden: peer ")
    site.stop()
    done = installed.run(program, "http://127.0.0.1:1", world.secret, "web")
    assert done.returncode == 1 and done.stdout.startswith("network: peer 127.0.0.1:1: ")


# ---- misuse ----

MISUSE = """\
garbage: invalid: ks_cluster_options: size 11936128518282651045: must be set by ks_cluster_options_init
forgotten: invalid: ks_cluster_options: size 0: must be set by ks_cluster_options_init
negative: invalid: ks_cluster_options.heartbeat_ms -1: must be 0 for the default, or from 100 to 3600000
hasty: invalid: ks_cluster_options.heartbeat_ms 1: must be 0 for the default, or from 100 to 3600000
absurd: invalid: ks_cluster_options.unknown_after_ms 9223372036854775807: must be 0 for the default, or from 1 to 86400000
strict: invalid: ks_cluster_options.is_strict 2: must be 0 or 1
bytes: invalid: ks_cluster_options.object_bytes_max 18446744073709551615: must be 0 for the default, or from 4096 to 1073741824
empty list: invalid: ks_cluster_options.namespaces: an empty list: must be NULL for all, or name some
namespace: invalid: ks_cluster_options.namespaces: …
nothing left: invalid: ks_cluster_options.namespaces: must have one that is not in excluded_namespaces
no kubeconfig: invalid: ks_cluster_options.kubeconfig "": must be NULL for the default, or paths of files
kubeconfig: invalid: kubeconfig "/nonexistent": no such file; must be paths of existing files, separated by ':'
no context: invalid: ks_cluster_options.context "": must be NULL for the current one, or a context
no place: invalid: ks_cluster_new: cluster must not be NULL
no error: none: \n\
wait: invalid: ks_cluster_wait_ready: cluster must not be NULL
services: invalid: ks_cluster_services: cluster must not be NULL
find: invalid: ks_cluster_find: name must not be NULL
nodes: invalid: ks_cluster_nodes: cluster must not be NULL
pressure: invalid: ks_cluster_node_pressure: cluster must not be NULL
dispatch: invalid: ks_cluster_dispatch: cluster must not be NULL
peer services: invalid: ks_peer_client_services: client must not be NULL
peer find: invalid: ks_peer_client_find: client must not be NULL
peer get: invalid: ks_peer_client_get: client must not be NULL
null: "" "" 0 0 0 failed -1 unknown
peer forgotten: invalid: ks_peer_client_options: size 0: must be set by ks_peer_client_options_init
peer none: invalid: ks_peer_client_options: must not be NULL
peer nowhere: invalid: ks_peer_client_options.url: must be set, for example "https://shields.example.org"
peer named: invalid: ks_peer_client_options.url: must begin with https:// or http://
peer schemeless: invalid: ks_peer_client_options.url: must begin with https:// or http://
peer folder: invalid: ks_peer_client_options.ca_file "/": is a folder: must be a readable file
peer secretless: invalid: ks_peer_client_options.secret_file: must be set, for example "/etc/kube-shields/secret"
peer secret: not found: secret file "/nonexistent": no such file; …
peer line: not found: secret file "/none log info x:  [31m\ufffd": no such file; …
peer negative: invalid: ks_peer_client_options.timeout_ms -5: must be 0 for the default, or from 1 to 86400000
peer key: invalid: ks_peer_client_options.certificate_file: must be set, since the other is
secret none: invalid: ks_secret_file_create: path must not be NULL
secret nowhere: system: secret file "": can't be created: …
badge forgotten: invalid: ks_badge_options: size 0: must be set by ks_badge_options_init
badge none: invalid: ks_badge_options: must not be NULL
badge empty: invalid: ks_badge_options.message: must not be NULL; it may be ""
badge logo: invalid: ks_badge_options.logo_width -1: must be from 0 to 1000
badge style: invalid: ks_badge_options.style 99: must be from 0 to 4
badge service: invalid: ks_badge_options_set_service: service must not be NULL
newer: accepted: \n\
newer set: invalid: ks_badge_options: member at byte 80: must be zero, since this library knows only the first 80 bytes
style: -1 -1 unknown
"""


@pytest.mark.parametrize("compiler", [C, CXX], ids=["C99", "C++17"])
def test_misuse_is_an_error_that_says_what_would_be_right(installed, driver, compiler):
    done = installed.run(driver("library_misuse", compiler))
    assert (done.returncode, done.stderr) == (0, "")
    pairs = zip(done.stdout.splitlines(), MISUSE.splitlines(), strict=True)
    assert [seen for seen, wanted in pairs if seen != wanted and
            not (wanted.endswith("…") and seen.startswith(wanted[:-1]))] == []
