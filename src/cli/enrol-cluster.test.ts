import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../model/command-result.ts';
import { enrolOthers, type Reach } from './enrol-cluster.ts';
import type { Terminal } from './terminal.ts';

const MEMBERS = JSON.stringify({
  nodename: 'pve1',
  cluster: { name: 'lab', quorate: 1 },
  nodelist: {
    pve1: { ip: '10.0.0.1', online: 1 },
    pve2: { ip: '10.0.0.2', online: 1 },
    pve3: { ip: '10.0.0.3', online: 0 },
    pve4: { ip: '10.0.0.4', online: 1 },
  },
});

const ended = (exitCode: number | null, stderr = '', outcome: CommandResult['outcome'] = 'exited'): CommandResult => ({
  ...{ argv: ['ssh'], outcome, exitCode, stdout: '', stderr, truncated: false, durationMs: 1 },
});

/** A cluster whose nodes end like that, and everything that was said to and by them. */
async function enrolling(results: Readonly<Record<string, CommandResult>>, members: string | null = MEMBERS, ca = '') {
  const [out, err]: [string[], string[]] = [[], []];
  const asked: { readonly name: string; readonly commandLine: string; readonly input: string }[] = [];
  const terminal: Terminal = {
    ...{ env: {}, isRoot: true },
    stdout: { isTty: false, columns: 100, write: async (text) => void out.push(text) },
    stderr: { write: async (text) => void err.push(text) },
  };
  const reach: Reach = {
    members: async () => members,
    feed: async ({ name }, _isPinned, { commandLine }, input) => {
      asked.push({ name, commandLine, input });
      return results[name] ?? ended(0);
    },
  };
  const shown = { token: 'pvd_one-time-token', authorities: ca === '' ? null : ca };
  const exitCode = await enrolOthers('https://hub.example.org', shown, terminal, reach);
  return { exitCode, out: out.join('').split('\n').filter(Boolean).sort(), err: err.join(''), asked };
}

describe('enrolling the rest of a cluster', () => {
  it('asks every other node that is online, with the token on its standard input alone', async () => {
    const { asked, out, exitCode } = await enrolling({});
    const commandLine = 'pve-doctor enrol https://hub.example.org --token-file -';
    expect(asked).toEqual(['pve2', 'pve4'].map((name) => ({ name, commandLine, input: 'pvd_one-time-token\n' })));
    expect([exitCode, out]).toEqual([1, ['pve2: enrolled', 'pve3: not enrolled: it is offline', 'pve4: enrolled']]);
  });

  it('ends with 0 where all are enrolled', async () => {
    const members = MEMBERS.replace('"online":0', '"online":1');
    expect(await enrolling({}, members)).toMatchObject({ exitCode: 0, err: '' });
  });

  it('hands the certificates on behind the token', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
    const { asked } = await enrolling({}, MEMBERS, pem);
    expect(asked[0]).toMatchObject({
      commandLine: 'pve-doctor enrol https://hub.example.org --token-file - --ca -',
      input: `pvd_one-time-token\n${pem}`,
    });
  });

  it.each([
    [ended(127, 'bash: line 1: pve-doctor: command not found'), 'pve-doctor is not installed there'],
    [
      ended(255, 'ssh: connect to host 10.0.0.2 port 22: No route to host'),
      'ssh failed: ssh: connect to host 10.0.0.2',
    ],
    [ended(null, '', 'timed-out'), 'no answer within 180 s'],
    [
      ended(1, 'warned before\npve-doctor: pve2 of lab is not enrolled: no\u001b[2J\n'),
      'pve2 of lab is not enrolled: no\\x1b[2J',
    ],
    [ended(5), 'it ended with 5'],
  ])('says of a node why it is not: %#', async (result, why) => {
    const { out, err, exitCode } = await enrolling({ pve2: result });
    expect(out[0]).toContain(`pve2: not enrolled: ${why}`);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('2 of 4 nodes are not enrolled')]);
  });

  it('is said where nobody can tell which nodes there are', async () => {
    expect(await enrolling({}, null)).toMatchObject({ exitCode: 1, err: expect.stringContaining('only this node') });
  });
});
