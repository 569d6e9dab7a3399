import { refused, undelivered } from '../model/notify/delivery.ts';
import { channelType } from './channel-type.ts';
import { PVE } from './pve.ts';
import { SENDMAIL } from './sendmail.ts';

const ROOT = { from: 'root', to: ['root'] };

/** Whom PVE itself would tell. Where it has no notifications (before PVE 8.1), mail to root reaches the same people. */
export const NODE = channelType({
  type: 'node',
  doc: 'whom Proxmox VE would tell; nobody describes it',
  keys: {},
  obstacle: (channel) =>
    PVE.obstacle(channel) === null || SENDMAIL.obstacle(channel) === null
      ? null
      : 'cannot work: this host has neither PVE::Notify nor sendmail',
  deliver: async (channel, message, client) => {
    const byPve = await PVE.deliver(channel, message, client);
    if (byPve.state === 'sent') return byPve;
    // Also where it hangs: pmxcfs may be down in the very night that matters. A message that comes twice has one id.
    const byMail = await SENDMAIL.deliver({ ...channel, ...ROOT }, message, client);
    if (byMail.state === 'sent') return byMail;
    const because = `${byPve.because}; and ${byMail.because}`;
    return byPve.retry || byMail.retry ? undelivered(because) : refused(because);
  },
});
