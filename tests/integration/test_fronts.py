"""FastCGI on a Unix socket, on TCP and on descriptor 0; as a CGI program; behind nginx as shipped."""

import signal
import socket
import threading
import time

import pytest

import programs
from programs import ROOT, eventually, free_port

MESSAGE = "2/2 (0 restarts)"


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


# ---- sockets ----

def test_tcp(web, responder):
    shields = responder(listen=f"tcp:127.0.0.1:{free_port()}")
    assert shields.get("/_/web/health/").title.endswith(MESSAGE)


def test_descriptor_from_spawn_fcgi(web, spawn_fcgi):
    assert spawn_fcgi().get("/_/web/health/").title.endswith(MESSAGE)


def test_descriptor_as_systemd_gives_it(web, folder, kubeconfig, started):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/given.sock")
        listener.listen(16)
        shields = programs.Responder(folder, listen=f"unix:{folder}/given.sock", command=[programs.BINARY],
                                     stdin=listener, SHIELD_LISTEN="fd:0", kubeconfig=kubeconfig,
                                     other_shields="None")
    started.append(shields)
    assert shields.ready().get("/_/web/health/").title.endswith(MESSAGE)


def test_many_requests_on_one_connection(web, responder):
    shields = responder()
    with shields.connect() as connection:
        for number in range(50):
            path = ["/_/web/health/?raw", "/nonsense", "/ping", "/services/", "/_/we%/health/"][number % 5]
            status = [200, 404, 200, 200, 400][number % 5]
            assert connection.get(path, keep=True).status == status
        assert connection.get("/ping").status == 200
        assert connection.closed_by_peer()


@pytest.mark.parametrize("threads", [1, 4])
def test_more_connections_than_threads(web, responder, threads):
    shields = responder(threads=threads)
    connections = [shields.connect() for _ in range(40)]
    for connection in connections:
        connection.send("/_/web/health/?raw")
    for connection in connections:
        with connection:
            assert connection.receive().json()["ready"] == 2


def test_idle_kept_connections_leave_the_other_threads_free(web, responder):
    shields = responder(threads=6)
    idle = [shields.connect() for _ in range(5)]
    for connection in idle:
        assert connection.get("/ping", keep=True).status == 200
    for _ in range(20):
        assert shields.get("/_/web/health/?raw").json()["ready"] == 2
    for connection in idle:
        with connection:
            assert connection.get("/ping", keep=True).status == 200


def test_a_client_that_leaves_in_the_middle(web, responder):
    shields = responder(threads=2)
    for cut in (1, 8, 20, 60):
        for _ in range(3):
            connection = shields.connect()
            whole = connection.socket
            sent = []
            connection.socket = type("Tape", (), {"sendall": staticmethod(sent.append)})
            connection.send("/_/web/health/")
            whole.sendall(sent[0][:cut])
            whole.close()
    for _ in range(5):
        with shields.connect() as connection:
            connection.send("/")
    assert shields.get("/_/web/health/?raw").json()["ready"] == 2


def test_garbage_instead_of_fastcgi(web, responder):
    shields = responder(threads=2)
    for garbage in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 64, b"\xff" * 4096, b"\1\1\0\1\xff\xff\xff\0" * 3):
        with shields.connect() as connection:
            connection.socket.sendall(garbage)
    assert shields.get("/_/web/health/?raw").json()["ready"] == 2


# ---- signals ----

@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_at_once_when_idle(web, responder, number):
    shields = responder()
    kept = shields.connect()
    assert kept.get("/ping", keep=True).status == 200
    begin = time.monotonic()
    shields.signal(number)
    assert shields.wait() == 0
    assert time.monotonic() - begin < 8
    with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
        shields.connect()


def test_no_answer_is_cut_short_by_a_stop(web, responder):
    shields = responder(threads=4)
    answered, broken = [], []

    def ask():
        while True:
            try:
                with shields.connect() as connection:
                    connection.send("/_/web/health/")
                    answered.append(connection.receive().status)
            except (FileNotFoundError, ConnectionRefusedError):
                return
            except (EOFError, ConnectionResetError, BrokenPipeError) as error:
                # A connection that was not accepted yet ends with the listener; a started answer must not be cut.
                if "0 of 8" not in str(error) and isinstance(error, EOFError):
                    broken.append(error)
                return

    clients = [threading.Thread(target=ask) for _ in range(8)]
    for client in clients:
        client.start()
    eventually(lambda: len(answered) > 50)
    shields.signal(signal.SIGTERM)
    assert shields.wait() == 0
    assert "still being answered" not in shields.stderr
    for client in clients:
        client.join(10)
        assert not client.is_alive()
    assert not broken and set(answered) == {200}


def test_stops_while_the_api_server_is_away_or_silent(fake, web, responder):
    for trouble, remedy in ((fake.close, fake.reopen), (fake.freeze, fake.thaw)):
        shields = responder()
        fake.wait_watched()
        trouble()
        shields.stop()
        remedy()


def test_stops_before_the_first_list_is_there(fake, responder):
    fake.fault("*", "list", "silence", times=None)
    shields = responder(wait=False)
    fake.wait_for("pods", "list")
    shields.stop()


# ---- CGI ----

def test_cgi(web, cgi):
    answer = cgi("/_/web/health/")
    assert (answer.status, answer.type) == (200, "image/svg+xml") and answer.title.endswith(MESSAGE)
    assert cgi("/_/web/health/?raw").json()["ready"] == 2
    assert cgi("/c/health/?format=shields").json()["message"] == MESSAGE
    assert cgi("/_/nobody/health/").status == 404
    assert cgi("/_/web/health").headers["location"] == "/_/web/health/"
    head = cgi("/_/web/health/", method="HEAD")
    assert head.status == 200 and head.body == b""
    assert cgi("/_/web/health/", method="POST").status == 405
    assert cgi("/_/we%/health/").status == 400


def test_cgi_of_an_overlong_target(web, cgi):
    assert cgi("/_/web/health/?" + "a" * 5000).status == 400


def test_cgi_under_a_script_name(web, cgi):
    params = {"SCRIPT_NAME": "/cgi-bin/kube-shields", "PATH_INFO": "/_/web/health/"}
    assert cgi("/cgi-bin/kube-shields/_/web/health/?raw", params=params).json()["ready"] == 2


def test_cgi_lists_only_what_the_request_needs(fake, web, cgi, secret):
    assert cgi("/ping").text.strip() == "PONG"
    assert cgi("/_/we%/health/").status == 400
    assert cgi("/_/web/health/", other_shields=None, INTRA_SECRET=secret).status == 403
    assert fake.requests == []
    cgi("/_/web/health/")
    assert fake.count("pods", "list") == 1
    assert fake.count("*", "watch") == 0 and fake.count("nodes", "list") == 1
    fake.requests.clear()
    fake.node("node-1")
    assert cgi("/c/nodes/?raw").json()["ready"] == 1
    assert {one.kind for one in fake.requests} == {"nodes"}


def test_cgi_knows_that_a_node_is_not_ready(fake, cgi):
    fake.node("node-1")
    fake.deployment("web", "shop", node="node-1")
    fake.set_node("node-1", ready=False)
    assert cgi("/_/shop/web/state/?raw").json()["message"] == "NodeNotReady"


@pytest.mark.parametrize("trouble", ["silence", "stall", "status"])
def test_cgi_keeps_its_deadline(fake, web, cgi, trouble):
    verb = "list"
    fake.fault("pods", verb, trouble, times=None)
    begin = time.monotonic()
    answer = cgi("/_/web/health/", cgi_timeout="700ms")
    assert time.monotonic() - begin < 5
    assert answer.type == "image/svg+xml" and MESSAGE not in answer.title
    assert len(cgi.stderr.splitlines()) >= 1


def test_cgi_with_a_wrong_setting_is_the_web_servers_error(web, cgi):
    with pytest.raises(AssertionError, match=r'exit code 2:\n.*SHIELD_THREADS "many": must be'):
        cgi("/_/web/health/", threads="many")


# ---- nginx ----

@pytest.mark.parametrize("shipped", ["nginx.conf", "sidecar.conf"])
def test_behind_nginx_as_shipped(web, responder, nginx, shipped):
    proxy = nginx(responder(), shipped)
    svg = proxy.get("/_/web/health/")
    assert (svg.status, svg.type) == (200, "image/svg+xml") and svg.title.endswith(MESSAGE)
    assert svg.headers["x-content-type-options"] == "nosniff"
    assert "nginx/" not in svg.headers["server"]
    assert proxy.get("/_/web/health/?raw").json()["ready"] == 2
    assert proxy.get("/_/web/health?raw").headers["location"].endswith("/_/web/health/?raw")
    assert proxy.get("/_/nobody/health/").status == 404
    assert proxy.get("/_/web/health/", method="HEAD").body == b""
    refused = proxy.get("/_/web/health/", method="POST")
    assert refused.status == 405 and "GET" in refused.headers["allow"]
    assert proxy.get("/_/we%00b/health/").status == 400
    for path in ("/ping", "/healthz", "/readyz"):
        assert proxy.get(path).status == 200


@pytest.mark.parametrize("shipped", ["nginx.conf", "sidecar.conf"])
def test_metrics_through_nginx(web, responder, nginx, shipped):
    proxy = nginx(responder(), shipped)
    assert proxy.get("/metrics").status == 200, "the test is on loopback"
    for path in ("/metrics/", "/metrics/../ping", "/ping/../metrics/", "//metrics/x"):
        assert proxy.get(path).status in (400, 404), path


@pytest.mark.parametrize("header", ["KUBE_SHIELDS_INTERNAL", "Kube-Shields-Internal", "HTTP_KUBE_SHIELDS_INTERNAL"])
def test_no_client_can_call_itself_internal(web, responder, nginx, header):
    shields = responder()
    locations = (ROOT / "nginx" / "locations.conf").read_text()
    assert "allow 127.0.0.1;" in locations
    # Without the location for /metrics the general one serves it, and the client's header must not matter.
    general = locations[:locations.index("location = /metrics")]
    assert nginx.around(shields, general).get("/metrics", headers={header: "1"}).status == 404
    # With loopback shut out, the test is a stranger.
    stranger = nginx.around(shields, locations.replace("allow 127.0.0.1;", ""))
    assert stranger.get("/metrics", headers={header: "1"}).status == 403
    assert stranger.get("/_/web/health/?raw").json()["ready"] == 2


def test_snippet_under_a_prefix(web, responder, nginx):
    text = (ROOT / "nginx" / "locations.conf").read_text()
    prefixed = text[text.index("# location /shields/"):]
    proxy = nginx.around(responder(), "\n".join(line.removeprefix("#") for line in prefixed.splitlines()))
    assert proxy.get("/shields/_/web/health/?raw").json()["ready"] == 2
    assert proxy.get("/shields/_/web/health?raw").headers["location"].endswith("/shields/_/web/health/?raw")
    assert proxy.get("/shields/metrics").status == 403
    assert proxy.get("/_/web/health/").status == 404


def test_nginx_keeps_connections_and_loses_none(web, responder, nginx):
    proxy = nginx(responder())
    failures = []

    def ask():
        connection = proxy.connect()
        for _ in range(25):
            answer = proxy.get("/_/web/health/?raw", connection=connection)
            if answer.status != 200 or answer.json()["ready"] != 2:
                failures.append(answer)
        connection.close()

    clients = [threading.Thread(target=ask) for _ in range(40)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(30)
        assert not client.is_alive()
    assert not failures


def test_nginx_survives_a_restart_of_the_responder(web, responder, nginx):
    first = responder()
    proxy = nginx(first)
    for _ in range(10):
        assert proxy.get("/ping").status == 200
    first.stop()
    assert proxy.get("/ping").status == 502
    responder(listen=first.address)
    eventually(lambda: proxy.get("/ping").status == 200)
    for _ in range(20):
        assert proxy.get("/_/web/health/?raw").json()["ready"] == 2


def test_a_large_list_passes_whole(fake, responder, nginx):
    for number in range(1500):
        fake.pod(f"job-{number}-x", owner=("Job", f"a-job-with-a-long-name-to-make-the-list-long-{number}"))
    proxy = nginx(responder())
    assert len(proxy.get("/services/").json()) == 1500
