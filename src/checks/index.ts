import type { Check } from '../model/check.ts';
import { cl001 } from './cl001-guest-on-two-nodes.ts';
import { cl002 } from './cl002-pool-on-two-nodes.ts';
import { cl003 } from './cl003-mounted-on-two-nodes.ts';
import { cl004 } from './cl004-unlocked-group.ts';
import { cl005 } from './cl005-different-group.ts';
import { cl006 } from './cl006-stale-copy.ts';
import { cl007 } from './cl007-open-on-two-nodes.ts';
import { cl008 } from './cl008-two-locks.ts';
import { cl009 } from './cl009-unusable-storage.ts';
import { cl010 } from './cl010-different-lun.ts';
import { cl011 } from './cl011-mounted-on-some.ts';
import { cl012 } from './cl012-clocks-apart.ts';
import { cl013 } from './cl013-lvm-settings.ts';
import { cl014 } from './cl014-silent-node.ts';
import { ct004 } from './ct004-mounted-after-start.ts';
import { dm001 } from './dm001-duplicate-name.ts';
import { dm002 } from './dm002-duplicate-mapping.ts';
import { dm010, dm011, dm012 } from './dm010-dm011-dm012-orphan.ts';
import { dm013 } from './dm013-ghost.ts';
import { dm020 } from './dm020-stale-table.ts';
import { dm030 } from './dm030-suspended.ts';
import { dm031 } from './dm031-failed-device.ts';
import { dm032 } from './dm032-failing-target.ts';
import { dm040 } from './dm040-held-volume.ts';
import { dm050 } from './dm050-autoactivation.ts';
import { id001 } from './id001-next-vmid.ts';
import { lv001 } from './lv001-unreferenced-volume.ts';
import { lv002 } from './lv002-uncovered-group.ts';
import { lv003 } from './lv003-foreign-group.ts';
import { lv010 } from './lv010-thin-pool-full.ts';
import { lv011 } from './lv011-raid-volume.ts';
import { lv012 } from './lv012-thick-snapshot.ts';
import { lv013 } from './lv013-physical-volume-size.ts';
import { lv014 } from './lv014-small-pool-metadata.ts';
import { lv015 } from './lv015-pool-growth.ts';
import { lv016 } from './lv016-pool-without-room.ts';
import { lv017 } from './lv017-missing-volume.ts';
import { lv018 } from './lv018-group-away.ts';
import { ct001, mnt001 } from './mnt001-ct001-stale-mount.ts';
import { ct002, mnt002 } from './mnt002-ct002-readonly-mount.ts';
import { ct003, mnt003 } from './mnt003-ct003-missing-mount.ts';
import { mnt004 } from './mnt004-data-beneath.ts';
import { ct005, mnt005 } from './mnt005-ct005-full-mount.ts';
import { mnt006 } from './mnt006-stuck-process.ts';
import { mnt010 } from './mnt010-mount-configuration.ts';
import { mnt011 } from './mnt011-file-system-errors.ts';
import { node001 } from './node001-cluster-unreadable.ts';
import { node002 } from './node002-command-failed.ts';
import { path001 } from './path001-multipath-paths.ts';
import { path002 } from './path002-foreign-path.ts';
import { path003 } from './path003-lun-without-map.ts';
import { path004 } from './path004-path-size.ts';
import { path005 } from './path005-disk-state.ts';
import { path006 } from './path006-iscsi-session.ts';
import { path007 } from './path007-unused-session.ts';
import { path008 } from './path008-drbd.ts';
import { path009 } from './path009-multipathd.ts';
import { path010 } from './path010-growing-counters.ts';
import { path011 } from './path011-fewer-paths.ts';
import { path012 } from './path012-md-array.ts';
import { path013 } from './path013-zfs-pool.ts';
import { path014 } from './path014-btrfs-device.ts';
import { path015 } from './path015-pool-away.ts';
import { vol001 } from './vol001-unnamed-volume.ts';
import { vol002 } from './vol002-unknown-snapshot.ts';
import { vol003 } from './vol003-missing-volume.ts';
import { vol004 } from './vol004-stale-lock.ts';
import { vol005 } from './vol005-unfinished-snapshot.ts';
import { vol006 } from './vol006-replication.ts';
import { vol007 } from './vol007-half-removed-image.ts';
import { vol008 } from './vol008-held-image.ts';
import { vol009 } from './vol009-left-copy.ts';
import { vol010 } from './vol010-unused-disk.ts';
import { vol011 } from './vol011-old-snapshot.ts';
import { vol012 } from './vol012-state-of-running-guest.ts';
import { vol013 } from './vol013-half-made.ts';
import { vol014 } from './vol014-rbd-trash.ts';
import { vol015 } from './vol015-disk-of-two-guests.ts';
import { vol016 } from './vol016-number-of-another-guest.ts';
import { vol017 } from './vol017-template-without-bases.ts';
import { vol018 } from './vol018-image-that-is-none.ts';
import { vol019 } from './vol019-ha-guest-held-here.ts';

/** What only several nodes together show. */
export const CROSS_CHECKS: readonly Check<'acrossNodes', never>[] = [
  cl001,
  cl002,
  cl003,
  cl004,
  cl005,
  cl006,
  cl007,
  cl008,
  cl009,
  cl010,
  cl011,
  cl012,
  cl013,
  cl014,
];

/** Every check, in the order in which they run and are listed. */
export const CHECKS: readonly Check[] = [
  dm001,
  dm002,
  dm010,
  dm011,
  dm012,
  dm013,
  dm020,
  dm030,
  dm031,
  dm032,
  dm040,
  dm050,
  lv001,
  lv002,
  lv003,
  lv010,
  lv011,
  lv012,
  lv013,
  lv014,
  lv015,
  lv016,
  lv017,
  lv018,
  path001,
  path002,
  path003,
  path004,
  path005,
  path006,
  path007,
  path008,
  path009,
  path010,
  path011,
  path012,
  path013,
  path014,
  path015,
  vol001,
  vol002,
  vol003,
  vol004,
  vol005,
  vol006,
  vol007,
  vol008,
  vol009,
  vol010,
  vol011,
  vol012,
  vol013,
  vol014,
  vol015,
  vol016,
  vol017,
  vol018,
  vol019,
  id001,
  mnt001,
  mnt002,
  mnt003,
  mnt004,
  mnt005,
  mnt006,
  mnt010,
  mnt011,
  ct001,
  ct002,
  ct003,
  ct004,
  ct005,
  ...CROSS_CHECKS,
  node001,
  node002,
];
