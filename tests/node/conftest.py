"""Tests on a real Kubernetes node, for what needs a kubelet. `./check.sh node` starts the node and runs them in its
network; CONTRIBUTING.md says what that needs. Each worker has a responder in front of the whole cluster, each test a
namespace.

The node has Kubernetes 1.20: no native sidecars, scheduling gates, suspended or Indexed Jobs, pod failure policies. The
tests that patch what a kubelet would report, and the unit tests, have those.
"""

import os
import pathlib
import shutil
import tempfile

import pytest

from node_world import Node, NodeNamespace
from programs import Responder


@pytest.fixture(scope="session")
def node():
    path = os.environ.get("KUBECONFIG")
    if not path:
        pytest.skip("KUBECONFIG names no cluster: ./check.sh node runs these tests")
    return Node(pathlib.Path(path))


@pytest.fixture(scope="session")
def responder(node):
    """responder(…) starts one. The heartbeat is far away, so that changes arrive by watches only."""
    started = []

    def start(**settings):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-"))
        program = Responder(folder, kubeconfig=node.kubeconfig, other_shields="None", heartbeat="1h", **settings)
        started.append((program, folder))
        return program.ready()
    yield start
    for program, folder in started:
        program.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shields(responder):
    return responder()


@pytest.fixture
def shop(node, shields):
    """A namespace for this test. What is left of it ends with the node."""
    return NodeNamespace(node, f"shop-{os.urandom(4).hex()}", shields)
