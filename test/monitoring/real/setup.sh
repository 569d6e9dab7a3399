#!/bin/bash
# Unpacks the real monitoring programs into $MONITORING_CACHE (default: .lab/monitoring in the repository), without
# installing anything on this machine. Debian 12; packages come from its own apt sources. Does nothing when up to date.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${MONITORING_CACHE:-$(cd "$here/../../.." && pwd)/.lab/monitoring}

# The programs, each with those of its libraries that a plain Debian lacks.
packages=(
	prometheus prometheus-node-exporter
	libmonitoring-plugin-perl libclass-accessor-perl libconfig-tiny-perl libmath-calc-units-perl libparams-validate-perl
	libmodule-implementation-perl libmodule-runtime-perl libtry-tiny-perl
	icinga2-bin icinga2-common libboost-coroutine1.74.0 libboost-filesystem1.74.0 libboost-iostreams1.74.0
	libboost-program-options1.74.0 libboost-regex1.74.0 libboost-thread1.74.0 libboost-context1.74.0 libboost-system1.74.0
	libboost-chrono1.74.0 libedit2 libbsd0
	zabbix-agent libmodbus5 libcurl4 libpcre2-8-0
	sudo
)

say() { echo "monitoring: $*" >&2; }

wanted=$({ printf '%s\n' "${packages[@]}"; sha256sum < "$0"; } | sha256sum | cut -d' ' -f1)
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9
[ "$(cat "$cache/stamp" 2>/dev/null)" = "$wanted" ] && exit 0
[ "$(. /etc/os-release; echo "$ID-$VERSION_CODENAME")" = debian-bookworm ] || { say "needs Debian 12 (bookworm)"; exit 1; }

started=$SECONDS
rm -rf "$cache/stamp" "$cache/root" "$cache/debs"
mkdir -p "$cache/root" "$cache/debs"
chmod 755 "$cache/debs"
cd "$cache/debs"
if ! apt-get download -qq "${packages[@]}" 2>"$cache/apt.log"; then
	[ "$(id -u)" = 0 ] && apt-get update -qq
	apt-get download -qq "${packages[@]}" || { cat "$cache/apt.log" >&2; exit 1; }
fi
for package in *.deb; do dpkg -x "$package" "$cache/root"; done
cd "$cache"
rm -rf debs
echo "$wanted" > "$cache/stamp"
say "ready in $((SECONDS - started)) s ($(du -sh "$cache" | cut -f1) in $cache)"
