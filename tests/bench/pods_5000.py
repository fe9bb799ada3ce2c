#!/usr/bin/env python3
"""Measures 5,000 pods: memory before and after, time to synchronise, shields per second through nginx.

    KUBEBUILDER_ASSETS=… KS_BUILD_DIR=build python3 tests/bench/pods_5000.py [pods]

Starts etcd, kube-apiserver (about 2 GiB), nginx and kube-shields on loopback; takes a few minutes. wrk or ab measures
the speed, if installed."""

import contextlib
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration" / "worlds"))

import control_plane  # noqa: E402
from programs import Nginx, Responder  # noqa: E402
from real_objects import container_status  # noqa: E402

NAMESPACES = 10
PODS_PER_SERVICE = 25
PADDING = 8000  # bytes of annotation, since real pods have about 10 kB
WRITERS = 4


def pod(number):
    service = f"service-{number // PODS_PER_SERVICE}"
    return {"metadata": {"name": f"{service}-{number}", "generateName": f"{service}-",
                         "labels": {"app": service}, "annotations": {"padding": "x" * PADDING},
                         "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": service,
                                              "uid": service, "controller": True}]},
            "spec": {"containers": [{"name": name, "image": f"registry.test/{service}:1.{number % 3}"}
                                    for name in ("main", "proxy")]}}


def create(plane, number):
    namespace = f"bench-{number // PODS_PER_SERVICE % NAMESPACES}"
    made = plane.create("pods", pod(number), namespace)
    plane.patch_status("pods", made["metadata"]["name"], {
        "phase": "Running", "containerStatuses": [container_status(one) for one in made["spec"]["containers"]]},
                       namespace)


def print_memory(name, program):
    text = pathlib.Path(f"/proc/{program.process.pid}/smaps_rollup").read_text()
    resident, proportional, own = (sum(int(size) for size in re.findall(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE))
                                   / 1024 for name in ("Rss", "Pss", "Private_(?:Clean|Dirty)"))
    print(f"{name}: resident {resident:.1f} MB, proportional {proportional:.1f} MB, private {own:.1f} MB")


@contextlib.contextmanager
def started(plane, name):
    """Starts a responder and waits until it is synchronised; prints how long that took, and the memory."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=plane.folder))
    begin = time.monotonic()
    shields = Responder(folder, kubeconfig=plane.write_kubeconfig(folder / "kubeconfig"), other_shields="None")
    try:
        shields.ready(60)
        ready = time.monotonic() - begin
        print(f"{name}: ready after {ready:.2f} s;{shields.wait_for_line('synchronised').rpartition(':')[2]}")
        time.sleep(1)
        print_memory(name, shields)
        yield shields
    finally:
        shields.stop()


def measure_speed(nginx, path):
    url = f"http://127.0.0.1:{nginx.port}{path}"
    if shutil.which("wrk"):
        command, found = ["wrk", "-t1", "-c8", "-d5s", "--latency", url], r"(Requests/sec|50%|99%|Non-2xx).*"
    elif shutil.which("ab"):
        command, found = ["ab", "-k", "-c8", "-t5", url], r"(Requests per second|Failed requests| 50%| 99%).*"
    else:
        print("neither wrk nor ab is installed: no speed")
        return
    done = subprocess.run(command, capture_output=True, text=True)
    print(f"{path}: " + ", ".join(" ".join(match[0].split()) for match in re.finditer(found, done.stdout)))


def measure_latency(plane, shields):
    """Milliseconds from the PATCH of one pod to its shield, among all the others."""
    waits = []
    with shields.connect() as connection:
        for restarts in range(1, 31):
            begin = time.monotonic()
            statuses = [container_status({"name": "main", "image": "i"}, restarts=restarts),
                        container_status({"name": "proxy", "image": "i"})]
            plane.patch_status("pods", "service-0-0", {"containerStatuses": statuses}, "bench-0")
            while json.loads(connection.get("/_/service-0/restarts/?raw", keep=True).body)["restarts"] != restarts:
                pass
            waits.append((time.monotonic() - begin) * 1000)
    print(f"from the PATCH to the shield: median {statistics.median(waits):.1f} ms, most {max(waits):.1f} ms")


def main(count):
    reason = control_plane.missing()
    if reason:
        sys.exit(reason)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kube-shields-"))
        plane = stack.enter_context(control_plane.ControlPlane(folder, controllers=False))
        for number in range(NAMESPACES):
            plane.create("namespaces", {"metadata": {"name": f"bench-{number}"}})
        with started(plane, "no pods") as shields:
            begin = time.monotonic()
            with ThreadPoolExecutor(WRITERS) as pool:
                list(pool.map(lambda number: create(plane, number), range(count)))
            print(f"{count} pods made in {time.monotonic() - begin:.0f} s")
            time.sleep(1)
            print_memory(f"{count} pods, watched from the first on", shields)
        shields = stack.enter_context(started(plane, f"{count} pods"))
        print(shields.get("/c/health/?raw").body.decode().strip())
        nginx = Nginx(pathlib.Path(tempfile.mkdtemp(dir=folder)), shields)
        stack.callback(nginx.stop)
        for path in ("/_/service-1/health/", "/_/bench-1/service-1/health/", "/c/health/", "/ping"):
            measure_speed(nginx, path)
        measure_latency(plane, shields)
        print_memory("afterwards", shields)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
