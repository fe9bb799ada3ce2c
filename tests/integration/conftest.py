"""The world of the integration tests: a fake cluster, the real binary, a real nginx. What each can do is said in
fake_kubernetes/__init__.py and programs.py.

The binary is $KS_BINARY, or kube-shields in $KS_BUILD_DIR, or in the project's root."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

import control_plane
import programs
from checks_world import Checks
from fake_kubernetes import Cluster, make_certificates
from peers_world import KEY, World, write_secrets
from programs import Nginx, Responder, run_cgi
from real_objects import RealNamespace


def pytest_sessionstart(session):
    if not os.access(programs.BINARY, os.X_OK) and not session.config.option.collectonly:
        pytest.exit(f"{programs.BINARY} is not there: build it, or set KS_BINARY or KS_BUILD_DIR", 2)


@pytest.fixture
def folder():
    """A private folder whose path is short enough for a Unix socket."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def checks():
    """An empty folder of custom checks, for SHIELD_CHECKS_DIR; see checks_world.py. Where the tests run as root checks
    run as nobody, who must reach it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-checks-"))
    yield Checks(path)
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def fake():
    """An empty cluster on plain HTTP."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def fake_tls(certificates):
    """An empty cluster on HTTPS."""
    with Cluster(certificates=certificates) as cluster:
        yield cluster


@pytest.fixture
def kubeconfig(fake, folder):
    return fake.write_kubeconfig(folder / "kubeconfig")


@pytest.fixture
def started():
    """A list for programs to be stopped, last first, when the test ends; a failure to stop cleanly fails the test."""
    programs_started = []
    yield programs_started
    errors = []
    for program in reversed(programs_started):
        try:
            program.stop()
        except AssertionError as error:
            errors.append(error)
    if errors:
        raise errors[0]


@pytest.fixture
def responder(folder, kubeconfig, started):
    """responder(namespaces="shop", …) starts the binary before the fake and returns it once it is ready;
    wait=False returns once it listens. Settings are environment variables, flags=[…] flags. Public unless
    other_shields=None is given, with INTRA_SECRET=secret; restless: it asks after the API server every second. Within
    that time the fake must answer, too, or its watches begin anew: no less is sure on a busy machine."""
    def start(wait=True, **settings):
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", "heartbeat": "1s", **settings}
        program = Responder(pathlib.Path(tempfile.mkdtemp(dir=folder)), **settings)
        started.append(program)
        return program.ready() if wait else program
    return start


@pytest.fixture
def nginx(folder, started):
    """nginx(responder, shipped="nginx.conf") starts nginx with a configuration of nginx/; nginx.around(responder,
    text) with a server block around a snippet."""
    def run(make, *arguments):
        program = make(pathlib.Path(tempfile.mkdtemp(dir=folder)), *arguments)
        started.append(program)
        return program

    def start(responder, shipped="nginx.conf"):
        return run(Nginx, responder, shipped)
    start.around = lambda responder, locations: run(Nginx.around, responder, locations)
    return start


@pytest.fixture
def cgi(folder, kubeconfig):
    """cgi("/_/web/health/") runs the binary once; cgi.stderr is what the last run said."""
    def run(target, **settings):
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", **settings}
        response, run.stderr = run_cgi(target, folder, **settings)
        return response
    return run


@pytest.fixture
def spawn_fcgi(folder, kubeconfig, started):
    """Starts the binary on descriptor 0, by spawn-fcgi."""
    def start(**settings):
        path = folder / "spawned.sock"
        command = ["spawn-fcgi", "-n", "-s", str(path), "--", programs.BINARY]
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", **settings}
        program = Responder(folder, listen=f"unix:{path}", command=command, SHIELD_LISTEN="fd:0",
                            stdin=subprocess.DEVNULL, **settings)
        started.append(program)
        return program.ready()
    return start


# ---- a real control plane, where KUBEBUILDER_ASSETS names one ----

@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    reason = control_plane.missing()
    if reason:
        pytest.skip(reason)
    with control_plane.ControlPlane(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.fixture
def shop(plane):
    """A namespace of the test's own in the real cluster."""
    namespace = RealNamespace(plane, f"shop-{os.urandom(4).hex()}")
    yield namespace
    namespace.remove()


@pytest.fixture
def controllers(plane):
    if not plane.controllers:
        pytest.skip("KUBEBUILDER_ASSETS has no kube-controller-manager: nobody makes pods of controllers")


@pytest.fixture
def real(plane, responder, folder):
    """responder(…) in front of the real cluster, as its administrator. What it knows comes by its watches: the
    heartbeat is far away."""
    return lambda **settings: responder(**{"kubeconfig": plane.write_kubeconfig(folder / "real"), "heartbeat": "1h",
                                           **settings})


# ---- several clusters; see peers_world.py ----

@pytest.fixture
def secret(folder):
    """The file with the secret that all shields of a test share."""
    return write_secrets(folder / "secret", KEY)


@pytest.fixture
def world(folder, secret, started):
    """world.site("eu") is a cluster, its API server and its nginx; its kube-shields runs once it is started."""
    world = World(folder, secret, started)
    yield world
    world.close()
