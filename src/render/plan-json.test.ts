import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { readCapture, situations } from '../../test/capture-files.ts';
import { active, volume } from '../../test/checks/examples.ts';
import { collect } from '../engine/collect.ts';
import { findLeftovers } from '../engine/examine.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { planCleaning } from '../repair/plan-cleaning.ts';
import { planId, renderPlanJson } from './plan-json.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const ASKED = { only: null, vmid: null, names: [], max: null };
const planOf = (snapshot: Snapshot, max: number | null = null) =>
  planCleaning({ ...findLeftovers(snapshot), lastTasks: new Map() }, snapshot, { ...ASKED, max });

function orphans(...vmids: readonly number[]) {
  const volumes = vmids.map((vmid) => volume('san', `vm-${vmid}-disk-0`, { segments: [] }));
  return memoryNode({ volumes, devices: volumes.map((lv, at) => active(lv, 10 + at)) });
}

describe('renderPlanJson', () => {
  it.each(situations)('writes what the schema describes: %s', async (situation) => {
    const plan = planOf(await collect(memoryHost(readCapture(situation)), null));
    expect(validate(JSON.parse(renderPlanJson(plan, ASKED, null))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('tells what was done in the same document', () => {
    const plan = planOf(snapshotOf(orphans(500)));
    const item = { deviceName: 'san-vm--500--disk--0', kind: 'deactivate-volume', id: 7 } as const;
    const came = { state: 'changed', reason: null, seen: 'gone' } as const;
    const outcome = { run: 'r', ended: 'finished', exitCode: 0, items: [{ ...item, ...came }] };
    const document = JSON.parse(renderPlanJson(plan, ASKED, outcome));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.result.items).toEqual([
      {
        ...{ name: 'san-vm--500--disk--0', state: 'changed', reason: null, action: 'deactivate-volume' },
        ...{ step: 7, because: 'gone' },
      },
    ]);
  });

  it('holds no raw control character, whatever the names are', () => {
    const plan = planOf(snapshotOf(orphans(500)));
    const text = renderPlanJson(plan, { ...ASKED, names: ['a\x1b[2J\u202e\x9b'] }, null);
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describe('planId', () => {
  it('is the same for the same steps, whenever they are planned and whatever else is left alone', () => {
    const node = orphans(500, 501);
    const id = planId(planOf(snapshotOf(node)));
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(planId(planOf({ ...snapshotOf(node), takenAt: '2027-01-01T00:00:00.000Z' }))).toBe(id);
    const held = active(volume('san', 'vm-502-disk-0'), 20, { openCount: 1 });
    node.devices = [...node.devices, held];
    expect(planOf(snapshotOf(node)).leftAlone.map(({ deviceName }) => deviceName)).toEqual([held.name]);
    expect(planId(planOf(snapshotOf(node)))).toBe(id);
  });

  it('is another one once a device is another one, or a step more or less', () => {
    const ids = [
      planOf(snapshotOf(orphans(500, 501))),
      planOf(snapshotOf(orphans(500))),
      planOf(snapshotOf(orphans(501))),
      planOf({
        ...snapshotOf(
          Object.assign(orphans(500), { devices: [active(volume('san', 'vm-500-disk-0', { segments: [] }), 11)] }),
        ),
      }),
    ].map(planId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
