import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { largeReport } from '../../test/data/large-report.ts';
import {
  emptyReport,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../../test/data/sample-report.ts';
import { jsonPieces, renderJson } from './json.ts';

interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

const schema: Schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
const REPORTS = { healthyReport, troubledReport, unknownReport, emptyReport, hostileReport };

const resolve = (part: Schema): Schema =>
  part.$ref === undefined ? part : (schema.$defs?.[part.$ref.replace('#/$defs/', '')] ?? {});

/** Every schema of an object, with its path. */
function* objects(part: Schema, path = ''): Generator<[string, Schema]> {
  if (part.properties) yield [path, part];
  for (const [key, value] of Object.entries(part.properties ?? {})) yield* objects(value, `${path}/${key}`);
  if (part.items) yield* objects(part.items, `${path}/*`);
  for (const variant of [...(part.oneOf ?? []), ...(part.anyOf ?? [])]) yield* objects(variant, `${path}|`);
  for (const [name, value] of Object.entries(part.$defs ?? {})) yield* objects(value, `#${name}`);
}

describe('renderJson', () => {
  it.each(Object.entries(REPORTS))('writes what the schema describes: %s', (_, report) => {
    expect(validate(JSON.parse(renderJson(report)))).toBe(true);
    expect(validate.errors).toBeNull();
  });

  it.each(Object.entries(REPORTS))('loses nothing of %s', (_, report) => {
    expect(JSON.parse(renderJson(report))).toEqual(report);
  });

  it('indents by two and ends with a line break', () => {
    expect(renderJson(healthyReport)).toMatch(/^{\n {2}"schemaVersion": 1,\n[\s\S]*\n}\n$/);
  });

  it('is harmless on a terminal', () => {
    expect(renderJson(hostileReport)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    const tagged = { ...healthyReport, node: '\u{e0041}\u007f\u009b' };
    expect(renderJson(tagged)).toContain('"node": "\\udb40\\udc41\\u007f\\u009b"');
    expect(JSON.parse(renderJson(tagged))).toEqual(tagged);
  });
});

describe('docs/report.schema.json', () => {
  it('carries the version of the report in its id', () => {
    expect(schema.$id).toMatch(new RegExp(`:${healthyReport.schemaVersion}$`));
    expect(schema.properties?.['schemaVersion']?.const).toBe(healthyReport.schemaVersion);
  });

  it.each([...objects(schema)])('is closed and describes every property: %s', (of, part) => {
    expect(part.additionalProperties).toBe(false);
    // Where there is nothing to say of them.
    const sometimes = ['trouble', 'about', 'lost', 'nodes', ...(of === '#finding' ? ['who'] : [])];
    const always = Object.keys(part.properties ?? {}).filter((name) => !sometimes.includes(name));
    expect(part.required).toEqual(always);
    expect(part.description).toBeTruthy();
    for (const property of Object.values(part.properties ?? {})) expect(resolve(property).description).toBeTruthy();
  });

  it('refuses a key that it does not know', () => {
    expect(validate({ ...healthyReport, mood: 'good' })).toBe(false);
    expect(validate({ ...healthyReport, summary: { ...healthyReport.summary, ghosts: 1 } })).toBe(false);
  });

  it.each(Object.keys(healthyReport))('refuses a report without %s', (key) => {
    expect(validate(Object.fromEntries(Object.entries(healthyReport).filter(([name]) => name !== key)))).toBe(false);
  });

  it('refuses a repair that is offered and refused at once', () => {
    const [finding] = troubledReport.findings;
    const both = { ...finding, repair: { offered: true, action: 'remove-device', because: 'x' } };
    expect(validate({ ...troubledReport, findings: [both] })).toBe(false);
  });
});

describe('jsonPieces', () => {
  it.each(Object.entries({ ...REPORTS, largeReport }))('of %s are the text of the report', (_, report) => {
    expect([...jsonPieces(report)].join('')).toBe(renderJson(report));
  });
});
