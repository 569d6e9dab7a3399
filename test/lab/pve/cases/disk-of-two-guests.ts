import type { PveCase } from '../pve-lab.ts';

export const pveCase: PveCase = {
  about: 'A disk that two configurations name: Proxmox VE removes it with either of them.',
  run(lab) {
    lab.pve(
      'qm create 100 --scsi0 thin:0.02',
      'qm create 400 --scsi0 thin:0.02',
      'qm create 500 --memory 32',
      'qm set 500 --scsi3 thin:vm-400-disk-0',
    );
    const said = lab.check().findings.filter(({ code }) => code === 'VOL015');
    lab.expect('both are named', said.length, 1);
    lab.expect('who', /400.*500|500.*400/s.test(JSON.stringify(said)), true);
    // The danger that docs/prevention.md tells of, with Proxmox VE's own program.
    lab.pve('qm create 600 --memory 32', '! lvcreate -y -an -V 20M --thinpool pools/data -n vm-600-disk-7 > /dev/null');
    lab.pve('qm set 100 --scsi5 thin:vm-600-disk-7', 'qm destroy 600 --destroy-unreferenced-disks 1');
    lab.expect(
      'destroying unreferenced disks took one that guest 100 names',
      lab.lvs('pools').includes('vm-600-disk-7'),
      false,
    );
    const missing = lab.check().findings.filter(({ code, vmid }) => code === 'VOL003' && vmid === 100);
    lab.expect('which check says', missing.length, 1);
  },
};
