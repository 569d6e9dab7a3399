import type { NodeChannel } from '../../model/config/config.ts';
import { type Delivery, refused } from '../../model/notify/delivery.ts';
import type { Message } from '../../model/notify/message.ts';
import type { Door } from '../door.ts';
import { deliverByPve } from './pve.ts';
import { deliverBySendmail } from './sendmail.ts';

/** Whom PVE itself would tell. Where it has no notifications (before PVE 8.1), mail to root reaches the same people. */
export async function deliverToNode({ name, policy }: NodeChannel, message: Message, door: Door): Promise<Delivery> {
  const byPve = await deliverByPve({ name, policy, type: 'pve' }, message, door);
  if (byPve.state === 'sent' || byPve.retry) return byPve;
  const byMail = await deliverBySendmail({ name, policy, type: 'sendmail', from: 'root', to: ['root'] }, message, door);
  if (byMail.state === 'sent' || byMail.retry) return byMail;
  return refused(`${byPve.because}; and ${byMail.because}`);
}
