"""The node stops, and comes back."""

import signal

import pytest

from node_world import serve, waits


@pytest.mark.stops_the_node
def test_a_node_whose_kubelet_stops_and_goes_on(node, shields, shop):
    """A kubelet that hangs, rather than one that ends: if a part of the test cluster ends, all of it ends. Kubernetes
    sees no difference: nobody renews the node's lease."""
    shop.deployment("web", [serve()], replicas=2)
    shop.statefulset("db", [serve()])
    shop.daemonset("agent", [serve()])
    shop.job("import", [waits()])
    pods = {"web": 2, "db": 1, "import": 1, "agent": 1}

    def all_are_well():
        for name, count in pods.items():
            shop.becomes(name, f"{count}/{count} (0 restarts)", "green")
            shop.becomes(name, "Running", "green", "state")
    all_are_well()
    shields.becomes("/c/nodes/", "1/1", "green", 60)
    node.signal_kubelet(signal.SIGSTOP)
    try:
        shields.becomes("/c/nodes/", "0/1", "red", 200)
        for name in ("web", "db", "import"):
            shop.becomes(name, f"0/{pods[name]} (0 restarts)", "red")
            shop.becomes(name, "NodeNotReady", "red", "state")
            shop.becomes(name, f"0/{pods[name]}", "red", "replicas")
        # Kubernetes itself wants no pod of a DaemonSet on a node that nobody hears of.
        shop.becomes("agent", "no node matches", "lightgrey")
        assert shop.raw("web")["reasons"] == {"NodeNotReady": 2}
    finally:
        node.signal_kubelet(signal.SIGCONT)
    shields.becomes("/c/nodes/", "1/1", "green", 200)
    all_are_well()
