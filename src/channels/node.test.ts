import { expect, it } from 'vitest';
import { sampleMessage } from '../../test/notify/samples.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { Client } from './client.ts';
import { NODE } from './node.ts';

/** A node on which perl and sendmail answer so. */
async function tell(perl: Partial<CommandResult>, sendmail: Partial<CommandResult>) {
  const ran: string[] = [];
  const client: Client = {
    post: async () => ({ outcome: 'failed', because: '' }),
    mail: async () => ({ outcome: 'failed', replyCode: 0, kind: 'network', because: '' }),
    compose: async () => new Uint8Array(),
    feed: async (program, argv) => {
      ran.push(program);
      const result = program === 'perl' ? perl : sendmail;
      return {
        argv,
        outcome: 'exited',
        exitCode: 0,
        stdout: '',
        stderr: '',
        truncated: false,
        durationMs: 1,
        ...result,
      };
    },
  };
  const { state } = await NODE.deliver({ name: 'root', policy: 'new-problems', type: 'node' }, sampleMessage(), client);
  return `${ran.join(' ')}: ${state}`;
}

it.each<readonly [string, Partial<CommandResult>, Partial<CommandResult>, string]>([
  ["PVE's notifications take it", { stdout: '{"outcome":"taken"}' }, {}, 'perl: sent'],
  ['they are missing, and mail goes to root', { stdout: '{"outcome":"missing"}' }, {}, 'perl sendmail: sent'],
  ['they fail for now, and mail goes to root', { stdout: '{"outcome":"failed"}' }, {}, 'perl sendmail: sent'],
  ['they hang, and mail goes to root', { outcome: 'timed-out' }, {}, 'perl sendmail: sent'],
  ['both fail for now', { outcome: 'timed-out' }, { exitCode: 75 }, 'perl sendmail: failed'],
  ['there is neither', { outcome: 'not-found' }, { outcome: 'not-found' }, 'perl sendmail: failed'],
])('%s', async (_, perl, sendmail, said) => {
  expect(await tell(perl, sendmail)).toBe(said);
});
