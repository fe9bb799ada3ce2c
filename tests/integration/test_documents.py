"""The documents show and say what the program does, and name files that exist."""

import os
import pathlib
import re
import subprocess

import pytest

import programs

ROOT = programs.ROOT
BUILD = pathlib.Path(os.environ.get("KS_BUILD_DIR", ROOT))
DRIVER = BUILD / "tests/integration/drivers/badge"
DOCUMENTS = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/decisions.md",
             "docs/health.md", "docs/protocol.md", "checks/examples/README.md"]


def test_pictures_are_what_we_draw(tmp_path):
    if not DRIVER.exists():
        pytest.skip(f"{DRIVER} is not built")
    subprocess.run([ROOT / "docs" / "pictures.sh", DRIVER, tmp_path], check=True)
    kept = {path.name: path.read_text() for path in (ROOT / "docs" / "pictures").glob("*.svg")}
    drawn = {path.name: path.read_text() for path in tmp_path.glob("*.svg")}
    assert kept == drawn


def test_every_picture_of_the_readme_is_there():
    shown = re.findall(r"\((docs/pictures/[\w-]+\.svg)\)", (ROOT / "README.md").read_text())
    assert shown and [name for name in shown if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_the_documents_lead_somewhere(document):
    path = ROOT / document
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def paths_in(text):
    """Paths of our own files that a text names, patterns with a * among them."""
    folders = "lib|fcgi|checks|tests|docs|man|nginx|deploy|include|servers"
    return set(re.findall(rf"(?<![\w./-])(?:{folders})/[\w./*-]*[\w/*]", text))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_that_the_documents_name_exist(document):
    assert paths_in("`lib/a.c`, fcgi/front_*.c; /usr/lib/nagios a/lib/b") == {"lib/a.c", "fcgi/front_*.c"}
    named = paths_in((ROOT / document).read_text())

    def exists(path):  # itself, or the source of a program that is built there
        return list(ROOT.glob(path.rstrip("/"))) or (ROOT / f"{path}.c").exists()
    assert sorted(path for path in named if not exists(path)) == []


@pytest.mark.parametrize("name", ["nginx/nginx.conf", "nginx/sidecar.conf", "deploy/kube-shields.yaml",
                                  "deploy/one-namespace.yaml"])
def test_kept_connections_and_peers_that_wait_leave_threads(name):
    """Otherwise connections that nginx keeps idle would hold all threads while new ones wait."""
    text = (ROOT / name).read_text()
    shown = subprocess.run([programs.BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    kept = (int(re.search(r"^ *worker_processes (\d+);", text, re.M).group(1)) *
            int(re.search(r"^ *keepalive (\d+);", text, re.M).group(1)))
    threads, polls = (int(re.search(rf"^  --{flag} .*?\[(\d+)\]$", shown, re.S | re.M).group(1))
                      for flag in ("threads", "peer-polls"))
    assert threads > kept + polls


def kinds():
    """{kind: its API group}, as the program asks for them."""
    entry = r"\[KS_KIND_(\w+)\] = "
    plurals = dict(re.findall(entry + r'"(\w+)"', (ROOT / "lib/kube/object.c").read_text()))
    paths = re.findall(entry + r'\{"/api(?:s/(\w+))?/', (ROOT / "lib/kube/path.c").read_text())
    assert len(paths) == len(plurals) > 5
    return {plurals[kind]: group for kind, group in paths}


@pytest.mark.parametrize("name, without", [("kube-shields.yaml", set()), ("one-namespace.yaml", {"nodes"})])
def test_the_manifests_allow_what_is_watched_and_nothing_else(name, without):
    rule = r'- apiGroups: \["(.*)"\]\n  resources: \[(.*)\]\n  verbs: \[(.*)\]\n'
    identity = '- apiGroups: [""]\n  resources: ["namespaces"]\n  resourceNames: ["kube-system"]\n  verbs: ["get"]\n'
    text = (ROOT / "deploy" / name).read_text()
    assert text.count(identity) == (name == "kube-shields.yaml"), "only a ClusterRole may read it"
    text = text.replace(identity, "")
    allowed = [(kind, group, verbs) for group, resources, verbs in re.findall(rule, text)
               for kind in re.findall(r'"(\w+)"', resources)]
    assert text.count("apiGroups:") == len(re.findall(rule, text))
    assert sorted(allowed) == sorted((kind, group, '"list", "watch"') for kind, group in kinds().items()
                                     if kind not in without)


def test_the_manual_page_says_what_each_permission_is_for():
    text = (ROOT / "man" / "kube-shields.8.in").read_text()
    section = text[text.index(".Ss Access to the cluster"):text.index(".Ss Options")]
    assert {kind for line in re.findall(r"^\.It (.*)", section, re.M) for kind in line.split(", ")} == set(kinds())


@pytest.mark.parametrize("document", ["README.md", "SECURITY.md"])
def test_settings_of_the_documents_exist(document):
    named = set(re.findall(r"`((?:SHIELD|OTHER|INTRA)_[A-Z_]+)`", (ROOT / document).read_text()))
    shown = subprocess.run([programs.BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    assert named and named <= set(re.findall(r"\(([A-Z_]+)\)", shown))


def test_the_changelog_has_this_version():
    """As a section, or as the version that the Unreleased section names."""
    version = re.search(r"^AC_INIT\(\[kube-shields\], \[(.*)\]\)$", (ROOT / "configure.ac").read_text(), re.M)[1]
    text = (ROOT / "CHANGELOG.md").read_text()
    changes = re.findall(r"^## \[(\S+)\]", text, re.M)
    assert changes and (f"\n## [{version}] - " in text or
                        (changes[0] == "Unreleased" and f"\n\nThis will be {version}, " in text))


# Words of prose that reads like a translation, which this project once had. An error says "must be …".
STILTED = re.compile(r"\baccepted (?:is|are)\b|\bheeded\b|\banew\b|\bancestors?\b|\bmended\b|\bwant of memory\b|"
                     r"\bblank-separated\b|\bby what names\b|\bwhom\b|\bsays an error\b|\bby turns\b", re.IGNORECASE)


def prose():
    """The files whose texts people read, but for tests and licences."""
    for folder in ("lib", "fcgi", "checks", "include", "man", "docs", "nginx", "deploy"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".svg", ".pyc", ".o", ".lo", ".la"):
                yield path
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "run.sh",
                                         "setup.sh", "check.sh", "autogen.sh", "configure.ac"))


def test_prose_is_plain_english():
    assert STILTED.search('SHIELD_X "a": accepted are 1 to 5') and not STILTED.search('SHIELD_X "a": must be 1 to 5')
    found = [f"{path.relative_to(ROOT)}:{number}: {line.strip()}" for path in prose()
             for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1) if STILTED.search(line)]
    assert found == []
