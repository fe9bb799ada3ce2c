"""Named logos are those of shields.io: the npm package simple-icons, colored and sized by its rules.

SIMPLE_ICONS_MODULES names the folder that contains node_modules with simple-icons, svgpath and svg-path-bbox; without
it, or without node, these tests are skipped. KS_LOGO_DRIVER names the driver, KS_BUILD_DIR the folder that it was built
in."""

import base64
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("KS_BUILD_DIR", ROOT))
DRIVER = Path(os.environ.get("KS_LOGO_DRIVER", BUILD / "tests/integration/drivers/logo"))
MODULES = os.environ.get("SIMPLE_ICONS_MODULES", "")
DEADLINE = 120

STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"]
COLORS = ["", "", "", "blue", "critical", "navy", "fff", "#ABCDEF", "rgb(1,2,3)", "no color"]
SIZES = ["", "auto"]


@pytest.fixture(scope="module", name="node")
def node_fixture():
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    for package in ("simple-icons", "svgpath", "svg-path-bbox"):
        if not MODULES or not (Path(MODULES) / "node_modules" / package).is_dir():
            pytest.skip(f"SIMPLE_ICONS_MODULES names no folder with node_modules/{package}")
    return node


def run(command, lines=()):
    text = "".join("\t".join(line) + "\n" for line in lines)
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=DEADLINE)
    return done.stdout.decode().split("\n")[:-1]


@pytest.fixture(scope="module", name="icons")
def icons_fixture(node):
    return [json.loads(line) for line in run([node, str(ROOT / "tests/integration/drivers/logos.mjs"), "list"])]


@pytest.fixture(scope="module", name="compare")
def compare_fixture(node, logos):
    def compare(lines):
        ours = run([str(DRIVER), str(logos)], lines)
        theirs = run([node, str(ROOT / "tests/integration/drivers/logos.mjs")], lines)
        assert len(ours) == len(theirs) == len(lines)
        for line, our, their in zip(lines, ours, theirs):
            assert our == their, line
        return ours

    return compare


def test_every_icon_in_some_color_style_and_size(compare, icons):
    source = random.Random(1)
    lines = [
        (icon["slug"], source.choice(COLORS), source.choice(STYLES), source.choice(SIZES)) for icon in icons
    ]
    assert len(lines) > 3000
    assert not any(line.startswith("error") for line in compare(lines))


def test_some_icons_in_every_color_style_and_size(compare, icons):
    chosen = random.Random(2).sample(icons, 12)
    compare([(i["slug"], color, style, size) for i in chosen for color in COLORS[2:] for style in STYLES for size in SIZES])


def test_icons_are_found_by_title_too(compare, icons):
    titles = [icon["title"] for icon in icons]
    # For letters beyond ASCII, only the title's own case and lower case are known.
    lines = [(form, "", "flat", "") for title in titles for form in (title, title.lower(), title.replace(" ", "-"))]
    lines += [(title.upper(), "", "flat", "") for title in titles if title.isascii()]
    assert not any(line.startswith("error") for line in compare(lines))


def test_other_names_are_not_logos(compare):
    names = ["", "no such logo", "constructor", "__proto__", "../passwd", "react\u00a0", "%72eact", "a" * 1000, "image/png"]
    assert all(line.startswith("error") for line in compare([(name, "", "flat", "") for name in names]))


def test_a_slug_is_always_that_icon_even_if_it_is_the_title_of_another(logos, icons):
    # "Uniqlo" is the title of uniqlo and of uniqlo_ja; shields.io takes it to mean the latter.
    slugs = {icon["slug"] for icon in icons}
    both = [i for i in icons if i["title"].lower() in slugs and i["title"].lower() != i["slug"]]
    names = [icon["title"].lower() for icon in both]
    lines = run([str(DRIVER), str(logos)], [(name, "", "flat", "") for name in names])
    others = run([str(DRIVER), str(logos)], [(icon["slug"], "", "flat", "") for icon in both])
    assert both and all(line != other for line, other in zip(lines, others))


@pytest.mark.parametrize(
    "former, slug", [("stackoverflow", "stackoverflow"), ("travis", "travisci"), ("gitter-white", "gitter")]
)
def test_names_that_shields_io_once_had_are_kept(logos, former, slug):
    lines = run([str(DRIVER), str(logos)], [(name, "", "flat", "auto") for name in (former, slug)])
    assert lines[0] == lines[1] and not lines[0].startswith("error")


def test_the_file_names_its_version_and_is_sorted(logos):
    version = json.loads((Path(MODULES) / "node_modules/simple-icons/package.json").read_text(encoding="utf-8"))["version"]
    header, *lines = logos.read_bytes().split(b"\n")[:-1]
    assert header.decode() == f"kube-shields logos 1 simple-icons {version}"
    names = [line.split(b"\t")[0] for line in lines]
    assert names == sorted(set(names))


def test_a_logo_is_an_svg_without_anything_but_its_path(logos):
    (line,) = run([str(DRIVER), str(logos)], [("kubernetes", "", "flat", "")])
    svg = base64.b64decode(line.split("base64,")[1]).decode()
    assert svg.startswith('<svg fill="whitesmoke" role="img"') or svg.startswith('<svg fill="#326CE5" role="img"')
    assert svg.endswith('"/></svg>') and svg.count("<") == 5


def test_the_script_shows_its_usage_and_leaves_an_old_file_alone_if_it_fails(node, tmp_path):
    out = tmp_path / "logos"
    out.write_text("old", encoding="utf-8")
    script = str(ROOT / "lib/badge/logos.mjs")
    for arguments, code in (([], 2), ([str(tmp_path)], 2), ([str(tmp_path), str(out)], 1)):
        done = subprocess.run([node, script, *arguments], capture_output=True, check=False, timeout=DEADLINE)
        assert done.returncode == code
    assert out.read_text(encoding="utf-8") == "old"
