"""The page as people see it: drawn by Chromium, behind the shipped nginx. All tests share one browser."""

import contextlib
import json
import pathlib
import re
import shutil
import tempfile

import pytest

from browser import Browser, missing
from checks_world import Checks
from peers_world import KEY, PEER_DEADLINE, Relay, World, write_secrets
from programs import eventually

DISKS = "DISK OK - free space: / 12345 MiB (45% inode=67%); /var 9876 MiB (70% inode=81%); /home 1 MiB (1% inode=99%)"
LONG = "recommendation-engine-for-returning-customers-of-the-eu-region"
UNBROKEN = "recommendationengine" * 3
MARKUP = "<img src=x onerror=alert(1)>\"'&amp;</title></h1><script>alert(2)</script>"
RIGHT_TO_LEFT = "\u202eevil \u05d0\u05d1"
TALL = 6000  # pixels, so that pictures that load lazily are all in view

IMAGES = """return [...document.images].map(image => ({
    url: image.getAttribute("src"), alt: image.alt, complete: image.complete, width: image.naturalWidth,
    is_health: image.closest("td:last-child") !== null, shown: image.offsetWidth,
    right: image.getBoundingClientRect().right}))"""
# The background, and the color and opacity of each text. "Canvas" is the color behind a page without a background.
TEXTS = """document.body.style.background = "Canvas";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) {
        let opacity = 1;
        for (let one = walker.currentNode.parentElement; one; one = one.parentElement)
            opacity *= getComputedStyle(one).opacity;
        if (walker.currentNode.data.trim())
            texts.push([getComputedStyle(walker.currentNode.parentElement).color, opacity]);
    }
    return [getComputedStyle(document.body).backgroundColor, texts]"""


@contextlib.contextmanager
def private_folder():
    """A folder that others may read, because checks run as nobody."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-page-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture(scope="module")
def browser():
    reason = missing()
    if reason:
        pytest.skip(reason)
    with private_folder() as path, Browser(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def eu(browser):
    """Three clusters: ours, with all sorts of names and checks; one that was reached and is gone; one never reached."""
    with private_folder() as path:
        started = []
        world = World(path, write_secrets(path / "secret", KEY), started)
        checks_path = path / "checks"
        checks_path.mkdir()
        checks = Checks(checks_path)
        for name, answer in (("web/hits", '{"label": "Hits", "message": "1234"}'), ("disks/disk", DISKS),
                             ("team/deploys", "go")):
            checks.program(name, f"echo '{answer}'")
        checks.program("web/broken", "exit 9")
        try:
            yield three_clusters(world, checks)
        finally:
            for program in reversed(started):
                program.stop()
            world.close()


def three_clusters(world, checks):
    eu, us, asia = (world.site(name) for name in ("eu", "us", "asia"))
    eu.web = eu.fake.deployment("web", "shop", replicas=2)
    eu.fake.deployment(LONG, "recommendation-and-personalisation", ready=False, restarts=1234)
    eu.fake.daemonset(UNBROKEN, UNBROKEN, annotations={"kube-shields.io/label": "a label that is long " * 3})
    eu.fake.node("eu-1")
    us.fake.statefulset("db", "data", ready=False)
    us.fake.node("us-1")
    us.start()
    eu.start(us, asia, checks_dir=checks.path, check_interval="1h", SHIELD_SITE_NAME="Our shields")
    shields = eu.knows(us)
    us.stop()
    eventually(lambda: shields.get("/").text.count("Unreachable.") == 2, PEER_DEADLINE)
    for path, message in (("/_/web/hits/", "1234"), ("/_/disks/disk/", DISKS), ("/_/web/broken/", "exit 9")):
        eventually(lambda path=path, message=message: shields.shield(path)[0] == message)
    return eu


def look(browser, url, width=1400):
    """Opens the page, and returns its pictures once they are there."""
    browser.resize(width, TALL)
    browser.open(url)
    return images(browser)


def images(browser):
    def all_complete():
        found = browser.run(IMAGES)
        return all(one["complete"] for one in found) and found
    return eventually(all_complete)


@pytest.fixture
def page(browser, eu):
    return look(browser, f"{eu.gate.url}/")


def names(browser, role):
    """The names that a screen reader says for elements of that role, in reading order."""
    nodes = {node["nodeId"]: node for node in browser.devtools("Accessibility.getFullAXTree")["nodes"]}

    def read(node):
        if not node["ignored"] and node["role"]["value"] == role:
            yield node["name"]["value"]
        for child in node.get("childIds", []):
            yield from read(nodes[child]) if child in nodes else ()
    return list(read(next(iter(nodes.values()))))


# ---- what is there ----

def test_every_shield_is_drawn(page):
    assert [one["url"] for one in page if not one["width"]] == []
    paths = {one["url"] for one in page}
    assert len(paths) == len(page)
    assert paths >= {"/c/health/", "/c/nodes/", "/_/shop/web/health/", "/_/shop/web/hits/", "/_/shop/web/broken/",
                     "/_/disks/disk/", "/c/health/?cluster=us", "/c/nodes/?cluster=us", "/_/data/db/health/?cluster=us"}


def test_no_console_errors_and_no_requests_to_other_servers(browser, eu, page):
    assert browser.console() == []
    asked = browser.requests()
    assert len(asked) > len(page)
    assert [url for url in asked if not url.startswith((f"{eu.gate.url}/", "data:"))] == []
    # Without an icon in the page, the browser would request one that does not exist.
    assert browser.run("const icon = new Image(); icon.src = document.querySelector('link[rel=icon]').href;"
                       "return icon.decode().then(() => icon.src)").startswith("data:image/svg+xml,")


def test_shields_that_another_server_draws(browser, eu, fake, responder, nginx):
    fake.deployment("web", ready=False)
    elsewhere = nginx(responder(redirect=eu.gate.url))
    found = look(browser, f"http://127.0.0.1:{elsewhere.port}/")
    assert len(found) == 3 and all(one["width"] for one in found)
    assert browser.console() == []
    assert [url for url in browser.requests() if url.startswith(f"{eu.gate.url}/badge/health-0%2f1_")]


@pytest.mark.parametrize("path, status, kind", [
    ("/services/", 200, "application/json"), ("/metrics", 200, "text/plain"), ("/nonsense", 404, "text/plain"),
    ("/_/web/health/", 200, "image/svg+xml"), ("/_/nobody/health/?cluster=eu", 404, "image/svg+xml")])
def test_other_answers_are_shown_as_they_are(browser, eu, path, status, kind):
    browser.open(eu.gate.url + path)
    seen = browser.run("return [document.contentType, performance.getEntriesByType('navigation')[0].responseStatus]")
    assert seen == [kind, status]
    # For anything but the page, the browser requests a tab icon and reports that it is missing.
    missed = [text for _, _, text in browser.console() if "favicon.ico" not in text]
    assert len(missed) == (status != 200) and all(f"status of {status} " in text for text in missed)


def test_a_refused_browser_sees_why(browser, responder, secret, nginx):
    refused = nginx(responder(other_shields=None, INTRA_SECRET=secret))
    browser.open(f"http://127.0.0.1:{refused.port}/services/")
    assert browser.run("return [document.contentType, document.images.length]") == ["text/plain", 0]
    assert browser.run("return document.body.innerText").startswith("forbidden")


# ---- how it looks ----

@pytest.mark.parametrize("width", [320, 400, 800, 960, 961, 1400])
def test_the_page_fits_and_health_is_in_full_view(browser, eu, width):
    found = look(browser, f"{eu.gate.url}/", width)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert [one["url"] for one in found if one["right"] > width] == []
    health = [one for one in found if one["is_health"] and UNBROKEN not in one["url"]]
    assert len(health) == 3 and [one for one in health if one["shown"] < one["width"]] == []
    hidden = browser.run("return [...document.querySelectorAll('tbody tr > *')].filter(cell => cell.innerText && "
                         "!(cell.offsetWidth && cell.offsetHeight)).length")
    assert hidden == 0


def test_on_a_phone_checks_of_a_service_without_a_namespace_begin_at_the_edge(browser, eu):
    look(browser, f"{eu.gate.url}/", 400)
    edges = browser.run("""const image = document.querySelector('img[src="/_/team/deploys/"]');
        return [image, image.closest('tr')].map(element => element.getBoundingClientRect().left)""")
    assert edges[0] == edges[1]


def luminance(color):
    """The luminance of (red, green, blue). Source: WCAG 2.2, relative luminance."""
    parts = [value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_by_day_and_by_night(browser, page, scheme):
    browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    background, texts = browser.run(TEXTS)
    rgb = lambda text: [int(part) for part in re.findall(r"\d+", text)[:3]]
    below = luminance(rgb(background))
    assert below < 0.05 if scheme == "dark" else below > 0.9
    assert len(texts) > 10
    for color, opacity in texts:
        mixed = [opacity * front + (1 - opacity) * back for front, back in zip(rgb(color), rgb(background))]
        brighter, darker = sorted([luminance(mixed), below], reverse=True)
        assert (brighter + 0.05) / (darker + 0.05) >= 4.5, (color, opacity, background)


# ---- what changes ----

def test_the_page_shows_changes_by_itself(browser, eu, page):
    assert browser.run("return document.querySelector('meta[http-equiv=refresh]').content") == "30"
    browser.devtools("Network.setExtraHTTPHeaders", headers={"Accept-Encoding": "identity"})
    with Relay(eu.gate.port, lambda data: data.replace(b'content="30"', b'content="01"')) as hasty:
        look(browser, f"http://127.0.0.1:{hasty.port}/")
        browser.run("window.was_here = true")
        eu.web.pods[0].set(ready=False)
        eventually(lambda: [1 for one in images(browser) if one["alt"] == "health: 1/2 (0 restarts)"], 20)
        assert not browser.run("return window.was_here")
        browser.open("about:blank")
    browser.devtools("Network.setExtraHTTPHeaders", headers={})
    eu.web.pods[0].set(ready=True)
    eu.shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")


# ---- text from outside ----

def test_names_are_text_whatever_they_are(browser, fake, responder, nginx, checks):
    name = MARKUP + RIGHT_TO_LEFT
    kind = MARKUP[:63]  # the longest that there is
    fake.pod("x-1", "shop", owner=(kind, name))
    fake.deployment("web", "shop", annotations={"kube-shields.io/label": name[:60]})
    checks.program("web/hits", f"cat <<'END'\n{json.dumps({'label': name[:60], 'message': name})}\nEND")
    shields = responder(SHIELD_SITE_NAME=name, checks_dir=checks.path)
    eventually(lambda: shields.shield("/_/web/hits/")[0] == name)
    url = f"http://127.0.0.1:{nginx(shields).port}"
    found = look(browser, f"{url}/")
    assert browser.alert() is None
    assert browser.run("return [document.title, document.querySelector('h1').textContent]") == [name, name]
    cells = browser.run("return [...document.querySelectorAll('tbody tr > *')].map(cell => cell.textContent)")
    assert [name, "shop", kind] in [cells[at:at + 3] for at in range(0, len(cells), 5)]
    assert {f"{name[:60]}: 1/1 (0 restarts)", f"{name[:60]}: {name}"} <= {one["alt"] for one in found}
    elements = set(browser.run("return [...document.querySelectorAll('*')].map(one => one.localName)"))
    assert elements == set("html head meta link style title body h1 p a img table thead tbody tr th td small".split())
    assert {one["url"].partition("/")[0] for one in found} == {""}
    for path in ("/_/web/health/", "/_/web/hits/"):
        browser.open(url + path)
        assert browser.alert() is None
        assert browser.run("return document.title").startswith(name[:60])
        assert browser.run("return document.querySelectorAll('script, img, foreignObject').length") == 0


# ---- screen readers and keyboards ----

def test_a_shield_says_in_words_what_it_shows(page, eu):
    of_any_age = lambda text: re.sub(r" \(\w+ old\)$", "", text.rstrip("\n"))
    for one in page:
        url = one["url"] + ("&" if "?" in one["url"] else "?") + "format=text"
        assert of_any_age(one["alt"]) == of_any_age(eu.gate.get(url).text), url
    assert {"health: 2/2 (0 restarts)", "Hits: 1234", "nodes: 1/1", "broken: exit 9"} <= {one["alt"] for one in page}


@pytest.mark.parametrize("width", [400, 1400])
def test_a_screen_reader_names_all(browser, eu, width):
    words = [one["alt"] for one in look(browser, f"{eu.gate.url}/", width)]
    assert browser.run("return document.documentElement.lang") == "en"
    assert names(browser, "RootWebArea") == ["Our shields"]
    assert names(browser, "heading") == ["Our shields", "eu", "us", "asia"]
    assert names(browser, "image") == names(browser, "link") == words
    columns = ["Service", "Namespace", "Kind", "Checks", "Health"]
    assert names(browser, "columnheader") == columns * 2  # asia has no services: no table
    assert names(browser, "rowheader") == ["disks", LONG, UNBROKEN, "team", "web", "db"]
    assert browser.run("return [...document.querySelectorAll('th:not([scope])')].length") == 0


def test_a_keyboard_reaches_every_shield(browser, page):
    browser.run("window.reached = []; addEventListener('focusin', event => reached.push("
                "[event.target.getAttribute('href'), getComputedStyle(event.target).outlineStyle]))")
    for _ in page:
        browser.devtools("Input.dispatchKeyEvent", type="rawKeyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.run("return reached") == [[one["url"], "auto"] for one in page]
