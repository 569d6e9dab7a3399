import {
  allOf,
  type CrossFinding,
  defineCrossCheck,
  inPairs,
  named,
  nodesOf,
  type Sighting,
  sightings,
  wordOf,
} from '../model/cluster/across-nodes.ts';
import type { LvmSettingsPrint } from '../model/cluster/node-record.ts';
import { groupSightings, seenTogether } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';

type Setting = Exclude<keyof LvmSettingsPrint, 'devices'>;

/** Entries of the devices file are left out: each node has disks of its own in it. */
const SETTINGS: Readonly<Record<Setting, string>> = {
  filter: 'devices/filter',
  globalFilter: 'devices/global_filter',
  useDevicesFile: 'devices/use_devicesfile',
  eventActivation: 'global/event_activation',
  autoActivationVolumes: 'activation/auto_activation_volume_list',
};

const NAMES = Object.keys(SETTINGS) as readonly Setting[];

export const cl013 = defineCrossCheck({
  code: 'CL013',
  title: 'nodes that share a VG have other settings of LVM where they decide',
  harms: { operation: '' },
  parts: ['lvmSettings', 'groups'],
  judge: (facts) => {
    const settings = sightings(facts.view, 'lvmSettings', (one) => [one]);
    const groups = groupSightings(facts);
    const vgNames = [...new Set(groups.map(({ item }) => item.vgName))].sort();
    return allOf(
      vgNames.map((vgName) => {
        const sharing = nodesOf(seenTogether(vgName, groups).proven);
        const { proven } = inPairs(
          settings.filter(({ node }) => sharing.includes(node)),
          (a, b) => (differing(a.item, b.item).length > 0 ? 'yes' : 'no'),
        );
        return { findings: proven.length === 0 ? [] : [findingFor(vgName, proven)], open: [] };
      }),
    );
  },
});

const differing = (a: LvmSettingsPrint, b: LvmSettingsPrint): readonly Setting[] =>
  NAMES.filter((name) => a[name] !== null && b[name] !== null && a[name] !== b[name]);

function findingFor(vgName: string, proven: readonly Sighting<LvmSettingsPrint>[]): CrossFinding {
  const nodes = nodesOf(proven);
  const names = NAMES.filter((name) =>
    proven.some(({ item: a }) => proven.some(({ item: b }) => differing(a, b).includes(name))),
  );
  const words = named(names.map((name) => SETTINGS[name]));
  return {
    harm: 'operation',
    subject: { kind: 'volume-group', id: vgName },
    title: `${named(nodes)} share VG ${vgName} and have other settings of LVM: ${words}`,
    headline: `is shared by ${named(nodes)}, which have other settings of LVM: ${words}`,
    evidence: names.flatMap((name) =>
      proven.map(({ node, standing, item }) => ({
        fact: `${node}: ${SETTINGS[name]} is ${valueWords(item[name])}`,
        source: wordOf(node, standing),
      })),
    ),
    impact:
      'These settings decide which disks LVM of a node sees and what it activates when it starts. Where one node differs, volumes are active on it that no guest there uses, or a disk of a guest is taken for its own.',
    remedy: {
      text: 'Find out which setting is meant, and make it the same on all nodes that share the VG: /etc/lvm/lvm.conf and what it includes.',
      commands: [reads('lvmconfig', '--typeconfig', 'full', 'devices', 'global', 'activation')],
    },
    nodes,
  };
}

function valueWords(value: string | boolean | null): string {
  if (value === null) return 'not known';
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : value === '' ? 'not set' : value;
}
