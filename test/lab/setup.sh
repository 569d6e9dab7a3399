#!/bin/bash
# Builds the lab's kernel and a guest file system in $LAB_CACHE (default: .lab in the repository): setup.sh [11|12|13]
# Root on Debian 12; the kernel is from the machine's own apt sources, the guest's packages from the same mirror, of the
# Debian release that is asked for (12). Does nothing when up to date.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${LAB_CACHE:-$(cd "$here/../.." && pwd)/.lab}
release=${1:-12}
case $release in
11) codename=bullseye ;;
12) codename=bookworm ;;
13) codename=trixie ;;
*) echo "lab: no such release: $release" >&2; exit 64 ;;
esac
root=$cache/rootfs-$release

guest_packages=(
	systemd udev kmod procps psmisc util-linux fdisk e2fsprogs iproute2 iptables busybox-static
	lsof strace jq libatomic1 ca-certificates
	lvm2 dmsetup kpartx thin-provisioning-tools
	fuse3 bindfs sshfs openssh-server openssh-sftp-server
	nfs-kernel-server nfs-common rpcbind samba cifs-utils
	lxc
	postfix perl qemu-utils
	multipath-tools open-iscsi drbd-utils cryptsetup-bin
)
# Cases that need them say so (`onlyOn` in cases/).
[ "$release" != 12 ] || guest_packages+=(mdadm btrfs-progs xfsprogs)

say() { echo "lab: $*" >&2; }

# Whatever decides what the cache holds: a changed package list or guest program rebuilds it.
wanted=$({ printf '%s\n' "${guest_packages[@]}"; sha256sum < "$0"; cat "$here"/guest/*; } | sha256sum | cut -d' ' -f1)
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9
[ "$(cat "$root.stamp" 2>/dev/null)" = "$wanted" ] && exit 0

[ "$(id -u)" = 0 ] || { say "needs root"; exit 1; }
[ "$(. /etc/os-release; echo "$ID-$VERSION_CODENAME")" = debian-bookworm ] || { say "needs Debian 12 (bookworm)"; exit 1; }
export DEBIAN_FRONTEND=noninteractive
started=$SECONDS
rm -f "$root.stamp"

mirror() { apt-get indextargets --format '$(REPO_URI)' "Codename: bookworm" | head -1; }

# Unpacks a package without installing it on this machine.
unpack() { # PACKAGE DIRECTORY
	local dir
	dir=$(mktemp -d "$cache/deb.XXXXXX")
	chmod 755 "$dir"
	(cd "$dir" && apt-get download -qq "$1" 2>/dev/null)
	dpkg -x "$dir"/*.deb "$2"
	rm -rf "$dir"
}

build_rootfs() {
	rm -rf "$root" "$root.packages"
	# mmdebstrap leaves /bin, /sbin and /lib of Debian 11 beside /usr, where no Proxmox VE of that time has them.
	local merged=()
	[ "$release" != 11 ] ||
		merged=(--setup-hook='for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done')
	mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"${merged[@]}" \
		--include="$(IFS=,; echo "${guest_packages[*]}")" "$codename" "$root" "$(mirror)"
	mkdir -p "$root/usr/lib/modules" "$root/lab"
	printf '%s\n' "${guest_packages[@]}" > "$root.packages"
}

build_programs() {
	gcc -O2 -shared -fPIC -o "$cache/uml-xstate.so" "$here/guest/uml-xstate.c"
	gcc -O2 -Wall -static -o "$root/usr/bin/kvm" "$here/guest/kvm.c"
	# Static: the guest's C library may be older than this machine's. (libfuse can load modules, and is not asked to.)
	gcc -O2 -Wall -static -D_FILE_OFFSET_BITS=64 -I"$cache/fuse/usr/include/fuse3" -o "$root/usr/bin/pmxcfs" \
		"$here/guest/pmxcfs.c" "$cache"/fuse/usr/lib/x86_64-linux-gnu/libfuse3.a -ldl 2>/dev/null
	install -m755 "$here/guest/init" "$root/sbin/lab-init"
	install -m644 "$here/guest/lvmlocal.conf" "$root/etc/lvm/lvmlocal.conf"
}

say "packages for building"
apt-get update -qq
tools=(mmdebstrap)
command -v gcc > /dev/null || tools+=(gcc)
[ -e /usr/lib/x86_64-linux-gnu/libc.a ] || tools+=(libc6-dev)
apt-get install -y -qq --no-install-recommends "${tools[@]}" > /dev/null

say "kernel"
[ -x "$cache/uml/usr/bin/linux.uml" ] || unpack user-mode-linux "$cache/uml"
[ -e "$cache/fuse/usr/include/fuse3/fuse.h" ] || unpack libfuse3-dev "$cache/fuse"

if [ "$(cat "$root.packages" 2>/dev/null)" != "$(printf '%s\n' "${guest_packages[@]}")" ]; then
	say "guest file system of Debian $release"
	build_rootfs
fi
build_programs
echo "$wanted" > "$root.stamp"
say "ready in $((SECONDS - started)) s ($(du -sh "$cache" | cut -f1) in $cache)"
