import { sign, verify } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { hubAddress, hubName, NOTHING_HEARD } from '../model/hub/enrolment.ts';
import { hubDirectory, hubState, keepEnrolment, keepHubState, keyFor, knownHubs, publicKeyOf } from './hub-files.ts';

const URL_OF_HUB = 'https://hub.example.org';
let path = '';
let directory = '';
beforeEach(() => {
  path = join(scratchDirectory(), 'state');
  directory = hubDirectory(path, URL_OF_HUB);
});
afterAll(removeScratch);

const ENROLMENT = {
  ...{ url: URL_OF_HUB, nodeId: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', cluster: 'lab', node: 'pve1' },
  ...{ enrolledAt: '2026-11-23T00:00:00.000Z', authorities: null },
};

const enrolled = async () => {
  const key = await keyFor(directory);
  await keepEnrolment(directory, ENROLMENT);
  return key;
};

describe('the key of a node', () => {
  it('is made once, for its owner alone, and is the same at every enrolment', async () => {
    const [first, second] = [await keyFor(directory), await keyFor(directory)];
    expect(publicKeyOf(second)).toBe(publicKeyOf(first));
    expect(statSync(join(directory, 'key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(Buffer.from(publicKeyOf(first), 'base64')).toHaveLength(44);
  });

  it('is never replaced, be it damaged', async () => {
    await keyFor(directory);
    writeFileSync(join(directory, 'key.pem'), 'gone');
    await expect(keyFor(directory)).rejects.toThrow('is damaged');
    expect(readFileSync(join(directory, 'key.pem'), 'utf8')).toBe('gone');
  });

  it('is another one for another hub', async () => {
    const other = hubDirectory(path, 'https://other.example.org');
    expect(publicKeyOf(await keyFor(other))).not.toBe(publicKeyOf(await keyFor(directory)));
  });
});

describe('the hubs of a node', () => {
  it('are those that it enrolled with, not those that it tried to', async () => {
    await keyFor(directory);
    expect(knownHubs(path)).toEqual({ hubs: [], broken: [] });
    const key = await enrolled();
    const [hub] = knownHubs(path).hubs;
    expect(hub).toMatchObject({ channel: 'hub hub.example.org', enrolment: ENROLMENT });
    const signature = sign(null, Buffer.from('x'), hub?.key ?? key);
    expect(verify(null, Buffer.from('x'), key, signature)).toBe(true);
  });

  it.each([
    ['enrolment.json', '{"url":5}'],
    ['enrolment.json', JSON.stringify({ ...ENROLMENT, url: 'http://elsewhere.example.org' })],
    ['key.pem', 'nothing of a key'],
  ])('are broken, and said to be, with a damaged %s: %s', async (name, text) => {
    await enrolled();
    writeFileSync(join(directory, name), text);
    expect(knownHubs(path)).toEqual({
      hubs: [],
      broken: [{ channel: 'hub hub.example.org', because: expect.stringMatching(/is not used: .*enrol again/) }],
    });
  });

  it('are not believed where others may write', async () => {
    await enrolled();
    chmodSync(directory, 0o777);
    expect(knownHubs(path)).toMatchObject({ hubs: [], broken: [{ because: expect.stringContaining('may write') }] });
  });
});

describe('what a hub has heard', () => {
  it('is nothing after an enrolment, whatever was before', async () => {
    await enrolled();
    await keepHubState(directory, { ...NOTHING_HEARD, contentDigest: 'x', sentAt: '2026-11-23T00:00:00.000Z' });
    expect(hubState(directory).contentDigest).toBe('x');
    await enrolled();
    expect(hubState(directory)).toEqual(NOTHING_HEARD);
  });

  it.each(['', '[]', '{"contentDigest":5}', '\0'])('is unknown where its file is %j', async (text) => {
    await enrolled();
    writeFileSync(join(directory, 'state.json'), text);
    expect(hubState(directory)).toEqual(NOTHING_HEARD);
  });
});

describe('the address of a hub', () => {
  it.each([
    ['https://hub.example.org/', 'https://hub.example.org', 'hub.example.org'],
    ['https://HUB.example.org:8443', 'https://hub.example.org:8443', 'hub.example.org:8443'],
    ['https://example.org/pve/hub/', 'https://example.org/pve/hub', 'example.org_pve_hub'],
    ['http://localhost:8800', 'http://localhost:8800', 'localhost:8800'],
    ['http://[::1]:8800', 'http://[::1]:8800', '_::1_:8800'],
    ['https://..', 'https://..', '_'],
    ['https://...:8/x', 'https://...:8/x', '_:8_x'],
    ['https://example.org/../../etc', 'https://example.org/etc', 'example.org_etc'],
  ])('%s is %s, called %s', (typed, url, name) => {
    expect(hubAddress(typed)).toEqual({ url });
    expect(hubName(url)).toBe(name);
  });

  it.each([
    ...['hub.example.org', 'http://hub.example.org', 'ftp://x', 'https://u:p@x', 'https://x?y', 'https://x#y'],
    ...['https://', 'https://x y', 'https://x\n', 'http://localhost.example.org'],
  ])('%j is none', (typed) => {
    expect(hubAddress(typed)).toHaveProperty('wrong');
  });
});
