"""The micro-cache of the shipped nginx: it spares kube-shields work, and never serves private or old answers."""

import socket
import struct
import threading
import time

import pytest

from fastcgi_client import END_REQUEST, PARAMS, STDIN, STDOUT, record, stream
from programs import eventually

SHIELD = "/_/web/health/"
HEALTHY = "2/2 (0 restarts)"
KEPT = "Cache-Control: public, max-age=5, s-maxage=5\r\nX-Accel-Expires: 1\r\n"
PRIVATE = "Cache-Control: no-store\r\nX-Accel-Expires: 0\r\n"
FRESH_WITHIN = 5  # nginx counts whole seconds, so 1 s means less than 2 s; the rest is for a busy machine
CREDENTIALS = [{"Authorization": "Bearer x"}, {"Cookie": "session=x"}, {"Intra-Shield": "x"}, {"Intra-Shield": "0"}]


class Upstream:
    """A FastCGI responder that keeps the parameters of each request and answers (status, header lines, body)."""

    def __init__(self, folder, answer, delay=0):
        self.address = f"unix:{folder}/upstream.sock"
        self.answer, self.delay, self.requests = answer, delay, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.address.removeprefix("unix:"))
        self.listener.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        params = b""
        with connection, connection.makefile("rb") as file:
            while header := file.read(8):
                _, kind, request_id, length, padding, _ = struct.unpack(">BBHHBB", header)
                content = file.read(length + padding)[:length]
                if kind == PARAMS:
                    params += content
                elif kind == STDIN and not length:
                    request, params = unpack(params), b""
                    self.requests.append(request)
                    time.sleep(self.delay)
                    status, headers, body = self.answer(request)
                    head = (f"Status: {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
                            f"{headers}\r\n")
                    sent = "" if request["REQUEST_METHOD"] == "HEAD" else body
                    connection.sendall(stream(STDOUT, (head + sent).encode()) +
                                       record(END_REQUEST, struct.pack(">IB3x", 0, 0), request_id))

    def stop(self):
        self.listener.close()


def unpack(data):
    """FastCGI's name-value pairs."""
    def length():
        nonlocal at
        size = 4 if data[at] > 127 else 1
        at += size
        return int.from_bytes(data[at - size:at], "big") & 0x7fffffff

    params, at = {}, 0
    while at < len(data):
        name, value = length(), length()
        params[data[at:at + name].decode()] = data[at + name:at + name + value].decode()
        at += name + value
    return params


@pytest.fixture
def upstream(folder, started):
    def start(answer, **options):
        started.append(Upstream(folder, answer, **options))
        return started[-1]
    return start


@pytest.fixture(params=["nginx.conf", "sidecar.conf"])
def shipped(nginx, request):
    return lambda responder: nginx(responder, request.param)


@pytest.fixture
def web(fake):
    return fake.deployment("web", replicas=2)


def crowd(count, ask):
    """The answers to `count` requests at the same time."""
    answers, gate = [], threading.Barrier(count)

    def one():
        gate.wait()
        answers.append(ask())

    clients = [threading.Thread(target=one) for _ in range(count)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)
    assert len(answers) == count
    return answers


@pytest.mark.quiet  # nginx makes others wait for 50 ms, in which the one that asks must be answered
def test_a_crowd_costs_a_few_requests(upstream, shipped):
    behind = upstream(lambda request: (200, KEPT, "good"), delay=0.02)
    proxy = shipped(behind)
    begin = time.monotonic()
    for wait in (0, 2.2):  # first with an empty cache, then with an old entry
        time.sleep(wait)
        assert {(one.status, one.text) for one in crowd(50, lambda: proxy.get(SHIELD))} == {(200, "good")}
    assert len(behind.requests) <= 2 * (time.monotonic() - begin + 1), "about one a second is expected"


def test_headers_for_nginx_do_not_reach_clients(upstream, shipped):
    proxy = shipped(upstream(lambda request: (200, KEPT, "good")))
    for _ in range(2):
        headers = proxy.get(SHIELD).headers
        assert headers["cache-control"] == "public, max-age=5, s-maxage=5" and "x-accel-expires" not in headers


def test_a_change_is_seen_soon(web, responder, shipped):
    shields = responder(cache="1h")  # for clients, not for nginx
    proxy = shipped(shields)
    assert proxy.get(SHIELD).title.endswith(HEALTHY)
    web.pods[0].set(ready=False)
    shields.becomes(SHIELD, "1/2 (0 restarts)", "red")
    eventually(lambda: proxy.get(SHIELD).title.endswith("1/2 (0 restarts)"), FRESH_WITHIN)


@pytest.mark.parametrize("credential", CREDENTIALS, ids=str)
def test_an_answer_to_a_credential_is_never_served_to_others(upstream, shipped, credential):
    names = ["HTTP_" + name.upper().replace("-", "_") for name in ("Authorization", "Cookie", "Intra-Shield")]
    behind = upstream(lambda request: (200, KEPT, "private" if any(map(request.get, names)) else "public"))
    proxy = shipped(behind)
    for headers, body in [(credential, "private"), ({}, "public"), (credential, "private"), ({}, "public")]:
        assert proxy.get(SHIELD, headers=headers).text == body


def test_answers_that_may_not_be_kept_are_requested_each_time(upstream, shipped):
    behind = upstream(lambda request: (403, PRIVATE, f"refused {len(behind.requests)}"))
    proxy = shipped(behind)
    for number in (1, 2, 3):
        assert proxy.get(SHIELD).text == f"refused {number}"


def test_kube_shields_refuses_each_time(web, responder, shipped, secret):
    proxy = shipped(responder(other_shields=None, INTRA_SECRET=secret))
    for _ in range(2):
        answer = proxy.get(SHIELD)
        assert answer.status == 403 and answer.headers["cache-control"] == "no-store"


@pytest.mark.long
def test_a_withdrawn_answer_disappears_even_under_load(upstream, nginx):
    public = threading.Event()
    public.set()
    proxy = nginx(upstream(
        lambda request: (200, KEPT, "was public") if public.is_set() else (403, PRIVATE, "no"), delay=0.02))
    assert proxy.get(SHIELD).text == "was public"
    public.clear()

    def refused():
        return {one.status for one in crowd(8, lambda: proxy.get(SHIELD))} == {403}
    eventually(lambda: all(refused() for _ in range(10)), 20)


@pytest.mark.parametrize("path", ["/metrics", "/ping", "/healthz", "/readyz", "/services/", "/"])
def test_only_shields_are_kept(upstream, shipped, path):
    behind = upstream(lambda request: (200, KEPT, f"{len(behind.requests)}"))
    proxy = shipped(behind)
    assert [proxy.get(path).text for _ in range(3)] == ["1", "2", "3"]


def test_formats_are_cached_separately(web, responder, shipped):
    proxy = shipped(responder())
    for _ in range(3):
        for accept in ("image/svg+xml", "application/json", "text/plain"):
            answer = proxy.get(SHIELD, headers={"Accept": accept})
            assert answer.type == accept and "accept" in answer.headers["vary"].lower()


def test_hosts_and_queries_are_cached_separately(upstream, shipped):
    proxy = shipped(upstream(lambda request: (200, KEPT, f"{request['HTTP_HOST']} {request['REQUEST_URI']}")))
    for _ in range(2):
        for host in ("one.test", "two.test"):
            for target in (SHIELD, SHIELD + "?label=x"):
                assert proxy.get(target, headers={"Host": host}).text == f"{host} {target}"


@pytest.mark.parametrize("path", [SHIELD, "/services/"])
def test_a_client_that_has_the_answer_gets_304(web, responder, shipped, path):
    proxy = shipped(responder())
    etag = proxy.get(path).headers["etag"]
    for method in ("GET", "HEAD", "GET"):
        answer = proxy.get(path, method=method, headers={"If-None-Match": etag})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert proxy.get(path, headers={"If-None-Match": '"other"'}).status == 200


def test_a_304_is_not_served_to_a_client_that_has_nothing(web, responder, shipped):
    proxy = shipped(responder())
    etag = proxy.get(SHIELD).headers["etag"]
    time.sleep(2.2)  # until the cache has nothing fresh
    assert proxy.get(SHIELD, headers={"If-None-Match": etag}).status == 304
    assert proxy.get(SHIELD).title.endswith(HEALTHY)


def test_head_does_not_empty_get(web, responder, shipped):
    proxy = shipped(responder())
    for _ in range(2):
        head, get = proxy.get(SHIELD, method="HEAD"), proxy.get(SHIELD)
        assert head.status == 200 and head.body == b""
        assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.body))


def test_the_longest_request_does_not_fill_the_log(upstream, shipped):
    proxy = shipped(upstream(lambda request: (200, KEPT, "good")))
    target, host = SHIELD + "?label=" + "x" * 8000, "h" * 8000
    assert proxy.get(target, headers={"Host": host}).text == "good"
    proxy.stop()
    assert proxy.stderr == ""
