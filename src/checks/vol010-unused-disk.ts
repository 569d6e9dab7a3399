import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { isIncomplete } from '../model/mounts/mount-secrets.ts';
import { knownOrNull } from '../model/reading.ts';
import { size } from '../model/size.ts';

interface UnusedDisk {
  readonly config: GuestConfig;
  readonly key: string;
  readonly volid: string;
  /** null: nobody could see how large it is. */
  readonly bytes: number | null;
  /** Only this node sees it. */
  readonly isLocal: boolean;
  /** Guests whose configurations name it too. */
  readonly others: readonly number[];
}

export const vol010 = defineCheck({
  code: 'VOL010',
  title: 'disk that was detached and is kept as unused',
  harms: { housekeeping: '' },
  needs: ['guests', 'cluster', 'storage'],
  wants: ['namedVolumes', 'lvm', 'diskNames'],
  examine: ({ guests, cluster, storage }, { namedVolumes, lvm, diskNames }) => {
    const named = knownOrNull(namedVolumes) ?? [];
    const held = new Map(named.map(({ volid, volume }) => [volid, volume?.heldBytes ?? volume?.sizeBytes ?? null]));
    const lvs = new Map((knownOrNull(lvm)?.lvs ?? []).map((lv) => [`${lv.vgName}/${lv.lvName}`, lv.sizeBytes]));
    const vgs = new Map(storage.storages.map(({ storeid, properties }) => [storeid, properties['vgname'] ?? '']));
    const lines = [...(knownOrNull(diskNames)?.values() ?? [])].flat();
    const placeOf = new Map(lines.map(({ mention, place }) => [mention, place]));
    return guests.configs
      .filter(({ node }) => node === cluster.nodeName)
      .flatMap((config) =>
        config.mentions.flatMap((mention): readonly UnusedDisk[] => {
          const { key, section, target, certainty } = mention;
          if (!/^unused\d+$/.test(key) || section !== 'current' || target.kind !== 'volid' || certainty !== 'certain')
            return [];
          // An address of a server is no disk that Proxmox VE detached.
          if (isIncomplete(target.volname)) return [];
          const volid = `${target.storeid}:${target.volname}`;
          const bytes = held.get(volid) ?? lvs.get(`${vgs.get(target.storeid)}/${target.volname}`) ?? null;
          const place = placeOf.get(mention);
          const others = lines.flatMap((line) =>
            place !== undefined && line.place.id === place.id && line.config !== config ? [line.config.vmid] : [],
          );
          return [{ config, key, volid, bytes, isLocal: place?.shared === false, others: [...new Set(others)] }];
        }),
      )
      .map(findingFor);
  },
});

function findingFor({ config: { vmid, path, type }, key, volid, bytes, isLocal, others }: UnusedDisk): Found {
  const held = bytes === null ? '' : ` (${size(bytes)})`;
  const tool = type === 'qemu' ? 'qm' : 'pct';
  return {
    harm: 'housekeeping',
    subject: { kind: 'volume', id: volid },
    title: `${volid} is ${key} of guest ${vmid}: detached, and kept`,
    headline: `keeps a disk that it does not use, ${key}${held}`,
    bytes,
    evidence: [{ fact: `${key}: ${volid}`, source: path }],
    impact: 'It takes space. Proxmox VE keeps a detached disk until somebody removes it, and leaves it out of backups.',
    remedy: {
      text:
        others.length > 0
          ? `Do not remove it, and do not destroy this guest: ${others.map((other) => `guest ${other}`).join(' and ')} names it too (VOL015), and either may delete it for both.`
          : isLocal
            ? `Look what is on it: attach it again, or remove it in the guest’s hardware view. \`${tool} config ${vmid}\` shows it; removing it deletes the volume for good.`
            : 'Find out first who else may use it: on a shared storage another cluster may have a guest of this number, and a rescan, which every restore ' +
              'runs too, adds its disks here as unused. Removing it, and destroying this guest, deletes it for them too. Look when it was made, and which ' +
              'node has it open; until that is known, keep the line and the guest.',
      commands: [reads(tool, 'config', String(vmid))],
    },
    vmid,
  };
}
