import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks/index.ts';
import { programForm } from '../../tools/package-commands.ts';
import { bashCompletion } from '../../tools/package-completion-bash.ts';
import { fishCompletion } from '../../tools/package-completion-fish.ts';
import { zshCompletion } from '../../tools/package-completion-zsh.ts';
import { NODE, type Product } from '../../tools/products.ts';
import { ROOT } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, succeed } from './tests.ts';

const commandsOf = (product: Product): readonly string[] =>
  programForm(product).commands.map(({ words }) => words.join(' '));

const COMMANDS = commandsOf(NODE);

const FORMS = ['text', 'json', 'nagios'];

/** What each shell has to offer, with the cursor at the end of the line; `[]` where it offers files or nothing. */
const OFFERS: readonly (readonly [line: string, offers: readonly string[]])[] = [
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

const include = (offered: readonly string[], wanted: readonly string[], line: string): void =>
  deepEqual(wanted.length === 0 ? offered : wanted.filter((word) => !offered.includes(word)), [], line);

/** Completions are asked in the shells themselves, as a user's Tab does. */
export const completions = ({ scratch }: Artifacts): Chapter => ({
  name: 'completions',
  about: 'what bash, zsh and fish offer',
  async run(tests) {
    const folder = join(scratch, 'completions');
    mkdirSync(folder);
    const [bash, zsh, fish] = ['pve-doctor', '_pve-doctor', 'pve-doctor.fish'].map((name) => join(folder, name));
    writeFileSync(bash ?? '', bashCompletion(NODE));
    writeFileSync(zsh ?? '', zshCompletion(NODE));
    writeFileSync(fish ?? '', fishCompletion(NODE));
    await tests.test('bash offers commands, options and their values', async () => {
      match(
        await succeed(['bash', '-c', 'source "$1" && complete -p pve-doctor', 'bash', bash ?? '']),
        /-F _pve_doctor pve-doctor/,
      );
      for (const [line, wanted] of OFFERS) include(await inBash(bash ?? '', line.split(' ')), wanted, line);
      include(await inBash(bash ?? '', ['pve-doctor', 'check', '--format', '=', 'j']), ['json'], '--format=j');
    });
    await tests.test('fish offers commands, options and their values', async () => {
      await succeed(['fish', '--no-execute', fish ?? '']);
      for (const [line, wanted] of OFFERS) {
        const script = `source ${fish ?? ''}; complete -C"${line}"`;
        const offered = (await succeed(['fish', '--no-config', '-c', script]))
          .split('\n')
          .map((text) => text.split('\t')[0] ?? '');
        include(
          offered.filter((word) => word !== ''),
          wanted,
          line,
        );
      }
    });
    await tests.test('zsh completes commands, options and their values', async () => {
      await succeed(['zsh', '-n', zsh ?? '']);
      const lines = [
        'pve-doctor chec',
        'pve-doctor check --format j',
        'pve-doctor mounts --unhea',
        'pve-doctor explain NODE00',
      ];
      const said = await succeed(['zsh', '-f', join(ROOT, 'test/package/press-tab.zsh'), folder, ...lines]);
      for (const whole of ['check ', 'check --format json ', 'mounts --unhealthy ', 'explain NODE00'])
        match(said, new RegExp(`pve-doctor ${whole}`));
      match(said, /NODE001 +NODE002/);
    });
    await tests.test('no shell is told of a command that help does not know', () => {
      equal(COMMANDS.includes('help'), false);
    });
  },
});

const inBash = async (file: string, words: readonly string[]): Promise<readonly string[]> => {
  const script =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    'source "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _pve_doctor; printf "%s\\n" "${COMPREPLY[@]}"';
  return (await succeed(['bash', '-c', script, 'bash', file, ...words])).split('\n').filter((word) => word !== '');
};
