import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks/index.ts';
import { programForm } from '../../tools/package-commands.ts';
import { bashCompletion } from '../../tools/package-completion-bash.ts';
import { fishCompletion } from '../../tools/package-completion-fish.ts';
import { zshCompletion } from '../../tools/package-completion-zsh.ts';
import { HUB, NODE, type Product } from '../../tools/products.ts';
import { ROOT } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, succeed } from './tests.ts';

const commandsOf = (product: Product): readonly string[] =>
  programForm(product).commands.map(({ words }) => words.join(' '));

const COMMANDS = commandsOf(NODE);

const FORMS = ['text', 'json', 'nagios'];

type Offers = readonly (readonly [line: string, offers: readonly string[]])[];

/** What each shell has to offer, with the cursor at the end of the line; `[]` where it offers files or nothing. */
const OF_THE_NODE: Offers = [
  ['pve-doctor ', COMMANDS],
  ['pve-doctor che', ['check']],
  ['pve-doctor check --format ', FORMS],
  ['pve-doctor --severity ', ['critical', 'warning', 'notice']],
  ['pve-doctor check --only mounts --unhea', []],
  ['pve-doctor mounts --unhea', ['--unhealthy']],
  ['pve-doctor explain ', CHECKS.map(({ code }) => code)],
  ['pve-doctor clean --only ', ['duplicates', 'orphans']],
  ['pve-doctor check --from /etc/os-rel', ['/etc/os-release']],
  ['pve-doctor config check /etc/os-rel', ['/etc/os-release']],
  ['pve-doctor notify ', ['test', 'list']],
];

const OF_THE_HUB: Offers = [
  ['pve-doctor-hub ', commandsOf(HUB)],
  ['pve-doctor-hub ser', ['serve']],
  ['pve-doctor-hub token ', ['create', 'list', 'remove']],
  ['pve-doctor-hub token create --us', ['--uses']],
  ['pve-doctor-hub user add alice --role ', ['viewer', 'operator']],
  ['pve-doctor-hub config check /etc/os-rel', ['/etc/os-release']],
];

const include = (offered: readonly string[], wanted: readonly string[], line: string): void =>
  deepEqual(wanted.length === 0 ? offered : wanted.filter((word) => !offered.includes(word)), [], line);

/** Completions are asked in the shells themselves, as a user's Tab does. */
export const completions = ({ scratch }: Artifacts): Chapter => ({
  name: 'completions',
  about: 'what bash, zsh and fish offer',
  async run(tests) {
    const folder = join(scratch, 'completions');
    mkdirSync(folder);
    for (const [product, offers] of [[NODE, OF_THE_NODE] as const, [HUB, OF_THE_HUB] as const]) {
      const { name } = product;
      const [bash, zsh, fish] = [join(folder, name), join(folder, `_${name}`), join(folder, `${name}.fish`)];
      writeFileSync(bash, bashCompletion(product));
      writeFileSync(zsh, zshCompletion(product));
      writeFileSync(fish, fishCompletion(product));
      await tests.test(`bash offers commands, options and their values of ${name}`, () =>
        offeredByBash(bash, name, offers),
      );
      await tests.test(`fish offers commands, options and their values of ${name}`, () => offeredByFish(fish, offers));
      await tests.test(`zsh knows the words of its completion of ${name}`, async () => {
        await succeed(['zsh', '-n', zsh]);
      });
      await tests.test(`no shell is told of a command of ${name} that help does not know`, () => {
        equal(commandsOf(product).includes('help'), false);
      });
    }
    await tests.test('zsh completes commands, options and their values', () => completedByZsh(folder));
  },
});

const shellName = (program: string): string => `_${program.replaceAll('-', '_')}`;

async function offeredByBash(file: string, program: string, offers: Offers): Promise<void> {
  const said = await succeed(['bash', '-c', 'source "$1" && complete -p "$2"', 'bash', file, program]);
  equal(said, `complete -F ${shellName(program)} ${program}\n`);
  for (const [line, wanted] of offers) include(await inBash(file, line.split(' ')), wanted, line);
  if (program === NODE.name)
    include(await inBash(file, [program, 'check', '--format', '=', 'j']), ['json'], '--format=j');
}

async function offeredByFish(file: string, offers: Offers): Promise<void> {
  await succeed(['fish', '--no-execute', file]);
  for (const [line, wanted] of offers) {
    const said = await succeed(['fish', '--no-config', '-c', `source ${file}; complete -C"${line}"`]);
    const offered = said.split('\n').map((text) => text.split('\t')[0] ?? '');
    include(
      offered.filter((word) => word !== ''),
      wanted,
      line,
    );
  }
}

async function completedByZsh(folder: string): Promise<void> {
  const lines = [
    'pve-doctor chec',
    'pve-doctor check --format j',
    'pve-doctor mounts --unhea',
    'pve-doctor explain NODE00',
    'pve-doctor-hub token cre',
    'pve-doctor-hub user add alice --role oper',
  ];
  const said = await succeed(['zsh', '-f', join(ROOT, 'test/package/press-tab.zsh'), folder, ...lines]);
  const ofTheNode = ['check ', 'check --format json ', 'mounts --unhealthy ', 'explain NODE00'];
  for (const whole of ofTheNode) match(said, new RegExp(`pve-doctor ${whole}`));
  match(said, /NODE001 +NODE002/);
  for (const whole of ['token create ', 'user add alice --role operator '])
    match(said, new RegExp(`pve-doctor-hub ${whole}`));
}

const inBash = async (file: string, words: readonly string[]): Promise<readonly string[]> => {
  const script =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    'source "$1"; call=$2; shift 2; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); "$call"; printf "%s\\n" "${COMPREPLY[@]}"';
  const said = await succeed(['bash', '-c', script, 'bash', file, shellName(words[0] ?? ''), ...words]);
  return said.split('\n').filter((word) => word !== '');
};
