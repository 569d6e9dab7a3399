import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { DiskName } from '../model/guests/disk-names.ts';
import { ownerOf } from '../model/guests/guest-volume.ts';
import type { GuestConfig } from '../model/guests/pve.ts';

export const vol016 = defineCheck({
  code: 'VOL016',
  title: 'disk that bears the number of another guest than those that name it',
  harms: {
    operation: 'a guest of that number is there, and its restore takes the disk',
    housekeeping: 'no node has a guest of that number',
  },
  needs: ['guests', 'cluster', 'storage', 'diskNames', 'configsByVmid'],
  examine: ({ cluster, diskNames, configsByVmid }) =>
    [...diskNames.values()].flatMap((names) => {
      const [first] = names.toSorted(
        (a, b) => Number(b.config.node === cluster.nodeName) - Number(a.config.node === cluster.nodeName),
      );
      if (first === undefined || first.config.node !== cluster.nodeName) return [];
      const vmid = ownerOf(first.place.id);
      if (vmid === null || names.some(({ config }) => config.vmid === vmid)) return [];
      return [findingFor(first, vmid, configsByVmid.get(vmid)?.at(-1) ?? null)];
    }),
});

function findingFor({ config, mention, text, place }: DiskName, number: number, owner: GuestConfig | null): Found {
  const tool = config.type === 'qemu' ? 'qm' : 'pct';
  const of = owner === null ? `${number}, which no node has` : `guest ${number}`;
  return {
    // A restore of a guest that is there takes it; one that is not there has to be made first.
    harm: owner === null ? 'housekeeping' : 'operation',
    subject: { kind: 'volume', id: text },
    title: `Guest ${config.vmid} names ${text}, which bears the number of ${of}`,
    headline: `names a disk that bears the number of ${of}: ${lineOf(mention)} is ${text}`,
    evidence: [
      { fact: `${lineOf(mention)}: ${text}`, source: config.path },
      owner === null
        ? { fact: `no node has a guest ${number}`, source: '/etc/pve/nodes' }
        : { fact: `guest ${number} is on node ${owner.node} and does not name it`, source: owner.path },
      ...(place.shared ? [{ fact: 'its storage is shared: every node sees it', source: '/etc/pve/storage.cfg' }] : []),
    ],
    impact:
      `Proxmox VE goes by the number. A restore of guest ${number}, or \`qm disk rescan\`, makes it an unused disk of that guest, whose next destroy ` +
      `deletes it; destroying guest ${number} with its unreferenced disks deletes it at once. Destroying guest ${config.vmid} leaves it.`,
    remedy: {
      text:
        `Find out whose it is. If it is guest ${config.vmid}'s, give it that guest's number: "Reassign Owner" to another guest and back renames it: ` +
        `\`pve-doctor explain VOL016\` says how. Until then neither restore nor destroy guest ${number}, and run no rescan.`,
      commands: [reads(tool, 'config', String(config.vmid))],
    },
    vmid: config.vmid,
    about: String(number),
  };
}

const lineOf = ({ key, section, snapshot }: DiskName['mention']): string =>
  section === 'snapshot' ? `${key} of [${snapshot}]` : section === 'current' ? key : `${key} of [${section}]`;
