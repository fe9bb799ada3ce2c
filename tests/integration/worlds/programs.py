"""Starts and stops the programs under test: the responder, nginx, spawn-fcgi, the CGI."""

import contextlib
import http.client
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from fastcgi_client import FastCgiConnection, Response, parse_cgi, request_params
from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("KS_BUILD_DIR", ROOT)).resolve()
BINARY = os.environ.get("KS_BINARY") or str(BUILD / "kube-shields")
STOP_TIMEOUT = 20  # seconds from SIGTERM to the end, on a busy machine and with sanitizers
PATIENCE = 20  # seconds for what takes milliseconds; less than the 25 s after which a peer asks anyway
SANITIZER = re.compile(r"(Address|Leak|Thread|Memory)Sanitizer|runtime error:")
NOBODYS_USERS = range(1_000_000_000, 2_000_000_000)  # far from what useradd and subuid hand out


def user_of_our_own():
    """A numeric user that nobody else on this machine uses, for the checks of this process's responders: the kernel
    counts RLIMIT_NPROC over all processes of a user, those of other tests and other containers included."""
    ranges = [tuple(map(int, line.split())) for line in pathlib.Path("/proc/self/uid_map").read_text().splitlines()]
    inside, _, count = max(ranges, key=lambda one: one[2])
    last = inside + count - 1
    first = NOBODYS_USERS.start if last >= NOBODYS_USERS.stop else inside + count // 2
    return random.SystemRandom().randint(first, min(last, NOBODYS_USERS.stop))


CHECK_USER = user_of_our_own() if os.geteuid() == 0 else os.geteuid()
# The environment of a program under test: none of our own settings, the kit that was built with it, and no custom
# checks but those that a test makes.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR") or name.endswith("SAN_OPTIONS")}
ENVIRONMENT.update(SHIELD_CHECK_KIT=str(BUILD / "checks"), SHIELD_CHECKS_DIR="/nonexistent/checks")
if os.geteuid() == 0:
    ENVIRONMENT["SHIELD_CHECK_USER"] = str(CHECK_USER)


def eventually(condition, timeout=PATIENCE, message=None):
    """Waits for condition() to be true and returns its value. It is tried again at once in the beginning, and every 50 ms
    in the end, so that long waits leave the processor to others. An AssertionError in it means not yet, and so does a
    KeyError: an answer may lack a member until it is known. message() is what a failure says."""
    begin = time.monotonic()
    while True:
        reason = None
        try:
            value = condition()
            if value:
                return value
        except (AssertionError, KeyError) as error:
            reason = error
        waited = time.monotonic() - begin
        if waited > timeout:
            raise AssertionError(message() if message else repr(reason) if isinstance(reason, KeyError) else
                                 reason or f"not within {timeout} s")
        time.sleep(min(max(waited / 10, 0.005), 0.05))


def environment(**settings):
    """ENVIRONMENT with these settings; None takes one away, so that its default is used."""
    changed = {environment_name(name): value for name, value in settings.items()}
    return {name: str(value) for name, value in {**ENVIRONMENT, **changed}.items() if value is not None}


def environment_name(setting):
    """namespaces -> SHIELD_NAMESPACES; names in capitals are environment names already."""
    named = {"kubeconfig": "KUBECONFIG", "other_shields": "OTHER_SHIELDS"}
    return named.get(setting) or (setting if setting.isupper() else f"SHIELD_{setting.upper()}")


def accepts(address):
    try:
        FastCgiConnection(address).socket.close()
        return True
    except (FileNotFoundError, ConnectionRefusedError):
        return False


class Program:
    """A child process whose standard error is collected."""

    def __init__(self, command, environment=None, **options):
        self.process = subprocess.Popen(command, env=environment or ENVIRONMENT, stderr=subprocess.PIPE,
                                        start_new_session=True, **options)
        self.lines = []
        self.said = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.said:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self.said.notify_all()

    @property
    def stderr(self):
        return "\n".join(self.lines)

    def wait_for_line(self, pattern, timeout=PATIENCE, since=0):
        """Waits for a line of standard error, from number `since` on, that the pattern matches somewhere; returns
        it."""
        with self.said:
            def found():
                return next((line for line in self.lines[since:] if re.search(pattern, line)), None)
            assert self.said.wait_for(found, timeout), f"no line like {pattern!r} in\n{self.stderr}"
            return found()

    def wait(self, timeout=STOP_TIMEOUT):
        """Waits for the end and for all of standard error; returns the exit code."""
        code = self.process.wait(timeout)
        self.reader.join(timeout)
        return code

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Sends SIGTERM, and asserts a clean end."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            code = self.wait()
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.wait()
            raise AssertionError(f"runs on {STOP_TIMEOUT} s after SIGTERM:\n{self.stderr}") from None
        assert not SANITIZER.search(self.stderr), self.stderr
        assert code == 0, f"exit code {code}:\n{self.stderr}"


class Responder(Program):
    """The binary, listening. Settings are environment variables, `flags` command line arguments."""

    def __init__(self, folder, listen=None, flags=(), command=None, stdin=subprocess.DEVNULL, **settings):
        self.address = listen or f"unix:{folder}/fastcgi.sock"
        if command is None:
            settings["listen"] = self.address
        super().__init__(command or [BINARY, *flags], environment(HOME=folder, **settings), stdin=stdin)
        try:
            eventually(lambda: self.process.poll() is not None or accepts(self.address))
            assert self.process.poll() is None, f"ended at once, exit code {self.wait()}:\n{self.stderr}"
        except BaseException:
            self.kill()
            raise

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.wait()

    def connect(self):
        return FastCgiConnection(self.address)

    def get(self, target, **options):
        with self.connect() as connection:
            return connection.get(target, **options)

    def ready(self, timeout=PATIENCE):
        eventually(lambda: self.get("/readyz").status == 200, timeout, lambda: self.stderr)
        return self

    def lines_of_the_start(self):
        """How many lines its start has logged. The last one may come after it is ready."""
        self.wait_for_line("synchronised after")
        return len(self.lines)

    def raw(self, path):
        response = self.get(f"{path}?raw")
        assert response.status == 200, response
        return response.json()

    def shield(self, path):
        """(message, color), as shields.io would read them."""
        answer = self.get(f"{path}?format=shields").json()
        return answer["message"], answer["color"]

    def last_known(self, path):
        """The same without the age of what is old, which grows while a test looks."""
        message, color = self.shield(path)
        return re.sub(r" \(\d+\w+ old\)$", "", message), color

    def becomes(self, path, message, color, timeout=PATIENCE):
        def same():
            seen = self.shield(path)
            assert seen == (message, color), f"{path}: {seen}, wanted {(message, color)}\n{self.stderr}"
            return True
        eventually(same, timeout)

    def descriptors(self):
        """How many are open. If checks run as the same user, that user may not see them."""
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except PermissionError:
            pytest.skip("only root may see the descriptors of a responder that hides from its checks")

    def memory(self):
        """Resident bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


class Nginx(Program):
    """nginx with a shipped configuration, in which only paths, port and user are changed. Each text to change must be
    there."""

    def __init__(self, folder, responder, shipped="nginx.conf"):
        self.port = free_port()
        changes = {"/run/kube-shields/fastcgi.sock": responder.address.removeprefix("unix:"),
                   "listen 8080;": f"listen 127.0.0.1:{self.port};",
                   "listen [::]:8080;": ""}
        # As root, workers must stay root to reach a private folder; the sidecar's file has no user to change.
        user = {"nginx.conf": ("user www-data;", f"user {self.user()};"),
                "sidecar.conf": ("worker_processes 2;", f"worker_processes 2; user {self.user()};")}[shipped]
        changes[user[0]] = user[1]
        text = (ROOT / "nginx" / shipped).read_text()
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in nginx/{shipped}"
            text = text.replace(old, new)
        for shared in ("/run/kube-shields/nginx", "/tmp/nginx"):
            text = text.replace(shared, f"{folder}/nginx")
        self.start(folder, text)

    @staticmethod
    def user():
        return "root" if os.geteuid() == 0 else str(os.geteuid())

    @classmethod
    def around(cls, folder, responder, locations):
        """nginx with a foreign server block that includes `locations`, the text of a snippet."""
        self = cls.__new__(cls)
        self.port = free_port()
        socket_path = responder.address.removeprefix("unix:")
        assert "/run/kube-shields/fastcgi.sock" in locations
        locations = locations.replace("/run/kube-shields/fastcgi.sock", socket_path)
        temporary = "".join(f"{name}_temp_path {folder}/nginx-{name}; " for name in
                            ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        self.start(folder, f"user {self.user()}; pid {folder}/nginx.pid; error_log stderr; events {{}}\n"
                   f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{self.port};\n{locations}\n}} }}\n")
        return self

    def start(self, folder, text):
        (folder / "nginx.conf").write_text(text)
        (folder / "kube-shields.params").write_text((ROOT / "nginx" / "kube-shields.params").read_text())
        nginx = next((path for path in ("/usr/sbin/nginx", "/usr/local/sbin/nginx") if os.access(path, os.X_OK)),
                     "nginx")
        Program.__init__(self, [nginx, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"),
                                "-g", "daemon off;"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            eventually(lambda: self.process.poll() is not None or accepts(f"tcp:127.0.0.1:{self.port}"))
            assert self.process.poll() is None, f"nginx ended at once:\n{self.stderr}"
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.wait()
            raise

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def get(self, target, method="GET", headers=None, connection=None):
        own = connection or self.connect()
        try:
            own.request(method, target, headers=headers or {})
            answer = own.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, headers, answer.read())
        finally:
            if not connection:
                own.close()


def run_cgi(target, folder, method="GET", headers=None, params=None, timeout=PATIENCE, **settings):
    """One request to the binary as a CGI program: (response, standard error)."""
    request = request_params(target, method, headers, params)
    done = subprocess.run([BINARY], env={**environment(HOME=folder, **settings), **request}, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    stderr = done.stderr.decode(errors="replace")
    assert not SANITIZER.search(stderr), stderr
    assert done.returncode == 0, f"exit code {done.returncode}:\n{stderr}"
    return parse_cgi(done.stdout), stderr
