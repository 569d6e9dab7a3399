import type { LoadedConfig } from '../config/load-config.ts';
import { type Look, lookAtNode } from '../engine/check-node.ts';
import type { ClusterState } from '../engine/cluster-state.ts';
import { collect } from '../engine/collect.ts';
import { EVERYTHING } from '../engine/narrowing.ts';
import { lookOf, ownRecord } from '../engine/own-record.ts';
import { lookAtDataFile } from '../host/data-file.ts';
import { type Publication, packRecord, publishValue } from '../host/publish-value.ts';
import { nextLook } from '../model/cluster/carry-on.ts';
import type { Peers } from '../model/cluster/cluster-view.ts';
import { fitRecord } from '../model/cluster/fit-record.ts';
import type { MailPart } from '../model/cluster/mail-part.ts';
import { type NodeRecord, RECORD_FORMAT } from '../model/cluster/node-record.ts';
import { UsageError } from '../model/faults.ts';
import { describeProblem } from '../model/reading.ts';
import { withTrouble } from './channel-trouble.ts';
import { mailPart } from './cluster-mail.ts';
import { isEnrolled, pushLook } from './hub-push.ts';
import { lookBackFrom, withKnown } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { NEEDS_ROOT, openSource } from './source.ts';
import { demandRoot, type Terminal, warn } from './terminal.ts';

interface PublishOptions {
  readonly print?: boolean;
  readonly looks: string;
  readonly withdraw?: boolean;
}

/** sysexits.h EX_TEMPFAIL: the timer tries again. */
const NOT_PUBLISHED = 75;

/** Corosync's own configuration: outside /etc/pve, which may hang. A node without it is in no cluster. */
const COROSYNC = '/etc/corosync/corosync.conf';

/** Spares a node that is in no cluster the check every quarter of an hour. */
export const mayBeInCluster = (): boolean => lookAtDataFile(COROSYNC).state !== 'absent';

export async function runPublish(options: PublishOptions, terminal: Terminal): Promise<number> {
  demandRoot(terminal, NEEDS_ROOT);
  const looks = Number(options.looks);
  if (!Number.isInteger(looks) || looks < 1 || looks > MOST_LOOKS)
    throw new UsageError(`--looks takes a number from 1 to ${MOST_LOOKS}`);
  if (options.withdraw === true)
    return options.print === true || mayBeInCluster() ? await done(await withdraw(terminal), terminal) : 0;
  const loaded = await loadSettings({}, terminal, 'helpful', false);
  if (options.print === true) return await printLooks(looks, loaded, terminal);
  return isEnrolled(loaded) || mayBeInCluster() ? await tellOthers(loaded, terminal) : 0;
}

/** One look, for the other nodes of the cluster and for the hubs of this node. */
async function tellOthers(loaded: LoadedConfig, terminal: Terminal): Promise<number> {
  const { host, label } = await openSource({}, terminal);
  const { snapshot, report: found } = await lookAtNode(host, label, EVERYTHING, loaded.config.mounts);
  const { reading } = snapshot.sections.cluster;
  const isAlone = reading.state === 'known' && reading.value.isAlone;
  const report = await withKnown(withTrouble(found, loaded), loaded, terminal);
  const published =
    mayBeInCluster() && !isAlone ? await done(await publish({ snapshot, report }, loaded, terminal), terminal) : 0;
  const isPushed = await pushLook(await lookBackFrom(report, loaded.config.history), loaded, terminal);
  return isPushed ? published : NOT_PUBLISHED;
}

async function printLooks(looks: number, loaded: LoadedConfig, terminal: Terminal): Promise<number> {
  const { host, label } = await openSource({}, terminal);
  const { snapshot, report } = await lookAtNode(host, label, EVERYTHING, loaded.config.mounts);
  let last = ownRecord(snapshot, await withKnown(report, loaded, terminal));
  await print(last, terminal);
  for (let turn = 1; turn < looks; turn += 1) {
    await host.pause(BETWEEN_LOOKS_MS);
    last = nextLook(lookOf(await collect(host, loaded.config.mounts)), last);
    await print(last, terminal);
  }
  return 0;
}

/** More would not say more. */
const MOST_LOOKS = 5;
const BETWEEN_LOOKS_MS = 2000;

/** Whole: over ssh nothing has to fit. */
const print = (record: NodeRecord, terminal: Terminal): Promise<void> =>
  terminal.stdout.write(`${JSON.stringify(record)}\n`);

/** Publishes what a check that is kept has found; whatever comes of it is no matter of that check. */
export async function publishLook(look: Look, loaded: LoadedConfig, terminal: Terminal): Promise<void> {
  const { reading } = look.snapshot.sections.cluster;
  if (reading.state !== 'known' || reading.value.clusterName === '' || reading.value.isAlone) return;
  const publication = await publish(look, loaded, terminal);
  // Without PVE::Cluster there is nobody to hear it, which only who asked to publish wants to know.
  if (publication.state === 'failed') await done(publication, terminal);
}

const packed = (record: object): string => packRecord(JSON.stringify(record));

async function publish({ snapshot, report }: Look, loaded: LoadedConfig, terminal: Terminal): Promise<Publication> {
  const { cluster, peers } = snapshot.sections;
  const { reading } = cluster;
  if (reading.state === 'absent' || (reading.state === 'known' && reading.value.clusterName === ''))
    return { state: 'absent', because: 'this node is in no cluster' };
  if (reading.state === 'unreadable') return { state: 'failed', because: describeProblem(reading.problem) };
  if (!reading.value.quorate)
    await warn(terminal, 'this node has no quorum: the others hear what it publishes when it has one again');
  const mail = await mailPart(loaded, (report.host?.pveVersion ?? null) !== null);
  const words = peers.reading.state === 'known' ? peers.reading.value.words : new Map();
  return await publishFitting(ownRecord(snapshot, report, mail), words);
}

function publishFitting(record: NodeRecord, words: Peers['words']): Promise<Publication> {
  const others = [...words].flatMap(([name, word]) =>
    word.state === 'record' && name !== record.node ? [word.record] : [],
  );
  return publishValue(packed(fitRecord(record, others, (one) => packed(one).length)));
}

/** What this node says of the mail of its cluster, as soon as that is another thing; the rest of its record stays. */
export async function publishMail({ peers }: Pick<ClusterState, 'peers'>, loaded: LoadedConfig): Promise<void> {
  const word = peers.words.get(peers.self);
  if (word?.state !== 'record') return;
  const { record } = word;
  const mail = await mailPart(loaded, true);
  const said = (part: MailPart | null | undefined) => JSON.stringify({ ...part, passedAt: null });
  if (mail !== null && said(mail) !== said(record.mail)) await publishFitting({ ...record, mail }, peers.words);
}

/** A value that is deleted stays with a node that is away; one that says so does not. */
async function withdraw(terminal: Terminal): Promise<Publication> {
  const { host } = await openSource({}, terminal);
  const [name] = await host.readFiles(['/proc/sys/kernel/hostname']);
  const node = name?.state === 'known' ? (name.value.trim().split('.')[0] ?? '') : '';
  return publishValue(packed({ format: RECORD_FORMAT, node, takenAt: host.now().toISOString(), withdrawn: true }));
}

async function done(publication: Publication, terminal: Terminal): Promise<number> {
  if (publication.state === 'published') return 0;
  await warn(terminal, `nothing was published: ${publication.because}`);
  return publication.state === 'absent' ? 0 : NOT_PUBLISHED;
}
