import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { feedNode, isNodeName, sshCommand } from './ssh.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-ssh-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("Proxmox VE's command line from node to node", () => {
  it('trusts the key of that node and no other, where the cluster has it', () => {
    expect(sshCommand({ name: 'pve2', ip: '10.99.0.2' }, true).join(' ')).toBe(
      'ssh -e none -o BatchMode=yes -o HostKeyAlias=pve2 -o UserKnownHostsFile=/etc/pve/nodes/pve2/ssh_known_hosts ' +
        '-o GlobalKnownHostsFile=none -o ConnectTimeout=10 root@10.99.0.2',
    );
  });

  it('takes the list in /etc/ssh before PVE 8.0.6', () => {
    expect(sshCommand({ name: 'pve2', ip: 'fd00::2' }, false, ['-t']).join(' ')).toBe(
      'ssh -e none -o BatchMode=yes -o HostKeyAlias=pve2 -o ConnectTimeout=10 -t root@fd00::2',
    );
  });

  it('connects to the name where pmxcfs does not know the address', () => {
    expect(sshCommand({ name: 'pve2', ip: '' }, true).at(-1)).toBe('root@pve2');
  });

  it.each(['-oProxyCommand=x', 'a b', '', 'a;b', '../x', 'pve2-'])('asks nobody called %j', (name) => {
    expect(isNodeName(name)).toBe(false);
  });
});

describe('a command line on another node that reads a text', () => {
  /** In place of ssh: says its own arguments and environment, and what it was given to read. */
  const program = join(scratch, 'ssh');
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\nenv\necho "read: $(cat)"\nexit 3\n', { mode: 0o755 });

  it('gets it on its standard input and nowhere else', async () => {
    process.env['OF_THE_CALLER'] = 'hub-token-of-the-caller';
    const question = { commandLine: 'pve-doctor enrol https://hub.example.org', deadlineMs: 20_000, program };
    const result = await feedNode({ name: 'pve2', ip: '10.99.0.2' }, true, question, 'one-time-token');
    delete process.env['OF_THE_CALLER'];
    const lines = result.stdout.trim().split('\n');
    expect([result.outcome, result.exitCode, lines.at(-1)]).toEqual(['exited', 3, 'read: one-time-token']);
    expect(lines).toEqual(expect.arrayContaining(['root@10.99.0.2', '--', question.commandLine]));
    expect(result.stdout.match(/token/g)).toHaveLength(1);
  });
});
