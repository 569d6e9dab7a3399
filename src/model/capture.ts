/**
 * The capture format, version 1: everything the checks read, as one JSON document. docs/capture.md is its manual.
 * Paths and commands that are not in it were not there.
 */

import type { Beneath, LeftBehind, ServerAnswer } from './mounts/mounts.ts';
import type { ProblemKind } from './reading.ts';

/** Text as a string; or as lines, each ended by a newline; or bytes that are no UTF-8. */
export type CapturedText = string | readonly string[] | { readonly base64: string };

/** A failed read. `detail` is the error's own word, for example `EACCES`. */
export interface CapturedFailure {
  readonly unreadable: ProblemKind;
  readonly detail?: string;
}

/** One run of a command. Left out: `exited`, exit status 0, no output, 0 ms. */
export interface CapturedRun {
  readonly argv?: readonly string[];
  readonly outcome?: 'exited' | 'killed' | 'timed-out' | 'not-found' | 'denied' | 'failed';
  readonly exitCode?: number;
  readonly stdout?: CapturedText;
  readonly stderr?: CapturedText;
  readonly truncated?: boolean;
  readonly durationMs?: number;
}

/** lstat: `mode` in octal as `stat -c %a` with the type bits (`120755`), `device` as `major:minor`. */
export interface CapturedStat {
  readonly mode: string;
  readonly inode?: number;
  readonly device?: string;
  readonly modifiedMs?: number;
}

export interface CapturedCapacity {
  readonly totalBytes: number;
  readonly availableBytes: number;
}

/** A probe of a path in a child. Left out: `exited`, exit status 0, no output, 0 ms. */
export interface CapturedProbe {
  readonly outcome?: 'exited' | 'killed' | 'timed-out' | 'not-started';
  readonly exitCode?: number;
  readonly stdout?: CapturedText;
  readonly stderr?: CapturedText;
  readonly durationMs?: number;
  readonly leftBehind?: LeftBehind;
}

/** What a node answered that was asked over ssh. */
export interface CapturedNodeAnswer {
  /** ISO 8601, by the clock of the node that asked; so is `answeredAt`. */
  readonly askedAt: string;
  readonly answeredAt: string;
  readonly run: CapturedRun;
}

/** Another node's own capture, or why it is not there, as one sentence without a full stop. */
export type CapturedMember = { readonly capture: NodeCapture } | { readonly notCaptured: string };

/** Of one node. */
export type NodeCapture = Omit<Capture, 'captures'>;

export interface Capture {
  readonly format: 'pve-doctor-capture';
  readonly version: 1;
  /** ISO 8601. */
  readonly takenAt: string;
  /** How the situation came about, versions. */
  readonly note?: string;
  /** One run, or several in the order in which they ran; the last one answers all later calls. */
  readonly commands?: Readonly<Record<string, CapturedRun | readonly CapturedRun[]>>;
  readonly files?: Readonly<Record<string, CapturedText | CapturedFailure>>;
  /** Bytes of the files that have a size: a text of another length is not the whole file. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Directories that were listed. Others are listed from the paths recorded below them. */
  readonly directories?: Readonly<Record<string, readonly string[] | CapturedFailure>>;
  readonly links?: Readonly<Record<string, string | CapturedFailure>>;
  readonly stats?: Readonly<Record<string, CapturedStat | CapturedFailure>>;
  /** `[pid, "major:minor"]` for every block device that a process has open. */
  readonly openBlockDevices?: readonly (readonly [number, string])[] | CapturedFailure;
  /** `[pid, inode, path]` of the files that processes have open, of those that were asked for. */
  readonly openFiles?: readonly (readonly [number, number, string])[] | CapturedFailure;
  readonly rootCapacity?: CapturedCapacity | CapturedFailure;
  /** `statfs PATH`, `read PATH`. One that is not here could not be asked. */
  readonly probes?: Readonly<Record<string, CapturedProbe>>;
  /** What lies beneath mount points, by path. */
  readonly beneath?: Readonly<Record<string, Beneath | CapturedFailure>>;
  /** Answers of servers, by `host:port`. */
  readonly servers?: Readonly<Record<string, ServerAnswer>>;
  /** `STORAGE rbd ls -l`, `STORAGE rados listomapvals rbd_trash`: what Ceph answered, by storage. One that is not here was not asked. */
  readonly ceph?: Readonly<Record<string, CapturedRun>>;
  /** Answers of other nodes, by name: only where they were asked. */
  readonly nodes?: Readonly<Record<string, CapturedNodeAnswer>>;
  /** The other nodes of the cluster, by name: only where each was asked for its own capture. */
  readonly captures?: Readonly<Record<string, CapturedMember>>;
}

export const isFailure = (entry: object | string): entry is CapturedFailure =>
  typeof entry === 'object' && 'unreadable' in entry;

/** As a file is read on the node: a byte order mark is text. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function decodeText(text: CapturedText): string {
  if (typeof text === 'string') return text;
  if ('base64' in text) return UTF8.decode(Uint8Array.from(atob(text.base64), (c) => c.charCodeAt(0)));
  return text.map((line) => `${line}\n`).join('');
}

const UTF8_BYTES = new TextEncoder();

/** Bytes of the file that a text was. */
export const byteLength = (text: CapturedText): number =>
  typeof text === 'object' && 'base64' in text ? atob(text.base64).length : UTF8_BYTES.encode(decodeText(text)).length;

/** The most readable exact form: lines where the text is whole lines, else one string. */
export function encodeText(text: string): CapturedText {
  if (text === '' || !text.endsWith('\n')) return text;
  return text.slice(0, -1).split('\n');
}
