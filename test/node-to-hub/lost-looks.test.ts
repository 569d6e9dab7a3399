import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveHttp } from '../../src/channels/hub.ts';
import { allKept } from '../../src/cli/hub-push.ts';
import { hubState, spoolOf } from '../../src/store/hub-files.ts';
import { spooled } from '../../src/store/hub-spool.ts';
import { removeScratch } from '../store/scratch.ts';
import { anEnrolledNode } from './an-enrolled-node.ts';
import { type StandIn, say, standInHub } from './stand-in-hub.ts';

let hub: StandIn;
beforeEach(async () => {
  hub = await standInHub();
});
afterEach(() => hub.close());
afterAll(removeScratch);

describe('a look that does not wait on the disk', () => {
  it('says that a look is lost which neither its disk kept nor the hub took', async () => {
    const node = await anEnrolledNode(hub.url);
    hub.interrupt = (_heard, response) => {
      say(response, 503, { error: 'later' }, { 'retry-after': '600' });
      return true;
    };
    const away = await node.tell(liveHttp, { unkept: node.packed('a'), lost: '' });
    expect(away).toMatchObject({
      taken: 0,
      waiting: 0,
      error: expect.stringContaining('the look of this run is lost'),
    });
    expect(hubState(node.directory).lost).toMatchObject({ count: 1 });
    hub.interrupt = () => false;
    // The hub is not asked again so soon: the next look has no chance either.
    await node.tell(liveHttp, { unkept: node.packed('b'), lost: '' });
    expect(hubState(node.directory).lost).toMatchObject({ count: 2 });
    node.wait(15);
    expect(await node.tell(liveHttp, { unkept: node.packed('c'), lost: '' })).toMatchObject({ taken: 1, error: '' });
    expect(hubState(node.directory).lost).toBeNull();
  });

  it('calls no report lost that another run handed over meanwhile', async () => {
    const node = await anEnrolledNode(hub.url);
    await node.look('a');
    node.wait(15);
    await node.look('b');
    const [, second] = spooled(spoolOf(node.directory));
    hub.interrupt = () => {
      rmSync(second?.path ?? '', { force: true });
      return false;
    };
    expect(await node.tell()).toMatchObject({ taken: 1, waiting: 0, error: '' });
    expect(hubState(node.directory).lost).toBeNull();
  });

  it('is called lost where another run is sending', async () => {
    const node = await anEnrolledNode(hub.url);
    const said: string[] = [];
    const write = async (text: string) => void said.push(text);
    const terminal = { env: {}, isRoot: true, stderr: { write }, stdout: { write, isTty: false, columns: undefined } };
    const told = (own: { readonly unkept: ReturnType<typeof node.packed> | null; readonly lost: string }) =>
      allKept([{ hub: node.hub(), own }], terminal);
    expect(await told({ unkept: null, lost: '' })).toBe(true);
    expect(said).toEqual([]);
    expect(await told({ unkept: node.packed('a'), lost: '' })).toBe(false);
    expect(await told({ unkept: null, lost: 'it is too large' })).toBe(false);
    expect(said.join('')).toMatch(
      /the look of this run is lost: the disk did not keep it, .*\n.*lost: it is too large/,
    );
  });
});
