"""Signed requests, wrongly signed requests, and the answers to both. The other side is Python, written from
docs/protocol.md alone: see peers_world.py."""

import itertools
import re
import threading
import time

import pytest

from checks_world import run_command
from peers_world import (KEY, NEXT_KEY, PEER_DEADLINE, STRANGERS_KEY, Relay, SecretVolume, ask_signed, get_signed,
                         host_of, send_raw, sign)
from programs import eventually, free_port

WEB = "/_/web/health/"
FULL = "/services/?full"


@pytest.fixture
def private(world):
    """A cluster whose kube-shields answers only signed requests."""
    site = world.site("eu")
    site.fake.deployment("web", "shop", replicas=2)
    site.fake.deployment("db", "data")
    site.fake.node("node-1")
    site.start(other_shields=None)
    return site


@pytest.fixture(params=["direct", "nginx"])
def asked(request, private):
    return private.shields if request.param == "direct" else private.gate


# ---- accepted ----

def test_the_answer_to_a_signed_request_is_signed(asked):
    for target, status in [(WEB, 200), (WEB + "?raw", 200), (FULL, 200), ("/ping", 200), ("/nonsense", 404),
                           ("/_/nobody/health/", 404), ("/_/we%20b/health/?raw", 400), ("/_/web/health", 308),
                           (WEB + "?label=%C3%A9&style=plastic&x=a+b%2Fc", 200)]:
        answer, is_right = ask_signed(asked, target)
        assert (answer.status, is_right) == (status, True), target


def test_the_answer_belongs_to_this_request_only(asked):
    one, other = sign(WEB, host_of(asked)), sign(WEB, host_of(asked))
    answer = asked.get(WEB, headers={"Intra-Shield": one.header})
    header = answer.headers["intra-shield"]
    assert re.fullmatch(r"v2 [0-9a-f]{64}", header)
    assert one.answered_by(200, answer.body, header)
    assert not other.answered_by(200, answer.body, header)
    assert not one.answered_by(404, answer.body, header)
    assert not one.answered_by(200, answer.body.replace(b"green", b"GREEN") + b" ", header)


def test_head(asked):
    for target in (WEB, "/services/", "/", "/nonsense"):
        answer, is_right = ask_signed(asked, target, method="HEAD")
        assert answer.status == (404 if target == "/nonsense" else 200)
        assert is_right and answer.body == b""
    assert ask_signed(asked, WEB, method="HEAD")[0].headers["content-length"] == str(
        len(get_signed(asked, WEB).body))


def test_other_methods_are_refused_signed_or_not(private):
    answer, is_right = ask_signed(private.shields, WEB, method="POST")
    assert answer.status == 405 and is_right
    assert private.shields.get(WEB, method="POST").status == 405


def test_a_script_walks_all_services(asked):
    """Scripts written for kube-shields 0.0.6 ask for every service, its checks, and their raw values."""
    services = get_signed(asked, "/services/").json()
    assert services == ["db", "web"]
    for service in services:
        checks = get_signed(asked, f"/services/{service}/").json()
        assert "health" in checks
        for check in checks:
            assert get_signed(asked, f"/_/{service}/{check}/?raw").json() is not None
    raw = get_signed(asked, WEB + "?raw").json()
    assert (raw["ready"], raw["total"], raw["restarts"], raw["color"]) == (2, 2, 0, "green")


def test_the_full_document_for_peers(asked):
    document = get_signed(asked, FULL).json()
    assert document["full"] is True
    assert sorted((one["namespace"], one["kind"], one["name"]) for one in document["services"]) == [
        ("data", "Deployment", "db"), ("shop", "Deployment", "web")]
    since = f"{document['instance']}.{document['version']}"
    nothing = get_signed(asked, f"{FULL}&since={since}").json()
    assert nothing["instance"] == document["instance"] and not nothing.get("services") and not nothing.get("full")
    # A version of another instance, one from the future, and none.
    for other in (f"x{since}", f"{document['instance']}.{document['version'] + 1000}", "", "0"):
        assert get_signed(asked, f"{FULL}&since={other}").json()["full"] is True, other


def test_a_waiting_peer_gets_a_change_at_once(private):
    document = get_signed(private.gate, FULL).json()
    # This is longer than the gate's client waits.
    target = f"{FULL}&since={document['instance']}.{document['version']}&wait=25"
    begin = time.monotonic()
    timer = threading.Timer(0.5, lambda: private.fake.deployment("late", "shop"))
    timer.start()
    change = get_signed(private.gate, target).json()
    assert time.monotonic() - begin >= 0.5
    assert "late" in {one["name"] for one in change["services"]}


def test_only_signed_requests_get_the_document(world):
    site = world.site("eu")
    site.fake.deployment("web", "shop")
    site.start()
    assert site.shields.get(FULL).json() == ["web"]
    assert get_signed(site.shields, FULL).json()["services"]


def test_a_signed_request_is_answered_from_our_cluster_only(world):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    us.fake.deployment("web", "shop", replicas=3)
    us.fake.deployment("db", "data")
    us.start()
    eu.start(us)
    shields = eu.knows(us)
    assert shields.get("/_/db/health/").status == 200
    assert get_signed(shields, "/_/db/health/").status == 404
    assert get_signed(shields, "/a/we/health/?raw").json()["total"] == 2
    assert get_signed(shields, "/services/?cluster=us").status == 404
    assert "db" not in get_signed(shields, "/").text
    assert [one["name"] for one in get_signed(shields, FULL).json()["services"]] == ["web"]


def test_signed_answers_are_never_kept(private):
    gate = private.gate
    for target in (WEB, "/badge/a-b-red", "/c/health/"):
        for _ in range(2):
            answer = get_signed(gate, target)
            assert answer.headers["cache-control"] == "no-store" and "etag" not in answer.headers
            refused = gate.get(target)
            assert refused.status == 403 and "intra-shield" not in refused.headers
    answer, is_right = ask_signed(gate, WEB, headers={"If-None-Match": "*"})
    assert (answer.status, is_right) == (200, True) and answer.body
    assert "public" not in str(answer.headers)


def test_signed_requests_to_a_public_shield_bypass_the_cache(world):
    site = world.site("eu")
    site.fake.deployment("web", "shop", replicas=2)
    site.start()
    for _ in range(3):
        kept = site.gate.get(WEB)
        assert kept.status == 200 and "intra-shield" not in kept.headers and "etag" in kept.headers
        assert get_signed(site.gate, WEB).status == 200


# ---- refused ----

MOMENT = 3000  # milliseconds that a request may take
EARLY_AND_LATE = r"signed \d+\.\d{3} s (ahead of|behind) this clock: must be at most 10 s either way"


def is_refused(asked, shields, target, header, reason, **options):
    """Asserts 403, with the same text whatever is wrong, and a log line with the reason. Returns type and body."""
    said = len(shields.lines)
    headers = {"Intra-Shield": header, **options.pop("headers", {})}
    answer = asked.get(target, headers=headers, **options)
    assert answer.status == 403 and answer.headers["cache-control"] == "no-store", answer
    assert "intra-shield" not in answer.headers and "etag" not in answer.headers
    shields.wait_for_line(f"warning serve: refused a signed request: .*{reason}", since=said)
    return answer.headers["content-type"], answer.body


def changed(text, at):
    """The text with another hexadecimal digit at that place."""
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:]


def refused_requests(host):
    """(what is wrong, target, header, what the log says)"""
    right = sign(WEB, host).header
    version, key_id, moment, nonce, code = right.split(" ")
    unlike = "method, Host, path, query or body are not what was signed"
    yield "another path", "/_/db/health/", right, unlike
    yield "a query more", WEB + "?raw", right, unlike
    yield "an empty query", WEB + "?", right, unlike
    yield "the same path, escaped", "/_/w%65b/health/", right, unlike
    yield "a query less", WEB, sign(WEB + "?raw", host).header, unlike
    yield "another Host", WEB, sign(WEB, "elsewhere.test").header, unlike
    yield "another port", WEB, sign(WEB, host.partition(":")[0] + ":81").header, unlike
    yield "another method", WEB, sign(WEB, host, "POST").header, unlike
    yield "HEAD, not GET", WEB, sign(WEB, host, "HEAD").header, unlike
    yield "a body", WEB, sign(WEB, host, body=b"x").header, unlike
    yield "another time", WEB, f"{version} {key_id} {int(moment) + 1} {nonce} {code}", unlike
    yield "another nonce", WEB, f"{version} {key_id} {moment} {changed(nonce, 5)} {code}", unlike
    yield "another mac", WEB, sign(WEB, host, mac="0" * 64).header, unlike
    for at in (0, 31, 63):
        yield f"digit {at} of the mac", WEB, f"{version} {key_id} {moment} {nonce} {changed(code, at)}", unlike
    yield "a stranger's key", WEB, sign(WEB, host, key=STRANGERS_KEY).header, f"key {STRANGERS_KEY.id}, which is not"
    yield "another key id", WEB, sign(WEB, host, key_id="0123456789abcdef").header, "key 0123456789abcdef, which is not"
    yield "our id, a stranger's key", WEB, sign(WEB, host, key=STRANGERS_KEY, key_id=KEY.id).header, unlike
    yield "too early", WEB, sign(WEB, host, late_ms=-10_000 - MOMENT).header, EARLY_AND_LATE
    yield "too late", WEB, sign(WEB, host, late_ms=10_000 + MOMENT).header, EARLY_AND_LATE
    yield "hours late", WEB, sign(WEB, host, late_ms=3_600_000).header, EARLY_AND_LATE
    for what, header in {
            "a word": "nonsense", "version 1": right.replace("v2", "v1"), "version 3": right.replace("v2", "v3"),
            "no version": right[3:], "two spaces": right.replace(" ", "  ", 1), "a tab": right.replace(" ", "\t", 1),
            "something behind": right + " x", "a part less": right.rpartition(" ")[0], "capitals": right.upper(),
            "capital digits": f"{version} {key_id} {moment} {nonce} {code.upper()}" if code.upper() != code else "A",
            "a short mac": right[:-2], "a long mac": right + "00",
            "a time with a sign": right.replace(moment, "+" + moment),
            "a time with zeros": right.replace(moment, "0" + moment), "time 0": right.replace(moment, "0"),
            "16 digits": right.replace(moment, "1" * 16), "no hexadecimal": right[:-1] + "g",
            "too long": right + "0" * 300, "much too long": "v2 " + "a" * 4000, "an answer's": "v2 " + code,
            "that of 0.0.6": "0" * 64,
            "quoted": f'"{right}"', "twice in one": f"{right}, {right}", "not ASCII": "v2 \u00e9"}.items():
        yield what, WEB, header, "the Intra-Shield header is malformed"


def test_every_wrong_request_gets_the_same_refusal(asked, private):
    answers, count = set(), 0
    for what, target, header, reason in refused_requests(host_of(asked)):
        answers.add(is_refused(asked, private.shields, target, header, reason))
        count += 1
        assert len(answers) == 1, what
    assert count > 40
    # It keeps answering.
    assert get_signed(asked, WEB).status == 200


def test_a_refusal_looks_the_same_on_every_path(private):
    for target in (WEB, "/_/nobody/health/", "/services/", FULL, "/", "/nonsense", "/ping", "/%", "/metrics"):
        answer = private.shields.get(target, headers={"Intra-Shield": "v2 x"})
        assert answer.status == 403 and b"kube-shields" in answer.body, target
        assert "web" not in answer.text


def test_a_public_shield_refuses_a_wrong_signature_too(world):
    site = world.site("eu")
    site.fake.deployment("web", "shop")
    site.start()
    assert site.shields.get(WEB).status == 200
    is_refused(site.shields, site.shields, WEB, sign(WEB, key=STRANGERS_KEY).header, "not in our secret file")
    is_refused(site.gate, site.shields, WEB, sign(WEB, site.gate.host, mac="0" * 64).header, "not what was signed")


def test_a_shield_without_a_secret_refuses_signed_requests(fake, responder):
    fake.deployment("web", namespace="shop")
    shields = responder()
    assert shields.get(WEB).status == 200
    assert shields.get(WEB, headers={"Intra-Shield": sign(WEB).header}).status == 403
    shields.wait_for_line("refused a signed request: INTRA_SECRET is not set")


def test_a_request_for_another_host(world):
    """A request signed for one shield is refused by another one with the same secret."""
    site = world.site("eu")
    site.fake.deployment("web", "shop")
    site.start(other_shields=None, hosts=f"Eu.Example:8443 {site.gate.host}")
    assert get_signed(site.gate, WEB).status == 200
    for host in ("eu.example:8443", "EU.example:8443"):
        signed = sign(WEB, host)
        assert site.gate.get(WEB, headers={"Host": host, "Intra-Shield": signed.header}).status == 200
    for host in ("us.example", "eu.example", "eu.example:8443.", ""):
        is_refused(site.gate if host else site.shields, site.shields, WEB, sign(WEB, host).header,
                   f'signed for host "{host}", which SHIELD_HOSTS does not name', headers={"Host": host})


def test_the_log_names_the_client_and_its_request(private):
    is_refused(private.gate, private.shields, "/_/web/health/?a=%0Ab", "v2 nonsense",
               r"malformed \(GET /_/web/health/\?a=%0Ab from 127\.0\.0\.1\)")


def test_unsigned_headers_do_not_change_the_answer(private):
    kinds = {get_signed(private.gate, WEB, headers={"Accept": accept}).headers["content-type"]
             for accept in ("application/json", "text/plain", "image/svg+xml", "*/*")}
    assert kinds == {"image/svg+xml; charset=utf-8"} or len(kinds) == 1, kinds


def test_a_replay(asked, private):
    header = sign(WEB, host_of(asked)).header
    assert asked.get(WEB, headers={"Intra-Shield": header}).status == 200
    refusals = {is_refused(asked, private.shields, WEB, header, "its nonce was seen before") for _ in range(3)}
    # The nonce counts, not the request: another request with the same nonce is refused too.
    nonce = bytes.fromhex(header.split(" ")[3])
    again = sign("/services/", host_of(asked), nonce=nonce).header
    is_refused(asked, private.shields, "/services/", again, "its nonce was seen before")
    assert len(refusals) == 1


def test_a_refused_request_uses_up_no_nonce(private):
    signed = sign(WEB)
    is_refused(private.shields, private.shields, "/services/", signed.header, "not what was signed")
    assert private.shields.get(WEB, headers={"Intra-Shield": signed.header}).status == 200


def test_replays_at_the_same_moment(private):
    """Many threads get the same request at once, and only one answers it."""
    header = sign(WEB, private.gate.host).header
    answers, barrier = [], threading.Barrier(12)

    def ask():
        barrier.wait()
        answers.append(private.gate.get(WEB, headers={"Intra-Shield": header}).status)
    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [403] * 11


def test_a_replay_after_a_restart(private):
    header = sign(WEB).header
    assert private.shields.get(WEB, headers={"Intra-Shield": header}).status == 200
    private.stop()
    private.start(other_shields=None)
    is_refused(private.shields, private.shields, WEB, header, "signed before this program started")
    assert get_signed(private.shields, WEB).status == 200


def test_clocks_may_differ_by_ten_seconds(private, cgi, secret):
    """Clocks ahead are tested with the responder, clocks behind with CGI, because the responder refuses what was signed
    before it started."""
    assert get_signed(private.shields, WEB, late_ms=-10_000 + MOMENT).status == 200
    for late_ms in (0, 10_000 - MOMENT, -10_000 + MOMENT):
        signed = sign(WEB, late_ms=late_ms)
        answer = cgi(WEB, headers={"Intra-Shield": signed.header}, other_shields=None, INTRA_SECRET=secret,
                     kubeconfig=private.kubeconfig)
        assert answer.status == 200 and signed.answered_by(200, answer.body, answer.headers["intra-shield"])
    late = sign(WEB, late_ms=10_000 + MOMENT)
    assert cgi(WEB, headers={"Intra-Shield": late.header}, other_shields=None, INTRA_SECRET=secret,
               kubeconfig=private.kubeconfig).status == 403
    assert re.search(EARLY_AND_LATE, cgi.stderr)


@pytest.mark.parametrize("order", ["right first", "wrong first", "the same twice", "an empty one first",
                                   "an empty one last"])
def test_a_header_that_comes_twice(private, order):
    right, wrong = sign(WEB, private.gate.host).header, sign(WEB, private.gate.host, mac="0" * 64).header
    headers = {"right first": (right, wrong), "wrong first": (wrong, right), "the same twice": (right, right),
               "an empty one first": ("", right), "an empty one last": (right, "")}[order]
    lines = "".join(f"Intra-Shield: {header}\r\n" for header in headers)
    request = f"GET {WEB} HTTP/1.1\r\nHost: {private.gate.host}\r\n{lines}Connection: close\r\n\r\n"
    assert send_raw(private.gate.port, request.encode()).startswith(b"HTTP/1.1 403 ")


def test_a_captured_request_is_refused(world):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("db", "data")
    us.start()
    with Relay(us.gate.port) as relay:
        eu.start(f"us=http://127.0.0.1:{relay.port}")
        eu.knows(us)
        capture = next(data for data in relay.captured if b"Intra-Shield: v2 " in data)
        capture = capture[:capture.index(b"\r\n\r\n") + 4]
        assert send_raw(us.gate.port, capture).startswith(b"HTTP/1.1 403 ")
        us.shields.wait_for_line("refused a signed request: its nonce was seen before")


# ---- someone in the middle ----

@pytest.mark.parametrize("what, old, new", [
    ("a count", b'"total":1', b'"total":3'),
    ("the status", b"HTTP/1.1 200 OK", b"HTTP/1.1 203 OK"),
    ("the signature", b"Intra-Shield: v2 ", b"Intra-Shield: v2 0"),
    ("its absence", b"Intra-Shield: v2 ", b"Other-Shields: v2 "),
    ("the name", b'"name":"more"', b'"name":"mora"'),
], ids=lambda value: value if isinstance(value, str) else "")
def test_an_altered_answer_is_refused(world, what, old, new):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("web", "shop", replicas=2, ready=False)
    us.start()
    altering = threading.Event()
    with Relay(us.gate.port, lambda data: data.replace(old, new) if altering.is_set() else data) as relay:
        shields = eu.start(f"us=http://127.0.0.1:{relay.port}")
        eu.knows(us)
        assert shields.shield(WEB) == ("0/2 (0 restarts)", "red")
        altering.set()
        us.fake.deployment("more", "shop", ready=False)
        shields.wait_for_line(r"warning peer: us \(http")
        assert shields.shield(WEB) == ("0/2 (0 restarts)", "red"), what
        assert shields.get("/_/mora/health/").status == 404 and shields.get("/_/more/health/").status == 404
        assert not eu.is_up("us")
        code, out, err = run_command("get", "--url", f"http://127.0.0.1:{relay.port}", FULL, INTRA_SECRET=world.secret)
        assert (code, out) == (1, "") and len(err.splitlines()) == 1, err
        altering.clear()
        eventually(lambda: eu.is_up("us"), PEER_DEADLINE)
        assert shields.shield("/_/more/health/") == ("0/1 (0 restarts)", "red")


def test_an_answer_signed_with_another_secret(world, folder):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("db", "data")
    other = SecretVolume(folder / "volume", STRANGERS_KEY)
    us.start(INTRA_SECRET=other.path)
    shields = eu.start(us)
    shields.wait_for_line(r"warning peer: us \(http.*answers 403: it has none of our keys, or its clock and ours differ")
    us.shields.wait_for_line(f"refused a signed request: signed with key {KEY.id}, which is not in our secret file")
    assert shields.get("/_/db/health/").status == 503
    other.swap(KEY)
    eventually(lambda: eu.is_up("us"), PEER_DEADLINE)


def test_a_redirect_is_not_followed(world):
    eu, us, elsewhere = world.site("eu"), world.site("us"), world.site("elsewhere")
    elsewhere.fake.deployment("db", "data")
    elsewhere.start()
    us.start()
    location = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.gate.url}/services/?full\r\n".encode()
    with Relay(us.gate.port, lambda data: data.replace(b"HTTP/1.1 200 OK\r\n", location)) as relay:
        shields = eu.start(f"us=http://127.0.0.1:{relay.port}")
        shields.wait_for_line(r"warning peer: us \(http")
        assert eu.metric("services", "us") == 0 and shields.get("/_/db/health/").status == 503
        assert "a signed request" not in elsewhere.shields.stderr


# ---- another key ----

class Load:
    """Sends signed requests to all sites, over and over. All must be answered, and signed with the current key."""

    def __init__(self, *sites):
        self.sites, self.key, self.over = sites, KEY, threading.Event()
        self.failed = []
        self.threads = [threading.Thread(target=self.ask, args=(site, number), daemon=True)
                        for number, site in enumerate([*sites, *sites])]
        self.counts = [0] * len(self.threads)

    def ask(self, site, number):
        while not self.over.wait(0.003):
            key = self.key
            answer, is_right = ask_signed(site.gate, "/services/", key=key)
            if answer.status != 200 or not is_right:
                self.failed.append((site.name, key.id, answer))
            self.counts[number] += 1

    def each_asks(self, times):
        """Waits until each thread has begun and ended so many more requests."""
        wanted = [count + times + 1 for count in self.counts]
        eventually(lambda: all(count >= least for count, least in zip(self.counts, wanted)))

    def use(self, key):
        """Changes the key, and waits until requests signed with the old one are answered."""
        self.key = key
        self.each_asks(1)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(20)


@pytest.mark.long
def test_keys_are_changed_without_one_failed_request(world, folder):
    eu, us = world.site("eu"), world.site("us")
    volumes = [SecretVolume(folder / name, KEY) for name in ("eu", "us")]
    pod = us.fake.deployment("web", "shop").pods[0]
    eu.fake.deployment("db", "shop")
    us.start(eu, INTRA_SECRET=volumes[1].path)
    eu.start(us, INTRA_SECRET=volumes[0].path)
    eu.knows(us)
    us.knows(eu)
    before = [site.metric("failures_total", peer) for site, peer in ((eu, "us"), (us, "eu"))]
    said_before = [len(site.shields.lines) for site in (eu, us)]
    polls = eu.metric("polls_total", "us")

    def swap(site, volume, *keys):
        said = len(site.shields.lines)
        volume.swap(*keys)
        site.shields.wait_for_line(rf"info secret: .*read again, {len(keys)} keys?, {keys[0].id} in use", since=said)
        # A change, so that there is something to send, with either key.
        earlier = eu.metric("polls_total", "us")
        pod.set(ready=next(flips) % 2 == 1)
        eventually(lambda: eu.metric("polls_total", "us") > earlier)

    flips = itertools.count()
    with Load(eu, us) as load:
        for keys in ((KEY, NEXT_KEY), (NEXT_KEY, KEY), (NEXT_KEY,)):
            if keys == (NEXT_KEY,):
                load.use(NEXT_KEY)
            for site, volume in zip((eu, us), volumes):
                swap(site, volume, *keys)
                load.each_asks(5)
        eu.shields.becomes("/_/web/health/", "1/1 (0 restarts)", "green")
    assert not load.failed, load.failed[:3]
    for site, count in zip((eu, us), said_before):
        assert not re.search("refused|warning|error", "\n".join(site.shields.lines[count:])), site.shields.stderr
    assert [site.metric("failures_total", peer) for site, peer in ((eu, "us"), (us, "eu"))] == before
    assert eu.metric("polls_total", "us") > polls + 4
    # The old key is useless now.
    assert ask_signed(eu.shields, "/services/", key=KEY)[0].status == 403


def test_a_file_that_becomes_invalid_leaves_the_keys_in_use(private, secret):
    good = secret.read_text()
    for text, reason in [("short\n", "line 1: 5 bytes"), ("", "no secret in it")]:
        secret.write_text(text)
        private.shields.wait_for_line(f"error secret: .*{reason}.*; the keys in use stay")
        assert get_signed(private.shields, WEB).status == 200
    secret.unlink()
    private.shields.wait_for_line("error secret: .*no such file.*; the keys in use stay")
    secret.write_text(f"{NEXT_KEY.secret}\n{good}")
    secret.chmod(0o600)
    private.shields.wait_for_line(f"read again, 2 keys, {NEXT_KEY.id} in use")
    for key in (KEY, NEXT_KEY):
        assert get_signed(private.shields, WEB, key=key).status == 200


# ---- kube-shields get ----

def get(site, path, secret, *flags, url=None):
    return run_command("get", "--url", url or site.gate.url, *flags, path, INTRA_SECRET=secret)


def test_get_prints_the_answer(private, secret):
    for path in ("/services/", WEB + "?raw", FULL, "/ping"):
        code, out, err = get(private, path, secret)
        assert (code, err) == (0, ""), path
        if path != FULL:
            assert out == get_signed(private.shields, path).text


def test_get_with_an_unknown_key(private, folder):
    stranger = folder / "stranger"
    assert run_command("--new-secret", str(stranger))[0] == 0
    code, out, err = get(private, "/services/", stranger)
    assert (code, out) == (1, "") and len(err.splitlines()) == 1
    assert "GET /services/: HTTP 403: it has none of our keys, or its clock and ours differ by more than 10 s" in err
    private.shields.wait_for_line("which is not in our secret file")


def test_get_of_a_missing_service(private, secret):
    code, out, err = get(private, "/services/nobody/?raw", secret)
    assert (code, err) == (1, "kube-shields: get: status 404\n")
    assert '"error"' in out


def test_get_if_nobody_listens(secret):
    code, out, err = get(None, "/services/", secret, url=f"http://127.0.0.1:{free_port()}")
    assert (code, out) == (1, "") and len(err.splitlines()) == 1
    assert re.search(r"kube-shields: get: peer 127\.0\.0\.1:\d+: .*(refused|connect)", err), err


def test_get_without_a_secret(private, folder):
    code, out, err = run_command("get", "--url", private.gate.url, "/services/")
    assert (code, out) == (1, "") and "INTRA_SECRET is not set" in err
    code, out, err = get(private, "/services/", folder / "absent")
    assert (code, out) == (1, "") and "no such file; kube-shields --new-secret FILE makes one" in err


def test_get_of_something_that_is_not_a_path(private, secret):
    for words, error in (((), "needs a path"), (("services/",), """path "services/": must begin with '/'"""),
                         (("/services/", "/ping"), 'unexpected operand "/ping"')):
        code, out, err = run_command("get", "--url", private.gate.url, *words, INTRA_SECRET=secret)
        assert (code, out) == (2, "") and error in err, words
    for path in ("/%zz", "/services/#x", "/a b/"):
        code, out, err = get(private, path, secret)
        assert (code, out) == (1, "") and len(err.splitlines()) == 1, (path, err)
    for url in ("ftp://127.0.0.1", "http://127.0.0.1:99999", "127.0.0.1:0", "http://a b/", ""):
        code, out, err = get(private, "/services/", secret, url=url or " ")
        assert code in (1, 2) and out == "" and len(err.splitlines()) == 1, (url, err)


def test_get_over_tls_and_under_a_prefix(world, certificates):
    site = world.site("eu", tls=certificates, prefix=True, client_certificates=True)
    site.fake.deployment("web", "shop")
    site.start(other_shields=None)
    flags = ["--peer-ca", certificates / "ca.crt", "--peer-certificate", certificates / "client.crt", "--peer-key",
             certificates / "client.key"]
    assert get(site, "/services/", world.secret, *map(str, flags)) == (0, '["web"]\n', "")
    code, out, err = get(site, "/services/", world.secret)
    assert (code, out) == (1, "") and "certificate" in err
