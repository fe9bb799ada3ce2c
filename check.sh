#!/bin/bash
# Builds and tests all: ./check.sh [STEP …], without arguments every step in turn. KUBEBUILDER_ASSETS names a folder
# with etcd and kube-apiserver (and kube-controller-manager) for the tests against a real API server.
set -euo pipefail
cd "$(dirname "$0")"
root=$PWD
jobs=$(nproc)
# Debian's own: its pytest and modules are not another python3's.
python=/usr/bin/python3
steps="packages build style modules unit integration threads fuzz distribution"
fuzz_seconds=${FUZZ_SECONDS:-10}

say()
{
	echo "check: $*"
}

# Runs quietly; on failure shows the end of what was said.
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

# build_in FOLDER CONFIGURE-ARGUMENT …
build_in()
{
	local folder=$1
	shift
	mkdir -p "$folder"
	[ -f "$folder/Makefile" ] || (cd "$folder" && quietly "$folder/configure.log" "$root/configure" "$@")
	quietly "$folder/make.log" make -C "$folder" -j"$jobs" all
}

step_packages()
{
	./setup.sh test
}

step_build()
{
	quietly "$root/build-check/autogen.log" ./autogen.sh
	build_in "$root/build-check" --enable-werror --enable-sanitizers CFLAGS='-O1 -g'
}

step_style()
{
	local sources
	mapfile -t sources < <(git ls-files '*.c' '*.h')
	clang-format --dry-run -Werror "${sources[@]}"
	shellcheck autogen.sh setup.sh run.sh check.sh .ci/run docs/pictures.sh \
		checks/examples/host/*
	mandoc -Tlint -Wwarning man/*.[0-9]*
	quietly "$root/build-check/cppcheck.log" cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,performance,portability -j"$jobs" \
		--suppress=missingIncludeSystem '--suppress=uninitvar:lib/store/*.c' -Ilib -Ifcgi -Ichecks -Iinclude -Ibuild-check -Ibuild-check/lib lib fcgi checks
	mapfile -t sources < <(git ls-files lib/'*.c' fcgi/'*.c' checks/'*.c')
	quietly "$root/build-check/clang-tidy.log" xargs -P "$jobs" -n 4 --arg-file=<(printf '%s\n' "${sources[@]}") \
		clang-tidy --quiet --extra-arg=-std=gnu17 --extra-arg=-DHAVE_CONFIG_H --extra-arg=-DPB_ENABLE_MALLOC \
		--extra-arg=-DDATADIR='"/usr/share"' --extra-arg=-DLIBEXECDIR='"/usr/libexec"' --extra-arg=-Ifcgi --extra-arg=-Ichecks --extra-arg=-Iinclude --extra-arg=-Ibuild-check --extra-arg=-Ilib \
		--extra-arg=-Ibuild-check/lib
}

step_modules()
{
	local folder=$root/build-check/modules
	[ -d "$folder/node_modules/svg-path-bbox" ] && return
	mkdir -p "$folder"
	quietly "$folder/npm.log" npm install --prefix "$folder" --no-audit --no-fund badge-maker@6.0.0 \
		simple-icons@16.37.0 svgpath@2.6.0 svg-path-bbox@2.1.0
}

step_unit()
{
	quietly "$root/build-check/check.log" make -C build-check -j"$jobs" check
	grep -E '^# (TOTAL|PASS|FAIL|ERROR):' build-check/check.log | tr '\n' ' '
	echo
}

# What weighs memory is left out where a sanitizer takes more for itself; step_distribution runs it.
integration()
{
	local folder=$1
	shift
	env BADGE_MAKER_MODULES="$root/build-check/modules" SIMPLE_ICONS_MODULES="$root/build-check/modules" KS_BUILD_DIR="$folder" \
		ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=4 UBSAN_OPTIONS=print_stacktrace=1 \
		TSAN_OPTIONS="halt_on_error=0 exitcode=66" \
		"$python" -m pytest -q -p no:cacheprovider "$@"
}

step_integration()
{
	[ -n "${KUBEBUILDER_ASSETS:-}" ] ||
		say "KUBEBUILDER_ASSETS is not set: the tests against a real API server are skipped"
	integration "$root/build-check" -rs -k 'not takes_no_memory' tests/integration
}

# Races: the same tests, on a build that looks for them.
step_threads()
{
	build_in "$root/build-threads" --enable-werror --enable-sanitizers=thread CFLAGS='-O1 -g'
	integration "$root/build-threads" -k 'not takes_no_memory' tests/integration/test_fronts.py tests/integration/test_services.py \
		tests/integration/test_faults.py tests/integration/test_credentials.py tests/integration/test_routes.py \
		tests/integration/test_troubled_server.py tests/integration/test_checks.py tests/integration/test_checks_running.py \
		tests/integration/test_peers.py tests/integration/test_peers_auth.py
}

step_fuzz()
{
	build_in "$root/build-fuzz" --enable-sanitizers --enable-fuzzing CC=clang CFLAGS='-O1 -g'
	for fuzzer in build-fuzz/tests/fuzz/fuzz_*; do
		case $fuzzer in *.o | *.c) continue ;; esac
		[ -x "$fuzzer" ] || continue
		quietly "$root/build-fuzz/$(basename "$fuzzer").log" "$fuzzer" -max_total_time="$fuzz_seconds" \
			-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$root/build-fuzz/"
		say "$(basename "$fuzzer"): $(sed -n 's/^stat::number_of_executed_units: *//p' \
			"build-fuzz/$(basename "$fuzzer").log") runs"
	done
}

# What a packager does: from the tarball, out of its tree, installed and removed again.
step_distribution()
{
	mkdir -p build-dist
	[ -f build-dist/Makefile ] || (cd build-dist && quietly "$root/build-dist/configure.log" "$root/configure")
	quietly "$root/build-dist/distcheck.log" make -C build-dist -j"$jobs" distcheck
	quietly "$root/build-dist/make.log" make -C build-dist -j"$jobs" all
	integration "$root/build-dist" -k takes_no_memory tests/integration/test_faults.py \
		tests/integration/test_peers_hostile.py tests/integration/test_peers_many.py
}

if [ $# = 0 ]; then
	# shellcheck disable=SC2086 # words
	set -- $steps
fi
for step; do
	case " $steps " in
	*" $step "*) ;;
	*)
		echo "check.sh: \"$step\": accepted are $steps" >&2
		exit 2
		;;
	esac
	say "$step"
	"step_$step"
done
say "all passed"
