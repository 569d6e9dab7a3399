import type { Channel } from '../model/config/config.ts';
import { type Delivery, undelivered } from '../model/notify/delivery.ts';
import type { Message } from '../model/notify/message.ts';
import { secretsOf } from './channel-secrets.ts';
import type { Door } from './door.ts';
import { harmless } from './harmless.ts';

type Deliver<C extends Channel> = (channel: C, message: Message, door: Door) => Promise<Delivery>;

/** Every type of channel, one file each, loaded only when it is used: nodemailer alone takes 30 ms. */
const CHANNELS: { readonly [T in Channel['type']]: () => Promise<Deliver<Extract<Channel, { type: T }>>> } = {
  mailjet: async () => (await import('./channels/mailjet.ts')).deliverByMailjet,
  smtp: async () => (await import('./channels/smtp.ts')).deliverBySmtp,
  sendmail: async () => (await import('./channels/sendmail.ts')).deliverBySendmail,
  pve: async () => (await import('./channels/pve.ts')).deliverByPve,
  node: async () => (await import('./channels/node.ts')).deliverToNode,
  webhook: async () => (await import('./channels/webhook.ts')).deliverByWebhook,
  ntfy: async () => (await import('./channels/ntfy.ts')).deliverByNtfy,
  gotify: async () => (await import('./channels/gotify.ts')).deliverByGotify,
};

/** Hands one message to one channel. Nothing is thrown, and what is answered is one line without any of its secrets. */
export async function deliver(channel: Channel, message: Message, door: Door): Promise<Delivery> {
  const secrets = secretsOf(channel);
  const delivery = await attempt(channel, message, door);
  return delivery.state === 'sent'
    ? { ...delivery, answer: harmless(delivery.answer, secrets) }
    : { ...delivery, because: harmless(delivery.because, secrets) };
}

async function attempt(channel: Channel, message: Message, door: Door): Promise<Delivery> {
  try {
    const byType = (await CHANNELS[channel.type]()) as Deliver<Channel>;
    return await byType(channel, message, door);
  } catch (error) {
    // A fault of ours must not take the other channels' messages with it, and the message stays to be sent.
    return undelivered(`a fault of pve-doctor: ${error instanceof Error ? error.message : String(error)}`);
  }
}
