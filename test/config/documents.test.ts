import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES } from '../../src/channels/index.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { ALL_CHANNEL_KEYS, keysOf } from '../../src/config/channel-keys.ts';
import { SETTING_LIST, splitKey } from '../../src/config/settings.ts';
import { EXAMPLE, exampleFile, MANUAL, withMadeParts } from '../../tools/config-manual.ts';
import { read } from './sources.ts';

const AGAIN = 'npm run config-manual';

describe('the table of values', () => {
  it('names every key once, and every variable once, in the form of a variable', () => {
    const keys = SETTING_LIST.map(({ key }) => key);
    const variables = SETTING_LIST.flatMap(({ environment }) => environment);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(variables).size).toBe(variables.length);
    for (const { key, environment } of SETTING_LIST) {
      expect(key).toMatch(/^[a-z]+\.[a-z_]+$/);
      expect(environment[0]).toMatch(/^PVE_DOCTOR_[A-Z_]+$/);
      expect(environment[0]).not.toMatch(/^PVE_DOCTOR_CHANNEL_/);
    }
  });

  it('names flags that commands have', () => {
    const terminal = {
      env: {},
      isRoot: false,
      stdout: { write: async () => {}, isTty: false, columns: 80 },
      stderr: { write: async () => {} },
    };
    const known = makeProgram(terminal, () => {}).commands.flatMap(({ options }) => options.map(({ long }) => long));
    for (const { flag } of SETTING_LIST) if (flag !== undefined) expect(known).toContain(flag.form.split(' ')[0]);
  });

  it('has keys of channels that can be told from each other in the name of a variable', () => {
    for (const key of ALL_CHANNEL_KEYS) {
      expect(key).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
      expect(ALL_CHANNEL_KEYS.filter((other) => other.endsWith(`_${key}`))).toEqual([]);
    }
  });
});

describe('the documents', () => {
  it(`have the tables of the program; otherwise: ${AGAIN}`, () => {
    const page = readFileSync(MANUAL, 'utf8');
    expect(page).toBe(withMadeParts(page));
  });

  it(`have the example of the program; otherwise: ${AGAIN}`, () => {
    expect(readFileSync(EXAMPLE, 'utf8')).toBe(exampleFile());
  });
});

describe('the example file', () => {
  const uncommented = exampleFile().replace(/^#(?=[a-z[])/gm, '');

  it('changes nothing as it is', async () => {
    const { config, problems, values } = await read({ toml: exampleFile(), mode: 0o644 });
    expect(problems).toEqual([]);
    expect(config).toEqual((await read({})).config);
    expect(values.every(({ origin }) => origin.kind === 'default')).toBe(true);
  });

  it('is right with every line in force, says the defaults, and has every key', async () => {
    const files = Object.fromEntries(
      [...uncommented.matchAll(/_file = "([^"]+)"/g)].map(([, path = '']) => [
        path,
        path.endsWith('-url') ? 'https://x/' : 'a-secret\n',
      ]),
    );
    const { config, problems, values } = await read({ toml: uncommented, files });
    expect(problems).toEqual([]);
    const { mounts, history, notify } = (await read({})).config;
    expect(config).toMatchObject({ mounts, history, notify: { digestAt: notify.digestAt } });
    expect(config.notify.channels.map(({ type }) => type)).toEqual([...CHANNEL_TYPES.keys()]);
    const fromFile = values.filter(({ origin }) => origin.kind !== 'default').map(({ key }) => key);
    expect(fromFile.filter((key) => !key.startsWith('channel.'))).toEqual(SETTING_LIST.map(({ key }) => key));
    for (const [type, { keys }] of CHANNEL_TYPES)
      for (const key of ['type', 'policy', ...Object.keys(keys)]) expect(fromFile).toContain(`channel.${type}.${key}`);
  });

  it('names every key by its own name, references to secrets included', () => {
    for (const { key } of SETTING_LIST) expect(uncommented).toMatch(new RegExp(`^${splitKey(key)[1]} = `, 'm'));
    for (const type of CHANNEL_TYPES.values())
      for (const key of keysOf(type)) expect(exampleFile()).toMatch(new RegExp(`\\b${key}\\b`));
  });
});
