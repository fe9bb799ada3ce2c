"""Debian's Chromium without a screen, driven by its chromedriver: WebDriver (W3C) and the DevTools commands that
chromedriver passes on.

    with Browser(folder) as browser:
        browser.open("http://127.0.0.1:8080/")
        browser.run("return document.title")            # our JavaScript; the page's policy does not stop it
        browser.devtools("Emulation.setEmulatedMedia", features=[…])
        browser.console(), browser.requests()           # since the page was opened, or since the last call
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading

from checks_world import processes
from programs import eventually

DRIVER, CHROMIUM = "chromedriver", "chromium"
START_TIMEOUT = 60  # seconds; enough for a busy machine
TIMEOUT = 30        # seconds for one command
QUIET = ["--headless=new", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
         "--disable-breakpad", "--disable-crash-reporter", "--disable-domain-reliability", "--disable-gpu",
         "--disable-dev-shm-usage", "--disable-features=OptimizationHints,MediaRouter,Translate", "--mute-audio",
         "--metrics-recording-only", "--password-store=basic", "--no-proxy-server", "--no-pings"]
PREFERENCES = {"goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}


def missing():
    """The reason why there is no browser here, or None."""
    return next((f"{program} is not installed (Debian's {package})"
                 for program, package in ((CHROMIUM, "chromium"), (DRIVER, "chromium-driver"))
                 if not shutil.which(program)), None)


class WebDriverError(AssertionError):
    """An error with WebDriver's name for it, such as "no such alert". As an AssertionError it makes eventually() try
    again, since a page that reloads itself has moments without a document."""

    def __init__(self, value):
        super().__init__(value.get("message", ""))
        self.error = value["error"]


class Browser:
    """The browser writes only into the folder."""

    def __init__(self, folder):
        self.folder, self.session = folder, None
        environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "XDG_CONFIG_HOME": str(folder),
                       "XDG_CACHE_HOME": str(folder)}
        self.process = subprocess.Popen([DRIVER, "--port=0"], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.lines, self.port = [], None
        threading.Thread(target=self._read, daemon=True).start()
        try:
            eventually(lambda: self.port or self.process.poll() is not None, START_TIMEOUT, self.said)
            assert self.port, f"{DRIVER} ended at once:\n{self.said()}"
            self._begin()
        except BaseException:
            self.stop()
            raise

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace"))
            found = re.search(r"started successfully on port (\d+)", self.lines[-1])
            self.port = int(found[1]) if found else self.port

    def said(self):
        return "".join(self.lines)

    def _begin(self):
        flags = [*QUIET, f"--user-data-dir={self.folder}/profile"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        options = {"binary": shutil.which(CHROMIUM), "args": flags}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, **PREFERENCES}
        value = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}}, START_TIMEOUT)
        self.session = f"/session/{value['sessionId']}"

    def _ask(self, method, path, body=None, timeout=TIMEOUT):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise WebDriverError(value)
        return value

    def command(self, path, **body):
        return self._ask("POST", self.session + path, body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends all processes. The browser ends with its session, or otherwise with the driver's process group. The
        crash reporter is outside that group and ends with the browser."""
        if self.session:
            with contextlib.suppress(OSError, http.client.HTTPException, WebDriverError):
                self._ask("DELETE", self.session)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        eventually(lambda: not self.left())

    def left(self):
        """Command lines of its processes, which all contain the folder."""
        return [command for *_, command, _ in processes().values() if str(self.folder) in command]

    # ---- the page ----

    def open(self, url):
        """Returns once the page is loaded; pictures load when they come into view."""
        self.console(), self.requests()
        self.command("/url", url=url)

    def reload(self):
        self.command("/refresh")

    def run(self, script, *arguments):
        return self.command("/execute/sync", script=script, args=arguments)

    def devtools(self, method, **parameters):
        return self.command("/goog/cdp/execute", cmd=method, params=parameters)

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=False)

    def alert(self):
        """The text of an alert that a script has opened, or None."""
        try:
            return self._ask("GET", f"{self.session}/alert/text")
        except WebDriverError as error:
            assert error.error == "no such alert", error
            return None

    # ---- what happened ----

    def _log(self, kind):
        return self.command("/se/log", type=kind)

    def console(self):
        """[(source, level, message)]"""
        return [(entry["source"], entry["level"], entry["message"]) for entry in self._log("browser")]

    def requests(self):
        """All URLs that were requested."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]
