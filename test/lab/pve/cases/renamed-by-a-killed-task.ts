import type { PveCase } from '../pve-lab.ts';

/** Steps of a task at which it renames before it writes; beyond its last one it ends well. */
const STEPS = [2, 3, 4, 5];

/**
 * Each of these tasks renames a volume first and writes the configuration afterwards. Killed in between, the only copy of a disk has a
 * name that no configuration knows.
 */
export const pveCase: PveCase = {
  about:
    'A killed move to another guest, template or snapshot of a chain leaves the only copy of a disk under another name.',
  run(lab) {
    let vmid = 100;
    for (const step of STEPS) {
      const [from, to, template, chain] = [vmid, vmid + 1, vmid + 2, vmid + 3];
      vmid += 10;
      lab.pve(
        `qm create ${from} --scsi0 thin:0.02`,
        `qm create ${to}`,
        `qm create ${template} --scsi0 thin:0.02`,
        `qm create ${chain} --scsi0 chain:0.02`,
        `crash ${step} qm disk move ${from} scsi0 --target-vmid ${to} --target-disk scsi1`,
        `crash ${step} qm template ${template}`,
        `crash ${step} qm snapshot ${chain} s1`,
      );
    }
    lab.later('7 hours');
    const named = lab.shell('cat /etc/pve/qemu-server/*.conf');
    const volumes = [...lab.lvs('pools'), ...lab.lvs('chains')].filter((name) => /^(?:vm|base|snap)[-_]/.test(name));
    const unnamed = volumes.filter((name) => !named.includes(name));
    lab.expect('some volumes have names that no configuration has', unnamed.length > 0, true);

    const { places } = lab.leftovers();
    lab.expect('places were looked at', places.length > 0, true);
    const text = `${lab.doctor('leftovers')}\n${lab.doctor('check', '--verbose')}`;
    lab.expect('no command frees anything', /pvesm free|lvremove|--force|qemu-img snapshot -d/.test(text), false);
    const accused = lab
      .check()
      .findings.filter(({ code }) => /^(?:LV001|VOL00[129]|VOL013)$/.test(code))
      .map(({ code, subject }) => `${code} ${subject.id}`);
    lab.expect('nothing beside a missing volume is a leftover', accused, []);
    const missing = lab.check().findings.filter(({ code }) => code === 'VOL003').length;
    lab.expect('what is named and not there is said', missing > 0, true);
  },
};
