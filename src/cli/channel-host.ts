import { lookAtDataFile } from '../host/data-file.ts';
import { findProgram } from '../host/run.ts';
import type { Channel } from '../model/config/config.ts';

const NOTIFY_MODULE = '/usr/share/perl5/PVE/Notify.pm';

/** Why a channel cannot work on this host, as the end of a sentence; null where nothing speaks against it. */
export function obstacleOf(channel: Channel): string | null {
  switch (channel.type) {
    case 'pve':
      return hasPveNotify() ? null : 'cannot work: this host has no PVE::Notify (PVE 8.1 and later); use type sendmail';
    case 'sendmail':
      return hasSendmail() ? null : 'cannot work: this host has no sendmail; install postfix, or use type smtp';
    case 'node':
      return hasPveNotify() || hasSendmail() ? null : 'cannot work: this host has neither PVE::Notify nor sendmail';
    case 'smtp':
      return channel.caFile === null || lookAtDataFile(channel.caFile).state !== 'absent'
        ? null
        : `cannot work: there is no ${channel.caFile}`;
    default:
      return null;
  }
}

const hasSendmail = (): boolean => findProgram('sendmail') !== null;
const hasPveNotify = (): boolean => findProgram('perl') !== null && lookAtDataFile(NOTIFY_MODULE).state !== 'absent';
