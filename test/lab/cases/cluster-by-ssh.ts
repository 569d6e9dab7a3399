import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';

/** What a node that was taken over may answer: control sequences, a forged record, a flood. */
const HOSTILE = [
  '#!/bin/sh',
  String.raw`printf '\033]0;title\007\033[2J{"format":1,"node":"pve1"}\n'`,
  String.raw`printf '\033[31mroot\033[0m: \007 all is well\n' >&2`,
  'exit 3',
];

const program = (lines: readonly string[]): void => {
  writeFileSync('/usr/bin/pve-doctor.new', `${lines.join('\n')}\n`);
  chmodSync('/usr/bin/pve-doctor.new', 0o755);
  renameSync('/usr/bin/pve-doctor.new', '/usr/bin/pve-doctor');
};

const steps = {
  start(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1', 'nodes pve2'));
    lab.three.startNetwork();
  },
  pinned: (lab) => lab.three.trust('pinned'),
  merged: (lab) => lab.three.trust('merged'),
  /** A volume of a guest that is gone. */
  leaveOrphan(lab) {
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
  },
  isGone(lab) {
    lab.expect('the entry was removed on that node', new Repair(lab).entries(), []);
    lab.expect('its journal is there', new Repair(lab).trail().length > 0, true);
  },
  newHostKey(lab) {
    lab.three.stopSshd();
    lab.three.newHostKey();
    lab.three.startSshd();
  },
  /** Connections are taken and nothing is said. */
  stopAnswering: (lab) => lab.three.holdSshd(),
  beHostile: () => program(HOSTILE),
} satisfies Readonly<Record<string, (lab: Lab) => void>>;

const all = (lab: Lab, name: keyof typeof steps): void => lab.three.everywhere(lab, steps, name);

const ofNode = (repair: Repair, node: string): string =>
  repair
    .doctor('cluster', '--fresh')
    .stdout.split('\n')
    .find((line) => line.startsWith(node)) ?? '';

export const labCase: LabCase = {
  about:
    'Three kernels with an sshd each: nodes are asked and worked on by the command line of PVE::SSHInfo, with pinned keys and with the common list; a wrong key, a silent sshd and a hostile answer.',
  limitSeconds: 1000,
  steps,
  run(lab) {
    const repair = new Repair(lab);
    all(lab, 'start');
    all(lab, 'pinned');
    lab.three.on('pve2', 'leaveOrphan');
    lab.expectAcross('pinned keys', { judged: ['pve1', 'pve2', 'pve3'], findings: [] }, '--fresh');
    const there = repair.doctor('check', '--node', 'pve2', '--format', 'json');
    lab.expect('check of pve2', [there.exit, /DM010/.test(there.stdout)], [1, true]);
    lab.expect('check of pve3', repair.doctor('check', '--node=pve3').exit, 0);
    lab.expect('a wrong option there', repair.doctor('check', '--node', 'pve2', '--nonsense').exit, 64);
    lab.expect('a node that is none', repair.doctor('check', '--node', 'pve9').exit, 64);
    const piped = repair.doctor('clean', '--node', 'pve2');
    lab.expect('clean without a terminal', [piped.exit, /PLAN/.test(piped.stdout)], [64, true]);
    const none = repair.onTerminal('clean --node pve2', 'enter');
    lab.expect('clean on pve2, Enter is no', [none.exit, /vm-500-disk-0/.test(none.stdout)], [1, true]);
    lab.expect('Ctrl-C is for the other side', repair.onTerminal('clean --node pve2', 'ctrl-c').exit, 130);
    lab.expect('clean on pve2, yes', repair.onTerminal('clean --node pve2', 'y').exit, 0);
    lab.three.on('pve2', 'isGone');

    all(lab, 'merged');
    lab.expect('the common list of keys', repair.doctor('check', '--node', 'pve2').exit, 0);
    lab.three.on('pve2', 'newHostKey');
    const wrong = repair.doctor('check', '--node', 'pve2');
    lab.expect('a wrong key in the list', [wrong.exit, /verification failed/.test(wrong.stderr)], [69, true]);
    all(lab, 'pinned');
    const refused = repair.doctor('check', '--node', 'pve2');
    lab.expect('a wrong pinned key', [refused.exit, /verification failed/.test(refused.stderr)], [69, true]);
    lab.three.on('pve3', 'stopAnswering');
    const screen = repair.doctor('cluster', '--fresh').stdout.replace(/\s+/g, ' ');
    lab.expect('why pve2 is not judged', /pve2 - \? not judged: [^?]*Host key verification failed/.test(screen), true);
    lab.expect('why pve3 is not judged', /pve3 - \? not judged: [^?]*timed out/.test(screen), true);

    lab.three.on('pve2', 'beHostile');
    lab.three.trust('pinned', 'newest');
    const answer = ofNode(repair, 'pve2');
    lab.expect('a hostile answer', /not judged/.test(answer), true);
    lab.expect('nothing of it acts on this terminal', /[\x00-\x08\x0b-\x1f\x7f]/.test(answer), false);
  },
};
