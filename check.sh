#!/bin/bash
# Builds and tests everything: ./check.sh [STEP …]. Without arguments it runs every step; steps that wait run beside
# steps that compute. `quick` is a signal within minutes, without sanitizers; a run without arguments does not
# include it.
#
#   KUBEBUILDER_ASSETS  a folder with etcd, kube-apiserver and kube-controller-manager, for the tests against a real
#                       API server; with kube-scheduler and kubelet in it, also for the step `node`
#   KUBE_NODE_SH        a script that runs a cluster of one node from that folder, for the step `node`
#   CHECK_BASE          a commit: clang-tidy reads only what changed since then; never in CI, where CI is set
#   CHECK_WORKERS       how many integration tests run at once
#   FUZZ_SECONDS        how long each fuzzer runs
set -euo pipefail
cd "$(dirname "$0")"
root=$PWD
jobs=$(nproc)
# Tests wait most of the time, so there are several for each processor.
workers=${CHECK_WORKERS:-$((jobs * 4))}
# Debian's own: its pytest and modules are not another python3's.
python=/usr/bin/python3
steps="packages build style modules unit model integration threads node fuzz distribution quiet"
fuzz_seconds=${FUZZ_SECONDS:-10}
logs=$root/build-check/logs
compiler=${CC:-gcc}
fuzz_compiler=clang
if command -v ccache >/dev/null 2>&1; then
	compiler="ccache $compiler"
	fuzz_compiler="ccache $fuzz_compiler"
	export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$root}" CCACHE_NOHASHDIR=1
fi
# Not only for `configure` here, but also for the one that `make distcheck` runs.
export CC="$compiler"

say()
{
	echo "check: $*"
}

# Runs quietly; on failure shows the end of the output.
quietly()
{
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 || {
		tail -n 60 "$log" >&2
		say "failed: $* (log: $log)"
		exit 1
	}
}

# configure_in FOLDER CONFIGURE-ARGUMENT …
configure_in()
{
	local folder=$1
	shift
	[ configure -nt configure.ac ] || quietly "$logs/autogen.log" ./autogen.sh
	mkdir -p "$folder"
	[ -f "$folder/Makefile" ] || (cd "$folder" && quietly "$folder/configure.log" "$root/configure" "$@")
}

# build_in FOLDER CONFIGURE-ARGUMENT …
build_in()
{
	configure_in "$@"
	quietly "$1/make.log" make -C "$1" -j"$jobs" all
}

build_plain()
{
	build_in "$root/build-dist"
}

step_packages()
{
	./setup.sh test
	[ -z "${KUBE_NODE_SH:-}" ] || ./setup.sh node || say "the tests on a real node will be skipped"
}

step_build()
{
	build_in "$root/build-check" --enable-werror --enable-sanitizers CFLAGS='-O1 -g'
}

# ---- style ----

# The commit that clang-tidy's work may be compared with; nothing if everything must be read.
base()
{
	local fork
	[ -z "${CI:-}" ] || return 0
	if [ -n "${CHECK_BASE:-}" ]; then
		git rev-parse --verify --quiet "$CHECK_BASE^{commit}" || {
			say "CHECK_BASE \"$CHECK_BASE\": must be a commit" >&2
			return 1
		}
	elif fork=$(git merge-base HEAD origin/main 2>/dev/null) && [ "$fork" != "$(git rev-parse HEAD)" ]; then
		echo "$fork"
	fi
}

# The C files for clang-tidy, a line each. A header that changed may break any of them.
tidy_files()
{
	local base=$1 changed
	if [ -n "$base" ]; then
		changed=$(git diff --name-only --diff-filter=d "$base" && git ls-files --others --exclude-standard)
		if ! grep -qE '\.h$|^\.clang-tidy$' <<<"$changed"; then
			grep -E '^(lib|fcgi|checks)/.*\.c$' <<<"$changed" || :
			return
		fi
	fi
	git ls-files lib/'*.c' fcgi/'*.c' checks/'*.c'
}

step_style()
{
	local sources base
	mapfile -t sources < <(git ls-files '*.c' '*.h')
	clang-format --dry-run -Werror "${sources[@]}"
	shellcheck autogen.sh setup.sh run.sh check.sh .ci/run docs/pictures.sh \
		checks/examples/host/*
	mandoc -Tlint -Wwarning man/*.[0-9]*
	quietly "$logs/cppcheck.log" cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,performance,portability -j"$jobs" \
		--suppress=missingIncludeSystem '--suppress=uninitvar:lib/store/*.c' -Ilib -Ifcgi -Ichecks -Iinclude \
		-Ibuild-check -Ibuild-check/lib lib fcgi checks
	base=$(base)
	mapfile -t sources < <(tidy_files "$base")
	say "clang-tidy: ${#sources[@]} files${base:+, since ${base:0:12}}"
	[ "${#sources[@]}" -gt 0 ] || return 0
	# shellcheck disable=SC2016 # "$@" is for the inner shell
	quietly "$logs/clang-tidy.log" xargs -P "$jobs" -n 4 --arg-file=<(printf '%s\n' "${sources[@]}") \
		sh -c 'exec clang-tidy --quiet "$@" -- -std=gnu17 -DHAVE_CONFIG_H -DPB_ENABLE_MALLOC \
			-DDATADIR=\"/usr/share\" -DLIBEXECDIR=\"/usr/libexec\" -Ifcgi -Ichecks -Iinclude -Ibuild-check -Ilib \
			-Ibuild-check/lib' clang-tidy
}

# ---- tests ----

# Fetches the packages that badges and logos are compared with.
step_modules()
{
	local folder=$root/build-check/modules
	[ -d "$folder/node_modules/svg-path-bbox" ] && return
	mkdir -p "$folder"
	quietly "$folder/npm.log" npm install --prefix "$folder" --prefer-offline --no-audit --no-fund \
		badge-maker@6.0.0 simple-icons@16.37.0 svgpath@2.6.0 svg-path-bbox@2.1.0
}

# unit_in FOLDER
unit_in()
{
	quietly "$1/check-make.log" make -C "$1" -j"$jobs" check TESTS=
	quietly "$1/check.log" make -C "$1" -j"$workers" check
	grep -E '^# (TOTAL|PASS|FAIL|ERROR):' "$1/check.log" | tr '\n' ' '
	echo
}

step_unit()
{
	unit_in "$root/build-check"
}

# integration FOLDER PYTEST-ARGUMENT …: with the programs that are built there, by the command $within if there is one.
integration()
{
	local folder=$1
	shift
	${within:-} env BADGE_MAKER_MODULES="$root/build-check/modules" SIMPLE_ICONS_MODULES="$root/build-check/modules" \
		KS_BUILD_DIR="$folder" ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=4 \
		UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS="halt_on_error=0 exitcode=66" \
		"$python" -m pytest -q -p no:cacheprovider "$@"
}

# model FOLDER ROUNDS: random interleavings; KS_MODEL_ROUNDS, KS_MODEL_SEED and others are those of tests/model/model.c.
model()
{
	KS_MODEL_ROUNDS=${KS_MODEL_ROUNDS:-$2} KS_MODEL_HEARTBEAT_MS=${KS_MODEL_HEARTBEAT_MS:-500} \
		UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS="halt_on_error=0 exitcode=66" \
		quietly "$1/model.log" "$1/tests/model/model"
	grep '^model: .*interleavings' "$1/model.log"
}

step_model()
{
	model "$root/build-check" 2000
}

in_parallel()
{
	integration "$@" -n "$workers" --dist loadgroup
}

say_what_is_absent()
{
	[ -n "${KUBEBUILDER_ASSETS:-}" ] ||
		say "KUBEBUILDER_ASSETS is not set: the tests against a real API server are skipped"
}

# A sanitizer takes memory for itself, so tests of memory run in `distribution`.
step_integration()
{
	say_what_is_absent
	say "not in this step: tests marked quiet (step quiet) and memory (steps distribution and quiet)"
	in_parallel "$root/build-check" -rfEs -m 'not quiet and not memory' tests/integration
}

# Races: the same tests, on a build that looks for them.
step_threads()
{
	local names=(fronts services faults credentials routes troubled_server checks checks_running peers peers_auth library)
	names=("${names[@]/#/tests/integration/test_}")
	build_in "$root/build-threads" --enable-werror --enable-sanitizers=thread CFLAGS='-O1 -g'
	model "$root/build-threads" 400
	# The sanitizer does not support a forked child that starts threads.
	in_parallel "$root/build-threads" -m 'not quiet and not memory' -k 'not (process_ends and fork)' \
		"${names[@]/%/.py}"
}

# Why there can be no node here, in one line; nothing if there can be.
node_is_impossible()
{
	local program
	if [ "$(id -u)" != 0 ]; then
		echo "only root can start it"
		return
	elif [ ! -x "${KUBE_NODE_SH:-}" ]; then
		echo "KUBE_NODE_SH names no script that starts it"
		return
	fi
	for program in kube-apiserver kube-controller-manager kube-scheduler kubelet; do
		[ -x "${KUBEBUILDER_ASSETS:-}/$program" ] && continue
		echo "KUBEBUILDER_ASSETS has no $program"
		return
	done
	for program in etcd containerd runc /usr/lib/cni/bridge iptables ip openssl kubectl; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null && continue
		echo "$program is not installed"
		return
	done
	unshare --net --mount --pid --fork true 2>/dev/null || echo "this machine allows no namespaces"
}

# run_node COMMAND …: of the step's node. A run that was killed leaves one behind, which the next `up` ends first.
run_node()
{
	WORK=$root/build-check/node BIN=$KUBEBUILDER_ASSETS IMAGES=$root/build-check/node.tar "$KUBE_NODE_SH" "$@"
}

# Ends the node, also after a failure and when check.sh is interrupted. What is left of its logs is in $logs/node.
end_node()
{
	local passed=$? log
	if [ "$passed" != 0 ]; then
		rm -rf "$logs/node"
		cp -r "$root/build-check/node/log" "$logs/node" 2>/dev/null || :
		for log in "$logs"/node/*.log; do
			[ ! -f "$log" ] || { echo "---- $log"; tail -n 15 "$log" | cut -c 1-400; } >&2
		done
	fi
	run_node down >/dev/null
}

# What only a kubelet shows: the tests run in the network of a real node, whose containers are one static program.
step_node()
{
	local reason failed tests=$root/tests/node
	reason=$(node_is_impossible)
	if [ -n "$reason" ]; then
		say "the tests on a real node are skipped: $reason"
		return 0
	fi
	mkdir -p "$logs"
	# shellcheck disable=SC2086 # it may begin with ccache
	quietly "$logs/tiny.log" $CC -static -Os -o build-check/tiny tests/node/tiny.c
	"$python" tests/node/tiny_image.py build-check/tiny build-check/node.tar
	(
		trap end_node EXIT
		run_node up
		within="run_node run"
		failed=0
		integration "$root/build-check" -n "$workers" -m 'not stops_the_node' "$tests" || failed=1
		integration "$root/build-check" -m stops_the_node "$tests" || failed=1
		exit "$failed"
	)
}

# Tests that need the machine for themselves, one after another.
step_quiet()
{
	build_plain
	integration "$root/build-check" -m 'quiet and not memory' tests/integration
	integration "$root/build-dist" -m 'quiet and memory' tests/integration
}

step_fuzz()
{
	local sources=(tests/fuzz/fuzz_*.c) source name pid running=()
	build_in "$root/build-fuzz" --enable-sanitizers --enable-fuzzing CC="$fuzz_compiler" CFLAGS='-O1 -g'
	for source in "${sources[@]}"; do
		name=$(basename "$source" .c)
		if [ "${#running[@]}" = "$jobs" ]; then
			wait "${running[0]}"
			running=("${running[@]:1}")
		fi
		quietly "$root/build-fuzz/$name.log" "build-fuzz/tests/fuzz/$name" -max_total_time="$fuzz_seconds" \
			-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$root/build-fuzz/" &
		running+=("$!")
	done
	for pid in "${running[@]}"; do
		wait "$pid"
	done
	for source in "${sources[@]}"; do
		name=$(basename "$source" .c)
		say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/$name.log") runs"
	done
}

# Builds as a packager does: from the tarball, outside of its tree, installed and removed again.
step_distribution()
{
	configure_in "$root/build-dist"
	quietly "$root/build-dist/distcheck.log" make -C build-dist -j"$jobs" distcheck
	build_plain
	in_parallel "$root/build-dist" -m 'memory and not quiet' tests/integration
}

# ---- quick ----

step_quick()
{
	local unit failed=0
	mkdir -p "$logs"
	build_in "$root/build-quick" --enable-werror CFLAGS='-O1 -g'
	(step_modules) || say "tests that compare badges and logos with npm packages are skipped"
	say_what_is_absent
	say "not in quick: tests marked quiet or on a real node, sanitizers, style, fuzzers, the distribution"
	unit_in "$root/build-quick" >"$logs/quick-unit.out" 2>&1 &
	unit=$!
	in_parallel "$root/build-quick" -rfEs -m 'not quiet' tests/integration || failed=1
	wait "$unit" || failed=1
	say "unit tests: $(cat "$logs/quick-unit.out")"
	return "$failed"
}

# ---- running steps ----

timed()
{
	local begin=$SECONDS
	say "$1"
	"step_$1"
	say "$1: passed in $((SECONDS - begin)) s"
}

# lane STEP …: one after another, each with its output in a file until it has ended. If a step fails, the others still
# run.
lane()
{
	local step
	for step; do
		timed "$step" >"$logs/$step.out" 2>&1 &
		wait "$!" || {
			echo "check: $step: FAILED" >>"$logs/$step.out"
			echo "$step" >>"$logs/failed"
		}
		cat "$logs/$step.out"
	done
}

whole()
{
	timed packages
	timed build
	mkdir -p "$logs"
	rm -f "$logs/failed"
	set -m # a lane is a process group, which can be ended as one
	lane modules model integration threads &
	local waiting=$!
	lane node &
	local node=$!
	(
		renice -n 10 -p "$BASHPID" >/dev/null
		lane style unit fuzz distribution
	) &
	local computing=$!
	set +m
	# shellcheck disable=SC2064 # the numbers of now
	trap "kill -- -$waiting -$node -$computing 2>/dev/null; wait" EXIT
	wait "$waiting" "$node" "$computing"
	trap - EXIT
	lane quiet
	[ ! -e "$logs/failed" ] || {
		say "failed: $(tr '\n' ' ' <"$logs/failed")"
		exit 1
	}
}

for step; do
	case " $steps quick " in
	*" $step "*) ;;
	*)
		echo "check.sh: step \"$step\": must be quick or one of: $steps" >&2
		exit 2
		;;
	esac
done
if [ $# = 0 ]; then
	whole
else
	for step; do
		timed "$step"
	done
fi
say "all passed in $SECONDS s"
