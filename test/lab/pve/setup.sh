#!/bin/bash
# Collects Proxmox VE's own qm, pct and pvesm, unmodified, from git directories into $LAB_CACHE/pve/out, and a guest file system of
# Debian 13 with what they need beside it: setup.sh SOURCE_DIR
# SOURCE_DIR holds a git directory of each repository below: SOURCE_DIR/NAME or NAME.git. Root on Debian 12.
# What is collected is Proxmox' code (AGPL): it stays in the cache, which git ignores. What is written in Rust, network, firewall and
# the binding of Ceph are stubs here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$(realpath "${1:?directory of git directories}")
cache=$(realpath -m "${LAB_CACHE:-$here/../../../.lab}/pve")
out=$cache/out root=$cache/rootfs-13
repositories=(pve-cluster pve-common pve-access-control pve-storage pve-guest-common qemu-server pve-container pve-ha-manager pve-apiclient)
packages=(libanyevent-perl libauthen-pam-perl libcrypt-openssl-rsa-perl libcrypt-openssl-random-perl libfile-chdir-perl
	libio-multiplex-perl libio-socket-ssl-perl libwww-perl libmime-base32-perl libnet-dbus-perl libnet-ldap-perl libposix-strptime-perl
	librrds-perl libuuid-perl libxml-libxml-perl libyaml-libyaml-perl qemu-utils qemu-system-x86 seabios rsync zstd socat genisoimage)

say() { echo "lab:pve: $*" >&2; }

git_dir() { # NAME
	local dir
	for dir in "$source/$1/.git" "$source/$1.git" "$source/$1"; do
		[ ! -e "$dir/HEAD" ] || { realpath "$dir"; return; }
	done
	say "no git directory of $1 in $source"
	exit 64
}
for name in "${repositories[@]}"; do git_dir "$name" > /dev/null; done

wanted=$({ sha256sum < "$0"; cat "$here"/guest/*; for name in "${repositories[@]}"; do git --git-dir="$(git_dir "$name")" rev-parse HEAD; done; } |
	sha256sum | cut -d' ' -f1)
mkdir -p "$cache"
LAB_CACHE=$cache "$here/../setup.sh" 13
[ "$(cat "$out/stamp" 2>/dev/null)" != "$wanted" ] || exit 0

# In a mount namespace that ends with it: nothing of this machine stays mounted below the guest's root.
inside() { # COMMAND: in the guest's root, with the directories that it needs at their own paths
	unshare -m bash -euc 'root=$1 command=$2; shift 2
		for dir in "$@"; do mkdir -p "$root$dir"; mount --bind "$dir" "$root$dir"; done
		mount -t proc proc "$root/proc"
		DEBIAN_FRONTEND=noninteractive chroot "$root" bash -euc "$command"' - "$root" "$1" "$(git_dir pve-common)" "$(git_dir pve-cluster)" "$out" "$here/.."
}

say "packages of the guest"
rm -rf "$out"
mkdir -p "$out/perl/PVE" "$out/bin"
inside "apt-get update -qq; apt-get install -y -qq --no-install-recommends ${packages[*]} > /dev/null 2> $out/apt.log" ||
	{ tail "$out/apt.log" >&2; exit 1; }
say "cluster file system"
inside "$here/../cluster/setup.sh -n -c $(git_dir pve-common) $(git_dir pve-cluster) $out/pmxcfs" > "$out/build.log" 2>&1 ||
	{ tail "$out/build.log" >&2; exit 1; }
cp -r "$out/pmxcfs/perl/." "$out/perl/"
cp "$out/pmxcfs/bin/pmxcfs" "$out/bin/"

say "programs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in "${repositories[@]}"; do
	mkdir "$work/$name"
	git --git-dir="$(git_dir "$name")" archive HEAD | tar x -C "$work/$name"
	cp -rn "$work/$name/src/PVE/." "$out/perl/PVE/"
	echo "$name $(git --git-dir="$(git_dir "$name")" log -1 --format='%h %s')" >> "$out/VERSION"
done
cp "$work/pve-storage/src/bin/pvesm" "$work/qemu-server/src/bin/qm" "$work/pve-container/src/pct" "$out/bin/"

stub() { # MODULE BODY
	local file=$out/perl/${1//:://}.pm
	mkdir -p "$(dirname "$file")"
	printf 'package %s;\nuse strict; use warnings;\n%s\n1;\n' "$1" "$2" > "$file"
}
dies='sub AUTOLOAD { our $AUTOLOAD; return if $AUTOLOAD =~ /DESTROY/; die "$AUTOLOAD is not in this lab\n" }'
for module in PVE::RS::NVML PVE::RS::OCI PVE::RS::TFA PVE::RS::OpenId Proxmox::RS::CalendarEvent Proxmox::RS::Notify; do
	stub $module "$dies"
done
stub PVE::RADOS 'sub new { die "no Ceph in this lab\n" }'
for module in PVE::Network::SDN PVE::Network::SDN::{Vnets,Zones,Dhcp,Ipams,Subnets} PVE::Firewall PVE::Firewall::Helpers; do
	stub $module 'sub AUTOLOAD { return }'
done
for module in VM CT; do stub PVE::API2::Firewall::$module 'use base qw(PVE::RESTHandler);'; done
install -m755 "$here"/guest/* "$out/bin/"
cat "$out/VERSION" >&2
echo "$wanted" > "$out/stamp"
