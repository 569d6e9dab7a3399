import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import { deviceEvidence, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { evidenceAbove, WANTS_ABOVE } from '../model/paths/carried-words.ts';

export const dm030 = defineCheck({
  code: 'DM030',
  title: 'suspended device: every reader of it waits',
  harms: { data: '' },
  needs: ['deviceMapper'],
  wants: WANTS_ABOVE,
  examine: ({ deviceMapper }, wanted) =>
    deviceMapper.devices
      .filter((device) => device.suspended)
      .map((device) => findingFor(device, evidenceAbove([devNo(device)], wanted))),
});

const isEncrypted = ({ table }: DmDevice): boolean => table.some(({ type }) => type === 'crypt');

/** luksSuspend takes the key out of the kernel, which then refuses a resume (cryptsetup-luksSuspend(8), dm-crypt.c crypt_preresume). */
const ENCRYPTED: Advice = {
  text:
    'Find who suspended it: `cryptsetup luksSuspend`, by hand or by a script that locks disks, or a key change that ended midway. ' +
    '`cryptsetup luksResume` with its name asks for the passphrase, and everything that waits goes on. Do not use `dmsetup resume`: the ' +
    'kernel refuses that without the key.',
  commands: [reads('ps', '-eo', 'pid,state,etime,args')],
};

function findingFor(device: DmDevice, above: readonly Evidence[]): Found {
  const owner = decodeDevice(device);
  return {
    harm: 'data',
    subject: { kind: 'device', id: device.name },
    title: `${device.name} is suspended`,
    headline: `${owner === null ? 'is suspended' : `waits for its disk ${owner.lvName}, which is suspended`}: every program that reads it hangs, LVM included`,
    evidence: [
      deviceEvidence(device),
      { fact: `${device.name} was suspended in two reads one second apart`, source: SOURCE.dmInfo },
      tableEvidence(device),
      ...above,
    ],
    impact:
      'Every read and write waits until the device is resumed, and a waiting process cannot be killed. LVM commands hang too ' +
      'when they scan it, so pve-doctor did not run LVM: what depends on LVM is unknown.',
    remedy: isEncrypted(device)
      ? ENCRYPTED
      : {
          text:
            'Find what suspended it, among the processes, in the journal and in the running tasks: an LVM command that was killed ' +
            'midway, an interrupted snapshot or pvmove, or `dmsetup suspend` in a script. While that works, wait: it resumes the ' +
            'device itself. If nothing works on it any more, `pve-doctor explain DM030` has the command.',
          commands: [reads('ps', '-eo', 'pid,state,etime,args')],
        },
    vmid: owner?.vmid ?? null,
  };
}
