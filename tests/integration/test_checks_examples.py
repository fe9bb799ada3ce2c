"""checks/examples/: each one runs as its README says, and shows what it promises."""

import contextlib
import datetime
import http.server
import importlib.util
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

import prometheus
from checks_world import PLUGINS, run_command
from programs import ROOT, eventually, free_port
from prometheus import Prometheus

EXAMPLES = ROOT / "checks" / "examples"
README = EXAMPLES / "README.md"
FILES = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*") if path.is_file())
CHECKS = {"host/backup": "program", "host/disk": "program", "host/load": "program", "queue/waiting": "Python",
          "site/certificate": "C module", "team/deploys": "Python", "web/uptime": "Prometheus"}
DISK = pytest.mark.skipif(not os.access(PLUGINS / "check_disk", os.X_OK),
                          reason=f"{PLUGINS}/check_disk is not there: apt install monitoring-plugins-basic")
HOUR, DAY = 3600, 86400


def copy(checks, *names):
    """Copies examples, given by their paths, with fixed modes instead of those of this checkout."""
    for name in names:
        text = (EXAMPLES / name).read_bytes()
        checks.write(name, text, 0o755 if text.startswith(b"#!") else 0o644)


def compile_line():
    lines = re.findall(r"^ {4}(cc .*)$", README.read_text(), flags=re.MULTILINE)
    assert len(lines) == 1
    return lines[0]


@pytest.fixture(scope="session")
def module(tmp_path_factory):
    """The bytes of site.so, built by the README's command in the examples' folder, with our header instead of pkg-config's."""
    built = tmp_path_factory.mktemp("module") / "site.so"
    line = compile_line().replace("$(pkg-config --cflags kube-shields-check)", f"-I{ROOT}/include")
    line = line.replace("site.so", str(built))
    assert "pkg-config" not in line
    done = subprocess.run(line, shell=True, cwd=EXAMPLES, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return built.read_bytes()


@pytest.fixture
def run(checks):
    """run("host", "load") returns (message, color, raw) of a check that answers, as check-run prints it."""
    def start(service, check, **settings):
        code, output, errors = run_command("check-run", service, check, checks_dir=checks.path, **settings)
        assert (code, errors) == (0, ""), output + errors
        match = re.search(r"\A(.*), (.*)\n(.*?): (.*)\ncolor: (.*)\ntook: \d+ ms\nraw: (.*)\n\Z", output)
        assert match and match[1] == CHECKS[f"{service}/{check}"], output
        return match[4], match[5], json.loads(match[6])
    return start


@pytest.fixture
def run_failing(checks):
    """The same for a check that fails: returns (message, reason)."""
    def start(service, check, **settings):
        code, output, errors = run_command("check-run", service, check, checks_dir=checks.path, **settings)
        assert (code, errors) == (1, ""), output + errors
        match = re.search(r"\A.*\n.*?: (.*)\ncolor: grey\ntook: \d+ ms\nfailed: (.*)\n\Z", output)
        assert match, output
        return match[1], match[2]
    return start


# ---- the folder as a whole ----

def test_the_readme_names_every_file():
    table = "\n".join(re.findall(r"^\|.*$", README.read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"`([\w./]+\.\w+|host/\w+)`", table))
    assert named == set(FILES) - {"README.md"}


def test_the_readme_names_every_shield():
    assert set(re.findall(r"`/_/(\w+/\w+)/`", README.read_text())) == set(CHECKS)


def test_the_readme_and_the_module_say_the_same_line():
    assert compile_line() in (EXAMPLES / "certificate.c").read_text()


def test_check_list_finds_all_checks_and_skips_other_files(checks, module):
    copy(checks, *FILES)
    checks.write("site.so", module)
    code, output, errors = run_command("check-list", checks_dir=checks.path)
    found = dict(re.findall(r"^(\w+/\w+) +(program|Python|C module|Prometheus) +every \d+s, /", output, re.MULTILINE))
    assert (code, errors, found) == (0, "", CHECKS)
    every = dict(re.findall(r"^(\w+/\w+) .* every (\d+)s, ", output, flags=re.MULTILINE))
    assert every == {"host/backup": "600", "host/disk": "30", "host/load": "10", "queue/waiting": "60",
                     "site/certificate": "3600", "team/deploys": "30", "web/uptime": "300"}
    assert len(output.splitlines()) == len(CHECKS)  # README.md and certificate.c are not mentioned


def test_the_commands_of_the_readme(checks):
    copy(checks, *FILES)
    commands = re.findall(r"^ {4}kube-shields (check-\w+) --checks checks/examples(.*)$", README.read_text(),
                          re.MULTILINE)
    assert [name for name, _ in commands] == ["check-run", "check-list"]
    for name, rest in commands:
        _, output, errors = run_command(name, "--checks", checks.path, *rest.split())
        assert errors == "" and f"{checks.path}/host/disk" in output


# ---- certificate.c ----

class TlsServer:
    """Serves a certificate that expires in so many days, with half a day to spare."""

    def __init__(self, folder, days, name="web.test"):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
        self.expires = int(time.time() + (days + 0.5) * DAY)
        certificate = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.datetime.utcfromtimestamp(self.expires - 500 * DAY))
            .not_valid_after(datetime.datetime.utcfromtimestamp(self.expires)).sign(key, hashes.SHA256()))
        path = folder / f"{days}.pem"
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption())
                         + certificate.public_bytes(serialization.Encoding.PEM))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(path)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.shake_hands, args=(connection,), daemon=True).start()

    def shake_hands(self, connection):
        connection.settimeout(10)
        with contextlib.suppress(OSError), self.context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    @property
    def address(self):
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def close(self):
        # close() alone would leave it listening while accept() waits.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def tls_server(folder):
    pytest.importorskip("cryptography")
    servers = []

    def start(*arguments):
        servers.append(TlsServer(folder, *arguments))
        return servers[-1]
    yield start
    for server in servers:
        server.close()


AGES = [(400, "400 days", "green"), (21, "21 days", "green"), (20, "20 days", "yellow"), (19, "19 days", "yellow"),
        (7, "7 days", "yellow"), (6, "6 days", "red"), (2, "2 days", "red"), (1, "1 day", "red"), (0, "0 days", "red"),
        (-1, "expired", "red"), (-40, "expired", "red")]


@pytest.mark.parametrize("days, message, color", AGES)
def test_a_certificate_is_as_old_as_it_is(checks, module, run, tls_server, days, message, color):
    server = tls_server(days)
    checks.write("site.so", module)
    checks.conf("site", f"[certificate]\narguments = {server.address}\n")
    seen, drawn, raw = run("site", "certificate")
    assert (seen, drawn) == (message, color)
    assert raw["expires"] == server.expires
    assert raw["days"] == (days if days >= 0 else int(days + 0.5))
    assert "web.test" in raw["subject"] and "web.test" in raw["issuer"]


@pytest.mark.parametrize("name", ['a "quoted" \\ name', "tab\there", "Gr\u00f6\u00dfe \u65e5\u672c", "x" * 64])
def test_a_certificates_names_stay_json(checks, module, run, tls_server, name):
    checks.write("site.so", module)
    checks.conf("site", f"[certificate]\narguments = {tls_server(400, name).address}\n")
    message, _, raw = run("site", "certificate")
    assert message == "400 days"
    assert sorted(raw) == ["date", "days", "expires", "issuer", "subject"]


def test_several_certificates_through_the_responder(checks, module, responder, tls_server):
    copies = {f"site-{days}": (tls_server(days).address, message, color) for days, message, color in AGES[::5]}
    copies["site"] = (f"127.0.0.1:{free_port()}", None, None)
    for service, (address, *_) in copies.items():
        checks.write(f"{service}.so", module)
        checks.conf(service, (EXAMPLES / "site.conf").read_text().replace("www.example.org:443", address))
    shields = responder(checks_dir=checks.path)
    for service, (_, message, color) in copies.items():
        if message:
            shields.becomes(f"/_/{service}/certificate/", message, color)
    eventually(lambda: shields.shield("/_/site/certificate/")[0] != "starting")
    answer = shields.get("/_/site/certificate/?format=json").json()
    assert re.search("[Cc]onnect", answer["failure"]) and answer["color"] == "grey", answer


def test_a_server_that_sends_no_certificate(checks, module, run_failing, folder):
    checks.write("site.so", module)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        checks.conf("site", f"[certificate]\narguments = 127.0.0.1:{silent.getsockname()[1]}\n")
        _, reason = run_failing("site", "certificate")
        assert re.search("time", reason), reason  # from the example itself, which gives up before SHIELD_CHECK_TIMEOUT
        assert not re.search("10 ?s", reason), reason
    for arguments in ("", "arguments = one two\n"):
        checks.conf("site", f"[certificate]\n{arguments}")
        _, reason = run_failing("site", "certificate")
        assert reason == "site.conf: arguments: must be HOST or HOST:PORT"


# ---- queue.py ----

class QueueServer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        """Logs nothing."""


@pytest.fixture
def queue(checks):
    """queue.py with a server of ours in queue.conf; queue.answer is (status, body)."""
    copy(checks, "queue.py", "queue.conf")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), QueueServer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        text = (EXAMPLES / "queue.conf").read_text()
        url = f"http://127.0.0.1:{server.server_address[1]}/status.json"
        assert "http://queue.example.org/status.json" in text
        checks.write("queue.conf", text.replace("http://queue.example.org/status.json", url))
        server.url = url
        yield server
        server.shutdown()


@pytest.mark.parametrize("jobs, color", [(0, "green"), (99, "green"), (100, "yellow"), (999, "yellow"), (1000, "red"),
                                         (123456, "red")])
def test_a_queues_length_chooses_the_color(queue, run, jobs, color):
    queue.answer = 200, json.dumps({"waiting": jobs, "else": [1]})
    assert run("queue", "waiting") == (f"{jobs} waiting", color, {"status": f"{jobs} waiting", "color": color,
                                                                 "jobs": jobs, "source": queue.url})


@pytest.mark.parametrize("answer, reason", [
    ((500, ""), r"queue\.py line \d+: HTTPError: HTTP Error 500"),
    ((200, "<html>"), r"queue\.py line \d+: JSONDecodeError: Expecting value"),
    ((200, "{}"), r"queue\.py line LINE: KeyError: 'waiting'"),
    ((200, '{"waiting": "many"}'), r"queue\.py line LINE: ValueError: invalid literal"),
])
def test_a_queues_missing_value_is_reported_with_file_and_line(queue, run_failing, answer, reason):
    queue.answer = answer
    line = (EXAMPLES / "queue.py").read_text().splitlines().index('    jobs = int(_read(source)["waiting"])') + 1
    assert re.match(reason.replace("LINE", str(line)), run_failing("queue", "waiting")[1])


def test_a_queue_in_a_file_and_its_label_through_the_responder(checks, responder):
    copy(checks, "queue.py")
    status = checks.notes / "status.json"
    status.write_text('{"waiting": 12}')
    status.chmod(0o644)
    checks.conf("queue", f"[waiting]\nlabel = jobs\narguments = {status} 12\n")
    shields = responder(checks_dir=checks.path, check_interval="1s")
    shields.becomes("/_/queue/waiting/", "12 waiting", "yellow")
    assert shields.get("/_/queue/waiting/").title == "jobs: 12 waiting"
    status.write_text('{"waiting": 3}')
    shields.becomes("/_/queue/waiting/", "3 waiting", "green")


# ---- team.py ----

@pytest.fixture
def team(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "checks" / "python"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    specification = importlib.util.spec_from_file_location("team", EXAMPLES / "team.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("when, frozen", [("2024-05-17 14:59", False), ("2024-05-17 15:00", True),
                                          ("2024-05-18 08:00", True), ("2024-05-19 23:59", True),
                                          ("2024-05-20 00:00", False), ("2024-05-23 16:00", False)])
def test_deploys_are_frozen_from_friday_to_monday(team, when, frozen):
    assert team.frozen(time.strptime(when, "%Y-%m-%d %H:%M")) is frozen


def test_today_is_frozen_or_not(checks, run, team, responder):
    copy(checks, "team.py")

    def expected():
        return ("frozen until Monday", "red") if team.frozen(time.gmtime()) else ("go", "green")
    before = expected()
    seen = run("team", "deploys")[:2]
    shields = responder(checks_dir=checks.path)
    eventually(lambda: shields.get("/_/team/deploys/").status == 200)
    assert {seen, shields.shield("/_/team/deploys/")} <= {before, expected()}
    # Functions without the mark are not checks.
    assert shields.get("/services/team/").json() == ["deploys"]


# ---- host/ ----

def test_the_load_is_the_systems(checks, run, responder):
    copy(checks, "host/load", "host.conf")

    def while_it_stays():
        # The kernel calculates the load again every 5 s.
        load = os.getloadavg()[0]
        seen = run("host", "load")
        return load == os.getloadavg()[0] and (load, *seen)
    load, message, color, raw = eventually(while_it_stays)
    share = raw["load"] / raw["processors"]
    assert raw["processors"] == len(os.sched_getaffinity(0))
    assert abs(raw["load"] - load) < 0.01
    assert abs(int(re.fullmatch(r"(\d+) %", message)[1]) - 100 * share) <= 0.51
    assert color == ("green" if share < 0.8 else "yellow" if share < 1.5 else "red")
    shields = responder(checks_dir=checks.path)
    eventually(lambda: shields.get("/_/host/load/").status == 200)
    assert re.fullmatch(r"load: \d+ %", shields.get("/_/host/load/").title)


@pytest.mark.parametrize("hours, color", [(0, "green"), (25, "green"), (26, "yellow"), (49, "yellow"), (50, "red"),
                                          (500, "red")])
def test_the_newest_backup_chooses_the_color(checks, run, hours, color):
    copy(checks, "host/backup")
    backups = checks.top / "backups of all"
    (backups / "deeper").mkdir(parents=True)
    for age, name in ((hours, "deeper/new"), (hours + 700, "old"), (hours + 3, "next")):
        (backups / name).write_text("")
        os.utime(backups / name, (0, time.time() - age * HOUR - 60))
    checks.conf("host", f'[backup]\narguments = "{backups}" 26 50\n')
    message, drawn, raw = run("host", "backup")
    assert (message, drawn) == (f"{hours} h old", color)
    assert raw["perfdata"]["age"] == {"value": hours, "unit": "h", "warn": "26", "crit": "50", "min": 0}


def test_without_a_backup_and_without_a_folder(checks, run):
    copy(checks, "host/backup")
    empty, absent = checks.top / "empty", checks.top / "absent"
    empty.mkdir()
    checks.conf("host", f"[backup]\narguments = {empty}\n")
    assert run("host", "backup")[:2] == ("no backup", "red")
    checks.conf("host", f"[backup]\narguments = {absent}\n")
    assert run("host", "backup")[:2] == (f"cannot read {absent}", "grey")


@DISK
def test_the_disk_by_a_monitoring_plugin(checks, run, responder):
    copy(checks, "host/disk")
    message, color, raw = run("host", "disk")
    state = re.match(r"DISK (OK|WARNING|CRITICAL) - free space: / \d+ ?MiB", message)
    assert state, message
    assert (raw["exit"], color) == {"OK": (0, "green"), "WARNING": (1, "yellow"), "CRITICAL": (2, "red")}[state[1]]
    used = raw["perfdata"]["/"]
    status = os.statvfs("/")
    total = status.f_blocks * status.f_frsize
    assert used["unit"] == "B" and abs(used["max"] - total) < 0.01 * total
    shields = responder(checks_dir=checks.path)
    eventually(lambda: shields.get("/_/host/disk/").status == 200)
    assert shields.get("/_/host/disk/").title.startswith("disk: DISK ")


# ---- web.promql ----

def history(down, count=1008):
    """The last week of another instance of web, a sample every ten minutes; the first `down` samples are 0."""
    now = int(time.time())
    samples = "".join(f'up{{job="web",instance="other"}} {int(number >= down)} {now - (count - number) * 600}\n'
                      for number in range(count))
    return f"# TYPE up gauge\n{samples}# EOF\n"


@pytest.mark.long
@pytest.mark.skipif(prometheus.missing() is not None, reason=str(prometheus.missing()))
@pytest.mark.parametrize("down, color", [(0, "green"), (10, "yellow"), (300, "red")])
def test_the_uptime_of_a_week(checks, folder, run, responder, down, color):
    copy(checks, "web.promql", "web.conf")
    with Prometheus(folder, history=history(down)) as server:
        # Our own instance was never down, so the mean of both is half as far from 100.
        message, drawn, raw = run("web", "uptime", prometheus=server.url)
        assert abs(raw["value"] - (100 - 100 * down / 1008 / 2)) < 0.06
        assert (message, drawn) == (f"{raw['value']:.2f} %", color)
        shields = responder(checks_dir=checks.path, prometheus=server.url)
        eventually(lambda: shields.get("/_/web/uptime/").status == 200)
        seen, drawn = shields.shield("/_/web/uptime/")
        assert drawn == color and abs(float(seen.removesuffix(" %")) - raw["value"]) < 0.06
    checks.conf("web", "timeout = 1s\n")
    code, output, _ = run_command("check-run", "web", "uptime", checks_dir=checks.path, prometheus=server.url)
    assert code == 1 and "\nuptime: unreachable\n" in output


def test_uptime_of_a_service_that_prometheus_does_not_watch(checks, run):
    copy(checks, "web.promql")
    with prometheus.Scripted() as server:
        server.say(200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}}))
        message, color, raw = run("web", "uptime", prometheus=server.url)
    assert (message, color, raw["value"]) == ("no data", "grey", None)
    assert server.requests[0][1]["query"] == '100 * avg(avg_over_time(up{job="web"}[7d]))'
