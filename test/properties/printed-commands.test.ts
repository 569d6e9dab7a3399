import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CHANGE_CLASSES, type PrintedCommand } from '../../src/model/command/command.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';

/** A report is read hours later: names are used again, servers go away. What it prints is run as it stands there. */

const REMEDIES: (readonly PrintedCommand[])[] = [];
const PRINTED: (PrintedCommand & { readonly situation: string })[] = [];
for (const situation of situations) {
  const { findings, problems } = await reportOf(readCapture(situation));
  REMEDIES.push(...findings.map(({ remedy }) => remedy.commands));
  const all = [
    ...findings.flatMap(({ remedy }) => remedy.commands),
    ...problems.flatMap(({ next }) => next.command ?? []),
  ];
  PRINTED.push(...all.map((command) => ({ ...command, situation })));
}
const CHANGING = PRINTED.filter(({ change }) => change !== null);

/** Programs that may wait for a disk, a server or the cluster’s file system, where a command begins. */
const MAY_HANG =
  /(?:^|&& |\$\(|\| )(?:lvs|vgs|pvs|lvchange|vgchange|lvextend|pvresize|stat|ls|df|showmount|smbclient|pvesm|rbd|iscsiadm|systemctl start) /;

describe('a command that is printed', () => {
  it('is there to be looked at', () => {
    expect(PRINTED.length).toBeGreaterThan(300);
    expect(new Set(CHANGING.map(({ change }) => change)).size).toBeGreaterThan(7);
  });

  it('is one line that bash reads', () => {
    const script = PRINTED.map(({ line }) => line).join('\n');
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(PRINTED.filter(({ line }) => line.includes('\n'))).toEqual([]);
  });

  it('says when it changes something, and changes it on its node alone', () => {
    for (const { change, does, guard, line, node, situation } of CHANGING) {
      expect(CHANGE_CLASSES).toContain(change);
      expect({ situation, does, guard }).not.toMatchObject({ guard: '' });
      if (change === 'clean') expect(line).toMatch(/^pve-doctor clean /);
      else expect(line.startsWith(`[ "$(hostname -s)" = ${node} ] && `), line).toBe(true);
    }
  });

  it('comes after what only looks', () => {
    const orders = REMEDIES.map((commands) => commands.map(({ change }) => Number(change !== null)));
    expect(orders.filter((order) => order.join() !== order.toSorted().join())).toEqual([]);
  });

  it('is ended where it may hang', () => {
    expect('a && ls -A /x').toMatch(MAY_HANG);
    expect('[ "$(timeout -s KILL 5 ls -A /x)" = x ]').not.toMatch(MAY_HANG);
    expect(
      PRINTED.filter(({ line }) => MAY_HANG.test(line.replaceAll(/'[^']*'/g, "''"))).map(({ line }) => line),
    ).toEqual([]);
  });
});
