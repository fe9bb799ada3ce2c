"""The world of the integration tests: a fake cluster, the real binary, a real nginx. fake_kubernetes/__init__.py and
programs.py say what each can do.

The binary is $KS_BINARY, or kube-shields in $KS_BUILD_DIR, or in the project's root.

Tests run in parallel (pytest-xdist, --dist loadgroup). Each has folders, ports and programs of its own, and each worker
a user for its checks. The few marked `quiet` need the machine for themselves: run them with -m quiet, without workers.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

import clocks
import control_plane
import programs
from checks_world import Checks
from fake_kubernetes import Cluster, make_certificates
from peers_world import KEY, World, write_secrets
from programs import Nginx, Responder, run_cgi
from real_objects import RealNamespace, Scene, now
from real_roles import Grants


def pytest_sessionstart(session):
    if not os.access(programs.BINARY, os.X_OK) and not session.config.option.collectonly:
        pytest.exit(f"{programs.BINARY} is not there: build it, or set KS_BINARY or KS_BUILD_DIR", 2)


# Fixtures that take seconds to start something for many tests: one worker runs all of these tests, one after another.
SHARED = {"plane": "control-plane", "own_plane": "control-plane", "real_prometheus": "prometheus",
          "browser": "browser", "clusters": "partition", "logos": "logos"}


def group_of(item):
    """The files whose tests make the API server fail have a control plane of their own; so the groups end together."""
    names = {SHARED[name] for name in item.fixturenames if name in SHARED}
    assert len(names) <= 1, f"{item.nodeid} is in several groups: {names}"
    for name in names:
        is_own = "own_plane" in item.fixturenames or item.path.stem == "test_real_outage"
        return f"{name}-{item.path.stem}" if is_own else name
    return None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Groups come first, then tests that take long: whatever begins last ought to be short."""
    groups = {item: group_of(item) for item in items}
    for item, group in groups.items():
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: 0 if groups[item] else 1 if item.get_closest_marker("long") else 2)


@pytest.fixture
def folder():
    """A private folder whose path is short enough for a Unix socket."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def checks():
    """An empty folder of custom checks, for SHIELD_CHECKS_DIR; see checks_world.py. If the tests run as root, checks run
    as another user, who must reach it."""
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
    """A list of programs to stop, last one first, when the test ends. The test fails if one does not stop cleanly."""
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
    wait=False returns once it listens. Settings are environment variables, flags=[…] flags. It is public
    unless other_shields=None is given, with INTRA_SECRET=secret. Its heartbeat is 1 s: the fake must answer within that
    time, or all watches restart, so less would not be safe on a busy machine."""
    def start(wait=True, **settings):
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", "heartbeat": "1s", **settings}
        program = Responder(pathlib.Path(tempfile.mkdtemp(dir=folder)), **settings)
        started.append(program)
        return program.ready() if wait else program
    return start


@pytest.fixture(scope="session")
def clock_library(tmp_path_factory):
    return clocks.build(tmp_path_factory.mktemp("clock"))


@pytest.fixture
def timed(responder, folder, clock_library):
    """timed(…) starts a responder as responder(…) does, for which time passes at once: shields.clock.let_pass(61)."""
    def start(**settings):
        address = f"unix:{folder}/timed.sock"
        clock = clocks.Clock(folder / "clock", clock_library, address)
        shields = responder(listen=address, **clock.settings, **settings)
        shields.clock = clock
        return shields
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
    """cgi("/_/web/health/") runs the binary once; cgi.stderr is the standard error of the last run."""
    def run(target, **settings):
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", **settings}
        response, run.stderr = run_cgi(target, folder, **settings)
        return response
    return run


@pytest.fixture
def spawn_fcgi(folder, kubeconfig, started):
    """Starts the binary with spawn-fcgi, which gives it its socket as descriptor 0."""
    def start(**settings):
        path = folder / "spawned.sock"
        command = ["spawn-fcgi", "-n", "-s", str(path), "--", programs.BINARY]
        settings = {"kubeconfig": kubeconfig, "other_shields": "None", **settings}
        program = Responder(folder, listen=f"unix:{path}", command=command, SHIELD_LISTEN="fd:0",
                            stdin=subprocess.DEVNULL, **settings)
        started.append(program)
        return program.ready()
    return start


# ---- named logos ----

@pytest.fixture(scope="session")
def logos(tmp_path_factory):
    """The file of named logos, made of the npm packages in $SIMPLE_ICONS_MODULES."""
    node, modules = shutil.which("node"), os.environ.get("SIMPLE_ICONS_MODULES", "")
    if not node:
        pytest.skip("node is not installed")
    for package in ("simple-icons", "svgpath", "svg-path-bbox"):
        if not modules or not (pathlib.Path(modules) / "node_modules" / package).is_dir():
            pytest.skip(f"SIMPLE_ICONS_MODULES names no folder with node_modules/{package}")
    path = tmp_path_factory.mktemp("logos") / "logos.txt"
    subprocess.run([node, programs.ROOT / "lib/badge/logos.mjs", modules, path], check=True, timeout=120)
    return path


# ---- a real control plane, if KUBEBUILDER_ASSETS names one ----

@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    reason = control_plane.missing()
    if reason:
        pytest.skip(reason)
    with control_plane.ControlPlane(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.fixture(scope="module")
def own_plane(tmp_path_factory):
    """For a file whose tests break what others need. It has no controllers: these would have to be restarted, too."""
    reason = control_plane.missing()
    if reason:
        pytest.skip(reason)
    with control_plane.ControlPlane(tmp_path_factory.mktemp("control-plane"), controllers=False) as plane:
        yield plane


@pytest.fixture
def shop(plane):
    """A namespace for this test in the real cluster."""
    namespace = RealNamespace(plane, f"shop-{os.urandom(4).hex()}")
    yield namespace
    namespace.remove()


@pytest.fixture
def controllers(plane):
    if not plane.controllers:
        pytest.skip("KUBEBUILDER_ASSETS has no kube-controller-manager: so no pods are made for controllers")


@pytest.fixture
def real(plane, responder, folder):
    """responder(…) in front of the real cluster, as its administrator. The heartbeat is far away, so that changes
    arrive by watches only."""
    return lambda **settings: responder(**{"kubeconfig": plane.write_kubeconfig(folder / "real"), "heartbeat": "1h",
                                           **settings})


@pytest.fixture
def reader(plane, shop):
    """A service account without any rights yet."""
    plane.create("serviceaccounts", {"metadata": {"name": "reader"}}, shop.name)
    return "reader"


@pytest.fixture
def grant(plane, shop, reader):
    """grant(rules) gives the account a Role, grant(rules, everywhere=True) a ClusterRole. It is not the administrator,
    so its requests depend on what the API server knows about roles."""
    grants = Grants(plane, shop.name, reader)
    yield grants
    grants.remove()


@pytest.fixture
def as_reader(plane, shop, reader, responder, folder):
    def start(**settings):
        token = plane.service_account_token(shop.name, reader)
        return responder(kubeconfig=plane.write_kubeconfig(folder / "reader", token=token), **settings)
    return start


@pytest.fixture
def nodes(plane):
    """nodes("a", …) makes ready nodes in the real cluster, and deletes them after the test."""
    made = []

    def make(*names, ready=True):
        for name in names:
            plane.create("nodes", {"metadata": {"name": name}})
            made.append(name)
            say(name, ready)

    def say(name, ready):
        plane.patch_status("nodes", name, {"conditions": [{"type": "Ready", "status": str(ready),
                                                           "lastHeartbeatTime": now()}]})
    make.say = say
    yield make
    for name in made:
        plane.delete("nodes", name)


@pytest.fixture
def scene(shop, real):
    """The shields of this test's namespace, beside what kubectl says."""
    return Scene(shop, real())


# ---- several clusters; see peers_world.py ----

@pytest.fixture
def secret(folder):
    """The file with the secret that all shields of a test share."""
    return write_secrets(folder / "secret", KEY)


@pytest.fixture
def world(folder, secret, started):
    """world.site("eu") is a cluster with its API server and its nginx; start() starts its kube-shields."""
    world = World(folder, secret, started)
    yield world
    world.close()
