#!/bin/bash
# Builds kube-shields and serves http://127.0.0.1:8080 through nginx. Shows the cluster of KUBECONFIG, of the Pod or of
# ~/.kube/config; without any of these, a demo of two small clusters. PORT chooses another port. Ctrl-C stops everything.
# Usage: [PORT=8080] ./run.sh
set -euo pipefail
cd "$(dirname "$0")"
port=${PORT:-8080}
address=http://127.0.0.1:$port

fail()
{
	echo "run.sh: $*" >&2
	exit 1
}

if [ $# != 0 ]; then
	usage="usage: [PORT=8080] [KUBECONFIG=file] ./run.sh    (takes no arguments)"
	case $1 in
	-h | --help) echo "$usage" && exit ;;
	esac
	echo "$usage" >&2
	exit 2
fi
if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
	fail "PORT \"$port\": must be a whole number from 1 to 65535"
fi
./setup.sh run
if curl --silent --max-time 2 --output /dev/null "$address/"; then
	fail "something already answers on $address; choose another port with PORT=…"
fi

build()
{
	{ [ -x configure ] || ./autogen.sh; } &&
		cd build &&
		{ [ -f Makefile ] || ../configure; } &&
		make -j"$(nproc)"
}
mkdir -p build
log=build/build.log
echo "run: building (log: $log)"
(build) >"$log" 2>&1 || {
	tail -n 20 "$log" >&2
	fail "the build failed"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/kube-shields.XXXXXX")
chmod 711 "$folder"
children=()
# shellcheck disable=SC2317 # called by trap
stop()
{
	trap '' INT TERM
	[ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null || true
	wait || true
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 0' INT TERM

# demo_cluster SITE: starts a small cluster and writes its kubeconfig to $folder/SITE.kubeconfig.
demo_cluster()
{
	/usr/bin/python3 tests/integration/worlds/fake_kubernetes/demo.py --site "$1" --kubeconfig "$folder/$1.kubeconfig" \
		--port 0 >"$folder/$1.log" 2>&1 &
	children+=($!)
	for _ in $(seq 100); do
		[ -s "$folder/$1.kubeconfig" ] && return
		sleep 0.1
	done
	cat "$folder/$1.log" >&2
	fail "the demo cluster $1 did not start"
}

# serve NAME PORT [ARGUMENT …]: starts kube-shields and, in front of it, nginx with nginx/nginx.conf, in their own folder.
serve()
{
	local own=$folder/$1 listen=$2 user='s|^user .*||'
	shift 2
	mkdir -p "$own"
	[ "$(id -u)" = 0 ] && user='s|^user .*|user www-data;|'
	sed -e "$user" -e "s|/run/kube-shields|$own|g" -e "s|listen 8080;|listen 127.0.0.1:$listen;|" \
		-e "/listen \[::\]/d" nginx/nginx.conf >"$own/nginx.conf"
	cp nginx/kube-shields.params "$own/"
	build/kube-shields --listen "unix:$own/fastcgi.sock" --listen-mode 0666 "$@" &
	children+=($!)
	for _ in $(seq 100); do
		[ -S "$own/fastcgi.sock" ] && break
		kill -0 $! 2>/dev/null || fail "kube-shields ended; the reason is above"
		sleep 0.1
	done
	nginx -p "$own" -c "$own/nginx.conf" -g 'daemon off;' &
	children+=($!)
}

export SHIELD_CHECK_KIT=${SHIELD_CHECK_KIT:-$PWD/build/checks}
# If no cluster is configured, the demo: two clusters, each watched by a kube-shields; one of these shows both.
if [ -z "${KUBECONFIG:-}" ] && [ -z "${KUBERNETES_SERVICE_HOST:-}" ] && [ ! -s "${HOME:-}/.kube/config" ]; then
	echo "run: no kubeconfig found: showing a demo of two clusters"
	demo_cluster shop
	demo_cluster edge
	build/kube-shields --new-secret "$folder/secret"
	export INTRA_SECRET=$folder/secret
	edge_port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	# The kube-shields of edge is private: it answers only the one of shop.
	OTHER_SHIELDS='' KUBECONFIG=$folder/edge.kubeconfig SHIELD_CHECKS_DIR=$folder/none serve edge "$edge_port" \
		--cluster edge
	# Custom checks must be readable by the user that they run as.
	mkdir -p "$folder/checks/host"
	install -m 644 checks/demo/web.py checks/examples/team.py "$folder/checks/"
	install -m 755 checks/examples/host/load "$folder/checks/host/"
	export SHIELD_CHECKS_DIR=${SHIELD_CHECKS_DIR:-$folder/checks}
	export SHIELD_SITE_NAME=${SHIELD_SITE_NAME:-kube-shields demo}
	export KUBECONFIG=$folder/shop.kubeconfig
	export OTHER_SHIELDS=${OTHER_SHIELDS:-edge=http://127.0.0.1:$edge_port}
	serve shop "$port" --cluster shop
else
	OTHER_SHIELDS=${OTHER_SHIELDS:-None} serve local "$port"
fi

for _ in $(seq 300); do
	curl --silent --fail --output /dev/null "$address/readyz" && break
	for child in "${children[@]}"; do
		kill -0 "$child" 2>/dev/null || fail "a program ended; the reason is above"
	done
	sleep 0.1
done
if curl --silent --fail --output /dev/null "$address/readyz"; then
	echo "run: $address/ (Ctrl-C stops it)"
else
	echo "run: $address/ serves, but is not ready: $(curl --silent "$address/readyz")"
fi

wait -n "${children[@]}" || true
fail "a program ended; the reason is above"
