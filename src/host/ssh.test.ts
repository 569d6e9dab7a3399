import { describe, expect, it } from 'vitest';
import { isNodeName, sshCommand } from './ssh.ts';

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
