import { canBeBase } from '../model/before/features.ts';
import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { GuestConfig, Storage, VolumeMention } from '../model/guests/pve.ts';
import { isMadeAnew } from '../model/needs/unsettled.ts';
import { occupiedGuest } from '../model/report/not-judged.ts';
import { isDisk } from '../model/volumes/guest-disks.ts';

export const vol017 = defineCheck({
  code: 'VOL017',
  title: 'template whose disks were not made base images',
  harms: { operation: '' },
  needs: ['guests', 'cluster', 'storage', 'inFlight'],
  examine: ({ guests, cluster, storage, inFlight }) =>
    templatesOf(guests.configs, cluster.nodeName)
      .filter(({ vmid }) => inFlight.forVmid(vmid) === null)
      .flatMap((config) => {
        const left = config.mentions.filter((mention) => isUnmade(mention, storage.storages));
        return left.length === 0 ? [] : [findingFor(config, left)];
      }),
  unjudged: ({ guests, cluster, inFlight }) =>
    templatesOf(guests.configs, cluster.nodeName).flatMap(({ vmid }) => {
      const why = inFlight.forVmid(vmid);
      return why === null ? [] : [occupiedGuest(vmid, why)];
    }),
});

const templatesOf = (configs: readonly GuestConfig[], node: string): readonly GuestConfig[] =>
  configs.filter((config) => config.template && config.node === node);

/** A disk that its storage could have made a base image. A thick volume of LVM never becomes one, and nothing is wrong with it. */
function isUnmade({ key, section, target, certainty }: VolumeMention, storages: readonly Storage[]): boolean {
  if (section !== 'current' || certainty !== 'certain' || target.kind !== 'volid' || !isDisk(key)) return false;
  const name = target.volname.slice(target.volname.lastIndexOf('/') + 1);
  const storage = storages.find(({ storeid }) => storeid === target.storeid);
  return /^(?:vm|subvol)-\d+-/.test(name) && !isMadeAnew(name) && canBeBase({ storage, name }) === true;
}

function findingFor({ vmid, type, path }: GuestConfig, left: readonly VolumeMention[]): Found {
  const tool = type === 'qemu' ? 'qm' : 'pct';
  const names = left.flatMap(({ key, target }) =>
    target.kind === 'volid' ? [`${key} (${target.storeid}:${target.volname})`] : [],
  );
  return {
    harm: 'operation',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} is a template, and ${listed(names)} ${names.length === 1 ? 'is no base image' : 'are no base images'}`,
    headline: `is a template whose ${left.map(({ key }) => key).join(', ')} was never made a base image: no linked clone can be made of it`,
    evidence: [
      { fact: 'template: 1', source: path },
      ...names.map((name) => ({ fact: `${name} has the name of an ordinary disk`, source: path })),
    ],
    impact:
      'Proxmox VE writes `template: 1` first and makes the base images afterwards, one by one; that failed or was killed. Linked clones are refused ' +
      '(`Linked clone feature is not supported`), and the web interface offers no second try. Full clones work.',
    remedy: {
      text:
        'Read in the log of the task why it failed, and put that right first: mostly a snapshot is left on the storage that no configuration knows ' +
        '(`found snaphost`). Then take the mark off and make the template again: a template has no snapshots and does not run, so nothing else changes. `pve-doctor explain VOL017` has the commands.',
      commands: [reads(tool, 'config', String(vmid))],
    },
    vmid,
    about: 'template',
  };
}
