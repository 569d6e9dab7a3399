import { describe, expect, it } from 'vitest';
import type { PveAnswer, PveRequest } from '../login/pve-client.ts';
import { pveVisitors } from './pve-visitor.ts';

const TICKET = 'PVE:root@pam:65A1B2C3::signature';
const AUDIT = { '/': { 'Sys.Audit': 1 } };

/** A node's API as its documentation has it: 401 for a ticket that does not count. */
function api(answers: Readonly<Record<string, PveAnswer>>) {
  const asked: PveRequest[] = [];
  let time = 0;
  const visitors = pveVisitors(
    async (request) => {
      asked.push(request);
      return answers[request.ticket ?? ''] ?? { status: 401, data: null };
    },
    () => time,
  );
  return {
    visitors,
    asked,
    later: (ms: number) => {
      time += ms;
    },
  };
}

describe('a visitor of the page of a cluster', () => {
  it('is whom the API of the node lets audit the cluster', async () => {
    const { visitors } = api({ [TICKET]: { status: 200, data: AUDIT } });
    expect(await visitors(TICKET)).toEqual({ name: 'root@pam' });
  });

  it.each([
    ['its ticket does not count', { status: 401, data: null }],
    ['it may not audit', { status: 200, data: { '/': { 'VM.Audit': 1 } } }],
    ['it may audit one node alone', { status: 200, data: { '/nodes/pve1': { 'Sys.Audit': 1 } } }],
    ['the answer is nothing', { status: 200, data: undefined }],
  ])('is nobody where %s', async (_, answer) => {
    expect(await api({ [TICKET]: answer }).visitors(TICKET)).toBeNull();
  });

  it('is asked for once a minute, and no longer counts after that', async () => {
    const answers: Record<string, PveAnswer> = { [TICKET]: { status: 200, data: AUDIT } };
    const { visitors, asked, later } = api(answers);
    await visitors(TICKET);
    await visitors(TICKET);
    expect(asked).toHaveLength(1);
    answers[TICKET] = { status: 401, data: null };
    later(61_000);
    expect(await visitors(TICKET)).toBeNull();
  });
});
