import type { CheckCode, ReportedFinding } from '../../src/model/finding.ts';
import type { MountRow } from '../../src/model/mounts/judged-mounts.ts';
import { looks, removes } from './commands.ts';
import { dmName, FIRST_GONE, FIRST_VMID, times, volume } from './made-up-numbers.ts';
import { duplicate, orphan } from './sample-report.ts';

const duplicateOf = (vmid: number, round: number): ReportedFinding => ({
  ...duplicate,
  subject: { kind: 'device', id: `${dmName(vmid)}-dup${round}` },
  title: `${dmName(vmid)}-dup${round} is a second entry of pve/${volume(vmid)}`,
  remedy: {
    text: `Stop guest ${vmid}, then remove the extra entry; the volume itself stays.`,
    commands: [
      looks('qm', 'shutdown', `${vmid}`),
      removes('dmsetup', 'remove', '--retry', `${dmName(vmid)}-dup${round}`),
    ],
  },
  repair: { offered: false, because: `${dmName(vmid)}-dup${round} is in use: open count 1` },
  vmid,
});

const notInConfig = (vmid: number, disk: number): ReportedFinding => ({
  ...orphan(vmid),
  code: 'DM012',
  subject: { kind: 'device', id: `pve-vm--${vmid}--disk--${disk}` },
  title: `pve-vm--${vmid}--disk--${disk} is a volume of guest ${vmid} that its configuration does not name`,
  evidence: [
    {
      fact: `no section of ${vmid}.conf refers to pve/vm-${vmid}-disk-${disk}`,
      source: `/etc/pve/qemu-server/${vmid}.conf`,
    },
    { fact: 'open count 0, no holders, not mounted', source: `/sys/block/dm-${vmid}/holders` },
  ],
  impact: `Guest ${vmid} cannot be given a disk of this name again.`,
});

const unusedVolume = (vmid: number, disk: number): ReportedFinding => ({
  ...orphan(vmid),
  code: 'LV001',
  severity: 'notice',
  subject: { kind: 'volume', id: `pve/vm-${vmid}-disk-${disk}` },
  title: `pve/vm-${vmid}-disk-${disk} is inactive and no configuration refers to it`,
  evidence: [{ fact: `${(vmid % 60) + 4} GiB, not active on this node`, source: 'lvm fullreport' }],
  impact: 'It takes room in VG pve.',
  remedy: { text: 'Prove that nothing needs it, then free it with PVE: see `pve-doctor explain LV001`.', commands: [] },
  repairAction: null,
  certainty: vmid % 3 === 0 ? 'maybe' : 'certain',
  repair: { offered: false, because: 'pve-doctor never deletes a volume' },
});

const deadMount = (row: MountRow): ReportedFinding => ({
  ...duplicate,
  code: row.vmid === null ? 'MNT001' : 'CT001',
  subject: { kind: 'mount', id: row.vmid === null ? row.target : `${row.vmid}:${row.target}` },
  guests: row.guests.map(({ vmid }) => vmid),
  title: `${row.target} does not answer: ${row.error ?? ''}`,
  evidence: [
    { fact: `${row.source} is mounted on ${row.target}, ${row.fstype}`, source: '/proc/1/mountinfo' },
    { fact: `statfs of ${row.target}: ${row.error ?? ''}`, source: `stat -f ${row.target}` },
  ],
  impact: 'Whoever opens a file beneath it waits and cannot be killed.',
  remedy: { text: 'Make the server answer again, or unmount lazily.', commands: [looks('umount', '-l', row.target)] },
  repairAction: null,
  vmid: row.vmid,
  repair: { offered: false, because: 'pve-doctor gives guidance on mounts and changes none' },
});

/** A tenth duplicates, a fifth unused volumes, the rest orphans of both kinds; the dead mounts come first. */
export function findingsOf(
  amounts: { readonly guests: number; readonly findings: number },
  mounts: readonly MountRow[],
): readonly ReportedFinding[] {
  const dead = mounts.filter(({ status }) => status === 'stale').map(deadMount);
  const made = times(Math.max(0, amounts.findings - dead.length), (at) => {
    const guests = Math.max(1, amounts.guests);
    // Seven shares no factor with powers of ten, so that the findings lie scattered over all guests.
    const vmid = FIRST_VMID + ((7 * at) % guests);
    const round = Math.floor(at / guests);
    if (at % 10 === 0) return duplicateOf(vmid, round);
    if (at % 10 < 3) return unusedVolume(vmid, round + 1);
    return at % 10 < 6 ? notInConfig(vmid, round + 7) : orphan(FIRST_GONE + at);
  });
  return [...dead, ...made].slice(0, amounts.findings);
}

export const ofCode = (
  findings: readonly ReportedFinding[],
  ...codes: readonly CheckCode[]
): readonly ReportedFinding[] => findings.filter(({ code }) => codes.includes(code));
