"""The rules that the sources keep: what may include what, what may not be called, what is exported, listed, documented.

KS_BUILD_DIR names the folder that it was built in. Tests of what was built are skipped where it was built without the
shared library.
"""

import fnmatch
import os
import re
import subprocess
from pathlib import Path

import pytest

import programs

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("KS_BUILD_DIR", ROOT))
LIBRARY = BUILD / "lib" / ".libs" / "libkubeshields.so"

BANNED = ["sprintf", "vsprintf", "strcpy", "strcat", "strtok", "system", "popen", "gets"]

# What a module may include has its level, or a lower one.
LEVELS = {
    # What everything else is written with.
    0: "buf clock error escape hash hash_table log secret string_list",
    # Functions of their arguments, the clock among them: no socket, no file, no process.
    1: """auth auth_answer auth_header auth_key auth_mac auth_private backoff badge badge_flat badge_for_the_badge badge_private badge_social badge_svg badge_text base64 check
       check_answer check_complaint check_conf check_lines check_module check_module_private check_module_symbols check_options
       check_output check_turns color
       color_css font_widths font_widths_table health javascript json_error kube_decode kube_decode_private kube_failure
       kube_json
       kube_json_piece kube_json_stream kube_json_time kube_object kube_path kube_protobuf kube_protobuf_piece
       kube_protobuf_stream logo logo_data_uri logo_private nagios nagios_perfdata name option option_value palette
       peer_address peer_document peer_document_custom peer_document_keys peer_document_private peer_document_service
       peer_document_text peer_document_value peer_document_words promql promql_answer promql_format result store_view tally uppercase_table url""",
    # Those that wait, read files, run programs, or are shared between threads.
    2: """auth_nonces check_catalog check_catalog_add check_catalog_entry check_catalog_private check_catalog_scan
       check_catalog_watched check_file check_lesson check_loader check_once check_prometheus check_run check_sandbox
       check_scheduler check_scheduler_catalog check_scheduler_late check_scheduler_private check_watch collector collector_peer collector_private
       collector_source http http_response intra kube_client kube_config kube_credentials kube_exec
       kube_reflector kubeconfig kubeconfig_entry kubeconfig_field kubeconfig_tree logo_file loop loop_children loop_private process
       peer peer_apply peer_company peer_document_write peer_get peer_headers peer_log peer_options peer_poll peer_private process_orphans read_all secret_file secret_file_create store store_custom store_flush store_private store_remote store_since store_source store_state store_write""",
}
LEVEL = {module: level for level, modules in LEVELS.items() for module in modules.split()}

# Who may include a header of another library. All but the fuzzers and tests, which may look at anything.
ONLY = {
    "curl/curl.h": {"lib/http.c", "lib/http_response.h", "lib/loop.c", "lib/loop_private.h"},
    "sodium.h": {"lib/auth_private.h", "lib/base64.c"},
    "fcgiapp.h": {"fcgi/front_fastcgi.c"},
    "uthash.h": {"lib/hash_table.h"},
    "yaml.h": {"lib/kubeconfig_tree.h"},
    "json-c/json.h": {"lib/check_output.c", "lib/json_error.h", "lib/nagios_perfdata.c", "lib/promql_answer.c", "lib/peer_document_text.h",
                      "lib/peer_document_value.h", "lib/kube_decode.c", "lib/kube_exec.c", "lib/kube_json.h", "lib/kube_json_stream.c"},
    "pb_decode.h": {"lib/kube_protobuf.h"},
    "kubernetes.pb.h": {"lib/kube_protobuf.h"},
}
LINES_MOST = 500
GENERATED = {"lib/font_widths_table.c", "lib/uppercase_table.c"}


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.[ch]"))


def name_of(path):
    return str(path.relative_to(ROOT))


def code_of(path):
    """Without comments, and with empty strings."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', re.sub(r"'(?:\\.|[^'\\\n])+'", "' '", text))


def includes_of(path):
    return re.findall(r'^#include ["<]([^">]+)[">]', path.read_text(), flags=re.MULTILINE)


def local_makefiles():
    """All of automake's input as one text, continued lines joined."""
    return "\n".join(path.read_text().replace("\\\n", " ")
                     for path in [ROOT / "Makefile.am", *sorted(ROOT.glob("*/local.mk"))])


def words_of(variable):
    """What a variable of the makefiles is made of."""
    found = re.findall(rf"^{re.escape(variable)}\s*\+?=(.*)$", local_makefiles(), flags=re.MULTILINE)
    return " ".join(found).split()


def installed_headers():
    return [ROOT / word for word in words_of("kubeshieldsinclude_HEADERS")]


def declared_in(header):
    """The functions and variables that a header declares."""
    text = re.sub(r"^#(?:.*\\\n)*.*$", "", code_of(header), flags=re.MULTILINE)
    while "{" in text:
        text = re.sub(r"\{[^{}]*\}", "", text)
    names = set()
    for statement in text.split(";"):
        statement = " ".join(statement.split())
        function = re.match(r"(?!typedef|static)[\w *]*?\b(ks_\w+) ?\(", statement)
        variable = re.match(r"extern .*?\b(ks_\w+)(?: ?\[\w*\])*$", statement)
        names |= {found[1] for found in (function, variable) if found}
    return names


def test_no_function_is_called_that_overflows_or_runs_a_shell():
    banned = re.compile(rf"(?<![\w.>])({'|'.join(BANNED)})\s*\(")
    found = [f"{name_of(path)}: {call}" for path in sources("lib", "fcgi", "tests") for call in banned.findall(code_of(path))]
    assert not found


def unbegun(code):
    """Variables with a cleanup that a return may reach before a call has begun them."""
    found = []
    for variable in re.finditer(r"(\w+) KS_CLEANUP_\w+;|KS_CLEANUP_\w+ struct \w+ (\w+);", code):
        name = variable[1] or variable[2]
        rest = code[variable.end():]
        begun = re.search(rf"[(,]\s*&{name}\b", rest)
        returned = re.search(r"\breturn\b", rest)
        if not begun or (returned and returned.start() < begun.start()):
            found.append(name)
    return found


def test_what_is_cleaned_up_is_begun_before_anything_returns():
    sample = "{ struct ks_buf a KS_CLEANUP_BUF; if (x) { return; } ks_buf_init(&a, 1); }"
    assert unbegun(sample) == ["a"] and unbegun(sample.replace("struct ks_buf a KS_CLEANUP_BUF", "KS_CLEANUP_BUF struct ks_buf a")) == ["a"]
    found = [f"{name_of(path)}: {name}" for path in sources("lib", "fcgi", "checks", "tests") for name in unbegun(code_of(path))]
    assert not found


def test_modules_include_their_own_level_or_lower_ones():
    wrong = []
    for path in sources("lib"):
        assert path.stem in LEVEL, f"{name_of(path)}: a module without a level"
        for header in includes_of(path):
            module = Path(header).stem
            if "/" not in header and (ROOT / "lib" / header).exists() and LEVEL.get(module, 9) > LEVEL[path.stem]:
                wrong.append(f"{name_of(path)} (level {LEVEL[path.stem]}): {header} (level {LEVEL.get(module)})")
    assert not wrong
    assert not [module for module in LEVEL if not list((ROOT / "lib").glob(f"{module}.[ch]"))]


def test_the_architecture_s_table_has_the_same_levels():
    """The longest word that fits counts: "peer_address" is of level 1, the rest of "peer_*" of level 2."""
    table = {}
    rows = re.findall(r"^\| (\d)[^|]*\| `([^`]+)` \|$", (ROOT / "docs" / "architecture.md").read_text(), flags=re.MULTILINE)
    for level, cell in rows:
        for word, but in re.findall(r"([\w*]+)(?: \(but (\w+)\))?", cell):
            table[word] = int(level), word.rstrip("*") + "_" + but if but else None

    def level_of(module):
        fitting = [word for word, (_, but) in table.items() if fnmatch.fnmatchcase(module, word) and module != but]
        return table[max(fitting, key=len)][0] if fitting else None
    assert len(rows) == 3
    assert [module for module in LEVEL if level_of(module) != LEVEL[module]] == []


def test_the_library_knows_nothing_of_the_responder():
    wrong = [f"{name_of(path)}: {header}" for path in sources("lib") for header in includes_of(path)
             if "/" not in header and (ROOT / "fcgi" / header).exists() or "fcgi" in Path(header).parts]
    assert not wrong


def test_other_libraries_stay_where_they_are_wrapped():
    wrong = [f"{name_of(path)}: {header}" for path in sources("lib", "fcgi") for header in includes_of(path)
             if name_of(path) not in ONLY.get(header, {name_of(path)})]
    assert not wrong


def test_pages_know_neither_network_nor_kubernetes():
    pages = sorted((ROOT / "fcgi").glob("page*.[ch]"))
    assert pages
    wrong = [f"{name_of(path)}: {header}" for path in pages for header in includes_of(path)
             if re.match(r"curl/|json-c/|kube_|http\.h|loop\.h|collector\.h", header)]
    assert not wrong


def test_the_responder_uses_installed_headers_only():
    installed = {path.name for path in installed_headers()}
    wrong = [f"{name_of(path)}: {header}" for path in sources("fcgi") for header in includes_of(path)
             if (ROOT / "lib" / header).exists() and header not in installed]
    assert not wrong


def test_installed_headers_include_installed_headers_only():
    installed = {path.name for path in installed_headers()}
    wrong = [f"{name_of(path)}: {header}" for path in installed_headers() for header in includes_of(path)
             if (ROOT / "lib" / header).exists() and header not in installed]
    assert not wrong


def test_files_have_a_size_that_can_be_read():
    lines = {name_of(path): path.read_text().count("\n") for path in sources("lib", "fcgi")}
    assert not {name: count for name, count in lines.items() if count > LINES_MOST and name not in GENERATED}


def test_every_source_is_in_a_makefile():
    words = set(local_makefiles().split())
    # A program of one source takes its name.
    programs_of_one = {f"{word}.c" for word in words if (ROOT / f"{word}.c").is_file()}
    files = [name_of(path) for path in sources("lib", "fcgi", "tests")]
    files += [name_of(path) for path in sorted((ROOT / "tests").rglob("*")) if path.suffix in (".py", ".mjs")]
    files += [name_of(path) for path in sorted((ROOT / "lib").glob("*.mjs"))]
    assert not [name for name in files if name not in words | programs_of_one and "__pycache__" not in name]


def test_every_word_in_a_makefile_is_a_file():
    words = {word for word in local_makefiles().split()
             if re.fullmatch(r"(lib|fcgi|tests)/[\w/.-]+\.(c|h|py|mjs|map|proto|options)", word)}
    generated = {"lib/kubernetes.pb.c", "lib/kubernetes.pb.h"}
    assert not sorted(word for word in words - generated if not (ROOT / word).is_file())


def exports_in_the_map():
    text = (ROOT / "lib" / "libkubeshields.map").read_text()
    return re.findall(r"^    (\w+);$", text.partition("global:")[2].partition("local:")[0], flags=re.MULTILINE)


def test_the_map_lists_what_installed_headers_declare():
    declared = set().union(*(declared_in(header) for header in installed_headers()))
    exported = exports_in_the_map()
    assert exported == sorted(set(exported))
    assert set(exported) == declared


def test_the_library_exports_what_its_map_lists():
    if not LIBRARY.exists():
        pytest.skip(f"{LIBRARY} was not built")
    lines = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1].partition("@")[0] for line in lines.splitlines()}
    assert names - {"KUBESHIELDS_1"} == set(exports_in_the_map())


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
    text = (ROOT / "man" / "kube-shields.8").read_text()
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
