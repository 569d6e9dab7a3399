/** What is asked of Ceph with values from storage.cfg. Nothing of it changes a pool, and no key is read: Ceph's tools get its path. */

/** A pool as a storage means it. */
export interface CephPool {
  readonly storeid: string;
  readonly pool: string;
  readonly namespace: string | null;
  /** Configuration of the cluster; null where there is none beside the monitors. */
  readonly conf: string | null;
  readonly monitors: readonly string[];
  readonly user: string;
  /** null: PVE keeps no keyring of the storage, and asks without one. */
  readonly keyring: string | null;
}

/** Where the cluster of a pool is and as whom it is asked, in PVE's order (pve-storage src/PVE/Storage/RBDPlugin.pm build_cmd). */
export const reachOf = ({ conf, monitors, user, keyring }: CephPool): readonly string[] => [
  ...(conf === null ? [] : ['-c', conf]),
  ...(monitors.length === 0 ? [] : ['-m', monitors.join(',')]),
  ...['--auth_supported', keyring === null ? 'none' : 'cephx', '-n', `client.${user}`],
  ...(keyring === null ? [] : ['--keyring', keyring]),
];

export type CephQuestion =
  /** Every name in the pool, also of images that cannot be opened. */
  | { readonly ask: 'names' }
  /** Every image that can be opened, with its snapshots and its parent. */
  | { readonly ask: 'images' }
  /** The trash with its entries that `rbd trash ls` hides. */
  | { readonly ask: 'trash' }
  /** `usage`: bytes that it and each of its snapshots hold. */
  | { readonly ask: 'image' | 'status' | 'usage'; readonly image: string }
  | { readonly ask: 'trashed' | 'watchers'; readonly imageId: string };

export interface CephRequest {
  readonly pool: CephPool;
  readonly question: CephQuestion;
}

const WORD = /^[A-Za-z0-9_.][\w.:+ -]{0,127}$/;
const MONITOR = /^(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** Why these values are given to no command, or null. Names with `/` or `@` would mean another pool or a snapshot. */
export function whyNoPool({ pool, namespace, monitors, user }: CephPool): string | null {
  for (const [what, value] of [
    ['pool', pool],
    ['namespace', namespace ?? 'none'],
    ['user', user],
  ] as const)
    if (!WORD.test(value)) return `its ${what} has a name that pve-doctor gives to no command`;
  return monitors.every((monitor) => MONITOR.test(monitor)) ? null : 'its monitors are no addresses';
}

/** Names of images and their numbers that may stand in a command. */
export const isImageName = (name: string): boolean => /^[A-Za-z0-9_][\w.+-]{0,200}$/.test(name);
export const isImageId = (id: string): boolean => /^[0-9A-Za-z]{1,64}$/.test(id);

export function cephWords(question: CephQuestion): readonly [program: 'rbd' | 'rados', ...words: string[]] {
  switch (question.ask) {
    case 'names':
      return ['rbd', 'ls'];
    case 'images':
      return ['rbd', 'ls', '-l'];
    case 'trash':
      return ['rados', 'listomapvals', 'rbd_trash'];
    case 'image':
      return ['rbd', 'info', question.image];
    case 'trashed':
      return ['rbd', 'info', '--image-id', question.imageId];
    case 'status':
      return ['rbd', 'status', question.image];
    case 'usage':
      return ['rbd', 'du', question.image];
    case 'watchers':
      return ['rados', 'listwatchers', `rbd_header.${question.imageId}`];
  }
}

/** The name of a question in a capture. */
export const cephName = ({ pool, question }: CephRequest): string => `${pool.storeid} ${cephWords(question).join(' ')}`;
