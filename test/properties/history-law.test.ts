import { describe, expect, it } from 'vitest';
import type { NodeRecord } from '../../src/model/cluster/node-record.ts';
import type { Report } from '../../src/model/report/report.ts';
import { situations } from '../capture-files.ts';
import { IS_THOROUGH } from '../sample.ts';
import { type Chance, chanceOf } from './history/chance.ts';
import { type Heard, Lawyer } from './history/lawful.ts';
import { MadeUpNode } from './history/made-up-node.ts';
import { type Place, placeOf } from './history/places.ts';
import { ClusterView, type Form, HubView, NodeView, recordOf, type Said } from './history/views.ts';

/** A sequence takes a tenth of a second, with the records and the digests of its looks: `HISTORY_SEQUENCES=10000` takes a quarter of an hour. */
const SEQUENCES = Number(process.env['HISTORY_SEQUENCES'] ?? (IS_THOROUGH ? 1200 : 16));
const LOOKS = 60;
const START = Date.parse('2026-11-20T02:00:00.000Z');
const VERSIONS: readonly Form['version'][] = ['this', 'this', 'names-no-findings', 'names-no-checks', 'first'];

/** A node of a cluster, with all that looks at it. */
class Member {
  readonly node: MadeUpNode;
  readonly #chance: Chance;
  /** Nothing that it tells is lost, so that all views have to say the same. */
  readonly #isCalm: boolean;
  readonly #own = { view: new NodeView(), lawyer: new Lawyer() };
  readonly #hub = { view: new HubView(), lawyer: new Lawyer() };
  #cluster = new Lawyer();
  #name: string;
  readonly #former: string[] = [];
  #form: Form = { version: 'this', cuts: 0 };
  #heard: Heard | null = null;
  #here: Said | null = null;

  constructor(place: Place, chance: Chance, name: string, isCalm: boolean) {
    this.node = new MadeUpNode(place, chance);
    this.#chance = chance;
    this.#name = name;
    this.#isCalm = isCalm;
  }

  get name(): string {
    return this.#name;
  }

  /** The node looks at itself, and tells the hub. */
  look(takenAt: string, isLast: boolean): readonly string[] {
    const { now, one } = this.#chance;
    if (!isLast) this.node.live();
    if (now(0.1))
      this.#form = {
        version: VERSIONS[one(VERSIONS.length)] ?? 'this',
        cuts: now(0.5) ? 0 : one(this.#isCalm ? 6 : 12),
      };
    if (isLast) this.#form = { version: 'this', cuts: 0 };
    const moment = this.node.look(takenAt, isLast);
    const { report } = moment;
    this.#here = null;
    // Killed before it kept anything.
    if (!this.#isCalm && !isLast && now(0.08)) return [];
    const { said, told } = this.#own.view.take(report);
    this.node.forget(said.resolved);
    this.#acknowledge(report, takenAt);
    const codes = new Set<string>(report.checks.map(({ code }) => code));
    const heard: Heard = { moment, report: told, takenAt, codes, isNamed: true };
    this.#heard = heard;
    this.#here = said;
    const breaches = this.#own.lawyer.hear(said, heard).map((breach) => `on the node: ${breach}`);
    return [...breaches, ...(this.#isCalm || isLast || !now(0.1) ? this.#tellHub(heard, said) : [])];
  }

  #acknowledge({ problems }: Report, takenAt: string): void {
    const { now, some } = this.#chance;
    for (const { id, severity } of now(0.1) ? some(problems, 2) : []) {
      const until = now(0.5) ? null : new Date(Date.parse(takenAt) + 86_400_000).toISOString();
      this.node.acknowledge(id, severity, takenAt, until);
    }
    for (const { id } of now(0.1) ? some(problems, 2) : []) this.#hub.view.acknowledge(id, takenAt);
  }

  #tellHub(heard: Heard, here: Said): readonly string[] {
    if (heard.report === null) return [];
    const { said, ended } = this.#hub.view.take(heard.report);
    // With what took its problem in, which may have another id.
    const stands = new Set(said.kept.flatMap(({ id, presence }) => (presence === 'gone' ? [] : [id])));
    const over = ended.flatMap(({ id, isWorse }) =>
      isWorse || !stands.has(id) ? [] : [`the acknowledgement of ${id} ended`],
    );
    const breaches = [...this.#hub.lawyer.hear(said, heard), ...over];
    return [...breaches, ...(this.#isCalm ? differences(here, said) : [])].map((breach) => `on the hub: ${breach}`);
  }

  /** What the others hold of it, and how a node that is not heard is left out. */
  record(isLast: boolean): NodeRecord | null {
    const { now } = this.#chance;
    if (this.#heard?.report == null) return null;
    const isTold = isLast || this.#isCalm;
    if (!isTold && now(0.01)) this.#rename();
    const isSilent = !isTold && now(0.05);
    if (isSilent) this.#here = null;
    return recordOf(this.#name, this.#heard.report, this.#form, isSilent);
  }

  /** Nobody knows that it is the same node. */
  #rename(): void {
    this.#former.push(this.#name);
    this.#name = `${this.#name}x`;
    this.#cluster = new Lawyer();
  }

  /** What the mail of the cluster said of it. */
  hear(of: (node: string) => Said, record: NodeRecord, isCovered: boolean, takenAt: string): readonly string[] {
    if (this.#heard === null) return [];
    const said = of(this.#name);
    const lost = this.#former.flatMap((name) =>
      of(name).resolved.map((id) => `${id} of ${name}, which is no more, is resolved`),
    );
    const { problems = null } = record.verdict ?? {};
    // What is between nodes, the mail tells as no node's.
    const own = problems?.filter(({ kind }) => kind !== 'cluster') ?? null;
    const isHeard = isCovered && own !== null && said.standing.length === own.length;
    const isNamed = own?.every(({ findings }) => findings !== undefined) ?? true;
    const heard = { ...this.#heard, takenAt, isNamed, report: isHeard ? this.#heard.report : null };
    const breaches = this.#cluster.hear(said, heard);
    const here = isHeard && this.#isCalm ? this.#here : null;
    return [...breaches, ...lost, ...(here === null ? [] : contradictions(here, said))].map(
      (breach) => `in the cluster: ${breach}`,
    );
  }
}

const presences = ({ kept }: Said): ReadonlyMap<string, string> =>
  new Map(kept.map(({ id, presence }) => [id, presence]));

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Of two that were told the same: they say the same. */
function differences(here: Said, there: Said): readonly string[] {
  const told = ({ standing, resolved }: Said): string =>
    JSON.stringify([standing.map(({ id, since }) => ({ id, since })).sort(byId), resolved.toSorted()]);
  return told(here) === told(there) ? [] : [`${told(there)} is not what the node says: ${told(here)}`];
}

/** Of one that is told less: it knows less, and nothing else. */
function contradictions(here: Said, there: Said): readonly string[] {
  const own = presences(here);
  const resolved = new Set(there.resolved);
  return [...presences(there)].flatMap(([id, presence]) => {
    const is = own.get(id) ?? 'gone';
    // What comes and goes may have gone there long ago, and be waited for here.
    const isOther = (presence === 'seen') !== (is === 'seen') || (resolved.has(id) && is === 'unseen');
    return isOther ? [`${id} is ${presence}, and ${is} on its node`] : [];
  });
}

/** All breaches of one sequence. */
function breachesOf(places: readonly Place[], seed: number): readonly string[] {
  const chance = chanceOf(seed);
  const isCalm = chance.now(0.5);
  const members = chance.some(places, 2).map((place, at) => new Member(place, chance, `pve${at + 2}`, isCalm));
  const cluster = new ClusterView();
  let time = START;
  for (let at = 0; at < LOOKS; at++) {
    time += chance.now(0.03) ? 2 * 86_400_000 : 900_000 * (1 + chance.one(24));
    const takenAt = new Date(time).toISOString();
    const isLast = at === LOOKS - 1;
    const breaches = [
      ...members.flatMap((member) => member.look(takenAt, isLast)),
      ...(isCalm || isLast || !chance.now(0.1) ? mailOf(members, cluster, { chance, isCalm, isLast }, takenAt) : []),
    ];
    if (breaches.length > 0) return breaches.map((breach) => `sequence ${seed}, look ${at}: ${breach}`);
  }
  return [];
}

function mailOf(
  members: readonly Member[],
  cluster: ClusterView,
  { chance, isCalm, isLast }: { readonly chance: Chance; readonly isCalm: boolean; readonly isLast: boolean },
  takenAt: string,
): readonly string[] {
  const heard = members.flatMap((member) => {
    const record = member.record(isLast);
    return record === null ? [] : [{ member, record, isCovered: isLast || isCalm || !chance.now(0.05) }];
  });
  const covers = heard.flatMap(({ member, isCovered }) => (isCovered ? [member.name] : []));
  const of = cluster.take(
    heard.map(({ record }) => record),
    covers,
    takenAt,
  );
  return heard.flatMap(({ member, record, isCovered }) => member.hear(of, record, isCovered, takenAt));
}

/** Places with problems, and not so many that a look at them takes long. */
async function placesOf(names: readonly string[]): Promise<readonly Place[]> {
  const places = await Promise.all(names.map((name) => placeOf(name, IS_THOROUGH ? 12 : 3)));
  return places.filter(({ sights: [whole] }) => whole.keys.size > 0);
}

describe('the history of problems', () => {
  it(`holds its law over ${SEQUENCES} sequences of ${LOOKS} looks`, async () => {
    const stride = IS_THOROUGH ? 1 : 12;
    const places = await placesOf(situations.filter((_, at) => at % stride === 3 % stride));
    const breaches: string[] = [];
    for (let seed = 1; seed <= SEQUENCES && breaches.length === 0; seed++) breaches.push(...breachesOf(places, seed));
    expect(breaches).toEqual([]);
  }, 3_600_000);
});
