"""From the start to ready, and settings that prevent the start."""

import subprocess

import pytest

import programs
from programs import ENVIRONMENT, eventually

GREYS = ("grey", "lightgrey")


@pytest.mark.parametrize("kind", ["pods", "deployments"])
def test_not_ready_while_the_first_list_streams_in(fake, responder, kind):
    fake.deployment("web", namespace="shop", replicas=2)
    fault = fake.fault(kind, "list", "hold")
    shields = responder(wait=False)
    fake.wait_for(kind, "list")
    for _ in range(5):
        assert shields.get("/readyz").status == 503
        assert shields.get("/healthz").status == 200
        for path in ("/_/web/health/", "/a/w/health/", "/n/shop/health/", "/c/health/", "/_/nobody/health/"):
            message, color = shields.shield(path)
            assert message == "starting" and color in GREYS, path
            assert shields.get(path).title.endswith(": starting")
    fault.release()
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")
    eventually(lambda: shields.get("/readyz").status == 200)  # once the other kinds are listed, too


def test_a_slow_first_list(fake, responder):
    fake.deployment("web", namespace="shop", replicas=20)
    fault = fake.fault("pods", "list", "slow", bytes_per_second=200)
    shields = responder(wait=False)
    fake.wait_for("pods", "list")
    assert shields.get("/readyz").status == 503
    fault.clear()  # at full speed from now on, in equally small pieces
    shields.ready()
    assert shields.shield("/_/web/health/") == ("20/20 (0 restarts)", "green")


def start_once(folder, flags=(), environment=None):
    """Runs the program, which must end by itself."""
    environment = {**ENVIRONMENT, "HOME": str(folder), "OTHER_SHIELDS": "None", **(environment or {})}
    return subprocess.run([programs.BINARY, *flags], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=10)


WRONG = [("listen", value) for value in ("carrier-pigeon:1", "tcp:host", "tcp:127.0.0.1:70000", "tcp:127.0.0.1:x",
                                         "unix:", "unix:relative", "fd:", "fd:seven", "unix:/" + "a" * 200)]
WRONG += [("listen-mode", value) for value in ("rw-rw----", "0999", "17777")]
WRONG += [("threads", value) for value in ("0", "-1", "many", "100000", "1.5", "0x10", "99999999999999999999", "4 ")]
WRONG += [(name, value) for name in ("unknown-after", "watch-timeout", "heartbeat", "cgi-timeout")
          for value in ("5 parsecs", "5", "-5s", "0s", "99999999999h", "s")]
WRONG += [("object-limit", value) for value in ("8Q", "-1Mi", "0", "99999999Gi", "Mi")]
WRONG += [("namespaces", value) for value in ("Shop", "a/b", "shop -x")]
WRONG += [("exclude-namespaces", "a_b"), ("log-level", "loud"), ("log-format", "xml")]
WRONG += [("style", "round"), ("style", "Flat"), ("palette", "pretty"), ("image-errors", "200")]
WRONG += [("health", "lenient"), ("health", "Strict"), ("short-names", "all"), ("short-names", "on")]
WRONG += [("label-color", value) for value in ("nothing", "#ggg", "red;", "RED")]
WRONG += [("cache", value) for value in ("5", "-5s", "25h", "soon")]
WRONG += [("redirect", value) for value in ("img.shields.io", "ftp://img.shields.io", "https://", "https://a/",
                                            "https://a?b", "https://a#b", "https://a\"b", "javascript:alert(1)",
                                            "https://é", "https://" + "a" * 300)]


@pytest.mark.parametrize("by", ["flag", "environment"])
@pytest.mark.parametrize("name, value", WRONG, ids=lambda value: value[:24])
def test_wrong_setting_stops_the_start(folder, kubeconfig, name, value, by):
    variable = "SHIELD_" + name.upper().replace("-", "_")
    settings = {"KUBECONFIG": str(kubeconfig), "SHIELD_LISTEN": f"unix:{folder}/socket"}
    if by == "flag":
        done = start_once(folder, [f"--{name}", value], settings)
    else:
        done = start_once(folder, environment={**settings, variable: value})
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert (f"--{name}" if by == "flag" else variable) in done.stderr
    assert value[:40].split()[-1] in done.stderr
    assert "must" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("flags", [["--nonsense"], ["--threads"], ["operand"], ["-x"], ["--help=yes"]])
def test_unknown_flag(folder, flags):
    done = start_once(folder, flags)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert flags[0].partition("=")[0] in done.stderr


@pytest.mark.parametrize("flags", [["a\nb"], ["--style", "x\ny\x1b[31m"], ["get", "/a\nb", "c"], ["check-list", "a\nb"],
                                   ["--kubeconfig", "no\nfile"], ["get", "--intra-secret", "no\nfile", "/"],
                                   ["check-run", "--checks", "/no\nfolder", "web", "hi\nts"]])
def test_an_error_is_one_line_whatever_it_quotes(folder, flags):
    done = start_once(folder, flags, {"SHIELD_LISTEN": f"unix:{folder}/socket"})
    assert done.returncode != 0 and len(done.stderr.splitlines()) == 1 and "\x1b" not in done.stderr, done.stderr


@pytest.mark.parametrize("flags", [["--help"], ["--version"], ["check-list", "--checks", "/nowhere"]])
def test_output_that_is_lost_is_an_error(folder, flags):
    with open("/dev/full", "w") as full:
        done = subprocess.run([programs.BINARY, *flags], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=10)
    assert done.returncode == 1 and done.stderr == "kube-shields: standard output: cannot write everything\n"


def test_flag_wins_over_environment(fake, responder):
    fake.deployment("web", namespace="shop")
    shields = responder(namespaces="blog", flags=["--namespaces", "shop"])
    assert shields.shield("/_/web/health/") == ("1/1 (0 restarts)", "green")


def test_help_and_version(folder):
    text = start_once(folder, ["--help"])
    assert text.returncode == 0 and text.stderr == ""
    for flag in ("listen", "listen-mode", "threads", "kubeconfig", "context", "namespaces", "exclude-namespaces",
                 "other-shields", "site-name", "unknown-after", "watch-timeout", "heartbeat", "cgi-timeout",
                 "object-limit", "style", "label-color", "palette", "logos", "cache", "image-errors", "redirect",
                 "log-level", "log-format"):
        assert f"--{flag}" in text.stdout
    version = start_once(folder, ["--version"])
    assert version.returncode == 0 and "kube-shields" in version.stdout


@pytest.mark.parametrize("content, named", [
    (None, "missing"), ("{{{", "broken"), ("kind: Config\n", "broken"),
    ("kind: Config\ncurrent-context: nowhere\ncontexts: []\n", "nowhere")])
def test_an_invalid_kubeconfig(folder, content, named):
    path = folder / ("missing" if content is None else "broken")
    if content is not None:
        path.write_text(content)
    done = start_once(folder, environment={"KUBECONFIG": str(path), "SHIELD_LISTEN": f"unix:{folder}/socket"})
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and named in done.stderr, done.stderr


def test_a_missing_context(folder, kubeconfig):
    done = start_once(folder, ["--context", "nowhere"],
                      {"KUBECONFIG": str(kubeconfig), "SHIELD_LISTEN": f"unix:{folder}/socket"})
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and "nowhere" in done.stderr


def test_no_cluster_at_all(folder):
    done = start_once(folder, environment={"SHIELD_LISTEN": f"unix:{folder}/socket"})
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and "kubeconfig" in done.stderr.lower() + "kube/config", done.stderr


def test_an_address_that_is_taken_or_unavailable(folder, kubeconfig, responder):
    taken = f"tcp:127.0.0.1:{programs.free_port()}"
    responder(listen=taken)
    done = start_once(folder, environment={"KUBECONFIG": str(kubeconfig), "SHIELD_LISTEN": taken})
    assert done.returncode != 0
    assert taken.removeprefix("tcp:") in done.stderr and len(done.stderr.splitlines()) == 1


def test_socket_left_over_by_a_crash_is_replaced(responder, folder):
    first = responder()
    first.kill()
    # A program killed by SIGKILL does not end cleanly, so `started` must not check it.
    first.stop = lambda: None
    second = responder(listen=first.address)
    assert second.get("/ping").status == 200


def test_socket_that_is_in_use_is_not_taken_away(folder, kubeconfig, responder):
    first = responder()
    done = start_once(folder, environment={"KUBECONFIG": str(kubeconfig), "SHIELD_LISTEN": first.address})
    assert done.returncode != 0
    assert first.get("/ping").status == 200


@pytest.mark.parametrize("mode", ["0660", "0600", "0666"])
def test_mode_of_the_socket(folder, responder, mode):
    shields = responder(listen_mode=mode)
    path = programs.pathlib.Path(shields.address.removeprefix("unix:"))
    assert path.stat().st_mode & 0o777 == int(mode, 8)
    assert eventually(lambda: shields.get("/ping").status == 200)
