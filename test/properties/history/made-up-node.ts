import type { Acknowledgement } from '../../../src/model/report/acknowledgement.ts';
import { withAcknowledgements } from '../../../src/model/report/grade.ts';
import type { NotJudged } from '../../../src/model/report/not-judged.ts';
import { isUnjudged, type Report } from '../../../src/model/report/report.ts';
import { findingKey, partsOfKey } from '../../../src/model/report/report-history.ts';
import { problemsOf } from '../../../src/problems/problems.ts';
import { leftOut } from '../../data/not-judged.ts';
import type { Chance } from './chance.ts';
import type { Place, Sight } from './places.ts';

/** A look at the node, and what a look knows that sees everything. */
export interface Moment {
  readonly report: Report;
  /** Whether it is so at this moment, whoever looks. */
  readonly isTrue: (key: string) => boolean;
  /** Whether this look would have found it. */
  readonly isVisible: (key: string) => boolean;
}

const FULL = new Set(['MNT005', 'CT005']);

/** A node on which things break and are mended, and that is looked at by a pve-doctor that changes too. */
export class MadeUpNode {
  readonly #place: Place;
  readonly #chance: Chance;
  readonly #mended = new Set<string>();
  readonly #worse = new Set<string>();
  readonly #unknown = new Set<string>();
  #isRenamed = false;
  #said: readonly Acknowledgement[] = [];

  constructor(place: Place, chance: Chance) {
    this.#place = place;
    this.#chance = chance;
  }

  get #sights(): Place['sights'] {
    return this.#isRenamed ? this.#place.renamed : this.#place.sights;
  }

  /** What happens on the node from one look to the next. */
  live(): void {
    const { some, now } = this.#chance;
    const keys = [...this.#sights[0].keys];
    if (now(0.3)) for (const key of some(keys, 3)) toggle(this.#mended, key);
    if (now(0.05)) for (const key of keys) this.#mended.add(key);
    if (now(0.08)) this.#mended.clear();
    if (now(0.06)) for (const key of some(keys, 2)) toggle(this.#worse, key);
    if (now(0.04)) this.#isRenamed = !this.#isRenamed;
    if (now(0.06)) this.#upgrade(keys.map((key) => partsOfKey(key).code));
  }

  #upgrade(codes: readonly string[]): void {
    if (this.#unknown.size > 0) this.#unknown.clear();
    else for (const code of this.#chance.some(codes, 3)) this.#unknown.add(code);
  }

  mendAll(): void {
    for (const { keys } of [this.#place.sights[0], this.#place.renamed[0]])
      for (const key of keys) this.#mended.add(key);
    this.#unknown.clear();
  }

  acknowledge(id: string, severity: Acknowledgement['severity'], at: string, until: string | null): void {
    this.#said = [...this.#said.filter((one) => one.id !== id), { id, severity, by: 'anna', reason: '', at, until }];
  }

  /** As `forgetAcknowledgements` does after each run. */
  forget(resolved: readonly string[]): void {
    this.#said = this.#said.filter(({ id }) => !resolved.includes(id));
  }

  get acknowledged(): readonly Acknowledgement[] {
    return this.#said;
  }

  /** Of a guest that has another VMID now nothing is hidden: it is gone. */
  look(takenAt: string, isWhole: boolean): Moment {
    const { now, one } = this.#chance;
    const at = isWhole || now(0.4) ? 0 : one(this.#sights.length);
    const sight = this.#sights[at] ?? this.#sights[0];
    const cut = isWhole || !now(0.1) ? new Set<string>() : this.#cut(sight);
    const report = this.#reportOf(sight, cut, takenAt);
    const shown = new Set(report.findings.map(findingKey));
    const ordinary = this.#sights[0].keys;
    const [mended, unknown] = [new Set(this.#mended), new Set(this.#unknown)];
    return {
      report,
      isTrue: (key) => (ordinary.has(key) ? !mended.has(key) : shown.has(key)),
      isVisible: (key) =>
        !cut.has(key) && !unknown.has(partsOfKey(key).code) && (!ordinary.has(key) || sight.keys.has(key)),
    };
  }

  /** Half of what one check found. */
  #cut({ keys }: Sight): Set<string> {
    const [first] = this.#chance.some([...keys], 1);
    const same = [...keys].filter((key) => first !== undefined && partsOfKey(key).code === partsOfKey(first).code);
    return new Set(same.slice(Math.floor(same.length / 2)));
  }

  #reportOf({ report }: Sight, cut: ReadonlySet<string>, takenAt: string): Report {
    const isKnown = (code: string): boolean => !this.#unknown.has(code);
    const findings = report.findings
      .filter((one) => isKnown(one.code) && !this.#mended.has(findingKey(one)) && !cut.has(findingKey(one)))
      .map((one) => (this.#worse.has(findingKey(one)) ? { ...one, severity: 'critical' as const } : one));
    const checks = report.checks.filter(({ code }) => isKnown(code));
    const codes = [...new Set([...cut].map((key) => partsOfKey(key).code))];
    const lines = report.notJudged.flatMap((line): readonly NotJudged[] => {
      const left = line.codes?.filter(isKnown) ?? null;
      return left?.length === 0 ? [] : [{ ...line, codes: left }];
    });
    const emptied = new Set([...this.#mended].map(partsOfKey).flatMap(({ code, id }) => (FULL.has(code) ? [id] : [])));
    const mounts = report.mounts.map((row) =>
      emptied.has(row.vmid === null ? row.target : `${row.vmid}:${row.target}`)
        ? { ...row, usedPercent: 10, usedInodesPercent: 1 }
        : row,
    );
    const guests = report.guests.map(({ vmid, name, type, status: state }) => ({
      vmid,
      name,
      type,
      node: null,
      state,
    }));
    const unjudged = checks.filter(isUnjudged).map(({ code }) => code);
    const whole: Report = {
      ...{ ...report, takenAt, findings, checks, mounts },
      notJudged: [...lines, ...codes.map((code) => leftOut('cut', { codes: [code] as NotJudged['codes'] }))],
      problems: problemsOf({ findings, mounts, guests, unjudged }),
    };
    return withAcknowledgements(whole, this.#said);
  }
}

function toggle(set: Set<string>, key: string): void {
  if (!set.delete(key)) set.add(key);
}
