"""Custom checks as kube-shields-checks(7) promises them: which files are checks, and what their shields show."""

import http.server
import json
import re
import threading
import time

import pytest

from checks_world import PLUGINS, answer, check_module, fails, metric, refuses
from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
NEED_PLUGINS = pytest.mark.skipif(not PLUGINS.is_dir(), reason="apt install monitoring-plugins-basic")


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


@pytest.fixture
def local_http():
    """The port of a small HTTP server."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"hello\n")

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


# ---- Python ----

def test_a_python_function_is_a_check(checks, responder):
    checks.python("web", """
        import math

        def hits():
            return 42

        def uptime():
            return {"label": "up", "status": "3 days", "color": "green", "since": [1, 2.5, None]}

        def silent():
            return {"more": 1}

        def _helper():
            return 1
    """)
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/hits/", "42", "orange")
    shields.becomes("/_/web/uptime/", "3 days", "green")
    shields.becomes("/_/web/silent/", "misconfigured", "orange")
    assert shields.raw("/_/web/hits/") == 42
    assert shields.raw("/_/web/uptime/") == {"label": "up", "status": "3 days", "color": "green",
                                             "since": [1, 2.5, None]}
    assert shields.get("/_/web/hits/").title == "hits: 42"
    assert shields.get("/_/web/uptime/").title == "up: 3 days"
    assert shields.get("/services/web/").json() == ["hits", "silent", "uptime"]


ANCESTORS = '''
import datetime
import json

from kube_shields import snowflake

TICKETS = {"open": 3, "closed": 39}


def total(tickets):
    return sum(tickets.values())


@snowflake
def tickets():
    """Raw value: shown as it is."""
    return total(TICKETS)


@snowflake
def open_tickets():
    color = "red" if TICKETS["open"] > 10 else "yellow"
    return {"label": "open tickets", "status": "{} of {}".format(TICKETS["open"], total(TICKETS)), "color": color}


@snowflake
def today():
    return datetime.date(2018, 6, 1)
'''


def test_files_of_0_0_6_run_unchanged(checks, responder):
    checks.write("desk.py", ANCESTORS)
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/desk/tickets/", "42", "orange")
    shields.becomes("/_/desk/open_tickets/", "3 of 42", "yellow")
    shields.becomes("/_/desk/today/", "2018-06-01", "orange")
    assert shields.get("/_/desk/open_tickets/").title == "open tickets: 3 of 42"
    assert shields.get("/services/desk/").json() == ["open_tickets", "tickets", "today"]
    assert shields.get("/_/desk/total/").status == 404


def test_a_python_exception_is_the_reason(checks, responder):
    checks.python("web", """
        def broken():
            number = 0
            return 1 / number
    """)
    checks.python("worse", "def broken(:\n    pass\n")
    shields = responder(checks_dir=checks.path)
    reason = "web.py line 3: ZeroDivisionError: division by zero"
    fails(shields, "/_/web/broken/", reason, f"^{reason}$")
    refuses(shields, "/_/worse/broken/", "worse.py line 1: SyntaxError: ")


# ---- C modules ----

def test_an_exported_function_is_a_check(checks, responder):
    checks.module("web", check_module(
        'snprintf(check->message, sizeof check->message, "%s %s %d", check->service, check->arguments[1],'
        ' check->argument_count);\n    check->label = "of C"; check->color = "#3b7"; check->raw = "[1, {\\"a\\": 2}]";',
        "int _helper(void);\nint _helper(void) { return 1; }\n"
        "static int unused(void) { return 2; }\nint (*_use)(void) = unused;"))
    checks.conf("web", "[hits]\narguments = one 'two and three'\n")
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/hits/", "web two and three 2", "#3b7")
    assert shields.raw("/_/web/hits/") == [1, {"a": 2}]
    assert shields.get("/_/web/hits/").title == "of C: web two and three 2"
    assert shields.get("/services/web/").json() == ["hits"]


def test_a_module_that_returns_a_number_failed(checks, responder):
    checks.module("web", check_module('snprintf(check->message, sizeof check->message, "no disk"); return 1;'))
    fails(responder(checks_dir=checks.path), "/_/web/hits/", "no disk", "^no disk$")


# ---- programs ----

@pytest.mark.parametrize("body, shown, raw", [
    ("echo '{\"message\": \"42\", \"color\": \"green\"}'", ("42", "green"), {"message": "42", "color": "green"}),
    ("echo '{\"status\": 42, \"raw\": [1, 2]}'", ("42", "orange"), [1, 2]),
    ("echo '{\"message\": \"late\"}'; exit 2", ("late", "red"), {"message": "late"}),
    ("echo 'all well | time=0.5s;1;2 size=6B'; echo more", ("all well", "green"), None),
    ("echo 'so so'; exit 1", ("so so", "yellow"), None),
    ("echo 'down'; exit 2", ("down", "red"), None),
    ("echo 'who knows'; exit 3", ("who knows", "grey"), None),
    ("exit 2", ("critical", "red"), None),
], ids=["json", "json-raw", "json-exit", "perfdata", "warning", "critical", "unknown", "silent"])
def test_a_program_is_a_check(checks, responder, body, shown, raw):
    checks.program("web/hits", body)
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/hits/", *shown)
    if raw is not None:
        assert shields.raw("/_/web/hits/") == raw
    assert answer(shields, "/_/web/hits/")["failure"] is None


def test_performance_data_is_in_the_json(checks, responder):
    checks.program("web/hits", "echo 'all well | time=0.5s;1;2 size=6B'; echo more")
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/hits/", "all well", "green")
    raw = shields.raw("/_/web/hits/")
    assert (raw["exit"], raw["message"], raw["long"]) == (0, "all well", "more")
    assert "0.5" in json.dumps(raw["perfdata"]) and "size" in json.dumps(raw["perfdata"])


@NEED_PLUGINS
def test_real_monitoring_plugins_by_a_link_and_by_two_lines(checks, responder, local_http):
    checks.link("site/http", PLUGINS / "check_http")
    checks.link("site/dummy", PLUGINS / "check_dummy")
    checks.program("site/home", f"exec {PLUGINS}/check_http -H 127.0.0.1 -p {local_http} -s hello")
    checks.program("site/other", f"exec {PLUGINS}/check_http -H 127.0.0.1 -p {local_http} -s 'good bye'")
    checks.program("site/disk", f"exec {PLUGINS}/check_disk -w 0% -c 0% -p /")
    checks.conf("site", f"""
        interval = 5m

        [http]
        label = front page
        arguments = -H 127.0.0.1 -p {local_http}

        [dummy]
        arguments = 1 "so so"
    """)
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/site/dummy/", "WARNING: so so", "yellow")
    for check in ("http", "home"):
        eventually(lambda: shields.shield(f"/_/site/{check}/")[1] == "green", message=lambda: shields.stderr)
        assert shields.shield(f"/_/site/{check}/")[0].startswith("HTTP OK: HTTP/1.0 200 OK")
        assert "time" in json.dumps(shields.raw(f"/_/site/{check}/")["perfdata"])
    assert shields.get("/_/site/http/").title.startswith("front page: HTTP OK")
    eventually(lambda: shields.shield("/_/site/other/")[1] == "red")
    assert shields.shield("/_/site/other/")[0].startswith("HTTP CRITICAL")
    eventually(lambda: shields.shield("/_/site/disk/")[1] == "green")
    assert shields.shield("/_/site/disk/")[0].startswith("DISK OK")
    assert "/" in json.dumps(shields.raw("/_/site/disk/")["perfdata"])


@pytest.mark.parametrize("name, text, message, reason", [
    ("no-interpreter", "#!/nonexistent/shell\n", "exit 127", "interpreter"),
    ("no-first-line", "echo 42\n", "exit 126", "no #! line"),
    ("exit", "#!/bin/sh\necho 'what it said' >&2\nexit 5\n", "exit 5", "^exit 5: what it said$"),
    ("signal", "#!/bin/sh\nkill -SEGV $$\n", "killed by signal 11", "Segmentation"),
    ("no-json", "#!/bin/sh\necho '{nope}'\n", "no JSON", "^output is not JSON: .* at byte 2"),
    ("json-and-exit", "#!/bin/sh\necho '{\"message\": 1}'\nexit 4\n", "exit 4", "^exit 4"),
    ("hang", "#!/bin/sh\nsleep 1000\n", "timeout", "^still running after 400 ms"),
])
def test_a_failure_says_its_cause(checks, responder, name, text, message, reason):
    checks.write("web/hits", text, 0o755)
    # A check that ends by itself has enough time, so it runs once.
    shields = responder(checks_dir=checks.path, check_timeout="400ms" if name == "hang" else "20s")
    fails(shields, "/_/web/hits/", message, reason)
    assert shields.get("/_/web/hits/").status == 200
    assert answer(shields, "/_/web/hits/")["isError"] is True


# ---- settings of a check ----

def test_settings_hold_for_all_checks_and_for_one(checks, responder):
    checks.program("web/fast", f"{checks.note('fast')}; echo $# \"$1\" \"$2\"")
    checks.program("web/slow", f"{checks.note('slow')}; echo $#")
    checks.program("web/hung", "sleep 1000")
    checks.conf("web", """
        # for all of web
        interval = 1h
        arguments = of-all

        [fast]
        interval = 1s
        label = quick one
        arguments = -H 'a b' --expect "200 OK" \\'$HOME\\'
        ; another comment
        [hung]
        timeout = 200ms
    """)
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/fast/", "5 -H a b", "green")
    shields.becomes("/_/web/slow/", "1", "green")
    fails(shields, "/_/web/hung/", "timeout", "after 200 ms")
    assert shields.get("/_/web/fast/").title == "quick one: 5 -H a b"
    eventually(lambda: checks.noted().count("fast") >= 3)
    assert checks.noted().count("slow") == 1


# ---- what is shown ----

@pytest.fixture
def shop(checks, fake, web):
    """A Kubernetes service with checks, and two services that Kubernetes does not have."""
    fake.deployment("api", namespace="blog", replicas=1)
    checks.program("web/hits", "echo '{\"message\": 1, \"color\": \"green\"}'")
    checks.program("web-2/hits", "echo '{\"message\": 2, \"color\": \"yellow\"}'")
    checks.program("queue/hits", "echo '{\"message\": 4, \"color\": \"red\"}'")
    checks.program("queue/waiting", "echo '{\"message\": \"none\"}'")
    checks.program("api/version", "echo 'seven'")


@pytest.fixture
def shown(checks, shop, responder):
    shields = responder(checks_dir=checks.path)
    eventually(lambda: metric(shields, 'kube_shields_checks{state="answered"}') == 5)
    return shields


def test_a_service_need_not_exist_in_kubernetes(shown):
    assert shown.get("/services/").json() == ["api", "queue", "web", "web-2"]
    assert shown.get("/services/queue/").json() == ["hits", "waiting"]
    assert shown.get("/services/web/").json() == ["health", "version", "replicas", "restarts", "age", "state", "hits"]
    assert shown.get("/services/nobody/").status == 404
    assert shown.shield("/_/queue/hits/") == ("4", "red")
    assert shown.get("/_/queue/health/").status == 404
    assert shown.get("/_/queue/nothing/").status == 404
    assert shown.shield("/_/web/health/") == HEALTHY


def test_the_page_has_the_checks(shown):
    page = shown.get("/").text
    for path in ("/_/queue/hits/", "/_/queue/waiting/", "/_/shop/web/hits/", "/_/shop/web/health/",
                 "/_/blog/api/version/"):
        assert page.count(f'<a href="{path}">') == 1, path
    row = re.search(r'<tr><th scope="row">queue</th>.*?</tr>', page, flags=re.DOTALL)[0]
    assert "health" not in row and 'alt="hits: 4"' in row


def test_formats(shown):
    before = time.time()
    response = shown.get("/_/queue/hits/?format=json").json()
    assert {name: response[name] for name in ("label", "message", "color", "raw", "failure", "mistake")} == {
        "label": "hits", "message": "4", "color": "red", "raw": {"message": 4, "color": "red"}, "failure": None,
        "mistake": None}
    assert before - 20 <= response["ran"] <= time.time() and 0 <= response["age"] < 20
    assert 0 <= response["took_ms"] < 10000 and response["isError"] is False
    assert shown.get("/_/queue/hits/?format=text").text == "hits: 4\n"
    assert shown.get("/_/queue/hits/?format=shields").json()["schemaVersion"] == 1
    assert shown.get("/_/queue/hits/").type == "image/svg+xml"


@pytest.mark.parametrize("path, shown_as", [
    ("/a/web/hits/", ("3", "yellow")), ("/a/web-/hits/", ("2", "yellow")), ("/a/q/hits/", ("4", "red")),
    ("/n/shop/hits/", ("1", "green")), ("/c/hits/", ("7", "red")), ("/c/waiting/", ("none", "orange"))])
def test_several_services_are_one_shield(shown, path, shown_as):
    assert shown.shield(path) == shown_as


def test_a_sum_has_each_services_own_json(shown):
    raw = shown.raw("/a/web/hits/")
    assert raw["services"] == {"web": {"message": 1, "color": "green"}, "web-2": {"message": 2, "color": "yellow"}}
    assert (raw["status"], raw["color"]) == ("3", "yellow")
    assert shown.get("/n/blog/hits/").status == 404
    assert shown.get("/c/nothing/").status == 404


def test_a_sum_has_them_all_or_says_that_it_is_too_long(checks, responder):
    def have_answered(*services):
        for service in services:
            checks.program(f"{service}/hits", """echo '{"raw": "'$(head -c 60000 /dev/zero | tr '\\0' x)'"}'""")
        eventually(lambda: metric(shields, 'kube_shields_checks{state="answered"}') == len(list(checks.path.iterdir())))

    shields = responder(checks_dir=checks.path)
    services = [f"web-{number}" for number in range(12)]
    have_answered(*services)
    assert shields.raw("/a/web/hits/")["services"] == dict.fromkeys(services, "x" * 60000)
    have_answered(*(f"web-more-{number}" for number in range(60)))
    answer = shields.get("/a/web/hits/?raw")
    assert (answer.status, answer.json()) == (500, {"error": "too long: the JSON of all services is larger than 4 MiB"})
    assert shields.get("/a/web/hits/").status == 200


def test_a_namespace_in_the_path_must_have_the_service(shown):
    assert shown.shield("/_/shop/web/hits/") == ("1", "green")
    assert shown.get("/_/blog/web/hits/").status == 404
    assert shown.get("/_/shop/queue/hits/").status == 404


def test_a_check_named_like_an_automatic_one_takes_its_place(shown):
    assert shown.shield("/_/api/version/") == ("seven", "green")
    assert shown.shield("/_/blog/api/version/") == ("seven", "green")
    assert shown.get("/_/web/version/").status == 200
    assert shown.shield("/_/web/version/")[0] != "seven"
    assert shown.get("/services/api/").json().count("version") == 1


def test_health_is_refused_with_a_warning_that_names_the_file(checks, responder, web):
    checks.program("web/health", "echo 'fine'")
    checks.python("db", "def health():\n    return 1\n\ndef size():\n    return 2\n")
    shields = responder(checks_dir=checks.path)
    for file in ("web/health", "db.py"):
        line = shields.wait_for_line(re.escape(f"{checks.path}/{file}: "))
        assert '"health" is the automatic check: rename it' in line and "warning" in line, line
    shields.becomes("/_/db/size/", "2", "orange")
    assert shields.shield("/_/web/health/") == HEALTHY
    assert shields.get("/_/db/health/").status == 404


def test_a_mistake_is_reported_and_the_rest_is_shown(checks, responder):
    checks.program("web/hits", "echo '{\"message\": 1, \"color\": \"greenish\"}'")
    shields = responder(checks_dir=checks.path)
    shields.becomes("/_/web/hits/", "1", "orange")
    response = answer(shields, "/_/web/hits/")
    assert response["mistake"].startswith('color "greenish": ') and response["failure"] is None


def test_the_json_of_a_refused_check_says_why(checks, responder):
    checks.write("web/hits", "#!/bin/sh\n")
    reason = "web/hits: not executable: chmod +x it"
    shields = responder(checks_dir=checks.path)
    fails(shields, "/_/web/hits/", "refused", f"^{reason}$".replace("+", r"\+"))
    response = shields.get("/_/web/hits/?format=json")
    assert (response.status, response.json()) == (503, {
        "label": "hits", "message": "refused", "color": "grey", "isError": True, "age": 0, "raw": None, "ran": None,
        "took_ms": None, "failure": reason, "mistake": None, "error": reason})


def test_starting_until_it_has_run(checks, responder):
    checks.program("web/hits", f"while ! [ -e {checks.notes}/go ]; do sleep 0.01; done; echo went")
    shields = responder(checks_dir=checks.path)
    eventually(lambda: shields.get("/_/web/hits/").status == 503)
    assert shields.shield("/_/web/hits/")[0] == "starting"
    assert shields.shield("/c/hits/")[0] == "starting"
    response = answer(shields, "/_/web/hits/")
    assert response["error"] == "starting: the check has not run yet" and response["failure"] is None
    (checks.notes / "go").touch()
    shields.becomes("/_/web/hits/", "went", "green")
