"""How requests reach the API server: names, addresses and proxies, as kubectl uses them."""

import pytest

from fake_kubernetes import Cluster
from programs import eventually
from proxies import Proxy

HEALTHY = ("1/1 (0 restarts)", "green")
NAME = "kubernetes.test"  # in the server's certificate, and nowhere else


@pytest.fixture
def cluster(fake_tls):
    fake_tls.deployment("web", namespace="shop")
    return fake_tls


def follow(cluster, responder, folder, server=None, settings={}, **fields):
    """Starts a responder that must see the cluster."""
    fields = {name.replace("_", "-"): value for name, value in fields.items()}
    path = cluster.write_kubeconfig(folder / "k", server=server, fields=fields)
    shields = responder(kubeconfig=path, **settings)
    assert shields.shield("/_/web/health/") == HEALTHY
    return shields


def hosts(cluster):
    return {one.headers["host"] for one in cluster.requests}


def server_names(cluster):
    return {one.server_name for one in cluster.requests}


def test_another_tls_name_is_asked_for_and_the_host_stays(cluster, responder, folder):
    follow(cluster, responder, folder, tls_server_name=NAME)
    cluster.wait_watched()
    assert server_names(cluster) == {NAME}
    assert hosts(cluster) == {cluster.authority}


def test_another_tls_name_is_verified(cluster, responder, folder):
    path = cluster.write_kubeconfig(folder / "k", fields={"tls-server-name": "other.test"})
    shields = responder(kubeconfig=path, wait=False)
    shields.wait_for_line("certificate|SSL|TLS")
    assert not cluster.requests


@pytest.mark.parametrize("fields", [{}, {"tls_server_name": NAME}], ids=["own name", "another TLS name"])
def test_ipv6(certificates, responder, folder, fields):
    try:
        cluster = Cluster(certificates=certificates, host="::1")
    except OSError as error:
        pytest.skip(f"no IPv6: {error}")
    with cluster:
        cluster.deployment("web", namespace="shop")
        follow(cluster, responder, folder, **fields)
        assert hosts(cluster) == {cluster.authority}
        assert server_names(cluster) == {fields.get("tls_server_name")}


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
@pytest.mark.parametrize("login", [{}, {"user": "me", "password": "sesame"}], ids=["open", "password"])
def test_only_the_proxy_knows_the_name(cluster, responder, folder, certificates, scheme, login):
    with Proxy(scheme, cluster, certificates, **login) as proxy:
        shields = follow(cluster, responder, folder, f"https://{NAME}:6443", proxy_url=proxy.url)
        assert set(proxy.asked) == {f"name {NAME}:6443"}
        assert hosts(cluster) == {f"{NAME}:6443"}
        assert "sesame" not in shields.stderr


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_another_tls_name_is_none_of_the_proxys_business(cluster, responder, folder, scheme):
    with Proxy(scheme, cluster) as proxy:
        follow(cluster, responder, folder, "https://api.test:6443", proxy_url=proxy.url, tls_server_name=NAME)
        assert set(proxy.asked) == {"name api.test:6443"}
        assert hosts(cluster) == {"api.test:6443"}
        assert server_names(cluster) == {NAME}


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_can_be_asked_for_an_ipv6_address(cluster, responder, folder, scheme):
    with Proxy(scheme, cluster) as proxy:
        follow(cluster, responder, folder, "https://[2001:db8::1]:6443", proxy_url=proxy.url, tls_server_name=NAME)
        assert set(proxy.asked) == {"address 2001:db8::1:6443"}
        assert hosts(cluster) == {"[2001:db8::1]:6443"}


def test_the_environment_names_a_proxy(cluster, responder, folder):
    with Proxy("http", cluster) as proxy:
        follow(cluster, responder, folder, f"https://{NAME}:6443", settings={"HTTPS_PROXY": proxy.url})
        assert set(proxy.asked) == {f"name {NAME}:6443"}


def test_a_proxy_of_the_kubeconfig_is_used_whatever_the_environment_says(cluster, responder, folder):
    with Proxy("http", cluster) as proxy, Proxy("http", cluster) as unused:
        settings = {"HTTPS_PROXY": unused.url, "NO_PROXY": "*", "no_proxy": "*"}
        follow(cluster, responder, folder, f"https://{NAME}:6443", settings=settings, proxy_url=proxy.url)
        assert proxy.asked and not unused.asked


def test_a_proxy_that_refuses_us_is_named_by_its_status(cluster, responder, folder):
    with Proxy("http", cluster, user="me") as proxy:
        path = cluster.write_kubeconfig(folder / "k", fields={"proxy-url": f"http://{proxy.address}"})
        shields = responder(kubeconfig=path, wait=False)
        shields.wait_for_line("407")
        eventually(lambda: shields.get("/readyz").status == 503)
        assert not cluster.requests
