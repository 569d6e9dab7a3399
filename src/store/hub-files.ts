import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { makeDirectory, readDataFile } from '../host/data-file.ts';
import { keptDirectories } from '../host/kept-files.ts';
import { writeAtomically, writeNew } from '../host/output-file.ts';
import { UsageError } from '../model/faults.ts';
import {
  ENROLMENT,
  type Enrolment,
  HUB_STATE,
  type HubState,
  hubAddress,
  hubChannel,
  hubName,
  NOTHING_HEARD,
} from '../model/hub/enrolment.ts';
import type { Rule } from '../model/json-shape.ts';
import { ACKNOWLEDGEMENTS, type Acknowledgement } from '../model/report/acknowledgement.ts';

/**
 * What a node keeps of each hub that it reports to, below `hub/NAME` in the directory of the history: `key.pem`, `enrolment.json`,
 * `state.json`, `acknowledged.json` and the folder `spool`. All of it is for root alone.
 */
export const hubDirectory = (historyPath: string, url: string): string => `${historyPath}/hub/${hubName(url)}`;

/** A hub that this node enrolled with. */
export interface KnownHub {
  readonly directory: string;
  /** As it is called among the channels. */
  readonly channel: string;
  readonly enrolment: Enrolment;
  readonly key: KeyObject;
}

/** `broken`: there is something of a hub, and not what is needed to speak to it. */
export interface KnownHubs {
  readonly hubs: readonly KnownHub[];
  readonly broken: readonly { readonly channel: string; readonly because: string }[];
}

const MOST_BYTES = 1024 * 1024;

/** A file of ours in JSON; null where it is not there, a sentence where it cannot be used. */
function readJson<T>(path: string, rule: Rule): { readonly value: T } | { readonly because: string } | null {
  const file = readDataFile(path, MOST_BYTES);
  if (file.state === 'absent') return null;
  if (file.state === 'unusable') return { because: file.because };
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.bytes));
    const complaint = rule(value, 'it');
    return complaint === null ? { value: value as T } : { because: `${path} is damaged: ${complaint}` };
  } catch {
    return { because: `${path} is damaged: it is not JSON` };
  }
}

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, 0o600, 'exact');

/** Only looks. A hub whose enrolment was never finished is none. */
export function knownHubs(historyPath: string): KnownHubs {
  const hubs: KnownHub[] = [];
  const broken: { channel: string; because: string }[] = [];
  for (const name of keptDirectories(`${historyPath}/hub`)) {
    const directory = `${historyPath}/hub/${name}`;
    const read = readJson<Enrolment>(`${directory}/enrolment.json`, ENROLMENT);
    if (read === null) continue;
    const hub = 'because' in read ? read : opened(directory, read.value);
    if ('because' in hub) broken.push({ channel: `hub ${name}`, because: `is not used: ${hub.because}; enrol again` });
    else hubs.push(hub);
  }
  return { hubs, broken };
}

function opened(directory: string, enrolment: Enrolment): KnownHub | { readonly because: string } {
  // It names where reports go: what an address must be, it must be here as well.
  if ('wrong' in hubAddress(enrolment.url)) return { because: `${directory}/enrolment.json names no address of a hub` };
  const key = readKey(directory);
  if (key === null) return { because: `${directory}/key.pem is not there` };
  return 'because' in key ? key : { directory, channel: hubChannel(enrolment.url), enrolment, key: key.key };
}

function readKey(directory: string): { readonly key: KeyObject } | { readonly because: string } | null {
  const file = readDataFile(`${directory}/key.pem`, MOST_BYTES);
  if (file.state === 'absent') return null;
  if (file.state === 'unusable') return file;
  try {
    const key = createPrivateKey(Buffer.from(file.bytes));
    return key.asymmetricKeyType === 'ed25519' ? { key } : { because: `${directory}/key.pem is no Ed25519 key` };
  } catch {
    return { because: `${directory}/key.pem is damaged` };
  }
}

/** The node's key for one hub, made where there is none; one that is there is never replaced. Throws UsageError with 73. */
export async function keyFor(directory: string): Promise<KeyObject> {
  const refused = makeDirectory(directory);
  if (refused !== null) throw new UsageError(refused, 73);
  const found = readKey(directory);
  if (found !== null && 'because' in found)
    throw new UsageError(`${found.because}; \`pve-doctor enrol --leave\` forgets it`, 73);
  if (found !== null) return found.key;
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeNew(`${directory}/key.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  return privateKey;
}

/** SPKI, DER, base64 (RFC 8410): as the hub pins it. */
export const publicKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

/** Enrolled, and nothing is known of what the hub has. */
export async function keepEnrolment(directory: string, enrolment: Enrolment): Promise<void> {
  await keepHubState(directory, NOTHING_HEARD);
  await writeJson(`${directory}/enrolment.json`, enrolment);
}

/** What is damaged is as if nothing had been heard: the next report goes whole. */
export function hubState(directory: string): HubState {
  const read = readJson<HubState>(`${directory}/state.json`, HUB_STATE);
  return read !== null && 'value' in read ? read.value : NOTHING_HEARD;
}

export const keepHubState = (directory: string, state: HubState): Promise<void> =>
  writeJson(`${directory}/state.json`, state);

/** The hub's own acknowledgements replace those before; nothing is written where they are the same. */
export async function keepHubAcknowledgements(
  directory: string,
  acknowledgements: readonly Acknowledgement[],
): Promise<void> {
  const path = `${directory}/acknowledged.json`;
  const before = readJson<readonly Acknowledgement[]>(path, ACKNOWLEDGEMENTS);
  if (
    before === null
      ? acknowledgements.length === 0
      : 'value' in before && isDeepStrictEqual(before.value, acknowledgements)
  )
    return;
  await writeJson(path, acknowledgements);
}

/** What the hubs of this node said of its problems; a file that cannot be used hides nothing. */
export function hubAcknowledgements(historyPath: string): {
  readonly list: readonly Acknowledgement[];
  readonly problem: string;
} {
  const all = keptDirectories(`${historyPath}/hub`).map((name) =>
    readJson<readonly Acknowledgement[]>(`${historyPath}/hub/${name}/acknowledged.json`, ACKNOWLEDGEMENTS),
  );
  const [wrong] = all.flatMap((read) => (read !== null && 'because' in read ? [read.because] : []));
  return {
    list: all.flatMap((read) => (read !== null && 'value' in read ? read.value : [])),
    problem: wrong === undefined ? '' : `${wrong}, so nothing counts as acknowledged that was said in the hub`,
  };
}

export const spoolOf = (directory: string): string => `${directory}/spool`;
