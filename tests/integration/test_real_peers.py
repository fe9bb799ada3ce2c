"""A real cluster, seen from another one: pods made by its own controllers show up there."""

import pytest

from programs import eventually

pytestmark = pytest.mark.usefixtures("controllers")


def test_a_real_cluster_is_seen_from_another(plane, shop, world, folder):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("local-web", "shop", replicas=1)
    shop.deployment("far-web", replicas=2)
    us.start(kubeconfig=plane.write_kubeconfig(folder / "real"), namespaces=shop.name)
    eu.start(us)
    eu.knows(us)
    eventually(lambda: us.shields.shield("/_/far-web/health/")[0] == "0/2 (0 restarts)")
    eventually(lambda: eu.shields.shield("/_/far-web/health/")[0] == "0/2 (0 restarts)")
    assert eu.shields.shield(f"/_/{shop.name}/far-web/replicas/") == us.shields.shield(f"/_/{shop.name}/far-web/replicas/")
    shop.deployment("later", replicas=1)
    eventually(lambda: eu.shields.get("/_/later/health/").status == 200)
    plane.delete("deployments", "later", shop.name)
    eventually(lambda: eu.shields.get("/_/later/health/").status == 404)
    assert eu.shields.shield("/_/local-web/health/")[0] == "1/1 (0 restarts)"
