import type { Channel } from '../model/config/config.ts';
import type { ChannelType } from './channel-type.ts';
import { GOTIFY } from './gotify.ts';
import { MAILJET } from './mailjet.ts';
import { NODE } from './node.ts';
import { NTFY } from './ntfy.ts';
import { PVE } from './pve.ts';
import { SENDMAIL } from './sendmail.ts';
import { SMTP } from './smtp.ts';
import { WEBHOOK } from './webhook.ts';

/** Every type that a configuration can describe, in the order of the manual. */
export const CHANNEL_TYPES: ReadonlyMap<string, ChannelType> = new Map(
  [MAILJET, SMTP, SENDMAIL, PVE, WEBHOOK, NTFY, GOTIFY].map((type) => [type.type, type]),
);

/** What is told, and kept, each by itself. */
export const separately = (channels: readonly Channel[]): readonly Channel[] =>
  channels.flatMap((channel) => typeOfChannel(channel).split(channel));

/** Also of the channel that nobody described. */
export function typeOfChannel({ name, type }: Channel): ChannelType {
  const found = type === NODE.type ? NODE : CHANNEL_TYPES.get(type);
  if (found === undefined) throw new Error(`channel ${name} has no type ${type}`);
  return found;
}
