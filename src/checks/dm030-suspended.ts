import { defineCheck } from '../model/check.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { asArgument } from '../model/device-mapper/dm-name.ts';
import { deviceEvidence, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';

export const dm030 = defineCheck({
  code: 'DM030',
  slug: 'suspended',
  title: 'suspended device: every reader of it waits',
  needs: ['deviceMapper'],
  examine: ({ deviceMapper }) => deviceMapper.devices.filter((device) => device.suspended).map(findingFor),
});

function findingFor(device: DmDevice): Finding {
  return {
    code: 'DM030',
    severity: 'critical',
    subject: { kind: 'device', id: device.name },
    title: `${device.name} is suspended`,
    evidence: [
      deviceEvidence(device),
      { fact: `${device.name} was suspended in two reads one second apart`, source: SOURCE.dmInfo },
      tableEvidence(device),
    ],
    impact:
      'Every read and write of it waits until it is resumed, and a process that waits cannot be killed. LVM commands wait ' +
      'too when they scan it, so pve-doctor did not run LVM, and what depends on LVM is unknown.',
    remedy: {
      text:
        'Something suspended it and did not come back: an LVM command that was killed between suspend and resume, a ' +
        'snapshot or pvmove that broke off, or `dmsetup suspend` in a script. Find it (`ps`, the journal, running tasks) ' +
        'before anything else; resume the device only when nothing is still working on it.',
      commands: [['dmsetup', 'resume', ...asArgument(device.name)]],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: decodeDevice(device)?.vmid ?? null,
  };
}
