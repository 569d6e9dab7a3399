import { completeLines, wholeNumber } from './complete-lines.ts';

/**
 * `zfs list -Hp -t filesystem,volume,snapshot -S name` with the columns name, type, used, volsize, refquota, origin, creation and
 * receive_resume_token (zfs-list(8), zfsprops(7)): tabs between columns, exact numbers, `-` for a property that a dataset of its type
 * does not have. Names sorted downwards, byte by byte (cmd/zfs/zfs_iter.c zfs_sort): a dataset comes after all that is in it, so
 * where it is there its descendants are as well.
 */

export interface ZfsDataset {
  readonly name: string;
  readonly type: 'filesystem' | 'volume' | 'snapshot';
  readonly usedBytes: number;
  readonly volsizeBytes: number | null;
  /** 0: none. */
  readonly refquotaBytes: number | null;
  /** A snapshot, with its dataset's whole name. */
  readonly origin: string | null;
  /** Seconds since 1970. */
  readonly creation: number;
  /** A `zfs receive` broke off. */
  readonly partlyReceived: boolean;
}

const TYPES: ReadonlySet<string> = new Set(['filesystem', 'volume', 'snapshot']);

/** What a name of a dataset or snapshot may hold (module/zcommon/zfs_namecheck.c valid_char). */
const NAME = /^[\w.:\- ]+(?:\/[\w.:\- ]+)*(?:@[\w.:\- ]+)?$/;

/** null where the text is not whole, or not what zfs prints; no pool at all is an empty text. */
export function parseZfsList(text: string): readonly ZfsDataset[] | null {
  if (text === '') return [];
  const { value: lines, problems } = completeLines(text);
  const datasets = lines.map(datasetOf);
  const isSorted = datasets.every((one, at) => at === 0 || (one?.name ?? '') < (datasets[at - 1]?.name ?? ''));
  const whole = datasets.filter((dataset) => dataset !== null);
  return problems.length > 0 || !isSorted || whole.length < datasets.length ? null : whole;
}

function datasetOf(line: string): ZfsDataset | null {
  const [name = '', type = '', used, volsize = '', refquota = '', origin = '', creation, token, ...more] =
    line.split('\t');
  const [usedBytes, seconds] = [wholeNumber(used), wholeNumber(creation)];
  const sizes = [volsize, refquota].map((text) => (text === '-' ? null : wholeNumber(text)));
  const [volsizeBytes = null, refquotaBytes = null] = sizes;
  const areSizes = [volsize, refquota].every((text, at) => text === '-' || sizes[at] !== null);
  if (!NAME.test(name) || !TYPES.has(type) || name.includes('@') !== (type === 'snapshot')) return null;
  if (usedBytes === null || seconds === null || !areSizes || token === undefined || more.length > 0) return null;
  if (origin !== '-' && origin !== '' && !(NAME.test(origin) && origin.includes('@'))) return null;
  return {
    ...{ name, type: type as ZfsDataset['type'], usedBytes, volsizeBytes, refquotaBytes },
    origin: origin === '-' || origin === '' ? null : origin,
    creation: seconds,
    partlyReceived: token !== '-' && token !== '',
  };
}
