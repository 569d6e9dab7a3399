import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { mountedBelow } from '../node/remote-server.ts';

const PROGRAM = fileURLToPath(new URL('../node/mute-file-system.ts', import.meta.url));
const NOTE = '/run/pve-doctor/probes.json';

/** Probes of the mount that still wait. */
const waiting = (lab: Lab): readonly number[] => lab.processes('stat').filter((pid) => lab.processState(pid) === 'D');

export const labCase: LabCase = {
  about:
    'A file system that takes requests and never answers: its probe cannot be killed, is remembered, and stays the only one; when it is gone, so is the note.',
  run(lab) {
    lab.cluster.start();
    mkdirSync('/mnt/mute');
    const server = lab.journal.background([process.execPath, PROGRAM, '/mnt/mute']);
    waitFor('/mnt/mute is mounted', () => mountedBelow('/mnt').includes('/mnt/mute'));
    const expected = { exit: 1, grade: 'B', findings: ['MNT001 /mnt/mute warning'], entries: {} } as const;
    const began = Date.now();
    const first = lab.expectVerdict(expected, 'first');
    if (first === null) return;
    lab.expect('it ended, and the probe waits still', waiting(lab).length, 1);
    lab.expect(
      'the note names them',
      (JSON.parse(readFileSync(NOTE, 'utf8')) as { pid: number }[]).map(({ pid }) => pid),
      waiting(lab),
    );
    const second = lab.expectVerdict(expected, 'second');
    lab.expect('probes that wait after two checks', waiting(lab).length, 1);
    lab.expect('it is named', JSON.stringify(second?.findings).includes(`process ${waiting(lab)[0]}`), true);
    const began3 = Date.now();
    lab.check('--only', 'mounts');
    lab.expect('a remembered probe is not waited for', Date.now() - began3 < Date.now() - began, true);
    // The program ends, and with it the wait.
    lab.journal.run(['kill', '-KILL', `${server}`]);
    waitFor('the probe has ended', () => waiting(lab).length === 0);
    lab.expectVerdict(expected, 'third');
    lab.expect('the note is gone', existsSync(NOTE), false);
  },
};
