import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from './store-examples.ts';

const bodyText = (body: Uint8Array | null): string | null => (body === null ? null : gunzipSync(body).toString());

const whatHappened = async (store: HubStore): Promise<readonly string[]> =>
  (await store.changes({ limit: 100 })).map(({ what, problemId }) => `${what} ${problemId}`).reverse();

/** What holds on either engine for reports that come. */
export function lawsOfReports(empty: () => Promise<HubStore>): void {
  it('keeps a report: its problems, its counts, its run, its body', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const problems = [exampleProblem('volume:a'), exampleProblem('mount:b', { severity: 'notice', code: 'MNT001' })];
    expect(await store.keep([exampleReport(id, 1, { problems })])).toEqual(['kept']);
    const node = await store.node(id);
    expect(node).toMatchObject({ critical: 1, warnings: 0, notices: 1, status: 'critical', lastContactAt: at(1) });
    expect((await store.problems({ limit: 10, offset: 0 })).map(({ id: problem }) => problem)).toEqual([
      'volume:a',
      'mount:b',
    ]);
    expect(await store.runs(id, 10)).toMatchObject([{ takenAt: at(1), critical: 1 }]);
    expect(bodyText(await store.body(id))).toBe('body 1');
    expect(await whatHappened(store)).toEqual(['appeared volume:a', 'appeared mount:b']);
  });

  it('changes nothing by the same report ten times, in one batch or in many', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const report = exampleReport(id, 1, { problems: [exampleProblem('volume:a')] });
    expect(await store.keep([report, report, report])).toEqual(['kept', 'known', 'known']);
    const seen = async () => [await store.node(id), await store.runs(id, 9), await store.changes({ limit: 9 })];
    const before = await seen();
    for (let time = 0; time < 7; time += 1)
      expect(await store.keep([{ ...report, receivedAt: at(10 + time) }])).toEqual(['known']);
    expect(await seen()).toEqual(before);
  });

  it('keeps the time at which a problem first came, and the one at which it was last told of', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('volume:a')] })]);
    await store.keep([exampleReport(id, 9, { problems: [exampleProblem('volume:a')] })]);
    expect(await store.problem(id, 'volume:a')).toMatchObject({ firstSeenAt: at(1), lastSeenAt: at(9) });
    expect(
      await store.heartbeat([{ nodeId: id, takenAt: at(20), receivedAt: at(20), contentDigest: 'digest 9' }]),
    ).toEqual(['heard']);
    expect(await store.problem(id, 'volume:a')).toMatchObject({ firstSeenAt: at(1), lastSeenAt: at(20) });
  });

  it('resolves what a newer report does not name, and says what got worse and milder', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const warning = { severity: 'warning' } as const;
    await store.keep([
      exampleReport(id, 1, { problems: [exampleProblem('a', warning), exampleProblem('b'), exampleProblem('c')] }),
    ]);
    await store.keep([exampleReport(id, 2, { problems: [exampleProblem('a'), exampleProblem('b', warning)] })]);
    expect(await whatHappened(store)).toEqual([
      'appeared a',
      'appeared b',
      'appeared c',
      'worse a',
      'milder b',
      'resolved c',
    ]);
    expect(await store.problem(id, 'c')).toBeNull();
    expect(await store.node(id)).toMatchObject({ critical: 1, warnings: 1 });
  });

  it('leaves open what the newer report could not judge', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const problems = [
      exampleProblem('a', { codes: ['DM013', 'LV010'] }),
      exampleProblem('b', { code: 'MNT001', codes: ['MNT001'] }),
    ];
    await store.keep([exampleReport(id, 1, { problems })]);
    await store.keep([exampleReport(id, 2, { digest: { unjudged: [{ code: 'LV010', because: 'lvs timed out' }] } })]);
    await store.keep([exampleReport(id, 3, { digest: { unjudged: [{ code: 'LV010', because: 'lvs timed out' }] } })]);
    expect(await store.problem(id, 'a')).toMatchObject({ firstSeenAt: at(1), lastSeenAt: at(1) });
    expect(await store.problem(id, 'b')).toBeNull();
    expect(await store.node(id)).toMatchObject({ critical: 1, unjudged: 1 });
    await store.keep([exampleReport(id, 4)]);
    expect(await store.problem(id, 'a')).toBeNull();
  });

  it('resolves nothing by a report of which nothing could be read, whose list was cut, or that does not know the check', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a')] })]);
    await store.keep([
      exampleReport(id, 2, { digest: { unjudged: [{ code: '*', because: 'too many', kind: 'cut' }] } }),
    ]);
    await store.keep([exampleReport(id, 3, { digest: { checkCodes: ['DM012', 'MNT001'] } })]);
    await store.keep([exampleReport(id, 4, { digest: { unjudged: [{ code: 'DM013', because: 'no dmsetup' }] } })]);
    expect(await whatHappened(store)).toEqual(['appeared a']);
    await store.keep([exampleReport(id, 5)]);
    expect(await whatHappened(store)).toEqual(['appeared a', 'resolved a']);
  });

  it('leaves a problem of a guest that a backup works on, and what was said about it, as they were', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const problem = exampleProblem('vmid:100', {
      code: 'VOL002',
      codes: ['VOL002'],
      findings: ['VOL002/guest/100/100'],
    });
    await store.keep([exampleReport(id, 1, { problems: [problem] })]);
    await store.acknowledge({ nodeId: id }, said('vmid:100'));
    const busy = { code: 'VOL002', because: 'guest 100: lock: backup', kind: 'busy', vmids: [100] };
    for (const minute of [10, 20]) await store.keep([exampleReport(id, minute, { digest: { unjudged: [busy] } })]);
    expect(await store.problem(id, 'vmid:100')).toMatchObject({ lastSeenAt: at(1), acknowledged: { by: 'ann' } });
    await store.keep([exampleReport(id, 30, { problems: [problem] })]);
    expect(await whatHappened(store)).toEqual(['appeared vmid:100', 'acknowledged vmid:100']);
    expect(await store.node(id)).toMatchObject({ critical: 0 });
    expect(await store.acknowledgementsFor(id, at(31))).toMatchObject([{ id: 'vmid:100' }]);
    // Of another guest that is busy, nothing is left open.
    await store.keep([exampleReport(id, 40, { digest: { unjudged: [{ ...busy, vmids: [101] }] } })]);
    expect(await whatHappened(store)).toEqual([...['appeared vmid:100', 'acknowledged vmid:100', 'resolved vmid:100']]);
    expect(await store.acknowledgementsFor(id, at(41))).toEqual([]);
  });

  it('tells once of a file system that is a hair above and below its limit, and keeps what was said', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const more = { code: 'MNT005', codes: ['MNT005'], findings: ['MNT005/mount///mnt/nas'] };
    const problem = exampleProblem('mount:/mnt/nas', more);
    const full = (percent: number) => ({ fullness: [['/mnt/nas', percent]] as const });
    for (let look = 0; look < 8; look += 1) {
      const isAbove = look % 2 === 0;
      const problems = isAbove ? [problem] : [];
      await store.keep([exampleReport(id, 10 * look, { problems, digest: full(isAbove ? 85.3 : 84.7) })]);
      if (look === 0) await store.acknowledge({ nodeId: id }, said('mount:/mnt/nas'));
    }
    expect(await whatHappened(store)).toEqual(['appeared mount:/mnt/nas', 'acknowledged mount:/mnt/nas']);
    // A sighting days later is a look of the same: it does not make the problem old.
    await store.keep([exampleReport(id, 80, { problems: [problem], digest: full(85.3) })]);
    const later = at(80 + 6 * 24 * 60);
    await store.heartbeat([{ nodeId: id, takenAt: later, receivedAt: later, contentDigest: 'digest 80' }]);
    await store.keep([exampleReport(id, 90 + 6 * 24 * 60, { digest: full(84.7) })]);
    expect(await whatHappened(store)).toHaveLength(2);
    await store.keep([exampleReport(id, 100 + 6 * 24 * 60, { digest: full(40) })]);
    expect((await whatHappened(store)).at(-1)).toBe('resolved mount:/mnt/nas');
  });

  it('keeps of bodies that say the same only the newest, and of those that do not each', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { contentDigest: 'x' }), exampleReport(id, 2, { contentDigest: 'x' })]);
    await store.keep([exampleReport(id, 3, { contentDigest: 'x' }), exampleReport(id, 4, { contentDigest: 'y' })]);
    const bodies = [1, 2, 3, 4].map(async (minute) => bodyText(await store.body(id, at(minute))));
    expect(await Promise.all(bodies)).toEqual([null, null, 'body 3', 'body 4']);
    expect((await store.runs(id, 9)).map(({ takenAt }) => takenAt)).toEqual([at(1), at(2), at(3), at(4)]);
  });

  it('takes the last that came for the newest, whatever the clock of the node says', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { takenAt: '2041-01-01T00:00:00.000Z', problems: [exampleProblem('a')] })]);
    await store.keep([exampleReport(id, 2, { takenAt: '1970-01-01T00:00:00.000Z', problems: [exampleProblem('b')] })]);
    expect((await store.problems({ limit: 9, offset: 0 })).map(({ id: problem }) => problem)).toEqual(['b']);
    expect(bodyText(await store.body(id))).toBe('body 2');
    const skew = Date.parse('1970-01-01T00:00:00.000Z') - Date.parse(at(2));
    expect(await store.node(id)).toMatchObject({ lastTakenAt: '1970-01-01T00:00:00.000Z', clockSkewMs: skew });
  });

  it('wants the whole report where it knows another one, and says nothing of strangers', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const seen = (nodeId: string) => ({ nodeId, takenAt: at(3), receivedAt: at(3), contentDigest: 'digest 1' });
    expect(await store.heartbeat([seen(id), seen('nobody')])).toEqual(['other', 'unknown-node']);
    expect((await store.node(id))?.lastContactAt).toBeNull();
    expect(await store.keep([exampleReport('nobody', 1), exampleReport(id, 1)])).toEqual(['unknown-node', 'kept']);
    expect(await store.heartbeat([seen(id)])).toEqual(['heard']);
  });

  it('makes no dead node speak by a sighting that is sent again', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1)]);
    const seen = (takenAt: string, minute: number) => ({
      ...{ nodeId: id, takenAt, receivedAt: at(minute), contentDigest: 'digest 1' },
    });
    expect(await store.heartbeat([seen(at(2), 2), seen(at(3), 3)])).toEqual(['heard', 'heard']);
    const heard = { lastContactAt: at(3), lastTakenAt: at(3) };
    // Once more is no refusal: the answer may have been lost on its way.
    expect(await store.heartbeat([seen(at(3), 40), seen(at(2), 50)])).toEqual(['heard', 'other']);
    expect(await store.node(id)).toMatchObject(heard);
    expect(await store.heartbeat([seen(at(5), 55), seen(at(4), 56), seen(at(5), 57)])).toEqual([
      'heard',
      'other',
      'heard',
    ]);
    expect(await store.node(id)).toMatchObject({ lastContactAt: at(55), lastTakenAt: at(5) });
    // A clock that was set back: the whole report is believed, and what is said after it.
    await store.keep([exampleReport(id, 58, { takenAt: at(-60), contentDigest: 'digest 1' })]);
    expect(await store.heartbeat([seen(at(-59), 59)])).toEqual(['heard']);
    expect(await store.node(id)).toMatchObject({ lastContactAt: at(59), lastTakenAt: at(-59) });
  });

  it('keeps hostile names as they are, as far as a text can hold them', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const hostile = `'"); drop table node; --<script>\u001b[2J\0\ud800\u{1f600}${'ä'.repeat(5000)}`;
    const problems = [exampleProblem(hostile, { who: hostile, what: hostile, title: hostile })];
    const indexedNames = [{ kind: 'guest', name: hostile, problemId: hostile }] as const;
    await store.keep([
      exampleReport(id, 1, { problems, digest: { indexedNames, toolVersion: hostile, grade: hostile } }),
    ]);
    const kept = hostile.replace('\0', '\ufffd').replace('\ud800', '\ufffd');
    expect(await store.problem(id, hostile)).toMatchObject({ id: kept, title: kept });
    expect((await store.search(`'"); DROP table`, 9)).map(({ name }) => name)).toEqual([kept]);
    expect(await store.groups({})).toMatchObject([{ problems: 1, title: kept }]);
  });

  it('takes numbers and ids that no honest node sends, and still counts', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const most = Number.MAX_SAFE_INTEGER;
    const problems = Array.from({ length: 1100 }, (_, number) => exampleProblem(`p${number}`, { bytes: most }));
    const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5].map((bytes) =>
      exampleProblem(`odd ${bytes}`, { bytes }),
    );
    const twice = [...odd, exampleProblem('odd\0'), exampleProblem('odd\ufffd')];
    expect(await store.keep([exampleReport(id, 1, { problems: [...problems, ...twice] })])).toEqual(['kept']);
    const [group] = await store.groups({});
    expect(group).toMatchObject({ problems: 1104, nodes: 1 });
    expect((group?.bytes ?? 0) / most).toBeCloseTo(1100, 3);
  });
}
