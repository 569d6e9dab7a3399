#!/bin/bash
# A Ceph of one monitor and one OSD on 127.0.0.1, as root: no kernel module, no systemd, no mgr.
#   up DIR | down DIR      starts it and stops it; only processes of DIR/*.pid are signalled, each checked by its command line
#   fill DIR               images, snapshots, clones and trash as Proxmox VE and an administrator leave them
#   halfrm DIR NAME        an `rbd rm` that is killed midway
#   slowrm DIR NAME        an `rbd rm` that is stopped midway; its process id is in DIR/slowrm.pid
#   write DIR NAME         a client that writes to NAME until it is killed; its process id is in DIR/write.pid
#   endwrite DIR NAME      kills it, so that its lock stays
#   watch DIR NAME         a client that keeps NAME open without a lock
#   unwatch DIR NAME       kills it
#   read DIR NAME          a client that exports NAME and is never done
#   endread DIR NAME       kills it
#   freeze DIR mon|osd, thaw DIR mon|osd|slowrm
set -eu
act=${1:?what}; D=$(realpath -m "${2:?DIR}")
PORT=$((20000 + $$ % 20000))
C="$D/ceph.conf"; K="$D/ceph.client.admin.keyring"
ceph_() { timeout 60 ceph -c "$C" -k "$K" "$@"; }
rbd_()  { timeout 120 rbd -c "$C" -n client.admin --keyring "$K" "$@"; }
wait_for() { local n=$1; shift; for ((i=0;i<n*5;i++)); do "$@" >/dev/null 2>&1 && return 0; sleep .2; done; return 1; }
mine() { p=$(cat "$1" 2>/dev/null) && [ -n "$p" ] && tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -qF -- "-c $C "; }
alive() { grep -q '^State:.[^ZX]' "/proc/$p/status" 2>/dev/null; }
down() {
  for f in "$D"/watch.*.pid "$D"/write.pid "$D"/read.pid "$D"/slowrm.pid "$D"/osd.0.pid "$D"/mon.a.pid; do
    [ -s "$f" ] || continue
    if mine "$f"; then
      kill -CONT "$p" 2>/dev/null || true; kill "$p" 2>/dev/null || true
      for ((i=0;i<80;i++)); do alive || break; sleep .1; done
      ! alive || kill -9 "$p" 2>/dev/null || true
    fi
    rm -f "$f"
  done
}
P=rbd
pve() { rbd_ -p "$P" --auth_supported cephx "$@"; }     # Proxmox' argument set
# An image of so many objects that its removal takes seconds.
many() {
  pve create --image-format 2 --size 64 --object-size 4K "$1"
  pve bench --io-type write --io-size 4K --io-total 32M --io-threads 32 "$1" >/dev/null 2>&1
}
# An image of which a removal was caught by SIGNAL between its name and its end; p is the process. Some machines are too fast at it.
caught() { # NAME SIGNAL SECONDS
  for ((try=0;try<5;try++)); do
    many "$1"
    rbd -c "$C" -n client.admin --keyring "$K" -p "$P" rm --no-progress "$1" >/dev/null 2>&1 & p=$!
    for ((i=0;i<100;i++)); do    # info by name fails as soon as the name is gone: the removal is under way
      pve info "$1" >/dev/null 2>&1 || break; done
    sleep "$3"
    if kill -"$2" $p 2>/dev/null; then
      [ "$2" = STOP ] || wait $p 2>/dev/null || true
      ! pve ls | grep -qx "$1" || return 0
      kill -CONT $p 2>/dev/null || true
    fi
    wait $p 2>/dev/null || true
  done
  echo "5 removals were too fast" >&2; return 1
}
case $act in
up)
  mkdir -p "$D/mon" "$D/osd" "$D/run"; [ ! -e "$D/mon/kv_backend" ] || { echo "already made: $D" >&2; exit 2; }
  F=$(cat /proc/sys/kernel/random/uuid)
  cat >"$C" <<E
[global]
	auth_client_required = cephx
	auth_cluster_required = cephx
	auth_service_required = cephx
	fsid = $F
	mon_host = [v2:127.0.0.1:$PORT/0,v1:127.0.0.1:$((PORT+1))/0]
	public_network = 127.0.0.0/8
	osd_pool_default_size = 1
	osd_pool_default_min_size = 1
	osd_pool_default_pg_autoscale_mode = off
	mon_allow_pool_size_one = true
	mon_allow_pool_delete = true
	mon_warn_on_pool_no_redundancy = false
	osd_crush_chooseleaf_type = 0
	ms_bind_ipv4 = true
	admin_socket = $D/run/\$name.asok
	run_dir = $D/run
	log_file = $D/\$name.log
	crash_dir = $D/run
[client]
	keyring = $K
	log_file =
	admin_socket =
[mon]
	mon_data = $D/mon
	mon_data_avail_warn = 1
	mon_data_avail_crit = 1
[osd]
	osd_data = $D/osd
	osd_objectstore = bluestore
	bluestore_block_size = 2147483648
	osd_memory_target = 939524096
	bluestore_cache_autotune = false
	bluestore_cache_size = 67108864
	osd_class_load_list = *
	osd_class_default_list = *
	osd_client_watch_timeout = 20
E
  ceph-authtool -C "$D/mon.keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool -C "$K" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mds 'allow *' --cap mgr 'allow *' >/dev/null
  ceph-authtool "$D/mon.keyring" --import-keyring "$K" >/dev/null
  monmaptool --create --clobber --fsid "$F" --addv a "[v2:127.0.0.1:$PORT,v1:127.0.0.1:$((PORT+1))]" "$D/monmap" >/dev/null
  ceph-mon -c "$C" --mkfs -i a --monmap "$D/monmap" --keyring "$D/mon.keyring"
  setsid ceph-mon -c "$C" -i a --keyring "$D/mon.keyring" -f >"$D/mon.out" 2>&1 </dev/null & echo $! >"$D/mon.a.pid"
  wait_for 30 ceph_ --connect-timeout 5 mon stat || { echo "mon did not start" >&2; tail "$D/mon.out" >&2; down; exit 1; }
  U=$(cat /proc/sys/kernel/random/uuid); S=$(ceph-authtool --gen-print-key)
  echo "{\"cephx_secret\":\"$S\"}" | ceph_ osd new "$U" -i - >/dev/null
  ceph-authtool -C "$D/osd/keyring" --name osd.0 --add-key "$S" >/dev/null
  ceph-osd -c "$C" -i 0 --mkfs --osd-uuid "$U" >"$D/osd.mkfs" 2>&1
  setsid ceph-osd -c "$C" -i 0 -f >"$D/osd.out" 2>&1 </dev/null & echo $! >"$D/osd.0.pid"
  wait_for 60 sh -c "timeout 10 ceph -c '$C' -k '$K' osd stat | grep -q ' 1 up'" || { echo "osd did not start" >&2; tail "$D/osd.out" >&2; down; exit 1; }
  ceph_ osd pool create "rbd" 8 8 >/dev/null 2>&1
  ceph_ osd pool application enable "rbd" rbd >/dev/null 2>&1
  rbd_ pool init "rbd"
  ;;
down) down ;;
fill)
  for i in vm-100-disk-0:64 vm-100-cloudinit:4 vm-100-state-before:16 vm-103-disk-0:64 vm-104-disk-0:16 vm-106-disk-0:64 csi-vol-1:16 vm-900-disk-0:64; do
    pve create --image-format 2 --size "${i#*:}" "${i%:*}"; done
  pve snap create --no-progress --snap before vm-100-disk-0
  pve rename "$P/vm-900-disk-0" "$P/base-900-disk-0"; pve snap create --no-progress --snap __base__ base-900-disk-0; pve snap protect base-900-disk-0 --snap __base__
  pve clone "$P/base-900-disk-0" --snap __base__ "$P/vm-101-disk-0"                                     # v1
  ceph_ osd set-require-min-compat-client mimic >/dev/null 2>&1
  pve snap create --no-progress --snap s1 vm-100-disk-0; pve clone --rbd-default-clone-format 2 "$P/vm-100-disk-0" --snap s1 "$P/vm-102-disk-0"
  pve snap rm --no-progress --snap s1 vm-100-disk-0                                                     # v2: snapshot goes to namespace "trash"
  pve snap create --no-progress --snap s vm-106-disk-0; pve clone --rbd-default-clone-format 2 "$P/vm-106-disk-0" --snap s "$P/vm-107-disk-0"
  pve trash mv vm-106-disk-0; pve trash mv vm-103-disk-0; pve trash mv --expires-at 2099-01-01 vm-104-disk-0
  ;;
halfrm) caught "${3:?NAME}" KILL 0 ;;
watch)
  N=${3:?NAME}; [ -p "$D/fifo" ] || mkfifo "$D/fifo"      # a pipe that never ends: the client waits for a key
  setsid rbd -c "$C" -n client.admin --keyring "$K" -p "$P" watch "$N" >"$D/watch.out" 2>&1 <>"$D/fifo" & echo $! >"$D/watch.$N.pid"
  wait_for 20 sh -c "rbd -c '$C' -n client.admin --keyring '$K' -p '$P' status '$N' --format json | grep -q address" ;;
slowrm) caught "${3:?NAME}" STOP .3; echo $p >"$D/slowrm.pid" ;;
write)
  N=${3:?NAME}
  setsid rbd -c "$C" -n client.admin --keyring "$K" -p "$P" bench --io-type write --io-size 4K --io-total 100G --io-threads 1 "$N" >/dev/null 2>&1 & echo $! >"$D/write.pid"
  wait_for 20 sh -c "rbd -c '$C' -n client.admin --keyring '$K' -p '$P' lock ls '$N' --format json | grep -q locker" ;;
endwrite) mine "$D/write.pid" && kill -9 "$p"; rm -f "$D/write.pid" ;;
read)
  N=${3:?NAME}; [ -p "$D/readers" ] || mkfifo "$D/readers"      # nobody takes what it reads
  setsid rbd -c "$C" -n client.admin --keyring "$K" -p "$P" export --no-progress "$N" - >"$D/read.out" 2>&1 <>"$D/readers" >&0 & echo $! >"$D/read.pid"
  wait_for 20 sh -c "timeout 1 dd if='$D/readers' bs=1 count=1" ;;
endread) mine "$D/read.pid" && kill -9 "$p"; rm -f "$D/read.pid" ;;
unwatch) mine "$D/watch.${3:?NAME}.pid" && kill -9 "$p"; rm -f "$D/watch.$3.pid" ;;
freeze|thaw)
  case ${3:?mon, osd or slowrm} in mon) f=$D/mon.a.pid ;; osd) f=$D/osd.0.pid ;; *) f=$D/slowrm.pid ;; esac
  s=CONT; [ "$act" = thaw ] || s=STOP
  mine "$f" && kill -$s "$p" ;;
*) sed -n 2,13p "$0" >&2; exit 2 ;;
esac
