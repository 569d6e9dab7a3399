import { UsageError } from '../model/faults.ts';

/** Commands that another node can be asked to run. */
export const ON_NODE: ReadonlySet<string> = new Set([
  'check',
  'mounts',
  'clean',
  'undo',
  'leftovers',
  'stack',
  'before',
]);

/** What is left of a command line without `--node NAME`, and the name; null where it has none that is to be asked. */
export function splitNode(argv: readonly string[]): { readonly node: string; readonly rest: readonly string[] } | null {
  const [command = ''] = argv;
  if (!ON_NODE.has(command)) return null;
  const at = argv.findIndex((word) => word === '--node' || word.startsWith('--node='));
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  // Of a capture it names one of the nodes inside.
  if (words.some((word) => word === '--from' || word.startsWith('--from='))) return null;
  if (at < 0 || (end >= 0 && end < at)) return null;
  const word = argv[at] ?? '';
  const isOneWord = word.startsWith('--node=');
  const node = isOneWord ? word.slice('--node='.length) : (argv[at + 1] ?? '');
  if (node === '') throw new UsageError('--node takes the name of a node of this cluster');
  return { node, rest: [...argv.slice(0, at), ...argv.slice(at + (isOneWord ? 1 : 2))] };
}
