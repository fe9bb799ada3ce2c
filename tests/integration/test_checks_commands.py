"""Custom checks without a schedule: run by hand, and as a CGI program; and settings that are refused."""

import os
import re
import time

import pytest

from checks_world import check_module, left_behind, run_command
from programs import eventually

WRONG = [("check-interval", value) for value in ("0s", "999ms", "25h", "30", "soon")]
WRONG += [("check-timeout", value) for value in ("0s", "99ms", "11m", "x")]
WRONG += [("check-concurrency", value) for value in ("0", "65", "-1", "four")]
WRONG += [("check-memory", value) for value in ("0", "15Mi", "2Ti", "much")]
WRONG += [("check-processes", value) for value in ("0", "-1", "9999999")]
WRONG += [("checks-writable", value) for value in ("yes", "Allow")]
WRONG += [("check-environment", value) for value in ("A=B", "1A", "A-B", "GOOD BAD!", "PATH", "TZ HOME", "KUBE_SHIELDS_CHECK")]
WRONG += [("prometheus", value) for value in ("localhost:9090", "http://localhost:9090/", "ftp://localhost", "http://")]


@pytest.fixture
def run(checks):
    """run("check-run", "web", "hits") returns (exit code, stdout, stderr) of the command in the test's folder."""
    return lambda *words, **settings: run_command(*words, **{"checks_dir": checks.path, **settings})


# ---- check-run ----

def test_check_run_prints_the_result_as_the_schedule_would_get_it(checks, run):
    path = checks.program("web/hits", "echo '{\"message\": \"42\", \"color\": \"green\", \"raw\": [1, 2]}'")
    code, out, errors = run("check-run", "web", "hits")
    assert (code, errors) == (0, "")
    assert re.fullmatch(rf"program, {path}\nhits: 42\ncolor: green\ntook: \d+ ms\nraw: \[1,2\]\n", out), out


@pytest.mark.parametrize("name, text, head, expected", [
    ("web.py", "def hits():\n    return {'status': 1, 'label': 'up'}\n", "Python", "up: 1"),
    ("web.py", "def hits():\n    return 1 / 0\n", "Python",
     "failed: web.py line 2: ZeroDivisionError: division by zero"),
    ("web.py", "def hits():\n    return {'status': 1, 'color': 'greenish'}\n", "Python", 'mistake: color "greenish": '),
    ("web/hits", "#!/bin/sh\necho late\nexit 2\n", "program", "hits: late\ncolor: red"),
    ("web/hits", "#!/bin/sh\nexit 77\n", "program", "hits: exit 77\ncolor: grey"),
    ("web/hits", "#!/bin/sh\nsleep 1000\n", "program", "failed: still running after 300 ms"),
    ("web/hits", "#!/bin/sh\necho 'what it said' >&2\nexit 1\n", "program", "hits: exit 1\ncolor: grey"),
    ("web/hits", "#!/usr/bin/python3\nimport nothere\n", "program",
     "failed: exit 1: ModuleNotFoundError: No module named 'nothere'\n"
     "standard error: Traceback (most recent call last):\nstandard error:   File "),
    ("web.promql", "hits: up\n", "Prometheus", "failed: web.promql line 1: SHIELD_PROMETHEUS is not set"),
])
def test_check_run_reports_every_mistake(checks, run, name, text, head, expected):
    checks.write(name, text, 0o755)
    # A check that ends by itself has enough time.
    code, out, errors = run("check-run", "web", "hits", check_timeout="300ms" if "300 ms" in expected else "20s")
    assert (code, errors) == (int("failed: " in out), "")
    assert out.startswith(f"{head}, {checks.path}/{name}\n") and f"\n{expected}" in out, out


def test_check_run_prints_a_long_stderr_in_full(checks, run):
    checks.program("web/hits", r"printf 'one\n\n\033[1mtwo' >&2; echo well")
    code, out, _ = run("check-run", "web", "hits")
    assert code == 0 and out.endswith("\nstandard error: one\nstandard error: \nstandard error:  [1mtwo\n"), out
    checks.program("web/hits", "echo once >&2; exit 5")
    code, out, _ = run("check-run", "web", "hits")
    assert code == 1 and out.endswith("\nfailed: exit 5: once\n"), out
    checks.program("web/hits", "seq 1 250 >&2; echo well")
    code, out, _ = run("check-run", "web", "hits")
    assert code == 0 and out.endswith("\nstandard error: 100\nstandard error: 150 more lines\n"), out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs checks as somebody else")
@pytest.mark.parametrize("mode, said", [(0o700, "exit 126: .*"), (0o711, "exit 2: .*")])
def test_an_unreadable_check_names_the_user_that_may_not_read_it(checks, run, mode, said):
    checks.program("web/hits", "echo ok").chmod(mode)
    assert run("check-list")[0] == 0
    code, out, _ = run("check-run", "web", "hits", check_user=None)
    assert code == 1
    assert re.search(rf"^failed: {said}Permission denied, for the user nobody \(SHIELD_CHECK_USER\)$", out,
                     flags=re.MULTILINE), out


def test_a_check_that_is_denied_another_file_names_no_user(checks, run):
    checks.program("web/hits", "echo 'ssh: Permission denied (publickey).' >&2; exit 255")
    assert "\nfailed: exit 255: ssh: Permission denied (publickey).\n" in run("check-run", "web", "hits")[1]


def test_a_missing_kit_names_its_setting(checks, run, folder):
    checks.program("web/hits", "echo 1")
    code, out, _ = run("check-run", "web", "hits", check_kit=folder)
    assert code == 1 and f"SHIELD_CHECK_KIT: {folder}/run-check: No such file or directory" in out, out


def test_check_run_uses_settings_sandbox_and_flags(checks, run):
    checks.module("web", check_module(
        'snprintf(check->message, sizeof check->message, "%s %s", check->arguments[0], getenv("GIVEN"));',
        "#include <stdlib.h>"))
    checks.conf("web", "[hits]\nlabel = visitors\narguments = 'a b'\n")
    code, out, _ = run_command("check-run", "--checks", checks.path, "--check-environment", "GIVEN", "web", "hits",
                               GIVEN="yes", SECRET="no")
    assert code == 0 and "\nvisitors: a b yes\n" in out, out
    checks.program("db/user", "id -u; pwd; env")
    _, out, _ = run("check-run", "db", "user", SECRET="no", check_user=None)
    assert "SECRET" not in out
    assert os.geteuid() != 0 or "\nuser: 65534\n" in out


@pytest.mark.parametrize("words, code, said", [
    ([], 2, "a service and a check"), (["web"], 2, "a service and a check"), (["web", "hits", "x"], 2, "a service and a check"),
    (["web", "none"], 1, '"web" "none": no such check in '), (["none", "hits"], 1, "no such check"),
    (["../..", "hits"], 1, "no such check"), (["web", "../hits"], 1, "no such check"),
    (["web", "plain"], 1, "/web/plain: not executable: chmod +x it"),
    (["web", "health"], 1, '/web/health: "health" is the automatic check: rename it'),
    (["bad", "hits"], 1, "/bad.py: bad.py line 1: SyntaxError: "),
    (["--nonsense"], 2, "unknown option"), (["--check-timeout", "0s", "web", "hits"], 2, "must be"),
])
def test_check_run_says_in_one_line_why_it_runs_nothing(checks, run, words, code, said):
    checks.program("web/hits", "echo ok")
    checks.program("web/health", "echo ok")
    checks.write("web/plain", "text\n")
    checks.python("bad", "def (\n")
    seen, out, errors = run("check-run", *words)
    assert (seen, out) == (code, "") and len(errors.splitlines()) == 1 and said in errors, errors


def test_check_run_asks_no_python_file_of_another_service(checks, run):
    checks.program("web/hits", "echo ok")
    checks.python("hangs", f"import os, time\nos.system({checks.note('asked')!r})\ntime.sleep(1000)\n")
    assert run("check-run", "web", "hits")[0] == 0
    assert checks.noted() == []


def test_check_run_with_a_relative_folder(checks, run):
    checks.program("web/hits", "echo ok")
    relative = os.path.relpath(checks.path)
    assert run("check-run", "--checks", relative, "web", "hits")[:1] == (0,)


# ---- check-list ----

def test_check_list_prints_found_and_refused_checks(checks, run):
    checks.program("web/hits", "echo ok")
    checks.python("web", "def size():\n    return 1\n\ndef health():\n    return 2\n")
    checks.module("db", check_module(""))
    checks.write("db.promql", "rows: sum(rows)\n")
    checks.conf("db", "[rows]\ninterval = 90s\n[hits]\ninterval = 1500ms\n")
    code, out, errors = run("check-list")
    assert (code, errors) == (1, "")
    words = [line.split(None, 1) for line in out.splitlines()]
    assert [name for name, _ in words] == ["db/hits", "db/rows", "web/hits", "web/size", "refused:"]
    for line, (sort, every, file) in zip(out.splitlines(), [
            ("C module", "1500ms", "db.so"), ("Prometheus", "90s", "db.promql"), ("program", "30s", "web/hits"),
            ("Python", "30s", "web.py")]):
        assert re.search(rf"  {sort} +every {every}, {checks.path}/{file}$", line), line
    assert out.splitlines()[-1] == (f"refused: {checks.path}/web.py: \"health\" is the automatic check: "
                                    "rename it")


def test_check_list_succeeds_if_nothing_is_refused(checks, run):
    assert run("check-list") == (0, f"{checks.path}: no checks\n", "")
    checks.program("web/hits", "echo ok")
    code, out, _ = run("check-list")
    assert code == 0 and "refused" not in out
    assert run("check-list", "web")[0] == 2
    assert run("check-list", "--check-interval", "1ms")[0] == 2


def test_check_list_of_a_missing_folder(run, checks):
    code, out, _ = run("check-list", checks_dir=f"{checks.path}/absent")
    assert (code, out) == (1, f"refused: {checks.path}/absent: No such file or directory\n")


# ---- settings ----

@pytest.mark.parametrize("by", ["flag", "environment"])
@pytest.mark.parametrize("name, value", WRONG)
def test_a_wrong_setting_stops_the_start_in_one_line(folder, kubeconfig, name, value, by):
    variable = "SHIELD_" + name.upper().replace("-", "_")
    settings = {"KUBECONFIG": kubeconfig, "listen": f"unix:{folder}/socket"}
    code, out, errors = (run_command(f"--{name}", value, **settings) if by == "flag" else
                         run_command(**settings, **{variable: value}))
    assert (code, out) == (2, "") and len(errors.splitlines()) == 1, errors
    assert (f"--{name}" if by == "flag" else variable) in errors and "must be" in errors


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the user of checks")
def test_an_unknown_user_stops_the_start_in_one_line(folder, kubeconfig):
    code, _, errors = run_command(KUBECONFIG=kubeconfig, listen=f"unix:{folder}/socket", check_user="no-such-user")
    assert code == 1 and len(errors.splitlines()) == 1
    assert 'SHIELD_CHECK_USER "no-such-user": must be' in errors


# ---- as a CGI program ----

def test_a_cgi_request_runs_the_check_that_it_names_and_no_other(checks, cgi, fake):
    for name in ("web/hits", "web/other", "db/hits", "db/size"):
        checks.program(name, f"{checks.note(name)}; echo ok")
    response = cgi("/_/web/hits/?format=json", checks_dir=checks.path)
    assert response.status == 200 and response.json()["message"] == "ok" and response.json()["failure"] is None
    assert checks.noted() == ["web/hits"]
    assert fake.count("nodes", "*") == 0
    assert cgi("/c/size/?format=text", checks_dir=checks.path).text == "size: ok\n"
    assert checks.noted() == ["web/hits", "db/size"]
    cgi("/a/d/hits/", checks_dir=checks.path)
    assert checks.noted() == ["web/hits", "db/size", "db/hits"]


@pytest.mark.parametrize("path", ["/", "/services/", "/services/web/", "/_/web/health/", "/_/web/none/", "/ping",
                                  "/readyz"])
def test_a_cgi_request_that_names_no_check_runs_none(checks, cgi, fake, path):
    fake.deployment("web", namespace="shop", replicas=2)
    checks.program("web/hits", f"{checks.note('ran')}; echo ok")
    response = cgi(path, checks_dir=checks.path)
    assert response.status == (404 if "none" in path else 200)
    assert checks.noted() == []
    if path == "/services/web/":
        assert "hits" in response.json()


@pytest.mark.parametrize("make", ["python", "module"])
def test_a_cgi_request_runs_each_kind_of_check(checks, cgi, make):
    if make == "python":
        checks.python("web", "def hits():\n    return 7\n")
    else:
        checks.module("web", check_module('snprintf(check->message, sizeof check->message, "7");'))
    assert cgi("/_/web/hits/?format=text", checks_dir=checks.path).text == "hits: 7\n"


def test_a_cgi_request_with_a_namespace_asks_kubernetes_too(checks, cgi, fake):
    fake.deployment("web", namespace="shop", replicas=2)
    checks.program("web/hits", "echo \"in $KUBE_SHIELDS_NAMESPACES\"")
    assert cgi("/_/shop/web/hits/?format=text", checks_dir=checks.path).text == "hits: in shop\n"
    assert cgi("/_/blog/web/hits/", checks_dir=checks.path).status == 404


def test_a_cgi_request_gives_the_check_its_namespaces(checks, cgi, fake):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("web", namespace="blog", replicas=2)
    checks.program("web/hits", "echo \"in $KUBE_SHIELDS_NAMESPACES\"")
    assert cgi("/_/web/hits/?format=text", checks_dir=checks.path).text == "hits: in blog shop\n"
    assert cgi("/c/hits/?format=text", checks_dir=checks.path).text == "hits: in blog shop\n"


@pytest.mark.parametrize("trouble", ["silence", "hang-up"])
def test_a_cgi_request_runs_its_check_without_kubernetes(checks, cgi, fake, trouble):
    fake.fault("*", "*", trouble, times=None)
    checks.program("web/hits", "echo ok")
    assert cgi("/_/web/hits/?format=text", checks_dir=checks.path, cgi_timeout="8s").text == "hits: ok\n"


@pytest.mark.long
def test_a_cgi_request_for_several_services_has_those_that_answer(checks, cgi):
    checks.program("web/hits", "echo '{\"message\": 1, \"color\": \"green\"}'")
    checks.python("db", "def hits():\n    return 2\n")
    checks.python("hangs", "import time\ntime.sleep(1000)\n")
    response = cgi("/c/hits/?format=text", checks_dir=checks.path, cgi_timeout="8s")
    assert response.text == "hits: 3\n", response


def test_a_cgi_request_ends_within_its_deadline(checks, cgi):
    mark = os.urandom(8).hex()
    checks.program("web/hits", f"{checks.note('ran')}; sleep 1000 & setsid sleep 1000 & wait")
    start = time.monotonic()
    response = cgi("/_/web/hits/?format=json", checks_dir=checks.path, cgi_timeout="2s",
                   check_environment="KUBE_SHIELDS_TEST", KUBE_SHIELDS_TEST=mark)
    assert time.monotonic() - start >= 2  # and less than the timeout of run_cgi()
    assert (response.json()["message"], response.json()["color"]) == ("timeout", "grey")
    assert checks.noted() == ["ran"]
    eventually(lambda: not left_behind(mark), message=lambda: left_behind(mark))


def test_a_cgi_request_waits_for_no_python_file_of_another_service(checks, cgi):
    checks.program("web/hits", "echo ok")
    checks.python("slow", "import time\ntime.sleep(60)\n")
    # run_cgi() fails after less than 60 s.
    assert cgi("/_/web/hits/?format=text", checks_dir=checks.path, cgi_timeout="60s").text == "hits: ok\n"
    response = cgi("/_/slow/hits/?raw", checks_dir=checks.path, cgi_timeout="1s")
    assert (response.status, response.json()) == (
        503, {"error": "slow.py: listing its functions: no answer within the time of the request"})
    assert "web" in cgi("/services/", checks_dir=checks.path, cgi_timeout="1s").json()


def test_a_cgi_request_for_a_refused_check_says_why(checks, cgi):
    checks.write("web/hits", "#!/bin/sh\n")
    response = cgi("/_/web/hits/?raw", checks_dir=checks.path)
    assert response.status == 503
    assert response.json() == {"error": "web/hits: not executable: chmod +x it"}
