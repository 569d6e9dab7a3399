import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/given.ts';
import { readConfig } from '../../src/config/load-config.ts';
import type { ConfigHost } from '../../src/config/secrets.ts';
import { splitKey } from '../../src/config/settings.ts';
import { HUB_CONFIG_PATH } from '../../src/hub/config/hub-config.ts';
import { HUB_SETTING_LIST } from '../../src/hub/config/hub-settings.ts';
import { readHubConfig } from '../../src/hub/config/load-hub-config.ts';
import { fencedBlocks, userPages } from './document-blocks.ts';

const EXAMPLES = userPages()
  .flatMap(fencedBlocks)
  .filter(({ language }) => language === 'toml')
  .map((block) => ({ where: `${block.path}:${block.line}`, text: block.text }));

const ENVIRONMENT = { CREDENTIALS_DIRECTORY: '/run/credentials/the.service' };

/** A machine with that file. Files of secrets that an example names are there, and closed. */
const machineWith = (file: string, text: string): ConfigHost => ({
  ownUid: () => 0,
  readSmallFile: async (path) => ({
    ...{ state: 'read', mode: 0o600, ownerUid: 0 },
    bytes: new TextEncoder().encode(path === file ? text : 'a long secret\n'),
  }),
});

const hubTables = HUB_SETTING_LIST.map(([, { key }]) => `[${splitKey(key)[0]}]`);

const isOfTheHub = (text: string): boolean => text.split('\n').some((line) => hubTables.includes(line));

/** What is wrong with a configuration as it stands in a document, as if it were the file. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const path = '/etc/pve-doctor/config.toml';
  const { problems } = isOfTheHub(text)
    ? await readHubConfig(HUB_CONFIG_PATH, machineWith(HUB_CONFIG_PATH, text), ENVIRONMENT)
    : await readConfig({
        file: { path, mustExist: true },
        environment: ENVIRONMENT,
        flags: { set: [], named: new Map() },
        host: machineWith(path, text),
      });
  return problems.map(problemText);
}

describe('configurations in the documents', () => {
  it.each(EXAMPLES)('are right: $where', async ({ text }) => {
    expect(await problemsOf(text)).toEqual([]);
  });

  it('are there, and one with a mistake would be seen', async () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
    expect(await problemsOf('[server]\nlisten = "0.0.0.0:8470"\n')).not.toEqual([]);
    expect(await problemsOf('[channel.mail]\ntype = "mailjet"\nfrm = "x"\n')).not.toEqual([]);
  });
});
