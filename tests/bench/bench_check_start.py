#!/usr/bin/env python3
"""Measures the start of one custom check of each sort, with and without run-check alternately; and the cost of a
hundred Python checks, each every 30 s, for a responder.

    KS_BUILD_DIR=build python3 tests/bench/bench_check_start.py [rounds]

It asserts nothing. If it runs as root, checks run as nobody, as in production."""

import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration" / "worlds"))

from checks_world import Checks, check_module, runs  # noqa: E402
from fake_kubernetes import Cluster  # noqa: E402
from programs import BUILD, Responder, eventually  # noqa: E402

KIT = BUILD / "checks"
CHECKS = 100
INTERVAL = 30  # seconds
LIMITS = ["--memory", 512 << 20, "--files", 256, "--processes", 1024, "--file-size", 64 << 20, "--cpu", 11,
          *(["--user", 65534, "--group", 65534] if os.geteuid() == 0 else [])]
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/"}

PYTHON = "def hits():\n    return {'status': 'fine', 'color': 'green'}\n"
MODULE = check_module('    snprintf(check->message, sizeof check->message, "fine");\n    check->color = "green";',
                      "#include <stdio.h>")
# The smallest program that calls a module's function and prints its answer.
CALLER = """
    #include <dlfcn.h>
    #include <stdio.h>
    #include <kube-shields-check.h>

    int main(int count, char **arguments)
    {
        struct kube_shields_check check = {.service = "site"};
        void *module = count > 1 ? dlopen(arguments[1], RTLD_NOW) : NULL;
        int (*hits)(struct kube_shields_check *) = NULL;

        if (module) {
            *(void **)&hits = dlsym(module, "hits");
        }
        return hits && hits(&check) == 0 ? printf("{\\"message\\":\\"%s\\"}\\n", check.message) < 0 : 1;
    }
"""


def run(command, null):
    """Wall-clock and processor time of one run, in seconds."""
    begin = time.perf_counter()
    process = os.posix_spawn(command[0], command, ENVIRONMENT,
                             file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)])
    _, status, usage = os.wait4(process, 0)
    end = time.perf_counter()
    assert status == 0, command
    return end - begin, usage.ru_utime + usage.ru_stime


def commands(checks):
    """{sort: (command without run-check, command with it)}"""
    program = checks.program("web/hits", "echo fine")
    module = checks.module("site", MODULE)
    caller = checks.compile(CALLER)
    python = checks.python("team", PYTHON)
    interpreter = ["/usr/bin/python3", "-I", KIT / "run-python.py", python, "hits"]
    both = {"nothing": (["/bin/true"], ["program", "/bin/true"]),
            "program": ([program], ["program", program]),
            "C module": ([caller, module], ["module", module, "hits"]),
            "Python": (interpreter, ["program", *interpreter])}
    return {sort: [[str(word) for word in words] for words in (bare, [KIT / "run-check", *LIMITS, *guarded])]
            for sort, (bare, guarded) in both.items()}


def compare(both, rounds):
    """Runs the commands alternately, so that other load on the machine affects all alike."""
    times = {sort: ([], []) for sort in both}
    null = os.open(os.devnull, os.O_RDWR)
    for _ in range(rounds):
        for sort, pair in both.items():
            for command, seen in zip(pair, times[sort]):
                seen.append(run(command, null))
    os.close(null)
    print(f"one run, medians of {rounds}, wall clock and (processor), ms; of /bin/true, sh, dlopen, run-python.py:")
    for sort, pair in times.items():
        (bare, bare_cpu), (guarded, guarded_cpu) = (
            (statistics.median(column) * 1000 for column in zip(*seen)) for seen in pair)
        print(f"  {sort:9} without run-check {bare:6.2f} ({bare_cpu:5.2f})   with it {guarded:6.2f} "
              f"({guarded_cpu:5.2f})   ratio {guarded / bare:.2f}, {guarded - bare:+.2f} ms")
    cpu = statistics.median(cpu for _, cpu in times["Python"][1])
    print(f"{CHECKS} Python checks every {INTERVAL} s, estimated from that: "
          f"{100 * cpu * CHECKS / INTERVAL:.1f} % of a core")


def processor_time(program):
    """Processor seconds of a responder, and of all its children that have ended."""
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
    own, children = (sum(int(field) for field in fields[start:start + 2]) / os.sysconf("SC_CLK_TCK")
                     for start in (11, 13))
    return own, children


def measure_responder(checks, folder):
    """Measures for one interval, once each check has run for the first time."""
    shutil.rmtree(checks.path)
    checks.path.mkdir()
    for number in range(CHECKS):
        checks.python(f"team-{number}", PYTHON)
    with Cluster() as cluster:
        kubeconfig = cluster.write_kubeconfig(folder / "kubeconfig")
        shields = Responder(folder, kubeconfig=kubeconfig, other_shields="None", checks_dir=checks.path,
                            check_interval=f"{INTERVAL}s").ready()
        try:
            eventually(lambda: runs(shields) >= CHECKS, 120)
            ran, begin, before = runs(shields), time.monotonic(), processor_time(shields)
            time.sleep(INTERVAL)
            took, after = time.monotonic() - begin, processor_time(shields)
            own, children = (100 * (late - early) / took for early, late in zip(before, after))
            print(f"the same measured, {runs(shields) - ran} runs in {took:.0f} s: {children:.1f} % of a core for "
                  f"checks, {own:.2f} % for kube-shields itself, {shields.memory() / 1e6:.1f} MB resident")
            answer = shields.get("/_/team-0/hits/?format=json").json()
            print(f"one of them: {json.dumps({name: answer[name] for name in ('message', 'took_ms', 'failure')})}")
        finally:
            shields.stop()


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    top = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-bench-"))
    try:
        checks = Checks(top)
        print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.2f}")
        compare(commands(checks), rounds)
        measure_responder(checks, top)
    finally:
        shutil.rmtree(top)


if __name__ == "__main__":
    main()
