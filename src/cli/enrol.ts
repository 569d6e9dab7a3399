import { enrolAt, liveHttp } from '../channels/hub.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { liveHost } from '../host/live-host.ts';
import { UsageError } from '../model/faults.ts';
import { hubAddress } from '../model/hub/enrolment.ts';
import type { NodeIdentity } from '../model/hub/protocol.ts';
import type { Reading } from '../model/reading.ts';
import { VERSION } from '../model/version.ts';
import { parseMembers } from '../parse/pmxcfs.ts';
import { printable } from '../render/printable.ts';
import { hubDirectory, keepEnrolment, keyFor, publicKeyOf } from '../store/hub-files.ts';
import { readShown, type Shown, type TokenOptions } from './enrol-token.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { demandRoot, type Terminal, warn } from './terminal.ts';

export interface EnrolOptions extends SettingsOptions, TokenOptions {
  readonly cluster?: boolean;
  readonly status?: boolean;
  readonly leave?: boolean;
}

const REFUSED = 1;
/** EX_UNAVAILABLE of sysexits.h. */
const NOT_REACHED = 69;

/** Makes this node report to a hub, says how that goes, or ends it. */
export async function runEnrol(typed: string | undefined, options: EnrolOptions, terminal: Terminal): Promise<number> {
  demandRoot(terminal, 'the key of this node is readable for root only');
  if ([options.status, options.leave, options.cluster].filter((one) => one === true).length > 1)
    throw new UsageError('--status, --leave and --cluster are three things; one at a time');
  // Needed: another place than the configured one would make a second key.
  const loaded = await loadSettings(options, terminal, 'needed');
  const { path } = loaded.config.history;
  const url = typed === undefined ? null : addressOf(typed);
  if (options.status === true) return await (await import('./hub-status.ts')).showHubs(path, url, terminal);
  if (options.leave === true) return await (await import('./hub-status.ts')).leaveHub(path, url, terminal);
  if (url === null) throw new UsageError('which hub? `pve-doctor enrol https://hub.example.org`');
  const shown = await readShown(options);
  const exitCode = await enrolThisNode(url, shown, loaded, terminal);
  if (exitCode !== 0 || options.cluster !== true) return exitCode;
  return await (await import('./enrol-cluster.ts')).enrolOthers(url, shown, terminal);
}

function addressOf(typed: string): string {
  const address = hubAddress(typed);
  if ('wrong' in address) throw new UsageError(`the address of the hub ${address.wrong}`);
  return address.url;
}

async function enrolThisNode(url: string, shown: Shown, loaded: LoadedConfig, terminal: Terminal): Promise<number> {
  const directory = hubDirectory(loaded.config.history.path, url);
  const identity = await identityOf();
  const key = await keyFor(directory);
  const asked = { ...identity, token: shown.token, publicKey: publicKeyOf(key), toolVersion: VERSION };
  const reply = await enrolAt(url, asked, shown.authorities, liveHttp);
  const name = `${identity.node} of ${identity.cluster}`;
  if (reply.state !== 'enrolled') {
    const what = reply.state === 'refused' ? 'refused it' : 'cannot take it now';
    await warn(terminal, `${name} is not enrolled: ${url} ${what}: ${reply.because}`);
    return reply.state === 'refused' ? REFUSED : NOT_REACHED;
  }
  const { cluster, node } = identity;
  const { authorities } = shown;
  const enrolledAt = new Date().toISOString();
  await keepEnrolment(directory, { url, nodeId: reply.nodeId, cluster, node, enrolledAt, authorities });
  await terminal.stdout.write(`${printable(name)} is enrolled at ${printable(url)} as ${reply.nodeId}\n`);
  await sendFirst(terminal);
  return 0;
}

/** What nobody took stays here and goes out later; the node is enrolled all the same. */
async function sendFirst(terminal: Terminal): Promise<void> {
  const exitCode = await (await import('./publish.ts')).runPublish({ looks: '1' }, terminal);
  const text =
    exitCode === 0
      ? 'Its first report is there; pve-doctor-publish.timer sends one every quarter of an hour.'
      : 'Its first report waits; pve-doctor-publish.timer tries again every quarter of an hour.';
  await terminal.stdout.write(`${text}\n`);
}

/** As reports of this node name it. */
async function identityOf(): Promise<NodeIdentity> {
  const [members, hostName, machineId] = (
    await liveHost().readFiles(['/etc/pve/.members', '/proc/sys/kernel/hostname', '/etc/machine-id'])
  ).map(textOf);
  if (!/^[0-9a-f]{32}$/.test(machineId ?? ''))
    throw new UsageError('this node has no /etc/machine-id: systemd-machine-id-setup(1) makes one', NOT_REACHED);
  const known = parseMembers(members ?? '');
  const node = known?.nodeName ?? hostName ?? '';
  const clusterName = known?.clusterName ?? '';
  return { cluster: clusterName === '' ? node : clusterName, node, machineId: machineId ?? '' };
}

const textOf = (reading: Reading<string>): string => (reading.state === 'known' ? reading.value.trim() : '');
