/**
 * `record.ts LIST [all]`: what a check reads and runs on this machine, as test/bench/floor.c wants it; prints how many children it
 * starts. `all`: what it would read of every process and device, as for a repair.
 */
import { writeFileSync } from 'node:fs';
import { checkNode } from '../../src/engine/check-node.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { commandOf } from '../../src/host/commands.ts';
import type { Host } from '../../src/host/host.ts';
import { liveHost } from '../../src/host/live-host.ts';

const lines = new Set<string>();
const runs: string[] = [];
/** What only a node with others in its cluster runs. */
let clusterChildren = 0;
const live = liveHost();
// The guard of /etc/pve (src/host/live-host.ts), which no method shows.
runs.push(['C', 'stat', '-f', '-c', '%T', '--', '/etc/pve'].join('\t'));

const noted =
  <T>(letter: string, read: (paths: readonly string[]) => Promise<T>) =>
  (paths: readonly string[]): Promise<T> => {
    for (const path of paths) lines.add(`${letter}\t${path}`);
    return read(paths);
  };

/** Tabs and line ends stand between words and lines of the list (floor.c). */
const asWord = (word: string): string => word.replaceAll('\t', '\u0001').replaceAll('\n', '\u0002');

const host: Host = {
  ...live,
  run: (command, kernelNames) => {
    if (command === 'cluster-records' || command === 'lvm-settings') clusterChildren += 1;
    runs.push(['C', ...commandOf(command, kernelNames).argv.map(asWord)].join('\t'));
    return live.run(command, kernelNames);
  },
  readFiles: noted('F', live.readFiles),
  listDirs: noted('D', live.listDirs),
  readLinks: noted('L', live.readLinks),
  stats: noted('S', live.stats),
  openBlockDevices: (pids, until) => {
    for (const pid of pids) lines.add(`O\t/proc/${pid}/fd`);
    return live.openBlockDevices(pids, until);
  },
  probe: (requests) => {
    for (const { path } of requests) runs.push(['C', 'stat', '-f', '-c', '%T', '--', path].join('\t'));
    return live.probe(requests);
  },
};

const scope = process.argv[3] === 'all' ? 'all' : 'what is open';
const report = await checkNode(host, 'live', EVERYTHING, undefined, scope);
const unknown = report.checks.filter(({ outcome }) => outcome === 'unknown');
if (unknown.length > 0) throw new Error(`a check could not judge: ${unknown[0]?.code}, ${unknown[0]?.because}`);
const own = new RegExp(`\t/proc/(?:self|${process.pid})(?:/|$)`);
writeFileSync(process.argv[2] ?? '', `${[...runs, ...[...lines].filter((line) => !own.test(line))].join('\n')}\n`);
console.log(
  JSON.stringify({
    children: runs.length - clusterChildren,
    clusterChildren,
    reads: lines.size,
    findings: report.findings.length,
  }),
);
