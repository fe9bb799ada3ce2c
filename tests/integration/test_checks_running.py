"""Custom checks as kube-shields-checks(7) promises them: when they run, what they see, how changes are noticed."""

import os
import pwd
import re

import pytest

from checks_world import Checks, answer, check_module, metric, refuses, runs
from programs import eventually

SEEN = ("Uid", "Gid", "Groups", "NoNewPrivs", "CapEff")


# ---- changes ----

def test_new_changed_and_removed_files_are_noticed(checks, responder):
    shields = responder(checks_dir=checks.path, check_interval="1h")
    checks.program("web/hits", "echo one")
    checks.python("db", "def size():\n    return 1\n")
    shields.becomes("/_/web/hits/", "one", "green")
    shields.becomes("/_/db/size/", "1", "orange")
    checks.program("web/hits", "echo two; exit 1")
    checks.python("db", "def size():\n    return 2\n\ndef rows():\n    return 3\n")
    shields.becomes("/_/web/hits/", "two", "yellow")
    shields.becomes("/_/db/size/", "2", "orange")
    shields.becomes("/_/db/rows/", "3", "orange")
    checks.conf("web", "[hits]\nlabel = visitors\n")
    eventually(lambda: shields.get("/_/web/hits/").title == "visitors: two")
    checks.remove("web.conf")
    eventually(lambda: shields.get("/_/web/hits/").title == "hits: two")
    checks.python("db", "def rows():\n    return 3\n")
    eventually(lambda: shields.get("/_/db/size/").status == 404)
    checks.remove("web")
    eventually(lambda: shields.get("/_/web/hits/").status == 404)
    checks.remove("db.py")
    eventually(lambda: shields.get("/services/").json() == [])


def test_a_recompiled_module_is_noticed(checks, responder):
    hits = check_module('snprintf(check->message, sizeof check->message, "%d", NUMBER);')
    checks.module("web", hits, "-DNUMBER=1")
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "1", "orange")
    checks.module("web", hits, "-DNUMBER=2")
    shields.becomes("/_/web/hits/", "2", "orange")


def test_the_target_of_a_link_is_watched(checks, responder):
    (checks.top / "outside").mkdir()
    outside = Checks(checks.top / "outside")
    checks.link("web/hits", outside.program("script", "echo one"))
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "one", "green")
    outside.program("script", "echo two")
    shields.becomes("/_/web/hits/", "two", "green")


class ConfigMap:
    """A folder as the kubelet mounts it: ..data links to a folder of files, and is replaced as a whole."""

    def __init__(self, path, files):
        self.path, self.generation = path, 0
        path.mkdir(parents=True, exist_ok=True)
        self.swap(files)
        for name in files:
            (path / name).symlink_to(f"..data/{name}")

    def swap(self, files):
        old, self.generation = self.path / f"..{self.generation}", self.generation + 1
        folder = self.path / f"..{self.generation}"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o555)
        (self.path / "..data_tmp").symlink_to(folder.name)
        (self.path / "..data_tmp").rename(self.path / "..data")
        for name in set(os.listdir(self.path)) - set(files):
            if not name.startswith("..") and (self.path / name).is_symlink():
                (self.path / name).unlink()
        for name in files:
            if self.generation > 1 and not (self.path / name).is_symlink():
                (self.path / name).symlink_to(f"..data/{name}")
        if old.is_dir():
            for file in old.iterdir():
                file.unlink()
            old.rmdir()


def test_a_mounted_config_map_is_swapped(checks, responder):
    mounted = ConfigMap(checks.path, {"web.py": "def hits():\n    return 1\n"})
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "1", "orange")
    for number in (2, 3, 4):
        mounted.swap({"web.py": f"def hits():\n    return {number}\n"})
        shields.becomes("/_/web/hits/", str(number), "orange")
    mounted.swap({"web.py": "def hits():\n    return 5\n", "db.py": "def size():\n    return 6\n",
                  "web.conf": "[hits]\nlabel = visitors\n"})
    shields.becomes("/_/db/size/", "6", "orange")
    eventually(lambda: shields.get("/_/web/hits/").title == "visitors: 5")
    mounted.swap({"db.py": "def size():\n    return 7\n"})
    shields.becomes("/_/db/size/", "7", "orange")
    eventually(lambda: shields.get("/_/web/hits/").status == 404)


def test_a_config_map_of_programs_is_swapped(checks, responder):
    mounted = ConfigMap(checks.path / "web", {"hits": "#!/bin/sh\necho 1\n"})
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "1", "green")
    for number in (2, 3, 4):
        mounted.swap({"hits": f"#!/bin/sh\necho {number}\n", "more": "#!/bin/sh\necho more\n"})
        shields.becomes("/_/web/hits/", str(number), "green")
    shields.becomes("/_/web/more/", "more", "green")
    assert shields.get("/services/web/").json() == ["hits", "more"]


@pytest.mark.parametrize("before", ["never", "once"])
def test_a_folder_that_comes_later_is_noticed(checks, responder, before):
    folder = checks.path / "later"
    if before == "once":
        folder.mkdir()
    shields = responder(checks_dir=folder, check_interval="1h")
    if before == "once":
        folder.rmdir()
        shields.wait_for_line(re.escape(f"no custom checks: {folder} does not exist"))
    folder.mkdir()
    (folder / "web.py").write_text("def hits():\n    return 1\n")
    shields.becomes("/_/web/hits/", "1", "orange")


def test_a_fixed_helper_is_noticed(checks, responder):
    checks.write("_common.py", "def broken(:\n")
    checks.python("calc", "from _common import number\n\ndef hits():\n    return number\n")
    shields = responder(checks_dir=checks.path, check_interval="1h")
    refuses(shields, "/_/calc/hits/", "SyntaxError")
    checks.write("_common.py", "number = 42\n")
    shields.becomes("/_/calc/hits/", "42", "orange")


def test_python_files_that_hang_delay_no_change(checks, responder):
    for number in range(8):
        checks.python(f"hangs{number}", "import time\ntime.sleep(1000)\n")
    checks.program("web/hits", "echo one")
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "one", "green")
    checks.program("web/more", "echo more")
    checks.program("web/hits", "echo two")
    shields.becomes("/_/web/more/", "more", "green", timeout=8)
    shields.becomes("/_/web/hits/", "two", "green", timeout=8)


# ---- the schedule ----

def test_no_more_run_at_once_than_are_allowed(checks, responder):
    for number in range(8):
        checks.program(f"web/c{number}", f"{checks.note('+')}; sleep 0.2; {checks.note('-')}; echo ok")
    shields = responder(checks_dir=checks.path, check_concurrency=3, check_interval="1s")
    eventually(lambda: runs(shields) >= 24)
    running = most = 0
    for event in checks.noted():
        running += 1 if event == "+" else -1
        most = max(most, running)
    assert most == 3


@pytest.mark.long
def test_runs_are_spread_over_the_interval(checks, responder):
    """The first run starts at once, the others at their own phase of the interval. Five checks should be spread so that
    no gap is longer than a quarter of it. A check's phase is taken from the run that the machine delayed least."""
    interval, count = 2.0, 5
    for number in range(count):
        checks.program(f"web/c{number}", f"date +%s.%N >>{checks.notes}/c{number}; echo ok")
    responder(checks_dir=checks.path, check_interval="2s")

    def later_runs(number):
        return [float(time) for time in checks.noted(f"c{number}")[1:]]
    eventually(lambda: all(len(later_runs(number)) >= 4 for number in range(count)), timeout=40)

    def least_delayed(times):
        # Differences from the first run, modulo the interval.
        return (times[0] + min((time - times[0] + interval / 2) % interval - interval / 2 for time in times)) % interval
    times = sorted(least_delayed(later_runs(number)) for number in range(count))
    gaps = [later - earlier for earlier, later in zip(times, times[1:] + [times[0] + interval])]
    assert max(gaps) < 0.45 * interval, gaps


def test_a_request_never_runs_a_check(checks, responder):
    checks.program("web/hits", f"{checks.note('ran')}; echo ok")
    shields = responder(checks_dir=checks.path, check_interval="1h")
    shields.becomes("/_/web/hits/", "ok", "green")
    for _ in range(50):
        assert shields.get("/_/web/hits/").status == 200
        assert shields.get("/").status == 200
    assert checks.noted() == ["ran"]


@pytest.mark.long
def test_a_late_answer_shows_its_age_and_is_unknown_in_the_end(checks, responder):
    """Only one check runs at a time, and one that never ends holds up the other."""
    checks.program("a/hits", "echo 42")
    checks.program("b/hangs", f"{checks.note('hangs')}; sleep 1000")
    checks.conf("a", "timeout = 1s\n")
    checks.conf("b", "timeout = 10m\n")
    shields = responder(checks_dir=checks.path, check_concurrency=1, check_interval="1s", unknown_after="2s")
    shields.becomes("/_/a/hits/", "42", "green")
    shown = []
    eventually(lambda: shown.append(shields.shield("/_/a/hits/")) or shown[-1] == ("unknown", "grey"), timeout=30)
    assert answer(shields, "/_/a/hits/")["age"] >= 9
    late = {message for message, _ in shown[:-1]} - {"42"}
    assert late and all(re.fullmatch(r"42 \([789] ?s old\)", message) for message in late), late
    assert {color for _, color in shown[:-1]} == {"green"}
    assert checks.noted() == ["hangs"]
    checks.program("b/hangs", "echo no more")
    shields.becomes("/_/a/hits/", "42", "green")
    shields.becomes("/_/b/hangs/", "no more", "green")


def test_checks_that_hang_leave_a_place_for_others(checks, responder):
    """Two services hang for as long as they may, one for as long as any check may. Others keep running, and the log and
    a metric report it."""
    for number in range(5):
        checks.program(f"hangs/c{number}", f"{checks.note('x', 'hangs')}; sleep 1000")
        checks.program(f"worse/c{number}", f"{checks.note('x', 'worse')}; sleep 1000")
        checks.program(f"slow/c{number}", "sleep 1000")
    for service in ("hangs", "worse"):
        checks.conf(service, "timeout = 10m\ninterval = 1s\n")
    shields = responder(checks_dir=checks.path, check_interval="1s", check_timeout="400ms")
    eventually(lambda: len(checks.noted("hangs")) + len(checks.noted("worse")) == 3)
    checks.program("quick/q", f"{checks.note('quick')}; echo ok")
    eventually(lambda: checks.noted().count("quick") >= 3, timeout=30)
    assert len(checks.noted("hangs")) in (1, 2)
    line = shields.wait_for_line("has waited .* for a place: ")
    assert "warning" in line and re.search(r" (hangs|worse)/c\d$", line), line
    eventually(lambda: metric(shields, "kube_shields_check_queue_seconds") >= 1)
    assert sum("for a place: " in line for line in shields.lines) == 1


@pytest.mark.long
def test_the_end_of_a_late_queue_is_logged(checks, responder):
    checks.program("web/hits", "echo ok")
    checks.program("web/hangs", "sleep 1000")
    shields = responder(checks_dir=checks.path, check_concurrency=1, check_interval="1s", check_timeout="5s")
    checks.conf("web", "[hangs]\ntimeout = 10m\n")
    shields.wait_for_line("web/hits: has waited .* for a place: 1 of 1 are taken, the longest for .* by web/hangs", timeout=30)
    checks.remove("web/hangs")
    shields.wait_for_line("checks: no check waits for a place any more")
    shields.becomes("/_/web/hits/", "ok", "green")
    eventually(lambda: metric(shields, "kube_shields_check_queue_seconds") == 0)


def test_metrics(checks, responder):
    checks.program("web/good", "echo ok")
    checks.program("web/bad", "exit 9")
    checks.write("web/refused", "#!/bin/sh\n", 0o644)
    checks.program("web/waits", "sleep 1000")
    shields = responder(checks_dir=checks.path, check_interval="1h")
    eventually(lambda: runs(shields) == 2)
    for state, count in (("answered", 1), ("failed", 1), ("refused", 1), ("waiting", 1)):
        assert metric(shields, f'kube_shields_checks{{state="{state}"}}') == count, state
    assert metric(shields, "kube_shields_check_failures_total") == 1


def test_a_failure_and_its_end_are_logged_once(checks, responder):
    checks.program("web/hits", f"[ -e {checks.notes}/well ] && echo ok || {{ echo 'no luck' >&2; exit 9; }}")
    shields = responder(checks_dir=checks.path, check_interval="1s")
    eventually(lambda: runs(shields) >= 3)
    (checks.notes / "well").touch()
    shields.wait_for_line("checks: web/hits: answers again")
    shields.becomes("/_/web/hits/", "ok", "green")
    before = runs(shields)
    eventually(lambda: runs(shields) > before)
    lines = [line for line in shields.lines if "web/hits" in line]
    assert len(lines) == 2 and "warning" in lines[0] and "exit 9: no luck" in lines[0], lines


def test_the_number_of_checks_found_is_logged(checks, responder):
    checks.program("web/hits", "echo ok")
    checks.write("web/plain", "no program\n")
    shields = responder(checks_dir=checks.path)
    shields.wait_for_line(re.escape(f"{checks.path}: checks: 1, refused: 1"))
    line = shields.wait_for_line(re.escape(f"{checks.path}/web/plain: not executable: chmod +x it"))
    assert "warning" in line


def test_nothing_is_left_of_checks_when_kube_shields_ends(checks, responder):
    checks.program("web/hits", f"{checks.note('$$')}; sleep 1000 & {checks.note('$!')}; wait")
    shields = responder(checks_dir=checks.path)
    eventually(lambda: len(checks.noted()) == 2)
    shields.stop()
    assert not any(os.path.exists(f"/proc/{number}") for number in checks.noted())


# ---- what a check sees ----

LOOKS = """
import json, os, resource, stat, sys
status = dict(line.rstrip("\\n").split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
environment = dict(word.split("=", 1) for word in open("/proc/self/environ").read().split("\\0") if word)
opened = sorted(int(name) for name in os.listdir("/proc/self/fd"))
limits = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))
          for name in ("AS", "NOFILE", "NPROC", "FSIZE", "CPU", "CORE")}
print(json.dumps({"message": "seen", "raw": {
    "environment": environment, "status": status, "descriptors": opened, "stdin": sys.stdin.read(),
    "pipes": [stat.S_ISFIFO(os.fstat(number).st_mode) for number in (1, 2)], "folder": os.getcwd(),
    "leader": os.getsid(0) == os.getpgrp() == os.getpid(), "limits": limits, "umask": os.umask(0),
    "oom": open("/proc/self/oom_score_adj").read().strip()}}))
"""


def look(shields, path="/_/web/look/"):
    shields.becomes(path, "seen", "orange")
    return shields.raw(path)


def test_environment_and_limits_seen_from_inside(checks, fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("web", namespace="blog", replicas=1)
    checks.program("web/look", LOOKS, shell="/usr/bin/python3 -I")
    shields = responder(checks_dir=checks.path, check_interval="1s", check_memory="256Mi", check_processes=4000,
                        check_environment="GIVEN ABSENT", check_user=None, GIVEN="a b", SECRET="s")
    expected = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/",
                "KUBE_SHIELDS_SERVICE": "web", "KUBE_SHIELDS_CHECK": "look", "KUBE_SHIELDS_NAMESPACES": "blog shop",
                "GIVEN": "a b"}
    eventually(lambda: look(shields)["environment"] == expected, message=lambda: look(shields)["environment"])
    seen = look(shields)
    assert seen["descriptors"] == [0, 1, 2, 3]  # the last one belongs to the listing itself
    assert (seen["stdin"], seen["pipes"], seen["folder"], seen["leader"]) == ("", [True, True], "/", True)
    assert seen["limits"] == {"AS": [256 << 20] * 2, "NOFILE": [256] * 2, "NPROC": [4000] * 2,
                              "FSIZE": [64 << 20] * 2, "CPU": [11, 12], "CORE": [0, 0]}
    assert (seen["umask"], seen["oom"]) == (0o077, "1000")
    status = {name: seen["status"][name].split() for name in SEEN}
    assert status["NoNewPrivs"] == ["1"]
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        assert status["Uid"] == [str(nobody.pw_uid)] * 4 and status["Gid"] == [str(nobody.pw_gid)] * 4
        assert status["Groups"] == [] and int(status["CapEff"][0], 16) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the user of checks")
def test_the_user_of_checks_can_be_chosen(checks, responder):
    checks.program("web/hits", "id -u")
    shields = responder(checks_dir=checks.path, check_user="65533")
    shields.becomes("/_/web/hits/", "65533", "green")


def test_a_service_outside_kubernetes_has_no_namespaces(checks, fake, responder):
    checks.program("queue/look", LOOKS, shell="/usr/bin/python3 -I")
    assert look(responder(checks_dir=checks.path), "/_/queue/look/")["environment"]["KUBE_SHIELDS_NAMESPACES"] == ""


# ---- namespaces at the start ----

NAMESPACES = 'echo "in [$KUBE_SHIELDS_NAMESPACES]"'


def test_the_first_run_knows_the_namespaces(checks, fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    checks.program("web/look", f"{checks.note('ran')}; {NAMESPACES}")
    held = fake.fault("pods", "list", "hold")
    shields = responder(checks_dir=checks.path, check_interval="1h", wait=False)
    eventually(lambda: held.met)
    shields.wait_for_line("checks: 1, refused: 0")
    assert checks.noted() == []
    held.release()
    shields.becomes("/_/web/look/", "in [shop]", "green")
    assert checks.noted() == ["ran"]


def test_a_check_runs_without_kubernetes_and_again_once_it_is_there(checks, fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    for service in ("web", "queue"):
        checks.program(f"{service}/look", f"{checks.note(service)}; {NAMESPACES}")
    away = fake.fault("*", "*", "hang-up", times=None)
    shields = responder(checks_dir=checks.path, check_interval="1h", wait=False)
    shields.becomes("/_/web/look/", "in []", "green", timeout=9)
    shields.becomes("/_/queue/look/", "in []", "green")
    away.clear()
    shields.becomes("/_/web/look/", "in [shop]", "green")
    assert sorted(checks.noted()) == ["queue", "web", "web"]


@pytest.mark.long
def test_checks_do_not_wait_for_a_silent_api_server(checks, fake, responder):
    checks.program("web/look", NAMESPACES)
    fake.fault("*", "*", "silence", times=None)
    shields = responder(checks_dir=checks.path, check_interval="1h", heartbeat="1h", wait=False)
    shields.becomes("/_/web/look/", "in []", "green", timeout=30)
