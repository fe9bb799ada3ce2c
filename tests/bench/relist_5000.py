#!/usr/bin/env python3
"""Measures what a list of 5,000 pods beside the watch costs: see bench_relist.c; and the bytes that come for it.

    make tests/bench/bench_relist && KS_BUILD_DIR=build python3 tests/bench/relist_5000.py [pods [rounds]]

The server is real with KUBEBUILDER_ASSETS=… (it takes minutes to fill), otherwise the tests' own."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "tests/integration/worlds")]

import control_plane  # noqa: E402
import pods_5000  # noqa: E402
from fake_kubernetes import Cluster, make_certificates  # noqa: E402


class Relay:
    """Passes connections on to 127.0.0.1:port, and counts the bytes that come back."""

    def __init__(self, server):
        self.port, self.bytes = int(server.url.rpartition(":")[2]), 0
        self.certificates = server.certificates
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.port))
            for source, target, counts in (client, server, False), (server, client, True):
                threading.Thread(target=self.pump, args=(source, target, counts), daemon=True).start()

    def pump(self, source, target, counts):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self.bytes += len(data) if counts else 0
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def real(folder, count):
    with control_plane.ControlPlane(folder, controllers=False) as plane:
        for number in range(pods_5000.NAMESPACES):
            plane.create("namespaces", {"metadata": {"name": f"bench-{number}"}})
        with ThreadPoolExecutor(pods_5000.WRITERS) as pool:
            list(pool.map(lambda number: pods_5000.create(plane, number), range(count)))
        yield plane


@contextlib.contextmanager
def fake(folder, count):
    with Cluster(certificates=make_certificates(folder)) as cluster:
        padding = {"padding": "x" * pods_5000.PADDING}
        for number in range(0, count, pods_5000.PODS_PER_SERVICE):
            cluster.statefulset(f"service-{number}", namespace=f"bench-{number % pods_5000.NAMESPACES}",
                                replicas=min(pods_5000.PODS_PER_SERVICE, count - number))
        for namespace, name in list(cluster.objects["pods"]):
            cluster.update("pods", namespace, name, lambda pod: pod["metadata"].update(annotations=padding))
        yield cluster


def main(count=5000, rounds=3):
    build = pathlib.Path(os.environ.get("KS_BUILD_DIR", ROOT))
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kube-shields-")))
        start = fake if control_plane.missing() else real
        server = stack.enter_context(start(folder, count))
        relay = Relay(server)
        path = server.write_kubeconfig(folder / "kubeconfig", server=relay if start is real else relay.url)
        print(f"{start.__name__} API server, {count} pods")
        with subprocess.Popen([build / "tests/bench/bench_relist", path, str(rounds)], stdout=subprocess.PIPE,
                              text=True) as bench:
            before = 0
            for line in bench.stdout:
                print(f"{line.rstrip()}; {(relay.bytes - before) / 1e6:.1f} MB")
                before = relay.bytes
        sys.exit(bench.returncode)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
