"""Access with OTHER_SHIELDS set, None and unset, with and without a secret; and the file of the secret."""

import base64
import os
import re
import subprocess

import pytest

import programs
from checks_world import run_command
from peers_world import KEY, NEXT_KEY, get_signed, write_secrets
from programs import ENVIRONMENT, SANITIZER

NOBODY = 65534
PROBES = ["/ping", "/healthz", "/readyz"]
PAGES = ["/", "/_/web/health/", "/_/shop/web/health/", "/a/we/health/", "/n/shop/health/", "/c/health/", "/c/nodes/",
         "/badge/a-b-red", "/services/", "/services/web/"]
PEER = "http://127.0.0.1:1"


@pytest.fixture
def populated(fake):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.node("node-1")
    return fake


# ---- which pages answer what ----

@pytest.mark.parametrize("others, with_secret", [("None", False), ("None", True), (PEER, True)])
def test_with_other_shields_everything_is_public(populated, responder, secret, others, with_secret):
    shields = responder(other_shields=others, INTRA_SECRET=secret if with_secret else None)
    for path in PAGES + PROBES:
        assert shields.get(path).status == 200, path
    assert shields.get("/nonsense").status == 404
    assert "except for probes" not in shields.stderr


@pytest.mark.parametrize("others", [None, "", " \t"])
def test_without_other_shields_only_probes_and_signed_requests_are_answered(populated, responder, secret, others):
    shields = responder(other_shields=others, INTRA_SECRET=secret)
    shields.wait_for_line("OTHER_SHIELDS is not set: except for probes, only requests signed")
    for path in PAGES + ["/nonsense", "/_/nobody/health/", "/_/we%20b/health/", "/_/web/health", "/%", "//"]:
        for method in ("GET", "HEAD"):
            answer = shields.get(path, method=method)
            assert (answer.status, answer.headers["cache-control"]) == (403, "no-store"), path
            assert "etag" not in answer.headers and "intra-shield" not in answer.headers
    for path in PROBES:
        assert shields.get(path).status == 200, path
    for path in PAGES + PROBES:
        assert get_signed(shields, path).status == 200, path
    assert get_signed(shields, "/nonsense").status == 404


def test_metrics_need_the_proxys_header_in_every_mode(populated, responder, secret):
    for others in ("None", None):
        shields = responder(other_shields=others, INTRA_SECRET=secret)
        assert shields.get("/metrics").status in (403, 404)
        assert get_signed(shields, "/metrics").status == 404
        assert shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).status == 200


# ---- settings that prevent the start ----

def fails_to_start(folder, kubeconfig, user=None, **environment):
    """Asserts that the start fails; returns the one line of the error."""
    environment = {**ENVIRONMENT, "HOME": str(folder), "KUBECONFIG": str(kubeconfig),
                   "SHIELD_LISTEN": f"unix:{folder}/socket",
                   **{name: str(value) for name, value in environment.items()}}
    done = subprocess.run([programs.BINARY], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=10, user=user)
    assert not SANITIZER.search(done.stderr), done.stderr
    assert done.returncode in (1, 2) and done.stdout == "", done
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_private_shield_without_a_secret(folder, kubeconfig):
    for others in ({}, {"OTHER_SHIELDS": ""}, {"OTHER_SHIELDS": " "}):
        line = fails_to_start(folder, kubeconfig, **others)
        assert "so nobody could ask anything: set OTHER_SHIELDS=None" in line and "--new-secret FILE" in line


def test_a_shield_with_peers_but_no_secret(folder, kubeconfig):
    line = fails_to_start(folder, kubeconfig, OTHER_SHIELDS=f"us={PEER}")
    assert "INTRA_SECRET must be" in line and "--new-secret FILE" in line


WORDS = [
    # (OTHER_SHIELDS, the word that the error names, what it says about it)
    ("=https://eu.example", "=https://eu.example", "an empty name"),
    ("eu=", "eu=", "no host"),
    ("eu.example =", "=", "an empty name"),
    ("https://", "https://", "no host"),
    ("https:///prefix", "https:///prefix", "no host"),
    ("eu=https://", "eu=https://", "no host"),
    ("eu.example:0", "eu.example:0", "port"),
    ("eu.example:65536", "eu.example:65536", "port"),
    ("eu.example:99999999999", "eu.example:99999999999", "port"),
    ("eu.example:", "eu.example:", "port"),
    ("eu.example:https", "eu.example:https", "port"),
    ("https://eu.example:8x", "https://eu.example:8x", "port"),
    ("https://eu.example:-1", "https://eu.example:-1", "port"),
    ("ftp://eu.example", "ftp://eu.example", "scheme must be https or http"),
    ("file:///etc/passwd", "file:///etc/passwd", "scheme must be https or http"),
    ("unix:///run/x", "unix:///run/x", "scheme must be https or http"),
    ("eu=gopher://eu.example", "eu=gopher://eu.example", "scheme must be https or http"),
    ("eu.example us.example eu.example", "eu.example", "twice"),
    ("eu.example https://eu.example/", "https://eu.example/", "twice"),
    ("eu=a.example eu=b.example", "eu=b.example", "name eu is taken by"),
    ("a=eu.example b=https://eu.example:443", "b=https://eu.example:443", "twice"),
    ("here=eu.example", "here=eu.example", "own name"),
    ("None eu.example", "None", "alone"),
    ("eu.example None", "None", "alone"),
    ("none", "none", "must be None"),
    ("eu.example/shields", "eu.example/shields", "a path, but no scheme"),
    ("https://eu.example?x", "https://eu.example?x", "a query or a fragment"),
    ("https://eu.example/#x", "https://eu.example/#x", "a query or a fragment"),
    ("eu.example us.example:y", "us.example:y", "port"),
    ("https://eu..example", "https://eu..example", "host"),
    ("https://::1", "https://::1", "host"),
    ("[::1", "[::1", "host"),
    ("[eu.example]", "[eu.example]", "host"),
    ("https://eu.example/a/../b", "https://eu.example/a/../b", ""),
    ("https://eu.example/%zz", "https://eu.example/%zz", ""),
    ("e<u=eu.example", "e<u=eu.example", "its name"),
]


@pytest.mark.parametrize("words, named, reason", WORDS, ids=lambda value: value[:40])
def test_an_invalid_word_of_other_shields(folder, kubeconfig, secret, words, named, reason):
    line = fails_to_start(folder, kubeconfig, OTHER_SHIELDS=words, INTRA_SECRET=secret, SHIELD_CLUSTER="here")
    assert line.count("OTHER_SHIELDS") == 1 and f'"{named}"' in line and reason in line, line


def test_a_password_is_not_shown(folder, kubeconfig, secret):
    line = fails_to_start(folder, kubeconfig, OTHER_SHIELDS="https://me:swordfish@eu.example", INTRA_SECRET=secret)
    assert "a user" in line and "swordfish" not in line


def test_half_of_a_client_certificate(folder, kubeconfig, secret, certificates):
    line = fails_to_start(folder, kubeconfig, OTHER_SHIELDS="eu.example", INTRA_SECRET=secret,
                          SHIELD_PEER_CERTIFICATE=certificates / "client.crt")
    assert "SHIELD_PEER_KEY" in line and "both be set, or neither" in line


# ---- the secret's file ----

def private(folder, kubeconfig, path, **options):
    line = fails_to_start(folder, kubeconfig, INTRA_SECRET=path, **options)
    assert str(path) in line and KEY.secret not in line
    return line


def test_a_missing_file(folder, kubeconfig):
    assert "no such file; kube-shields --new-secret FILE makes one" in private(folder, kubeconfig, folder / "absent")
    (folder / "link").symlink_to("nowhere")
    assert "no such file" in private(folder, kubeconfig, folder / "link")


def test_an_unreadable_file(folder, kubeconfig, secret):
    secret.chmod(0)
    user = None
    if os.geteuid() == 0:
        user = NOBODY
        secret.chmod(0o600)
        folder.chmod(0o755)
        if subprocess.run([programs.BINARY, "--version"], user=user, capture_output=True).returncode != 0:
            pytest.skip(f"{programs.BINARY} is only for root")
    line = private(folder, kubeconfig, secret, user=user)
    assert f"user {os.geteuid() if user is None else user} may not read it" in line


@pytest.mark.parametrize("text, reason", [
    ("", "no secret in it; kube-shields --new-secret FILE makes one"),
    ("\n \n# a comment\n", "no secret in it; kube-shields --new-secret FILE makes one"),
    ("too short\n", "line 1: 9 bytes: must be at least 16; kube-shields --new-secret FILE makes one"),
    ("\n# one\n0123456789abcde\n", "line 3: 15 bytes: must be at least 16"),
    (f"{KEY.secret}\nshort\n", "line 2: 5 bytes"),
    ("x" * 1025, "line 1: 1025 bytes: must be at most 1024"),
    ("0123456789\x00abcdefgh\n", "control character"),
    ("".join(f"{number:032}\n" for number in range(9)), "line 9: too many secrets: must be at most 8"),
    ("y" * 70000, "must be at most 65536 bytes"),
], ids=["empty", "comments", "short", "one-byte-short", "second-short", "long", "control", "many", "huge"])
def test_a_file_without_a_valid_secret(folder, kubeconfig, text, reason):
    path = folder / "secret"
    path.write_text(text)
    path.chmod(0o600)
    assert reason in private(folder, kubeconfig, path)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o660])
def test_a_file_that_others_may_write_to(folder, kubeconfig, secret, mode):
    secret.chmod(mode)
    assert f"mode {mode:04o}: others may write to it; do: chmod go-w FILE" in private(folder, kubeconfig, secret)


def test_a_folder_or_a_fifo_instead_of_a_file(folder, kubeconfig):
    (folder / "inside").mkdir()
    assert "is a folder: must be a regular file" in private(folder, kubeconfig, folder / "inside")
    os.mkfifo(folder / "fifo", 0o600)
    assert "is a device, socket or FIFO" in private(folder, kubeconfig, folder / "fifo")


@pytest.mark.parametrize("mode, warns", [(0o600, False), (0o400, False), (0o440, False), (0o640, False),
                                         (0o604, True), (0o644, True), (0o444, True)])
def test_a_file_that_others_may_read_is_a_warning(populated, responder, secret, mode, warns):
    secret.chmod(mode)
    shields = responder(other_shields=None, INTRA_SECRET=secret)
    if warns:
        shields.wait_for_line("warning secret:")
    warnings = [line for line in shields.lines if "warning secret:" in line]
    assert len(warnings) == warns, shields.stderr
    assert not warns or ("chmod o-r FILE" in warnings[0] and "defaultMode: 0440" in warnings[0])
    assert get_signed(shields, "/_/web/health/").status == 200


def test_spaces_comments_and_repetitions_do_not_count(populated, responder, folder):
    path = folder / "secret"
    path.write_text(f"\n# the one in use\n\t {KEY.secret} \r\n{KEY.secret}\n  {NEXT_KEY.secret}")
    path.chmod(0o600)
    shields = responder(other_shields=None, INTRA_SECRET=path)
    for key in (KEY, NEXT_KEY):
        assert get_signed(shields, "/_/web/health/", key=key).status == 200


def test_the_setting_has_a_second_name_from_0_0_6(populated, responder, secret, folder):
    shields = responder(other_shields=None, INTRA_SHIELD_SECRET=secret)
    assert get_signed(shields, "/services/").json() == ["web"]
    # If both are set, INTRA_SECRET counts.
    other = write_secrets(folder / "other", NEXT_KEY)
    shields = responder(other_shields=None, INTRA_SHIELD_SECRET=secret, INTRA_SECRET=other)
    assert get_signed(shields, "/services/", key=NEXT_KEY).json() == ["web"]


# ---- --new-secret ----

def test_a_new_secret_is_random_and_for_its_owner_only(populated, responder, folder):
    made = set()
    for number in range(3):
        path = folder / f"secret-{number}"
        assert run_command("--new-secret", str(path)) == (0, "", "")
        assert path.stat().st_mode & 0o7777 == 0o600
        line = path.read_text()
        assert re.fullmatch(r"[A-Za-z0-9+/]{43}=\n", line) and len(base64.b64decode(line)) == 32
        made.add(line)
    assert len(made) == 3
    responder(other_shields=None, INTRA_SECRET=folder / "secret-0")


def test_a_new_secret_has_its_mode_whatever_the_umask(folder):
    for umask in (0, 0o777):
        path = folder / f"secret-{umask}"
        old = os.umask(umask)
        try:
            assert run_command("--new-secret", str(path))[0] == 0
        finally:
            os.umask(old)
        assert path.stat().st_mode & 0o7777 == 0o600


def test_a_new_secret_never_overwrites(folder, secret):
    (folder / "dangling").symlink_to("target")
    for path in (secret, folder / "dangling", folder):
        code, out, err = run_command("--new-secret", str(path))
        assert (code, out) == (1, "") and len(err.splitlines()) == 1
        assert str(path) in err and "already exists, and is never overwritten" in err
    assert secret.read_text() == f"{KEY.secret}\n" and not (folder / "target").exists()
    code, _, err = run_command("--new-secret", str(folder / "no" / "such" / "folder"))
    assert code == 1 and "No such file or directory" in err


def test_the_modes_of_a_cgi_program(populated, cgi, secret):
    """The same modes, for a CGI program."""
    assert cgi("/_/web/health/", INTRA_SECRET=secret).status == 200
    assert cgi("/_/web/health/", other_shields=None, INTRA_SECRET=secret).status == 403
    assert cgi("/ping", other_shields=None, INTRA_SECRET=secret).status == 200
    with pytest.raises(AssertionError, match="nobody could ask anything"):
        cgi("/_/web/health/", other_shields=None)
