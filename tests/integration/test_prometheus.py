"""Checks that query Prometheus: a real server, and a scripted one that answers what a real one should not."""

import json
import re

import pytest

import prometheus
from checks_world import fails, run_command
from programs import eventually, free_port
from prometheus import Prometheus, Scripted, scalar

REAL = pytest.mark.skipif(prometheus.missing() is not None, reason=str(prometheus.missing()))
TIME_OUT = 0.3  # seconds, for the tests that wait for a timeout


@pytest.fixture(scope="module")
def real_prometheus(tmp_path_factory):
    with Prometheus(tmp_path_factory.mktemp("prometheus")) as server:
        yield server


@pytest.fixture
def scripted():
    with Scripted() as server:
        yield server


@pytest.fixture
def asking(checks, responder):
    """asking(server, "one: 1\\n…") starts a responder with this text as web.promql, run every second."""
    def start(server, text, **settings):
        checks.write("web.promql", text)
        return responder(**{"checks_dir": checks.path, "prometheus": server and server.url, "check_interval": "1s",
                            **settings})
    return start


def json_of(shields, check):
    return shields.get(f"/_/web/{check}/?format=json").json()


# ---- a real one ----

ANSWERS = [  # query, what is shown, message, color
    ("1", "", "1", "orange"),
    ("vector(0.1 + 0.2)", "", "0.30000000000000004", "orange"),
    ('up{job="web"}', "green == 1, red: up", "up", "green"),
    ("vector(99.9)", "green >= 99.9, yellow >= 99, red: {value:.2f} %", "99.90 %", "green"),
    ("vector(99.899)", "green >= 99.9, yellow >= 99, red: {value:.2f} %", "99.90 %", "yellow"),
    ("vector(98.999)", "green >= 99.9, yellow >= 99, red: {value:.1f} %", "99.0 %", "red"),
    ("2", "red > 2, green < 3", "2", "green"),
    ("2", "red != 2, #abc <= 2: {value:.0f}", "2", "#abc"),
    ("2", "red > 2", "2", "orange"),
    ("1536 * 1024 * 1024", "blue: {value:bytes}", "1.5 GiB", "blue"),
    ("3 * 86400 + 4 * 3600", "blue: up {value:duration}", "up 3d 4h", "blue"),
    ("0.0042", "blue: {value:duration}", "4ms", "blue"),
    ('up{job="web"}', "{{{job}} {nobody}.", None, None),
    ('up{job="web"}', ": {{{job}} {nobody}.", "{web} .", "orange"),
    ('count by (job) (up{job="web"})', "blue: {value} of {job}", "1 of web", "blue"),
    ("1 / 0", "red > 1e300: {value:.2f}", "+Inf", "red"),
    ("-1 / 0", "red > 1: {value:bytes}", "-Inf", "orange"),
    ("0 / 0", "green, red: {value}", None, None),
    ("0 / 0", "green: {value}", "no data", "grey"),
    ("nothing_has_this_name", "green: {value}", "no data", "grey"),
    ("sum(nothing_has_this_name) or vector(0)", "green == 0: none", "none", "green"),
    ("1 + \\\n 1 + \\\n\t1", "green == 3", "3", "green"),
    ('count(up{job=~"w.b|%41&+ü#"})', "green == 1", "1", "green"),
]


def rows(answers):
    return [(f"check-{number}", *row) for number, row in enumerate(answers) if row[-1] is not None]


def as_file(checks):
    return "".join(f"{name}: {query}\n" + (f"    {shown}\n" if shown else "") for name, query, shown, *_ in checks)


@REAL
def test_values_thresholds_and_formats(asking, real_prometheus):
    checks = rows(ANSWERS)
    shields = asking(real_prometheus, as_file(checks))
    for name, *_, message, color in checks:
        shields.becomes(f"/_/web/{name}/", message, color)


@REAL
@pytest.mark.parametrize("query, shown", [row[:2] for row in ANSWERS if row[-1] is None])
def test_refused_queries(checks, query, shown):
    checks.write("web.promql", f"one: {query}\n    {shown}\n")
    code, output, _ = run_command("check-list", checks_dir=checks.path)
    assert code == 1
    assert re.fullmatch(rf"refused: {checks.path}/web\.promql: line 2: .*must be .*\n", output)


@REAL
def test_the_json_has_value_labels_and_query(asking, real_prometheus):
    shields = asking(real_prometheus, 'one: up{job="web"}\nnone: nothing_has_this_name\nendless: 1 / 0\n')
    shields.becomes("/_/web/one/", "1", "orange")
    labels = {"__name__": "up", "job": "web", "instance": f"127.0.0.1:{real_prometheus.port}"}
    assert shields.raw("/_/web/one/") == {"value": 1, "labels": labels, "query": 'up{job="web"}'}
    answer = json_of(shields, "one")
    assert (answer["failure"], answer["mistake"], answer["isError"]) == (None, None, False)
    shields.becomes("/_/web/none/", "no data", "grey")
    assert shields.raw("/_/web/none/") == {"value": None, "labels": {}, "query": "nothing_has_this_name"}
    assert json_of(shields, "none")["isError"] is False
    shields.becomes("/_/web/endless/", "+Inf", "orange")
    assert shields.raw("/_/web/endless/")["value"] == "+Inf"


@REAL
def test_mistakes_of_a_query_name_file_and_line(asking, real_prometheus):
    shields = asking(real_prometheus, """
        # each of these is a mistake
        several: label_replace(vector(1), "a", "b", "", "") or vector(2)

        parse: sum(up
        matrix: up[5m]
        text: "a"
        function: \\
            frobnicate(up)
        execution: up * on (job) group_left prometheus_http_requests_total
    """)
    for check, line, reason in [
            ("several", 2, r"returns 2 series: must return one; aggregate them"),
            ("parse", 4, r"HTTP 400: bad_data: .*parse error"),
            ("matrix", 5, r"a range of values"),
            ("text", 6, r"returns a string: must return a number"),
            ("function", 7, r"bad_data: .*frobnicate"),
            ("execution", 9, r"HTTP 422: execution: ")]:
        fails(shields, f"/_/web/{check}/", "query error", rf"^web\.promql line {line}: .*{reason}")


@pytest.mark.long
@REAL
def test_a_prometheus_that_stops_costs_its_own_shields_and_comes_back(checks, folder, fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    checks.write("web.promql", 'one: up{job="web"}\n    green == 1: up')
    checks.program("other/hits", f"{checks.note('ran')}; echo fine")
    with Prometheus(folder) as server:
        shields = responder(checks_dir=checks.path, prometheus=server.url, check_interval="1s")
        shields.becomes("/_/web/one/", "up", "green")
    fails(shields, "/_/web/one/", "unreachable", r"^web\.promql line 1: GET /api/v1/query: .*[Cc]onnect")
    ran = len(checks.noted())
    eventually(lambda: len(checks.noted()) > ran + 1)
    assert shields.shield("/_/other/hits/") == ("fine", "green")
    assert shields.shield("/_/web/health/") == ("2/2 (0 restarts)", "green")
    with Prometheus(folder, port=server.port):
        shields.becomes("/_/web/one/", "up", "green")
        shields.wait_for_line("web/one: answers again")
    # Logged once when it begins, not every second, although the time in the message differs.
    assert len(re.findall("web/one: .* [Cc]onnect", shields.stderr)) == 1, shields.stderr


@REAL
def test_check_run_and_cgi_ask_it_too(checks, real_prometheus, cgi):
    checks.write("web.promql", 'one: up{job="web"}\n    green == 1: up\nwrong: sum(\n')
    settings = {"checks_dir": checks.path, "prometheus": real_prometheus.url}
    code, output, errors = run_command("check-run", "web", "one", **settings)
    assert (code, errors) == (0, "")
    assert re.match(rf"Prometheus, {checks.path}/web\.promql\none: up\ncolor: green\ntook: \d+ ms\nraw: {{", output)
    code, output, errors = run_command("check-run", "web", "wrong", **settings)
    assert (code, errors) == (1, "")
    assert re.search(r"^failed: web\.promql line 3: HTTP 400: bad_data: .*parse error", output, flags=re.MULTILINE)
    assert cgi("/_/web/one/", **settings).title == "one: up"


# ---- settings ----

def test_without_a_prometheus_its_checks_say_what_to_set(asking, checks):
    checks.program("other/hits", "echo fine")
    shields = asking(None, "one: 1\n")
    fails(shields, "/_/web/one/", "misconfigured", r"^web\.promql line 1: SHIELD_PROMETHEUS is not set$")
    shields.becomes("/_/other/hits/", "fine", "green")


def test_the_query_arrives_as_it_was_written(asking, checks, scripted):
    query = 'sum(rate(x{a="ü",b=~"[^/]+?&%41#;\'"}[5m])) + 1'
    checks.conf("web", "[one]\ntimeout = 1500ms\nlabel = first")
    shields = asking(scripted, f"one: {query}\n", prometheus=f"{scripted.url}/under/a/prefix")
    shields.becomes("/_/web/one/", "1", "orange")
    path, asked, headers = scripted.requests[0]
    assert (path, asked) == ("/under/a/prefix/api/v1/query", {"query": query, "timeout": "1500ms"})
    assert headers["Accept"] == "application/json"
    assert "Authorization" not in headers
    assert json_of(shields, "one")["label"] == "first"


def test_the_token_is_read_at_each_query(asking, folder, scripted):
    token = folder / "token"
    token.write_text("first\n")
    shields = asking(scripted, "one: 1\n", prometheus_token=token)

    def sent(words):
        return any(headers.get("Authorization") == f"Bearer {words}" for _, _, headers in scripted.requests)
    eventually(lambda: sent("first"))
    token.write_text("second")
    eventually(lambda: sent("second"))
    token.unlink()
    fails(shields, "/_/web/one/", "misconfigured", rf"^web\.promql line 1: token file {token}: can't be read: No such file")
    token.write_text("third\nX-Injected: yes\n")
    eventually(lambda: "must be one token of visible ASCII on one line" in json_of(shields, "one")["failure"])
    assert shields.shield("/_/web/one/") == ("misconfigured", "grey")
    token.write_text("fourth")
    eventually(lambda: sent("fourth"))
    shields.becomes("/_/web/one/", "1", "orange")
    assert not any("X-Injected" in headers for _, _, headers in scripted.requests)
    assert not any(word in shields.stderr for word in ("first", "second", "third", "fourth"))


def test_a_refusal_says_whether_there_was_a_token(asking, folder, scripted):
    token = folder / "token"
    token.write_text("wrong")

    def answer(path, query, headers):
        if headers.get("Authorization") == "Bearer right":
            return 200, scalar(1), {}
        return 401 if query["query"] == "1" else 403, "Unauthorized\n", {"Content-Type": "text/plain"}
    scripted.answer = answer
    shields = asking(scripted, "one: 1\ntwo: 2\n", prometheus_token=token)
    fails(shields, "/_/web/one/", "HTTP 401", r"^web\.promql line 1: GET /api/v1/query: HTTP 401, with a token$")
    fails(shields, "/_/web/two/", "HTTP 403", r"^web\.promql line 2: GET /api/v1/query: HTTP 403, with a token$")
    token.write_text("right")
    shields.becomes("/_/web/one/", "1", "orange")
    shields.becomes("/_/web/two/", "1", "orange")


def test_a_refusal_without_a_token_says_so(asking, scripted):
    scripted.say(401, "{}")
    shields = asking(scripted, "one: 1\n")
    fails(shields, "/_/web/one/", "HTTP 401", r"HTTP 401, without a token$")


def test_over_tls_it_is_verified_by_the_given_certificates(checks, certificates, folder):
    checks.write("web.promql", "one: 1\n    green == 1: fine\n")
    ca = folder / "ca.crt"
    ca.write_bytes((certificates / "ca.crt").read_bytes())

    def run(server, **settings):
        code, output, _ = run_command("check-run", "web", "one", checks_dir=checks.path, prometheus=server.url,
                                      **settings)
        return code, output
    with Scripted(certificates) as server:
        code, output = run(server, prometheus_ca=ca)
        assert code == 0 and "\none: fine\n" in output, output
        for settings in ({}, {"prometheus_ca": certificates / "other-ca.crt"}):
            code, output = run(server, **settings)
            assert code == 1 and re.search(r"^failed: web\.promql line 1: .*certificate", output, re.MULTILINE), output
        code, output = run(server, prometheus_ca=folder / "absent.crt")
        assert code == 1 and "\none: misconfigured\n" in output and "absent.crt" in output, output
        assert len(server.requests) == 1


# ---- answers that a real server does not give ----

def series(count):
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"pod": f"web-{number}"}, "value": [0, "1"]} for number in range(count)]}})


NONSENSE = [  # status, body, message, reason
    (200, "<!DOCTYPE html><title>Sign in</title>", "bad answer", "not JSON: "),
    (200, "", "bad answer", "not JSON: it ends too early"),
    (200, scalar(1)[:-2], "bad answer", "not JSON: it ends too early"),
    (200, "[" * 10000 + "]" * 10000, "bad answer", "not JSON: "),
    (200, "[1]", "bad answer", "not a JSON object"),
    (200, "{}", "bad answer", "status is neither success nor error"),
    (200, '{"status":"success"}', "bad answer", "resultType is neither vector nor scalar"),
    (200, '{"status":"success","data":{"resultType":"scalar","result":[1,2]}}', "bad answer", "scalar has no value"),
    (200, '{"status":"success","data":{"resultType":"vector","result":[7]}}', "bad answer", "series has no value"),
    (200, b'{"status":"success\xff"}', "bad answer", "not JSON: "),
    (200, scalar(1) + " " * (2 << 20), "bad answer", "more than|larger"),
    (200, '{"status":"error","errorType":"timeout","error":"query timed out"}', "query error", "timeout: query timed"),
    (200, series(3000), "query error", "returns 3000 series"),
    (302, "", "HTTP 302", "HTTP 302"),
    (404, "404 page not found\n", "HTTP 404", "GET /api/v1/query: HTTP 404$"),
    (503, '{"status":"error","errorType":"unavailable","error":"starting"}', "HTTP 503", "unavailable: starting"),
    (500, "{" * 100000, "HTTP 500", "HTTP 500"),
]


def test_invalid_output_costs_its_own_shield_and_is_quoted(asking, scripted):
    def answer(path, query, headers):
        number = int(query["query"])
        if number == len(NONSENSE):
            return 200, scalar("7"), {}
        status, body, *_ = NONSENSE[number]
        return status, body, {"Location": f"{scripted.url}/elsewhere"} if status == 302 else {}
    scripted.answer = answer
    checks = "".join(f"check-{number}: {number}\n" for number in range(len(NONSENSE) + 1))
    shields = asking(scripted, checks)
    for number, (_, _, message, reason) in enumerate(NONSENSE):
        failure = fails(shields, f"/_/web/check-{number}/", message, reason)
        assert failure.startswith(f"web.promql line {number + 1}: "), failure
        assert len(failure.encode()) < 512
    shields.becomes(f"/_/web/check-{len(NONSENSE)}/", "7", "orange")
    assert not any(path == "/elsewhere" for path, _, _ in scripted.requests)


@pytest.mark.parametrize("bytes_of_answer, message, reason", [
    (b"", "unreachable", "Empty reply"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", "unreachable", "bytes remaining"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "bad answer", "HTTP/0.9"),
    (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400000, "bad answer", "header line is too long|[Ll]arge"),
], ids=["closed", "cut-off", "another-protocol", "endless-header"])
def test_an_answer_that_is_not_http(checks, scripted, bytes_of_answer, message, reason):
    checks.write("web.promql", "one: 1\n")
    scripted.answer = lambda *_: bytes_of_answer
    code, output, errors = run_command("check-run", "web", "one", checks_dir=checks.path, prometheus=scripted.url)
    assert (code, errors) == (1, "")
    assert f"\none: {message}\n" in output
    assert re.search(rf"^failed: web\.promql line 1: GET /api/v1/query: .*({reason})", output, re.MULTILINE), output


def test_a_slow_server_times_out_and_other_checks_go_on(asking, checks, scripted):
    checks.conf("web", f"timeout = {int(TIME_OUT * 1000)}ms")
    checks.program("other/hits", f"{checks.note('ran')}; echo fine")
    scripted.open.clear()
    shields = asking(scripted, "".join(f"check-{number}: {number}\n" for number in range(8)), check_concurrency=2)
    for number in range(8):
        fails(shields, f"/_/web/check-{number}/", "timeout", rf"^web\.promql line {number + 1}: .*timed? ?out")
    shields.becomes("/_/other/hits/", "fine", "green")
    scripted.open.set()
    shields.becomes("/_/web/check-7/", "1", "orange")


def test_a_warning_is_shown_as_a_mistake(asking, scripted):
    scripted.say(200, scalar(1).replace('"data"', '"warnings": ["one store did not answer"], "data"'))
    shields = asking(scripted, "one: 1\n")
    shields.becomes("/_/web/one/", "1", "orange")
    assert json_of(shields, "one")["mistake"] == "web.promql line 1: Prometheus warns: one store did not answer"


def test_no_server_at_the_address(checks):
    checks.write("web.promql", "one: 1\n")
    code, output, _ = run_command("check-run", "web", "one", checks_dir=checks.path,
                                  prometheus=f"http://127.0.0.1:{free_port()}")
    assert code == 1 and "\none: unreachable\n" in output
