import type { Readings } from '../check.ts';
import type { Reference } from './guest-entries.ts';
import { indexReferences } from './references.ts';

/** The sections that tell which configuration refers to which volume. */
export const REFERENCE_SECTIONS = ['guests', 'storage', 'cluster'] as const;

type ReferenceSection = (typeof REFERENCE_SECTIONS)[number];

/** The references to (VG, LV), or null where they cannot be known. */
export type ConfiguredVolumes = ((vgName: string, lvName: string) => readonly Reference[]) | null;

export function readReferences({ guests, storage, cluster }: Readings<ReferenceSection>): ConfiguredVolumes {
  if (guests.state !== 'known' || storage.state !== 'known' || cluster.state !== 'known') return null;
  const index = indexReferences(guests.value, storage.value, cluster.value.nodeName);
  return (vgName, lvName) => index.find(vgName, lvName);
}
