import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { type LabCase, NEED_PMXCFS } from '../node/lab.ts';

/** Reading /etc/pve may cost a few deadlines; without any this case would never end. */
const PATIENCE_SECONDS = 60;

export const labCase: LabCase = {
  about:
    '/etc/pve is mounted and its server answers nothing any more: the check ends, and judges nothing about guests.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-100-disk-0');
    lab.storage.thick('san', 'vm-500-disk-0');
    lab.cluster.vm(100, 'scsi0: san:vm-100-disk-0,size=8M');
    // A configuration for the whole cluster, which now cannot be read: it is waited for, but not for ever.
    mkdirSync('/etc/pve-doctor');
    symlinkSync('/etc/pve/pve-doctor.toml', '/etc/pve-doctor/config.toml');
    const [server] = lab.processes('pmxcfs');
    if (server === undefined) throw new Error('no pmxcfs is running');
    lab.journal.run(['kill', '-STOP', String(server)]);
    const began = Date.now();
    const report = lab.expectVerdict({
      exit: 2,
      grade: '?',
      findings: ['NODE001 pve1 critical'],
      entries: { 'san-vm--100--disk--0': 'unknown', 'san-vm--500--disk--0': 'unknown' },
      unknown: [
        ...NEED_PMXCFS,
        'DM010',
        'DM011',
        'DM012',
        'DM050',
        'ID001',
        'LV001',
        'LV003',
        'LV013',
        'MNT003',
        'MNT004',
        'MNT010',
        'PATH007',
      ],
    });
    const said = report === null ? '' : readFileSync('/run/pve-doctor.err', 'utf8');
    const complaint = /config\.toml: cannot be read: no answer/.test(said);
    lab.expect('it names the configuration', complaint, report !== null);
    lab.expect('it ends', (Date.now() - began) / 1000 < PATIENCE_SECONDS, true);
    lab.journal.run(['kill', '-CONT', String(server)]);
  },
};
