import type { Readings } from '../check.ts';
import { VERSION } from '../version.ts';
import { carryOn } from './carry-on.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type NodeRecord, RECORD_FORMAT } from './node-record.ts';

/** This node as the others would see it, by what was just read of it, before anything was judged. */
export function ownLook(
  sections: Parameters<typeof fingerprintOf>[0] & Readings<'host' | 'peers'>,
  takenAt: string,
): NodeRecord {
  const { host, cluster, identities, peers } = sections;
  const before = peers.state === 'known' ? peers.value.words.get(peers.value.self) : undefined;
  const look = {
    format: RECORD_FORMAT,
    toolVersion: VERSION,
    node: cluster.state === 'known' ? cluster.value.nodeName : '',
    takenAt,
    bootId: identities.state === 'known' ? identities.value.bootId : '',
    uptimeSeconds: host.state === 'known' ? host.value.uptimeSeconds : null,
    ...fingerprintOf(sections, takenAt),
  } as const;
  return { ...look, verdict: null, fingerprint: carryOn(look, before?.state === 'record' ? before.record : null) };
}
