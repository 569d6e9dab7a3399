import { mkdirSync, readdirSync } from 'node:fs';
import { classify } from '../../docs/classify.ts';
import { fencedBlocks, typedText, userPages } from '../../docs/document-blocks.ts';
import { KNOWN_PROGRAMS, type KnownProgram } from '../../docs/known-programs.ts';
import { allPipelines, type Pipeline } from '../../docs/shell-words.ts';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

/** Where `report.json` and its likes are, and what commands of documents are run in. */
const DIRECTORY = '/run/documented';

/** What a command says when an example's object is not on this node: accepted, unlike a word that it does not know. */
const NOT_HERE =
  /No such file or directory|does(?:n't| not) exist|Network is unreachable|No route to host|timed? ?out/i;

const PAGES = userPages();

interface Documented {
  readonly where: string;
  readonly pipeline: Pipeline;
}

/** Every pipeline of the documents that only reads, and whose programs are all in this guest; each once. */
function readingPipelines(installed: (program: string) => boolean): readonly Documented[] {
  const found = new Map<string, Documented>();
  for (const block of PAGES.flatMap(fencedBlocks)) {
    for (const pipeline of allPipelines(typedText(block))) {
      const parts = pipeline.commands.flatMap(classify);
      const runs = parts.every((one) => one.kind === 'nothing' || isReading(one, installed));
      const isEmpty = parts.every(({ kind }) => kind === 'nothing');
      if (runs && !isEmpty) found.set(pipeline.text, { where: `${block.path}:${block.line}`, pipeline });
    }
  }
  return [...found.values()];
}

const isReading = (one: ReturnType<typeof classify>[number], installed: (program: string) => boolean): boolean =>
  one.kind === 'known' && one.effect === 'reads' && (one.program === 'sh' || installed(one.program));

/** The examples' own names, so that a command about them has something to answer: `san-vm--119--disk--0`, `/mnt/nas`. */
function buildExamples(lab: Lab, texts: readonly string[]): void {
  const all = texts.join('\n');
  const volumes = [...new Set(all.match(/\b[a-z\d]+(?:--[a-z\d]+)*-vm--\d+--disk--\d+\b/g) ?? [])].map((name) => {
    const [, vg = '', vmid = '', disk = ''] = /^(.+)-vm--(\d+)--disk--(\d+)$/.exec(name) ?? [];
    return { vg: vg.replaceAll('--', '-'), lv: `vm-${vmid}-disk-${disk}` };
  });
  for (const vg of new Set(['san', ...volumes.map((volume) => volume.vg)])) lab.storage.group(vg);
  for (const { vg, lv } of volumes) lab.storage.thick(vg, lv);
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
  for (const path of new Set(all.match(/\/mnt\/[a-z0-9/]+/g) ?? [])) mkdirSync(path, { recursive: true });
}

/** As a reader would have put in what he has: a process that is there, a device that is there. */
function withStandIns(text: string): string {
  const [device = 'dm-0'] = readdirSync('/sys/block').filter((name) => name.startsWith('dm-'));
  const here = text.replaceAll(/\bdm-\d+\b/g, device).replaceAll(/\bsudo /g, '');
  return `P=1; ${/^jq\b/.test(here) ? here.replace(/\S+\.json\b/, `${DIRECTORY}/report.json`) : here}`;
}

function runDocumented(lab: Lab, { where, pipeline }: Documented): void {
  const done = lab.journal.run(['bash', '-c', `cd ${DIRECTORY}; ${withStandIns(pipeline.text)}`], {
    ...{ mayFail: true, timeoutMs: 30_000 },
  });
  const complaints = done.stderr.split('\n').filter((line) => line.trim() !== '' && !NOT_HERE.test(line));
  // grep and findmnt end with 1 where nothing is found, and say nothing.
  const accepted = done.status === 0 || (done.status > 0 && complaints.length === 0);
  const mustSucceed = pipeline.commands.some(({ words }) =>
    /^(?:dmsetup|lvs|vgs|pvs|lvmconfig|jq|ps)$/.test(words[0] ?? ''),
  );
  const last = pipeline.commands.at(-1)?.words[0] ?? '';
  const succeeds = done.status === 0 || !mustSucceed || last === 'grep';
  lab.expect(
    `${where} \`${pipeline.text}\` is accepted`,
    { accepted, succeeds, complaints },
    {
      ...{ accepted: true, succeeds: true, complaints: [] },
    },
  );
}

const optionsOf = (known: KnownProgram): readonly string[] => [
  ...(known.options ?? []),
  ...Object.values(known.subcommands ?? {}).flatMap(({ options }) => options ?? []),
];

/** Options that the table of known programs has, and that the program's own help has not. */
function unknownToHelp(lab: Lab, program: string, known: KnownProgram): readonly string[] {
  const help = lab.journal.run([program, ...(known.help ?? [])], { mayFail: true });
  const text = `${help.stdout}\n${help.stderr}`;
  return optionsOf(known)
    .map((option) => option.replace(/:$/, ''))
    .filter((option) => !new RegExp(`(?<![\\w-])${option.replaceAll(/[^\w-]/g, '\\$&')}(?![\\w-])`).test(text))
    .map((option) => `${program} ${option}`);
}

export const labCase: LabCase = {
  about: 'Every command of the documents that only reads is accepted by the real programs, with its options.',
  inSample: true,
  limitSeconds: 1800,
  run(lab) {
    const installed = (program: string): boolean =>
      lab.journal.run(['bash', '-c', `type ${program}`], { mayFail: true }).status === 0;
    const present = new Set([...KNOWN_PROGRAMS.keys()].filter(installed));
    lab.cluster.start();
    buildExamples(
      lab,
      PAGES.map(({ text }) => text),
    );
    mkdirSync(DIRECTORY, { recursive: true });
    const { exit } = lab.check('-o', `${DIRECTORY}/report.json`);
    lab.expect('a report is written for the examples with jq', exit < 4, true);
    const documented = readingPipelines((program) => present.has(program));
    lab.expect('there are many of them', documented.length > 60, true);
    for (const one of documented) runDocumented(lab, one);
    const asked = [...KNOWN_PROGRAMS].filter(([name, known]) => present.has(name) && known.help !== undefined);
    lab.expect('programs are asked for their options', asked.length > 30, true);
    lab.expect(
      'options that no help has',
      asked.flatMap(([name, known]) => unknownToHelp(lab, name, known)),
      [],
    );
  },
};
