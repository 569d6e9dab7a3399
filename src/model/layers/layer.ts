import type { DevNo } from '../device-mapper/device-mapper.ts';

export type LayerKind =
  | 'guest-disk'
  | 'file'
  | 'mount'
  | 'server'
  | 'volume'
  | 'device'
  | 'partition'
  | 'disk'
  | 'session'
  | 'controller'
  | 'pool'
  /** A number that a table names, and no device has it any more. */
  | 'gone';

/**
 * What a layer knows of itself: it is as it should be, it is not, or its state could not be read. How bad `wrong` is only a problem
 * says (`problems/`), since that depends on who is hit.
 */
export type Condition = 'fine' | 'wrong' | 'unknown';

/** One thing on the way from a guest's disk down to the disks and servers. */
export interface Layer {
  /** Its key among all layers. */
  readonly id: string;
  readonly kind: LayerKind;
  /** What it is, in a few words: `thin volume`, `multipath map`, `iSCSI session`. */
  readonly what: string;
  readonly name: string;
  readonly devNo: DevNo | null;
  /** null where it has no size, or nobody could read it. */
  readonly bytes: number | null;
  readonly condition: Condition;
  /** What it says of itself. */
  readonly state: string;
  /** What tells it from others: model, address, portal; empty where there is nothing. */
  readonly detail: string;
  /** Ids of those directly beneath it. */
  readonly below: readonly string[];
  /** What lies beneath it and could not be seen, each a sentence. */
  readonly unseen: readonly string[];
  /** By what findings and people call it. */
  readonly names: readonly string[];
}

/** What makers of layers leave out is nothing. */
export type Made = Pick<Layer, 'kind' | 'what' | 'name' | 'condition' | 'state'> & Partial<Omit<Layer, 'id'>>;

/** What a layer says of itself. */
export type OwnState = Pick<Layer, 'condition' | 'state'>;

export const finished = (id: string, made: Made): Layer => ({
  devNo: null,
  bytes: null,
  detail: '',
  below: [],
  unseen: [],
  names: [made.name],
  ...made,
  id,
});

export const deviceId = (number: DevNo): string => `dev:${number}`;
export const volumeId = (vgName: string, lvName: string): string => `lv:${vgName}/${lvName}`;
export const mountId = (target: string): string => `mount:${target}`;

/** Of those that are devices. */
export const deviceNumbersOf = (layers: readonly Layer[]): readonly DevNo[] =>
  layers.flatMap(({ id, devNo }) => (devNo !== null && id === deviceId(devNo) ? [devNo] : []));
