import { randomBytes } from 'node:crypto';
import type { Engine } from './engine.ts';
import type { Upkeep } from './hub-store.ts';
import { endWhatIsOver } from './keep.ts';

/** Rows that are taken away in one transaction: nothing that comes has to wait long for it. */
const AT_ONCE = 2000;

/** Written to see whether anything can be. About as much as a report takes, so that it finds no room where a report finds none. */
const PING = 'ping';
const PING_BYTES = 32 * 1024;

export const upkeepOn = (engine: Engine): Upkeep => ({
  retain: async ({ runsBefore, changesBefore, now }) => {
    await endWhatIsOver(engine, now);
    await engine.prepareMonths([now, inDays(now, 31), inDays(now, 62)]);
    const whole = await engine.dropMonthsBefore(runsBefore);
    const runs = whole + (await inPieces(() => dropRuns(engine, runsBefore)));
    const bodies = await inPieces(() => dropBodies(engine, runsBefore));
    await inPieces(() => dropChanges(engine, changesBefore));
    await engine.change(async (work) => {
      await work.deleteFrom('fleet_sample').where('at', '<', changesBefore).execute();
      await work.deleteFrom('session').where('expires_at', '<=', now).execute();
      await work
        .deleteFrom('enrolment_token')
        .where(({ or, eb }) => or([eb('expires_at', '<=', now), eb('uses_left', '<=', 0)]))
        .execute();
    });
    return { runs, bodies };
  },
  sizeBytes: () => engine.sizeBytes(),
  ping: async () => {
    const value = randomBytes(PING_BYTES).toString('base64');
    await engine.change(async (work) => {
      await engine.mustBeFree(work);
      await work
        .insertInto('setting')
        .values({ name: PING, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    });
  },
  onChange: (listener) => engine.onChange(listener),
  close: () => engine.close(),
});

const inDays = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * 86_400_000).toISOString();

async function inPieces(take: () => Promise<number>): Promise<number> {
  let all = 0;
  for (;;) {
    const taken = await take();
    all += taken;
    if (taken < AT_ONCE) return all;
  }
}

const dropRuns = (engine: Engine, before: string): Promise<number> =>
  engine.change(async (work) => {
    const old = work.selectFrom('run').select('seq').where('received_at', '<', before).limit(AT_ONCE);
    const done = await work
      .deleteFrom('run')
      .where('seq', 'in', old)
      .where('received_at', '<', before)
      .executeTakeFirst();
    return Number(done.numDeletedRows);
  });

/** The newest of each node stays, however old: it is what is known of that node. */
const dropBodies = (engine: Engine, before: string): Promise<number> =>
  engine.change(async (work) => {
    const old = await work
      .selectFrom('report_body')
      .innerJoin('node', 'node.id', 'report_body.node_id')
      .select(['report_body.node_id', 'report_body.revision'])
      .where('report_body.received_at', '<', before)
      .whereRef('report_body.revision', '<', 'node.revision')
      .limit(AT_ONCE)
      .execute();
    for (const [nodeId, rows] of Map.groupBy(old, ({ node_id }) => node_id)) {
      const revisions = rows.map(({ revision }) => revision);
      await work.deleteFrom('report_body').where('node_id', '=', nodeId).where('revision', 'in', revisions).execute();
    }
    return old.length;
  });

const dropChanges = (engine: Engine, before: string): Promise<number> =>
  engine.change(async (work) => {
    const old = work.selectFrom('change').select('id').where('at', '<', before).limit(AT_ONCE);
    return Number((await work.deleteFrom('change').where('id', 'in', old).executeTakeFirst()).numDeletedRows);
  });
