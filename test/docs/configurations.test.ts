import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/given.ts';
import { readConfig } from '../../src/config/load-config.ts';
import { fencedBlocks, userPages } from './document-blocks.ts';

const EXAMPLES = userPages()
  .flatMap(fencedBlocks)
  .filter(({ language }) => language === 'toml')
  .map((block) => ({ where: `${block.path}:${block.line}`, text: block.text }));

/** What is wrong with a configuration as it stands in a document, as if it were the file. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const bytes = new TextEncoder().encode(text);
  const { problems } = await readConfig({
    file: { path: '/etc/pve-doctor/config.toml', mustExist: true },
    environment: { CREDENTIALS_DIRECTORY: '/run/credentials/pve-doctor.service' },
    flags: { set: [], named: new Map() },
    host: {
      ownUid: () => 0,
      // Files of secrets that an example names are there, and closed.
      readSmallFile: async (path) => ({
        ...{ state: 'read', mode: 0o600, ownerUid: 0 },
        bytes: path === '/etc/pve-doctor/config.toml' ? bytes : new TextEncoder().encode('a long secret\n'),
      }),
    },
  });
  return problems.map(problemText);
}

describe('configurations in the documents', () => {
  it.each(EXAMPLES)('are right: $where', async ({ text }) => {
    expect(await problemsOf(text)).toEqual([]);
  });

  it('are there, and one with a mistake would be seen', async () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
    expect(await problemsOf('[channel.mail]\ntype = "mailjet"\nfrm = "x"\n')).not.toEqual([]);
  });
});
