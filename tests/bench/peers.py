#!/usr/bin/env python3
"""Measures clusters that show each other: time until a change is seen, bytes on the wire, memory, a page of many
clusters.

    KS_BUILD_DIR=build python3 tests/bench/peers.py [seconds of idling]

Runs fake API servers, nginx and kube-shields twice, on loopback; takes about three minutes. A proxy in front of the
second nginx counts the bytes of one peer."""

import contextlib
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time

INTEGRATION = pathlib.Path(__file__).resolve().parents[1] / "integration"
sys.path[:0] = [str(INTEGRATION / "worlds"), str(INTEGRATION)]

from fake_kubernetes import Cluster  # noqa: E402
from programs import Nginx, Responder, eventually  # noqa: E402
from simulated_peers import Middle, Peers, service, write_secret  # noqa: E402

CHANGES = 50
TARGET_MS = 250
SERVICES = 20  # in cluster B
MANY = (200, 500)
INTERNAL = {"KUBE_SHIELDS_INTERNAL": "1"}


class PlainNginx(Nginx):
    """The shipped configuration without gzip."""

    def start(self, folder, text):
        assert "gzip on;" in text
        super().start(folder, text.replace("gzip on;", "gzip off;"))


def cpu_seconds(program):
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, stack):
        self.stack = stack
        self.secret = write_secret(self.folder())

    def folder(self):
        return pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="kube-shields-")))

    def run(self, make, *arguments, **settings):
        program = make(self.folder(), *arguments, **settings)
        self.stack.callback(program.stop)
        return program

    def shields(self, kubernetes, **settings):
        config = kubernetes.write_kubeconfig(self.folder() / "kubeconfig")
        return self.run(Responder, **{"kubeconfig": config, "INTRA_SECRET": self.secret, "other_shields": "None",
                                      **settings}).ready()


def wait_for_message(connection, path, pattern, timeout=10):
    """Requests the path without pause on a kept connection until the pattern matches."""
    end = time.monotonic() + timeout
    while not re.search(pattern, connection.get(path, keep=True).body):
        assert time.monotonic() < end, f"{path}: no {pattern}"


def measure_changes(shields, pod):
    """Milliseconds from each change of the pod to its shield."""
    waits = []
    with shields.connect() as connection:
        for number in range(1, CHANGES + 1):
            begin = time.monotonic()
            pod.set(restarts=number)
            wait_for_message(connection, "/_/service-7/restarts/?raw", rb'"restarts": ?%d\b' % number)
            waits.append((time.monotonic() - begin) * 1000)
            time.sleep(0.05)
    return waits


def measure_pair(nginx_class, idle_seconds):
    with contextlib.ExitStack() as stack:
        bench = Bench(stack)
        a, b = stack.enter_context(Cluster()), stack.enter_context(Cluster())
        a.deployment("web", replicas=2)
        for number in range(SERVICES):
            pods = b.deployment(f"service-{number}", namespace="shop", replicas=3).pods
            if number == 7:
                pod = pods[0]
        nginx = bench.run(nginx_class, bench.shields(b, cluster="b"))
        middle = stack.enter_context(Middle(nginx.port))
        shields = bench.shields(a, other_shields=f"b=http://127.0.0.1:{middle.port}")
        eventually(lambda: shields.get("/_/service-7/health/").status == 200)
        time.sleep(1.5)  # until the first news has settled
        print(f"the first poll, {SERVICES} services: {middle.received} bytes")

        first = middle.sent, middle.received, middle.answers
        waits = measure_changes(shields, pod)
        time.sleep(0.2)
        last = middle.sent, middle.received, middle.answers
        sent, received, answers = (new - old for new, old in zip(last, first))
        print(f"from a pod's change in cluster B to the shield on A: median {statistics.median(waits):.1f} ms, "
              f"slowest {max(waits):.1f} ms of {CHANGES} (target {TARGET_MS} ms)")
        print(f"bytes a change: {received / CHANGES:.0f} received, {sent / CHANGES:.0f} sent, "
              f"{answers / CHANGES:.2f} polls")
        if idle_seconds:
            measure_idle(middle, shields, idle_seconds)


def measure_idle(middle, shields, seconds):
    """Measures from one answer to another, so that whole polls are counted."""
    def next_answer():
        answers = middle.answers
        eventually(lambda: middle.answers > answers, 40)
        time.sleep(0.5)  # the next request is on its way
        return middle.sent, middle.received, middle.answers
    first, begin, used = next_answer(), time.monotonic(), cpu_seconds(shields)
    while time.monotonic() < begin + seconds:
        last = next_answer()
    took = time.monotonic() - begin
    sent, received, answers = (new - old for new, old in zip(last, first))
    print(f"bytes an idle hour: about {3600 * received / took:.0f} received, {3600 * sent / took:.0f} sent "
          f"({answers} polls in {took:.0f} s); processor {cpu_seconds(shields) - used:.2f} s")


def measure_many(peer_count, service_count):
    with contextlib.ExitStack() as stack:
        bench = Bench(stack)
        cluster = stack.enter_context(Cluster())
        cluster.deployment("web", replicas=2)
        peers = stack.enter_context(Peers(*(f"p{number}" for number in range(peer_count))))
        shields = bench.shields(cluster, other_shields=peers.words)
        eventually(lambda: all(peer.polls >= 2 for peer in peers), 30)
        empty = shields.memory()
        for peer in peers:
            peer.put(*(service(f"{peer.name}-service-{number}", 2, 2) for number in range(service_count)))
        total = peer_count * service_count
        eventually(lambda: shields.get("/a/p/health/?raw").json()["total"] == 2 * total, 60)
        print(f"memory: {empty / 2**20:.1f} MiB, with {total} remote services {shields.memory() / 2**20:.1f} MiB: "
              f"{(shields.memory() - empty) / total:.0f} bytes each")
        for nginx_class in (Nginx, PlainNginx):
            nginx = bench.run(nginx_class, shields)
            times = []
            for _ in range(5):
                begin = time.monotonic()
                response = nginx.get("/", headers={"Accept-Encoding": "gzip"})
                times.append((time.monotonic() - begin) * 1000)
                assert response.status == 200
            print(f"the page of {peer_count} x {service_count} services, {nginx_class.__name__}: "
                  f"{len(response.body) / 2**20:.2f} MiB, median {statistics.median(times):.0f} ms, "
                  f"slowest {max(times):.0f} ms")
        print(f"afterwards {shields.memory() / 2**20:.1f} MiB")


def main(idle_seconds):
    for nginx_class, seconds in ((Nginx, idle_seconds), (PlainNginx, idle_seconds)):
        print(f"-- {nginx_class.__name__}")
        measure_pair(nginx_class, seconds)
    print("-- many")
    measure_many(*MANY)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 45)
