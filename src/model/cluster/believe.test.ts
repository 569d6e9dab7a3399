import { describe, expect, it } from 'vitest';
import { aMember, aRecord, at, peersOf, RECORD_TIME } from '../../../test/data/node-records.ts';
import { believe } from './believe.ts';
import type { NodeWord, Peers } from './cluster-view.ts';

const three = [aRecord('pve1'), aRecord('pve2'), aRecord('pve3')];
const word = (record: ReturnType<typeof aRecord>): [string, NodeWord] => [record.node, { state: 'record', record }];

/** What became of pve2, seen from pve1. */
function second(more: Partial<Peers>, now = at(60)) {
  const view = believe(peersOf(three, more), aRecord('pve1', {}, { takenAt: now }), now);
  const standing = view.nodes.find(({ name }) => name === 'pve2')?.standing;
  return standing?.state === 'judged' ? 'judged' : standing?.reason;
}

describe('what counts of the words of other nodes', () => {
  it('is a young record of a node that is online in a quorate cluster', () => {
    const view = believe(peersOf(three), three[0] ?? null, at(60));
    expect(view.nodes.map(({ name, standing: { state } }) => [name, state])).toEqual([
      ['pve1', 'judged'],
      ['pve2', 'judged'],
      ['pve3', 'judged'],
    ]);
    expect(
      view.nodes.map(({ standing }) => standing.state === 'judged' && [standing.via, standing.ageSeconds]),
    ).toEqual([
      ['here', 0],
      ['record', 60],
      ['record', 60],
    ]);
  });

  it('is nothing of a node that is offline, though its last record is there', () => {
    expect(second({ members: [aMember('pve1', 1), aMember('pve2', 2, false), aMember('pve3', 3)] })).toBe('offline');
  });

  it('is nothing of any other node without a quorum, also where all are said to be online', () => {
    const view = believe(peersOf(three, { quorate: false }), three[0] ?? null, at(60));
    expect(view.nodes.map(({ standing }) => (standing.state === 'judged' ? 'judged' : standing.reason))).toEqual([
      'judged',
      'own-cluster',
      'own-cluster',
    ]);
  });

  it.each<[number, string]>([
    [2700, 'judged'],
    [2701, 'silent'],
    [-120, 'judged'],
    [-121, 'clock'],
    [-3600, 'clock'],
    [3600, 'silent'],
  ])('of an age of %i s is %s', (age, wanted) => {
    expect(second({}, at(age))).toBe(wanted);
  });

  it('says by how much a clock is ahead', () => {
    const [, node] = believe(peersOf(three), three[0] ?? null, at(-3600)).nodes;
    expect(node?.standing).toMatchObject({ clockAheadSeconds: 3600, lastHeardAt: RECORD_TIME });
    expect(node?.standing).toHaveProperty('because', expect.stringContaining('60 minutes ahead'));
  });

  it('is nothing of a node that has published nothing, or took it back', () => {
    expect(second({ words: new Map() })).toBe('no-record');
    expect(second({ words: new Map([['pve2', { state: 'withdrawn', takenAt: RECORD_TIME }]]) })).toBe('withdrawn');
  });

  it('is nothing of what cannot be read, with the one sentence', () => {
    const unusable: NodeWord = { state: 'unusable', kind: 'future-format', because: 'it is too new' };
    const view = believe(peersOf(three, { words: new Map([['pve2', unusable]]) }), three[0] ?? null, at(60));
    expect(view.nodes[1]?.standing).toMatchObject({ reason: 'future-format', because: 'it is too new' });
  });

  it('is nothing of a node that left the cluster', () => {
    const gone = peersOf(three, { words: new Map([...three, aRecord('pve9')].map(word)) });
    expect(believe(gone, null, at(60)).nodes.map(({ name }) => name)).toEqual(['pve1', 'pve2', 'pve3']);
  });

  it('is not even of this node itself when its pmxcfs has lost its record, while peers show the old one', () => {
    const lost = peersOf(three, { words: new Map(three.slice(1).map(word)) });
    expect(believe(lost, null, at(60)).nodes[0]?.standing).toMatchObject({ reason: 'no-record' });
    expect(believe(lost, three[0] ?? null, at(60)).nodes[0]?.standing).toMatchObject({ via: 'here' });
  });

  it('points at the own corosync when nothing more comes from anybody', () => {
    const view = believe(peersOf(three), aRecord('pve1', {}, { takenAt: at(7200) }), at(7200));
    for (const { standing } of view.nodes.slice(1))
      expect(standing).toHaveProperty('because', expect.stringContaining('corosync of this node may hang'));
  });

  it('does not suspect it where one other node is heard', () => {
    const young = [aRecord('pve1'), aRecord('pve2'), aRecord('pve3', {}, { takenAt: at(7200) })];
    const [, silent] = believe(peersOf(young), young[0] ?? null, at(7200)).nodes;
    expect(silent?.standing).toMatchObject({ reason: 'silent', because: 'its last record is 2 hours old' });
  });
});

describe('nodes that were asked just now', () => {
  const answered = (...records: readonly ReturnType<typeof aRecord>[]) => ({
    ...{ state: 'answered' as const, askedAt: at(10), answeredAt: at(14) },
    words: records.map((record) => word(record)[1]),
  });

  it('count by their answer, with every look and the difference of clocks', () => {
    const looks = [10, 12, 14].map((seconds) => aRecord('pve2', {}, { takenAt: at(seconds + 3600) }));
    const fresh = new Map([['pve2', answered(...looks)]]);
    const [, two, silent] = believe(peersOf(three, { fresh }), three[0] ?? null, at(14)).nodes;
    expect(two?.standing).toMatchObject({ via: 'ssh', samples: looks, record: looks[2], clockAheadSeconds: 3600 });
    expect(silent?.standing).toMatchObject({ reason: 'unreachable' });
  });

  it('are behind by what their first look lies before the question', () => {
    const fresh = new Map([['pve2', answered(aRecord('pve2', {}, { takenAt: at(-590) }))]]);
    expect(believe(peersOf(three, { fresh }), null, at(14)).nodes[1]?.standing).toMatchObject({
      clockAheadSeconds: -600,
    });
  });

  it('are not judged without an answer, however young their record', () => {
    expect(second({ fresh: new Map([['pve2', { state: 'silent', because: 'ssh: no route to host' }]]) })).toBe(
      'unreachable',
    );
    expect(second({ fresh: new Map([['pve2', answered()]]) })).toBe('damaged');
  });

  it('are not judged where one of their looks cannot be read', () => {
    const bad: NodeWord = { state: 'unusable', kind: 'damaged', because: 'it is not JSON' };
    const answer = answered(aRecord('pve2'));
    expect(second({ fresh: new Map([['pve2', { ...answer, words: [...answer.words, bad] }]]) })).toBe('damaged');
  });
});
