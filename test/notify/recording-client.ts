import type { Client } from '../../src/channels/client.ts';
import type { Mail } from '../../src/host/send-mail-form.ts';

/** A client through which only mail by the node's own program leaves; that ends with `exitCode`, and 0 hands the mail over. */
export function clientFor(exitCode: number, take: (mail: Mail) => void): Client {
  const mails: Mail[] = [];
  return {
    post: async () => ({ outcome: 'failed', because: 'not used' }),
    mail: async () => ({ outcome: 'failed', replyCode: 0, kind: 'network', because: 'not used' }),
    compose: async (mail) => {
      mails.push(mail);
      return new TextEncoder().encode(mail.messageId);
    },
    feed: async (_program, argv) => {
      const mail = mails.pop();
      if (exitCode === 0 && mail !== undefined) take(mail);
      return { argv, outcome: 'exited', exitCode, stdout: '', stderr: '', truncated: false, durationMs: 1 };
    },
  };
}
