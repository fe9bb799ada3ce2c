"""The rules of the sources: which folder may include which, banned functions, and what is exported, listed, documented.

KS_BUILD_DIR names the build folder. Tests of the shared library are skipped if it was not built.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import programs

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "lib"))
import exports  # noqa: E402

BUILD = Path(os.environ.get("KS_BUILD_DIR", ROOT))
LIBRARY = BUILD / "lib" / ".libs" / "libkubeshields.so"

BANNED = ["sprintf", "vsprintf", "strcpy", "strcat", "strtok", "system", "popen", "gets"]

# Folders whose functions depend only on their arguments, the time among them; and the files in them that may do more.
PURE = {"lib/base": {"clock", "log", "backoff", "read_all", "secret_read"}, "lib/kube": set(), "lib/badge": {"logo_file"},
        "lib/health": set(), "lib/answers": set()}
IMPURE = re.compile(r"(open|openat|creat|fopen|read|pread|write|pwrite|socket|connect|fork|vfork|execv\w*|posix_spawn\w*|kill|"
                    r"clock_gettime|gettimeofday|time|getrandom|pthread_\w+)(64)?")

# The files that may include a header of another library. Fuzzers and tests may include anything.
ONLY = {
    "curl/curl.h": {"lib/loop/curl.h", "lib/loop/http.c", "lib/loop/http_connection.h", "lib/loop/http_headers.h",
                    "lib/loop/http_retry_after.c", "lib/loop/loop.c"},
    "sodium.h": {"lib/auth/private.h", "lib/base/base64.c"},
    "fcgiapp.h": {"fcgi/front_fastcgi.c"},
    "uthash.h": {"lib/base/hash_table.h"},
    "yaml.h": {"lib/access/kubeconfig_tree.h"},
    "json-c/json.h": {"lib/answers/output.c", "lib/answers/perfdata.c", "lib/answers/promql_answer.c", "lib/apiserver/exec.c",
                      "lib/base/json.h", "lib/document/text.h", "lib/document/value.h", "lib/kube/json_value.h",
                      "lib/kube/json_stream.c"},
    "pb_decode.h": {"lib/kube/protobuf.h", "lib/kube/protobuf_field.h"},
    "kube/kubernetes.pb.h": {"lib/kube/protobuf.h"},
}
LINES_MOST = 500
GENERATED = {"lib/badge/font_widths_table.c", "lib/badge/uppercase_table.c"}


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.[ch]"))


def name_of(path):
    return str(path.relative_to(ROOT))


def code_of(path):
    """The code without comments, and with empty strings."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', re.sub(r"'(?:\\.|[^'\\\n])+'", "' '", text))


def includes_of(path):
    return re.findall(r'^#include ["<]([^">]+)[">]', path.read_text(), flags=re.MULTILINE)


def local_makefiles():
    """All of automake's input as one text, continued lines joined."""
    return "\n".join(path.read_text().replace("\\\n", " ")
                     for path in [ROOT / "Makefile.am", *sorted(ROOT.glob("*/local.mk"))])


def words_of(variable):
    """The words of a makefile variable."""
    found = re.findall(rf"^{re.escape(variable)}\s*\+?=(.*)$", local_makefiles(), flags=re.MULTILINE)
    return " ".join(found).split()


def installed_headers():
    return [ROOT / word for word in words_of("kubeshieldsinclude_HEADERS")]


def declared_in(header):
    """The functions and variables that a header declares."""
    text = re.sub(r"^#(?:.*\\\n)*.*$", "", code_of(header), flags=re.MULTILINE)
    text = text.replace('extern "" {', "")
    while "{" in text:
        text = re.sub(r"\{[^{}]*\}", ";", text)
    names = set()
    for statement in text.split(";"):
        statement = " ".join(statement.split())
        function = re.match(r"(?!typedef|static)[\w *]*?\b(ks_\w+) ?\(", statement)
        variable = re.match(r"extern .*?\b(ks_\w+)(?: ?\[\w*\])*$", statement)
        names |= {found[1] for found in (function, variable) if found}
    return names


def test_no_banned_function_is_called():
    banned = re.compile(rf"(?<![\w.>])({'|'.join(BANNED)})\s*\(")
    found = [f"{name_of(path)}: {call}" for path in sources("lib", "fcgi", "tests") for call in banned.findall(code_of(path))]
    assert not found


def uninitialised(code):
    """Variables with a cleanup attribute that a return may reach before a call has initialised them."""
    found = []
    for variable in re.finditer(r"(\w+) KS_CLEANUP_\w+;|KS_CLEANUP_\w+ struct \w+ (\w+);", code):
        name = variable[1] or variable[2]
        rest = code[variable.end():]
        begun = re.search(rf"[(,]\s*&{name}\b", rest)
        returned = re.search(r"\breturn\b", rest)
        if not begun or (returned and returned.start() < begun.start()):
            found.append(name)
    return found


def test_variables_with_a_cleanup_are_initialised_before_any_return():
    sample = "{ struct ks_buf a KS_CLEANUP_BUF; if (x) { return; } ks_buf_init(&a, 1); }"
    assert uninitialised(sample) == ["a"]
    assert uninitialised(sample.replace("struct ks_buf a KS_CLEANUP_BUF", "KS_CLEANUP_BUF struct ks_buf a")) == ["a"]
    found = [f"{name_of(path)}: {name}" for path in sources("lib", "fcgi", "checks", "tests")
             for name in uninitialised(code_of(path))]
    assert not found


def rooms():
    """{folder: the folders it may include}, from the architecture's table, in which "lib" stands for all of lib's."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| `([\w/]+)` \|[^|]*\|([^|]*)\|$", text, flags=re.MULTILINE)
    table = {folder: set(re.findall(r"`([\w/]+)`", cell)) for folder, cell in rows}
    library = {folder for folder in table if folder.startswith("lib/")}
    return {folder: others - {"lib"} | (library if "lib" in others else set()) for folder, others in table.items()}


def folder_of(header):
    """The folder of ours that holds an included header, "" for include/, or None."""
    for top in ("lib", "fcgi", "checks", "include"):
        if (ROOT / top / header).is_file():
            return "" if top == "include" else str(Path(top, header).parent)
    return None


def test_a_folder_includes_only_itself_and_the_folders_of_its_row():
    table = rooms()
    wrong = []
    for path in sources("lib", "fcgi", "checks/run"):
        folder = name_of(path.parent)
        assert folder in table, f"{name_of(path)}: a folder without a row in docs/architecture.md"
        wrong += [f"{name_of(path)}: {header}" for header in includes_of(path)
                  if folder_of(header) and folder_of(header) not in table[folder] | {folder}]
    assert not wrong
    assert not [folder for folder in table if not list((ROOT / folder).glob("*.[ch]"))]


def circles(graph):
    """The circles of a graph {node: the nodes it points to}: its strongly connected sets of nodes."""
    def reached(start):
        seen, waiting = set(), list(graph.get(start, ()))
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += graph.get(node, ())
        return seen
    reach = {node: reached(node) for node in graph}
    return {frozenset(other for other in reach[node] if node in reach.get(other, ())) for node in graph if node in reach[node]}


def test_no_folder_points_back():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == {frozenset("bc")}
    assert not circles(rooms())


def objects():
    """{source without its suffix: its object file} of the build."""
    found = {}
    for path in sorted(BUILD.glob("*/**/*.o")):
        source = str(path.relative_to(BUILD)).replace("/.libs", "").removesuffix(".o")
        stem = re.sub(r"^(libkubeshields_core_la|kube_shields|check)-", "", Path(source).name)
        source = str(Path(source).parent / stem)
        if (ROOT / f"{source}.c").is_file() and source.startswith(("lib/", "fcgi/", "checks/")):
            found[source] = path
    if not found:
        pytest.skip(f"{BUILD} holds no objects")
    return found


def symbols(path):
    """Two sets: the symbols that an object defines for others, and those that it needs from others."""
    defined, wanted = set(), set()
    for line in subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout.splitlines():
        kind, name = line.split()[-2:]
        if kind in "TDBRVW":
            defined.add(name)
        elif kind == "U":
            wanted.add(name)
    return defined, wanted


@pytest.mark.long
def test_no_two_files_call_each_other_in_a_circle():
    table = {source: symbols(path) for source, path in objects().items()}
    home = {name: source for source, (defined, _) in table.items() for name in defined}
    graph = {source: {home[name] for name in wanted if name in home} - {source} for source, (_, wanted) in table.items()}
    assert sorted(sorted(circle) for circle in circles(graph)) == []


@pytest.mark.long
def test_pure_folders_are_pure_by_their_symbols():
    built = objects()
    wrong = {source: sorted(name for name in symbols(path)[1] if IMPURE.fullmatch(name)) for source, path in built.items()
             if Path(source).name not in PURE.get(str(Path(source).parent), {Path(source).name})}
    assert {str(Path(source).parent) for source in wrong} == set(PURE)
    assert not {source: names for source, names in wrong.items() if names}


def test_other_libraries_are_included_only_by_their_wrappers():
    wrong = [f"{name_of(path)}: {header}" for path in sources("lib", "fcgi") for header in includes_of(path)
             if name_of(path) not in ONLY.get(header, {name_of(path)})]
    assert not wrong


def test_pages_know_neither_network_nor_kubernetes():
    pages = sources("fcgi/pages")
    assert pages
    wrong = [f"{name_of(path)}: {header}" for path in pages for header in includes_of(path)
             if re.match(r"(curl|json-c|loop|access|apiserver|collector|kube)/", header)]
    assert not wrong


def test_files_have_a_size_that_can_be_read():
    lines = {name_of(path): path.read_text().count("\n") for path in sources("lib", "fcgi")}
    assert not {name: count for name, count in lines.items() if count > LINES_MOST and name not in GENERATED}


def test_every_source_is_in_a_makefile():
    words = set(local_makefiles().split())
    # A program of one source has the name of that source.
    programs_of_one = {f"{word}.c" for word in words if (ROOT / f"{word}.c").is_file()}
    files = [name_of(path) for path in sources("lib", "fcgi", "checks/run", "tests")]
    files += [name_of(path) for path in sorted((ROOT / "tests").rglob("*")) if path.suffix in (".py", ".mjs")]
    files += [name_of(path) for path in sorted((ROOT / "lib").rglob("*.mjs"))]
    assert not [name for name in files if name not in words | programs_of_one and "__pycache__" not in name]


def test_every_word_in_a_makefile_is_a_file():
    words = {word for word in local_makefiles().split()
             if re.fullmatch(r"(lib|fcgi|tests)/[\w/.-]+\.(c|h|py|mjs|map|proto|options)", word)}
    generated = {"lib/kube/kubernetes.pb.c", "lib/kube/kubernetes.pb.h"}
    assert not sorted(word for word in words - generated if not (ROOT / word).is_file())


def exported(library):
    """{node: the names that the library exports in it}"""
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    nodes = {}
    for line in lines.splitlines():
        name, _, node = line.split()[-1].partition("@@")
        if node:
            nodes.setdefault(node, set()).add(name)
    return nodes


def test_the_maps_public_node_is_what_installed_headers_declare():
    headers = [path for path in installed_headers() if path.parent.name == "kubeshields"]
    assert len(headers) > 8
    declared = set().union(*(declared_in(header) for header in headers))
    assert exports.listed()["KUBESHIELDS_1"] == declared == exports.declared()
    assert sorted(headers) == sorted((ROOT / "include" / "kubeshields").glob("*.h"))


def test_the_maps_private_node_is_what_the_responder_needs():
    """`make exports` writes it."""
    if not list(BUILD.glob("fcgi/**/kube_shields-*.o")):
        pytest.skip(f"{BUILD} holds no objects")
    assert exports.listed()["KUBESHIELDS_PRIVATE"] == exports.wanted(BUILD)


def test_the_library_exports_what_its_map_lists():
    if not LIBRARY.exists():
        pytest.skip(f"{LIBRARY} was not built")
    assert exported(LIBRARY) == exports.listed()


def options_of_help():
    """{flag: (value, variable, default)}"""
    text = subprocess.run([programs.BINARY, "--help"], check=True, capture_output=True, text=True,
                          env=programs.ENVIRONMENT).stdout
    options = {}
    for flag, value, variable, help_text in re.findall(r"^  --([\w-]+)(?: (\w+))?(?:  \((\w+)\))?\n      (.*)$", text,
                                                       flags=re.MULTILINE):
        default = re.search(r" \[(.*)\]$", help_text)
        options[flag] = (value.lower(), variable, default[1] if default else "")
    return options


def options_of_manual_page():
    text = (BUILD / "man" / "kube-shields.8").read_text()
    section = re.search(r"^\.Ss Options$(.*?)^\.S[sh] ", text, flags=re.MULTILINE | re.DOTALL)[1]
    options = {}
    for entry in re.split(r"^\.It ", section, flags=re.MULTILINE)[1:]:
        head = re.match(r"Fl -([\w-]+)(?: Ar (\w+))?(?: Pq Ev (\w+))?\n", entry)
        assert head, entry
        default = re.search(r"^The default is\n\.Ql (.*) \.$", entry, flags=re.MULTILINE)
        options[head[1]] = (head[2] or "", head[3] or "", default[1] if default else "")
    return options


def test_the_manual_page_documents_every_option_and_no_other():
    documented = options_of_manual_page()
    assert len(documented) > 10
    assert documented == options_of_help()
