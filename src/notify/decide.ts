import type { Channel, NotifySettings } from '../model/config/config.ts';
import type { Change, Message } from '../model/notify/message.ts';
import type { Addressed, Decide, Decision } from '../model/notify/outbox.ts';
import { composeMessage } from '../render/message/compose.ts';
import { type Telling, tellingOf } from './policy.ts';

export interface Deciding {
  readonly settings: NotifySettings;
  /** A person asked for it: every channel is told, whatever its policy. */
  readonly everybody: boolean;
  readonly newId: () => string;
}

/** Decides which channels are told of a run. It runs inside the transaction that keeps the run, and does nothing else. */
export const decideBy =
  ({ settings, everybody, newId }: Deciding): Decide =>
  ({ run, report, channel: stateOf }): Decision => {
    const messages: Addressed[] = [];
    const upToDate: string[] = [];
    const composed = new Map<string, Message>();
    const messageFor = (change: Change, kind: 'report' | 'digest'): Message => {
      // Most channels are told of the same: one message for all of them, composed and packed once.
      const key = JSON.stringify([kind, change]);
      const message =
        composed.get(key) ?? composeMessage({ id: newId(), createdAt: run.takenAt, report, change, kind });
      composed.set(key, message);
      return message;
    };
    for (const channel of settings.channels) {
      const state = stateOf(channel.name);
      const telling: Telling = everybody ? 'report' : tellingOf(channel.policy, report, state, settings.digestAt);
      if (telling === 'up-to-date') upToDate.push(channel.name);
      else if (telling !== 'silent')
        messages.push({ channel: channel.name, message: messageFor(state.change, telling) });
    }
    return { messages, upToDate };
  };

/** Who is told where no history says what changed: everybody but those who want to hear of changes in a healthy node. */
export const toldWithoutHistory = (
  channels: readonly Channel[],
  status: Message['severity'],
  everybody: boolean,
): readonly Channel[] => channels.filter(({ policy }) => everybody || policy === 'always' || status !== 'healthy');
