"""One scenario: what stands in the cluster, what others say of it, and what kube-shields must say."""

import dataclasses
import functools

CHECKS = ("health", "state", "replicas")
NOBODY = ("", "", "")


@dataclasses.dataclass
class Row:
    """`reference`: the verdicts of `kubectl rollout status`, kstatus and Argo CD, "" for those that have none. `ours`:
    health, state and replicas, each a message and a color. `build`: makes the objects in a namespace of their own.
    `why`: the reason, if ours is not what the references make one expect."""
    title: str
    reference: tuple
    ours: tuple
    build: object
    why: str = ""
    name: str = "web"  # of the service

    @property
    def expected(self):
        """{check: (message, color)}"""
        return {check: tuple(said.rsplit(" ", 1)) for check, said in zip(CHECKS, self.ours, strict=True)}


def row(title, reference, ours, build, **more):
    """`reference` and `ours` as in "done, Current, Healthy" and "3/3 green; Running green; 3/3 green"."""
    verdicts = tuple(one.strip() for one in reference.split(",")) if reference else NOBODY
    return Row(title, verdicts, tuple(one.strip() for one in ours.split(";")), build, **more)


class Namespace:
    """The makers of a cluster, in one namespace. `web` is the default name."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name

    def __getattr__(self, maker):
        make = getattr(self.cluster, maker)
        if maker in ("pod", "pods", "budget"):
            return functools.partial(make, namespace=self.name)
        return lambda name="web", **options: make(name, namespace=self.name, **options)

    def node(self, name, **options):
        """Nodes have no namespace, so theirs is in their name. Returns the name."""
        return self.cluster.node(f"{name}-of-{self.name}", **options)
