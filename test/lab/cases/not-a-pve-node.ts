import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'A machine that is no Proxmox node: what is there is checked, and what guests would need is left out with the reason.',
  inSample: true,
  run(lab) {
    lab.journal.run(['rmdir', '/etc/pve']);
    const disk = lab.storage.disk('raw', 64);
    lab.dm.create([{ name: 'data', table: [`0 8192 linear ${disk} 0`] }]);
    lab.expectVerdict({ exit: 0, grade: '?', findings: [], entries: {} });
  },
};
