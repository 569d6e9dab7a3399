import { type Markup, markup } from '../../render/markup.ts';
import type { ClusterRow } from '../store/hub-store.ts';
import { link } from './page-parts.ts';

type Named = Pick<ClusterRow, 'clusterId' | 'name'>;

/** A cluster that a list is narrowed to, as somebody typed it: there may be thousands, so no page offers all of them. */
export interface ClusterWord {
  readonly text: string;
  /** null where nothing was typed, or no one cluster is meant by it. */
  readonly chosen: Named | null;
  /** Where none is meant: those that have the text in their names. */
  readonly alike: readonly Named[];
}

export const NO_CLUSTER: ClusterWord = { text: '', chosen: null, alike: [] };

export const clusterField = ({ text, chosen }: ClusterWord): Markup =>
  markup`<label>Cluster <input name="cluster" value="${chosen?.name ?? text}" size="14" maxlength="100" autocapitalize="none"></label>`;

/** In the place of a list, where it is not known of what. */
export const whichCluster = (
  { text, chosen, alike }: ClusterWord,
  pathOf: (clusterId: string) => string,
): Markup | null =>
  text === '' || chosen !== null
    ? null
    : markup`<p>No cluster is called ${text}.${alike.length === 0 ? null : markup` ${alike.map(({ clusterId, name }, at) => markup`${at === 0 ? 'Like it: ' : ', '}${link(pathOf(clusterId), name)}`)}`}</p>`;
