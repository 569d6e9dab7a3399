import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { givenByHubFile } from '../../src/hub/config/given-by-hub-file.ts';
import { HUB_SETTING_LIST } from '../../src/hub/config/hub-settings.ts';
import { HUB_EXAMPLE, HUB_MANUAL, hubExampleFile, withHubTable } from '../../tools/hub-config-manual.ts';
import { read } from '../repo/repository.ts';

const given = (text: string) => givenByHubFile('example.toml', Buffer.from(text));

describe("the example of the hub's configuration", () => {
  it('is what its settings say: npm run config-manual', () => {
    expect(readFileSync(HUB_EXAMPLE, 'utf8')).toBe(hubExampleFile());
  });

  it('stands beside the table of docs/hub.md, which says the same: npm run config-manual', () => {
    const page = readFileSync(HUB_MANUAL, 'utf8');
    expect(page).toBe(withHubTable(page));
  });

  it('changes nothing as it is', () => {
    expect(given(hubExampleFile())).toEqual({ given: [], problems: [] });
    expect(given(read('packaging/hub/debian/config.toml'))).toEqual({ given: [], problems: [] });
  });

  it('has every key, each with a value that is accepted, once the # is gone', () => {
    const whole = given(hubExampleFile().replace(/^#(?=[a-z])/gm, ''));
    expect(whole.problems).toEqual([]);
    for (const [, { key, kind }] of HUB_SETTING_LIST) {
      const one = whole.given.find((value) => value.key === (kind.isSecret ? `${key}_file` : key));
      expect(one, key).toBeDefined();
      if (!kind.isSecret) expect(kind.judge(one?.value), key).not.toHaveProperty('wrong');
    }
  });
});
