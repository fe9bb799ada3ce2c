"""Badges are byte for byte those of the npm package badge-maker, for the same text once control characters are gone.

BADGE_MAKER_MODULES names the folder that contains node_modules with badge-maker; without it, or without node, these
tests are skipped. KS_BADGE_DRIVER names the driver, KS_BUILD_DIR the folder that it was built in.
"""

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("KS_BUILD_DIR", ROOT))
DRIVER = Path(os.environ.get("KS_BADGE_DRIVER", BUILD / "tests/integration/drivers/badge"))
MODULES = os.environ.get("BADGE_MAKER_MODULES", "")
DEADLINE = 120

STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"]
NAMES = ["brightgreen", "green", "yellow", "yellowgreen", "orange", "red", "blue", "grey", "lightgrey"]
ALIASES = ["gray", "lightgray", "critical", "important", "success", "informational", "inactive"]
LOGO = "data:image/svg+xml;base64,PHN2Zy8+"
INHERITED = ["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__proto__", "__defineGetter__"]

TEXTS = [
    "", " ", "a", "  padded  ", "\u00a0nbsp\u3000", "\ufeffmark", "two  blanks", "0", "2/2 (0 restarts)", "a: b",
    "<b>&amp;</b>", "> <", "\"'", "]]>", "--", "naïve façade", "Łódź", "straße", "ŉ ǰ ΐ ﬁ ﬃ և ẞ", "ǆ ǅ", "ıİi̇",
    "Привет", "Ελληνικά ΐς", "日本語のテスト", "한국어", "עברית", "العربية", "हिन्दी", "ไทย", "👍", "👩‍👩‍👧‍👦 family",
    "🇩🇪", "e\u0301 combining", "\u0301", "𐐨𐐩 deseret", "ⅷ ⓐ", "\u202eright", "\u200bzero", "\ufffd", "\U0010fffd", "m" * 1000,
    "i" * 999 + "W", "ß" * 300, "日" * 400, "😀" * 200, "9" * 4001, "&" * 500,
]  # fmt: skip

CSS = [
    "#abc", "#ABCD", "#a1B2c3", "#a1b2c3d4", "#ab", "#abcde", "#abcdefa", "#abcdefabc", "#ggg", "abc", "ABC", "aBcDeF",
    "abcd", "abcde", "12345678", "000", "fff", " red ", "\u00a0navy\u2003", " fff", " #FFF ", " brightgreen ", "RED", "Red", "",
    " ", "rgb(1,2,3)", "rgb( 1 , 2 , 3 )", "rgba(1,2,3)", "rgb(1,2,3,.5)", "rgba(1,2,3,0.5)", "rgba(1,2,3,1)", "rgba(1,2,3,0)",
    "rgba(1,2,3,2)", "rgba(1,2,3,50%)", "rgba(1,2,3,00.5)", "rgba(1,2,3,1.5)", "rgba(1,2,3,0.)", "rgba(1,2,3,05%)",
    "rgba(1,2,3,5 %)", "rgba(1,2,3,.)", "rgb(1 2 3)", "rgb(1 2 3/.5)", "rgb(1 2 3 / 50%)", "rgb(1 2 3, .5)",
    "rgb(1,2,3/.5)", "rgb(1, 2 3)", "rgb(1 2, 3)", "rgb(10%,20%,30%)", "rgb(10% 20% 30%)", "rgb(10%20%30%)",
    "rgb(10%,20,30%)", "rgb(10,20%,30%)", "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(1.5,2,3)", "rgb(-1,2,3)", "rgb(1e5,2,3)", "rgb(0x1,2,3)",
    "rgb(999,999,999)", "rgb(255,255,255)", "rgb(0255,0255,0255)", "rgb(100%,100%,100%)", "rgb(120%,120%,120%)",
    "rgb(1,2,3) x", "x rgb(1,2,3)", "rgb(1,2,3", "rgb 1,2,3", "rgb (1,2,3)", "RGB(1,2,3)", " rgb(255,255,255)",
    "rgb(1\u20032\u20033)", "rgb(1\u00a0,2,3)", "hsl(0,0%,100%)", "hsl(120,100%,50%)", "hsl(120deg,100%,50%)", "hsl(2rad,100%,50%)",
    "hsl(100grad,100%,50%)", "hsl(1turn,100%,50%)", "hsl(120 deg,100%,50%)", "hsl(120,100,50)", "hsl(120 100% 50%)",
    "hsla(120,100%,50%,.5)", "hsla(120,100%,50%,1)", "hsl(120,100%,50%,50%)", "hsl(720,500%,50%)", "hsl(60,100%,500%)",
    "hsl(359,1%,99%)", "hsl(1.5,1%,1%)", "hsl(-1,1%,1%)", "hsv(1,1%,1%)", "url(#x)", "red;", "red\"/>", "transparent",
    "currentColor", "rgb(1000000000000000000000,9999999999999999999999,99999999999999999999)",
    f"rgb({'9' * 400},0,0)", f"rgb({'9' * 309},0,0)", f"rgb({'0' * 500}255,255,255)", f"rgb({'9' * 30}%,0%,0%)",
    f"hsl({'9' * 400},100%,50%)", f"hsl({'9' * 25},100%,50%)", f"hsl(60,{'9' * 30}%,50%)", f"hsl(60,1%,{'9' * 400}%)",
]  # fmt: skip


def is_control(code):
    return code < 0x20 or 0x7F <= code <= 0x9F or code in (0xFFFE, 0xFFFF)


def clean(badge):
    """The badge as it must be given to badge-maker."""

    def text(value):
        return "".join(c for c in value if not is_control(ord(c))) if isinstance(value, str) else value

    return {key: [text(v) for v in value] if key == "links" else text(value) for key, value in badge.items()}


def run(command, badges, **options):
    lines = "".join(json.dumps(badge, ensure_ascii=False) + "\n" for badge in badges)
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=True, timeout=DEADLINE, **options)
    return done.stdout.decode().split("\n")[:-1]


@pytest.fixture(scope="module", name="node")
def node_fixture():
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    if not MODULES or not (Path(MODULES) / "node_modules" / "badge-maker").is_dir():
        pytest.skip("BADGE_MAKER_MODULES names no folder with node_modules/badge-maker")
    return node


@pytest.fixture(scope="module", name="compare")
def compare_fixture(node):
    """Compares badges with badge-maker's. `theirs` is the input of badge-maker, if it is not the cleaned badge."""
    if not DRIVER.is_file():
        pytest.skip(f"{DRIVER} is not built")

    def compare(badges, theirs=None):
        expected = run([node, str(ROOT / "tests/integration/drivers/badge_maker.mjs")], theirs or [clean(b) for b in badges])[1:]
        actual = run([str(DRIVER)], badges)
        assert len(expected) == len(actual) == len(badges) > 0
        for badge, ours, package in zip(badges, actual, expected):
            assert package.startswith("<svg"), (badge, package)
            assert ours == package, badge

    return compare


@pytest.fixture(scope="module", name="same_unicode")
def same_unicode_fixture(node):
    table = (ROOT / "lib/badge/uppercase_table.c").read_text(encoding="utf-8")
    ours = re.search(r"Unicode ([\d.]+);", table).group(1)
    theirs = run([node, str(ROOT / "tests/integration/drivers/badge_maker.mjs")], [])[0]
    if ours != theirs:
        pytest.skip(f"upper case is of Unicode {ours}, node's of {theirs}")


def in_every_style(badges):
    return [dict(badge, style=style) for style in STYLES for badge in badges]


def test_the_default_style_is_flat(compare):
    compare([{"message": "x"}, {"label": "y", "message": "x"}])


@pytest.mark.long
def test_text(compare):
    badges = [{"label": label, "message": message} for label in TEXTS for message in TEXTS[:8]]
    badges += [{"label": label, "message": message} for label in TEXTS[:8] for message in TEXTS[8:]]
    compare(in_every_style(badges))


def test_every_printable_ascii_character(compare):
    printable = [chr(code) for code in range(0x20, 0x7F)]
    badges = [{"label": c, "message": c} for c in printable]
    badges += [{"label": f"x{c}y", "message": f"{c}{c}z"} for c in printable]
    compare(in_every_style(badges))


def test_ascii_text_of_any_length(compare):
    source = random.Random(1)
    printable = [chr(code) for code in range(0x20, 0x7F)]

    def text():
        return "".join(source.choices(printable, k=source.randrange(60)))

    compare(in_every_style([{"label": text(), "message": text()} for _ in range(600)]))


def every_code_point(size):
    """All code points but surrogates, `size` in a text, between marks that keep white space from being trimmed."""
    planes = [*range(0x20, 0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200), *range(0x10FFF0, 0x110000)]
    return ["-" + "".join(map(chr, planes[i : i + size])) + "-" for i in range(0, len(planes), size)]


@pytest.mark.long
def test_every_code_point_has_its_width(compare):
    texts = every_code_point(48)
    compare([{"message": text, "style": "flat-square"} for text in texts])
    compare([{"label": text, "message": "", "style": "social"} for text in texts])


def test_every_code_point_has_its_upper_case(compare, same_unicode):
    texts = every_code_point(48)
    compare([{"label": text, "message": text, "style": "for-the-badge"} for text in texts])


def test_every_label_is_capitalized(compare, same_unicode):
    cased = [c for c in map(chr, [*range(0x20, 0xD800), *range(0x10400, 0x10450)]) if c.upper() != c]
    compare([{"label": f"{c}x", "message": "", "style": "social"} for c in cased])


def color_names():
    table = (ROOT / "lib/badge/color_css.c").read_text(encoding="utf-8")
    return re.findall(r'\{"([a-z]+)", 0x', table)


def test_colors(compare):
    colors = NAMES + ALIASES + CSS + color_names()
    assert len(color_names()) == 148
    badges = [{"label": "l", "message": "m", "color": color, "labelColor": color} for color in colors]
    badges += [{"message": "m", "color": color} for color in colors]
    badges += [{"message": "m", "labelColor": color, "logoBase64": LOGO} for color in colors]
    compare(in_every_style(badges))


def test_every_css_name_is_known(compare, node):
    script = "console.log(JSON.stringify(Object.keys(require('color-name'))))"
    done = subprocess.run([node, "-e", script], cwd=MODULES, capture_output=True, check=True, timeout=DEADLINE)
    assert sorted(json.loads(done.stdout)) == color_names()


def test_text_is_dark_on_light_colors(compare):
    source = random.Random(2)
    # Around the threshold: 299 r + 587 g + 114 b = 177225.
    edges = [(r, g, b) for r in range(256) for g in range(256) for b in [(177225 - 299 * r - 587 * g) // 114] if 0 <= b < 255]
    exact = [c for c in edges if 299 * c[0] + 587 * c[1] + 114 * c[2] == 177225]
    assert exact
    chosen = exact[:20] + [c for r, g, b in source.sample(edges, 200) for c in ((r, g, b), (r, g, b + 1))]
    forms = ["{0:02x}{1:02x}{2:02x}", "#{0:02X}{1:02X}{2:02X}", "rgb({0},{1},{2})", "rgb({0} {1} {2})"]
    compare([{"label": "l", "message": "m", "color": form.format(*color)} for form in forms for color in chosen])


def test_hsl_and_percentages_have_the_same_brightness(compare):
    source = random.Random(3)
    units = ["", "deg", "rad", "grad", "turn"]
    colors = [
        f"hsl({source.randrange(800)}{source.choice(units)},{source.randrange(130)}%,{source.randrange(130)}%)"
        for _ in range(3000)
    ]
    colors += [f"rgb({', '.join(f'{source.randrange(110)}%' for _ in 'rgb')})" for _ in range(500)]
    colors += [f"hsl({h},{s}%,{l}%)" for h in range(0, 361, 30) for s in (0, 1, 50, 100, 200) for l in (0, 1, 50, 70, 100)]
    compare([{"message": "m", "color": color} for color in colors])


def test_logos_links_and_id_suffixes(compare):
    links = [["", ""], ["https://a/?x=1&y='\"<>", ""], ["", "https://b/"], ["https://a/", "https://b/"], ["l"], [], [" ", " "]]
    logos = [{}, {"logoBase64": LOGO}, {"logoBase64": ""}, {"logoBase64": "<&>\"'"}, {"logoBase64": " "}]
    texts = [("", ""), ("l", ""), ("", "m"), ("label", "message")]
    colors = [{}, {"labelColor": "white"}, {"labelColor": "nothing", "color": "white"}]
    suffixes = [{}, {"idSuffix": ""}, {"idSuffix": "aZ0-_9"}]
    badges = [
        {"label": label, "message": message, "links": link, **logo, **color, **suffix}
        for label, message in texts
        for link in links
        for logo in logos
        for color in colors
        for suffix in suffixes
    ]
    compare(in_every_style(badges))


def test_logo_widths(compare):
    badges = [
        {"label": label, "message": message, "logoWidth": width, **logo, **color}
        for label in ("", "l")
        for message in ("", "m")
        for width in (0, 1, 14, 15, 40, 1000000, 2**31 - 1)
        for logo in ({}, {"logoBase64": LOGO})
        for color in ({}, {"labelColor": "blue"})
    ]
    compare(in_every_style(badges))


def test_everything_mixed(compare):
    source = random.Random(4)
    alphabet = [c for text in TEXTS for c in text] + list("&<>\"' abc")

    def text():
        return "".join(source.choices(alphabet, k=source.choice((0, 1, 3, 10, 40))))

    def badge():
        result = {"message": text(), "style": source.choice(STYLES)}
        optional = {
            "label": text(),
            "color": source.choice(NAMES + ALIASES + CSS),
            "labelColor": source.choice(NAMES + ALIASES + CSS),
            "logoBase64": source.choice((LOGO, text())),
            "links": [text() for _ in range(source.randrange(3))],
            "idSuffix": source.choice(("", "1", "x_y-z")),
        }
        result.update({key: value for key, value in optional.items() if source.random() < 0.5})
        return result

    compare([badge() for _ in range(3000)])


def test_control_characters_vanish(compare):
    # Without NUL, which would end a C string.
    controls = [chr(code) for code in [*range(1, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF]]
    badges = [{"label": f"{c}a{c}b {c}", "message": f" {c} x{c}", "links": [c, f"{c}/"]} for c in controls]
    badges += [{"label": c, "message": c, "logoBase64": c, "links": [c, c]} for c in controls]
    compare(in_every_style(badges))


def test_a_color_with_control_characters_is_invalid(compare):
    colors = ["red\n", "\tred", "re\x01d", "rgb(1,\t2,3)", "\x7f", "#fff\x85"]
    badges = [{"label": "l", "message": "m", "color": color, "labelColor": color} for color in colors]
    compare(in_every_style(badges), theirs=in_every_style([{"label": "l", "message": "m"}] * len(badges)))


def test_names_that_every_javascript_object_has_are_not_colors(compare):
    badges = [{"label": "l", "message": "m", "color": name, "labelColor": name} for name in INHERITED]
    compare(in_every_style(badges), theirs=in_every_style([{"label": "l", "message": "m"}] * len(badges)))


@pytest.mark.parametrize("raw", [b"a\xffb", b"\xc3", b"\xe2\x82x", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xc0\xaf\xf5"])
def test_invalid_utf8_becomes_a_replacement_character(compare, node, raw):
    line = b'{"label": "%s", "message": "x%sy"}\n' % (raw, raw)
    ours = subprocess.run([str(DRIVER)], input=line, capture_output=True, check=True, timeout=DEADLINE).stdout.decode()
    badge = {"label": raw.decode(errors="replace"), "message": f"x{raw.decode(errors='replace')}y"}
    assert ours.split("\n")[:-1] == run([node, str(ROOT / "tests/integration/drivers/badge_maker.mjs")], [badge])[1:]


@pytest.mark.parametrize(
    "badge",
    [{}, {"message": "m", "style": "round"}, {"message": "m", "idSuffix": "a b"}, {"message": "m", "idSuffix": "é"}],
)
def test_badges_that_badge_maker_refuses_are_refused(compare, node, badge):
    assert run([node, str(ROOT / "tests/integration/drivers/badge_maker.mjs")], [badge])[1].startswith("error: ")
    assert run([str(DRIVER)], [badge])[0].startswith("error: ")


def test_a_negative_logo_width_is_refused(compare):
    assert run([str(DRIVER)], [{"message": "m", "logoWidth": -1}]) == ["error: logo width -1: must not be negative"]


def test_the_table_of_widths_is_current(node):
    subprocess.run([node, str(ROOT / "lib/badge/font_widths.mjs"), MODULES, "--check"], check=True, timeout=DEADLINE)


def test_a_table_of_widths_that_is_not_current_is_noticed(node, tmp_path):
    for name in ("font_widths.mjs", "font_widths_table.c"):
        shutil.copy(ROOT / "lib/badge" / name, tmp_path)
    table = tmp_path / "font_widths_table.c"
    table.write_text(table.read_text(encoding="utf-8").replace("{387,", "{388,", 1), encoding="utf-8")
    done = subprocess.run(
        [node, str(tmp_path / "font_widths.mjs"), MODULES, "--check"], capture_output=True, check=False, timeout=DEADLINE
    )
    assert done.returncode == 1


def test_the_table_of_upper_case_is_current(node, same_unicode):
    subprocess.run([node, str(ROOT / "lib/badge/uppercase.mjs"), "--check"], check=True, timeout=DEADLINE)
