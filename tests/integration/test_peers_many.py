"""Many clusters on one page: 200 peers of 500 services each. Too heavy for sanitizers."""

import os
import pathlib
import struct
import time

import pytest

from fastcgi_client import STDOUT, parse_cgi
from programs import eventually
from simulated_peers import Peers, service, write_secret

PEERS, SERVICES = 200, 500
IDLE = 10  # seconds


def cpu_seconds(program):
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def services_of(peer):
    return [service(f"{peer.name}-service-{number}", 2, 2) for number in range(SERVICES)]


def get(shields, path):
    """The answer, even one of tens of megabytes, and how long it took."""
    begin, pieces = time.monotonic(), []
    with shields.connect() as connection:
        connection.send(path)
        while data := connection.socket.recv(1 << 20):
            pieces.append(data)
    took, data, at, out = time.monotonic() - begin, b"".join(pieces), 0, []
    while at < len(data):
        _, kind, _, length, padding, _ = struct.unpack_from(">BBHHBB", data, at)
        if kind == STDOUT:
            out.append(data[at + 8:at + 8 + length])
        at += 8 + length + padding
    return parse_cgi(b"".join(out)), took


@pytest.mark.memory
@pytest.mark.quiet
def test_200_clusters_of_500_services_takes_no_memory_beyond_their_own(fake, responder, folder):
    fake.deployment("web", namespace="shop", replicas=2)
    with Peers(*(f"p{number}" for number in range(PEERS))) as peers:
        shields = responder(other_shields=peers.words, INTRA_SECRET=write_secret(folder))

        def reached():
            return shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).text.count("} 1\n") and \
                all(peer.polls >= 2 for peer in peers)
        eventually(reached, 120)
        empty = shields.memory()
        begin = time.monotonic()
        for peer in peers:
            peer.put(*services_of(peer))
        total = PEERS * SERVICES

        def sums():
            answer = shields.get("/a/p/health/?raw").json()
            return answer["ready"] == 2 * total and answer
        answer = eventually(sums, 120, lambda: f"{shields.get('/a/p/health/?raw').json()}\n{shields.stderr}")
        assert answer["unreachable"] == [] and answer["total"] == 2 * total
        print(f"{total} services known after {time.monotonic() - begin:.1f} s")
        print(f"memory: {empty / 2**20:.1f} MiB, then {shields.memory() / 2**20:.1f} MiB: "
              f"{(shields.memory() - empty) / total:.0f} bytes a remote service")
        assert (shields.memory() - empty) / total < 2000

        for path in ("/_/p199-service-499/health/", "/a/p/health/", "/a/p7-/health/", "/c/health/", "/?cluster=p7"):
            response, took = get(shields, path)
            assert response.status == 200
            print(f"{path}: {len(response.body)} bytes, {1000 * took:.1f} ms")
        response, took = get(shields, "/")
        print(f"/: {response.status}, {len(response.body) / 2**20:.1f} MiB, {1000 * took:.0f} ms; "
              f"afterwards {shields.memory() / 2**20:.1f} MiB")
        assert response.status == 200, response
        page = response.text
        assert all(f"<h2>{peer.name}</h2>" in page for peer in peers)
        assert page.count('<tr><th scope="row">p') == total and "Unreachable" not in page

        used, begin = cpu_seconds(shields), time.monotonic()
        time.sleep(IDLE)
        percent = 100 * (cpu_seconds(shields) - used) / (time.monotonic() - begin)
        print(f"idle: {percent:.2f} % of a processor")
        assert percent < 10

        begin = time.monotonic()
        peers["p77"].put(service("p77-service-7", 1, 2))
        shields.becomes("/_/p77-service-7/health/", "1/2 (0 restarts)", "red")
        print(f"a change is there after {1000 * (time.monotonic() - begin):.1f} ms")
        begin = time.monotonic()
        peers["p78"].remove("p78-service-8")
        eventually(lambda: shields.get("/_/p78-service-8/health/").status == 404)
        print(f"a removal after {1000 * (time.monotonic() - begin):.1f} ms")
        begin = time.monotonic()
    eventually(lambda: len(shields.get("/a/p/health/?raw").json()["unreachable"]) == PEERS, 60)
    print(f"all of them are away after {1000 * (time.monotonic() - begin):.0f} ms")
    assert shields.raw("/_/web/health/")["ready"] == 2
