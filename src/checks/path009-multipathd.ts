import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { isMultipath } from '../model/paths/multipath-maps.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path009 = defineCheck({
  code: 'PATH009',
  dependsOnStack: true,
  title: 'multipath maps that nobody looks after',
  harms: { redundancy: '' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) => {
    const { stack, disks } = facts;
    const maps = stack.devices.filter(isMultipath);
    if (disks.multipathd !== false || maps.length === 0) return [];
    const carried = carriedBy(maps.map(devNo), facts, above);
    return [findingFor(maps.map(({ name }) => name).sort(), carriedWhom(carried), carriedEvidence(carried))];
  },
  unjudged: ({ stack, disks }: Needed) =>
    disks.multipathd === null && stack.devices.some(isMultipath) ? ['whether multipathd runs could not be told'] : [],
});

const findingFor = (maps: readonly string[], whom: string, above: readonly Evidence[]): Found => ({
  harm: 'redundancy',
  subject: { kind: 'device', id: 'multipathd' },
  title: `multipathd does not run, and ${maps.length === 1 ? `map ${maps[0]} needs` : `${maps.length} maps need`} it`,
  headline: `does not run: a path that fails is noticed by nobody and never comes back for ${whom}`,
  evidence: [
    { fact: `no process multipathd, and no socket of it; maps: ${listed(maps)}`, source: '/proc, /proc/net/unix' },
    ...above,
  ],
  impact:
    'The kernel marks a path as failed when I/O meets it, and nothing sets it working again. A map whose paths fail one after the other ' +
    'ends without any, although all of them are back.',
  remedy: {
    text:
      'See first that /etc/multipath.conf is the one that the maps were made with: another one may rename or rebuild them, and take disks ' +
      'that nothing uses yet. Then enable and start multipathd; it takes over the maps as they are.',
    commands: [reads('systemctl', 'status', 'multipathd'), reads('multipath', '-ll')],
  },
});
