import type { HaResources } from '../model/guests/ha.ts';

/** The files of the HA manager; null: it could not be read. */
export interface HaTexts {
  readonly resources: string;
  /** Since Proxmox VE 9. */
  readonly rules: string | null;
  /** Up to Proxmox VE 8; it makes rules of them once all nodes are upgraded. */
  readonly groups: string | null;
}

/** A section of a configuration: `TYPE: ID` with indented properties below (pve-common src/PVE/SectionConfig.pm). */
interface Section {
  readonly type: string;
  readonly id: string;
  readonly properties: ReadonlyMap<string, string>;
}

function sectionsOf(text: string): readonly Section[] {
  const sections: { type: string; id: string; properties: Map<string, string> }[] = [];
  let open: Map<string, string> | null = null;
  for (const line of text.split('\n')) {
    const [, type = '', id = ''] = /^([a-z][a-z-]*):\s*(\S+)\s*$/.exec(line) ?? [];
    if (type !== '') {
      open = new Map();
      sections.push({ type, id, properties: open });
    } else if (line.trim() === '') open = null;
    else {
      const [, key = '', value = ''] = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
      if (key !== '') open?.set(key, value);
    }
  }
  return sections;
}

/** `vm:100`, `ct:101`; in resources.cfg the type stands in front. */
const vmidIn = (sid: string): number | null => {
  const digits = /^(?:(?:vm|ct|service):)?([1-9]\d{2,8})$/.exec(sid)?.[1];
  return digits === undefined ? null : Number(digits);
};

const isOn = (value: string | undefined): boolean => value !== undefined && /^(?:1|on|yes|true|)$/i.test(value);

/** Parted as PVE::Tools::split_list does; nodes may have a priority, `pve1:2`. */
const listIn = (value: string | undefined): readonly string[] =>
  (value ?? '').split(/[\s,;]+/).filter((word) => word !== '');

const nodesIn = (value: string | undefined): readonly string[] =>
  listIn(value).map((node) => node.replace(/:\d+$/, ''));

/** pve-ha-manager src/PVE/HA/Resources/PVEVM.pm, Rules/NodeAffinity.pm, Groups.pm. Other lines and sections mean nothing. */
export function parseHaResources({ resources, rules, groups }: HaTexts): HaResources {
  const managed = new Map<number, string>();
  const groupOf = new Map<number, string>();
  for (const { type, id, properties } of sectionsOf(resources)) {
    const vmid = /^(?:vm|ct|service)$/.test(type) ? vmidIn(id) : null;
    if (vmid === null) continue;
    const state = properties.get('state') ?? 'started';
    managed.set(vmid, state === 'enabled' ? 'started' : state);
    const group = properties.get('group');
    if (group !== undefined) groupOf.set(vmid, group);
  }
  if (rules === null || groups === null) return { managed, heldTo: null };
  const restricted = new Map(
    sectionsOf(groups).flatMap(({ type, id, properties }): [string, readonly string[]][] =>
      type === 'group' && isOn(properties.get('restricted')) ? [[id, nodesIn(properties.get('nodes'))]] : [],
    ),
  );
  const groupNames = new Set(sectionsOf(groups).map(({ id }) => id));
  if ([...groupOf.values()].some((group) => !groupNames.has(group))) return { managed, heldTo: null };
  const heldTo = new Map(
    [...groupOf].flatMap(([vmid, group]) => {
      const nodes = restricted.get(group);
      return nodes === undefined ? [] : [[vmid, nodes] as const];
    }),
  );
  for (const { type, properties } of sectionsOf(rules)) {
    if (type !== 'node-affinity' || isOn(properties.get('disable')) || !isOn(properties.get('strict'))) continue;
    for (const sid of listIn(properties.get('resources'))) {
      const vmid = vmidIn(sid);
      if (vmid !== null) heldTo.set(vmid, nodesIn(properties.get('nodes')));
    }
  }
  return { managed, heldTo };
}
