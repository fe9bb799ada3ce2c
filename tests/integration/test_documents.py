"""What the documents show and say is what the program does."""

import os
import pathlib
import re
import subprocess

import pytest

import programs

ROOT = programs.ROOT
BUILD = pathlib.Path(os.environ.get("KS_BUILD_DIR", ROOT))
DRIVER = BUILD / "tests/integration/drivers/badge"


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


def test_links_of_the_documents_lead_somewhere():
    for document in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        path = ROOT / document
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text())
        assert [link for link in links if not (path.parent / link).exists()] == [], document


@pytest.mark.parametrize("name", ["nginx/nginx.conf", "nginx/sidecar.conf", "deploy/kube-shields.yaml",
                                  "deploy/one-namespace.yaml"])
def test_kept_connections_and_peers_that_wait_leave_threads(name):
    """Else connections that nginx keeps idle hold all threads while new ones wait."""
    text = (ROOT / name).read_text()
    shown = subprocess.run([programs.BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    kept = (int(re.search(r"^ *worker_processes (\d+);", text, re.M).group(1)) *
            int(re.search(r"^ *keepalive (\d+);", text, re.M).group(1)))
    threads, polls = (int(re.search(rf"^  --{flag} .*?\[(\d+)\]$", shown, re.S | re.M).group(1))
                      for flag in ("threads", "peer-polls"))
    assert threads > kept + polls


def test_settings_of_the_readme_exist():
    named = set(re.findall(r"`((?:SHIELD|OTHER)_[A-Z_]+)`", (ROOT / "README.md").read_text()))
    shown = subprocess.run([programs.BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    assert named and named <= set(re.findall(r"\(([A-Z_]+)\)", shown))
