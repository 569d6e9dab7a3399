/** What bom-1.6.schema.json of CycloneDX demands of the parts that a bill of material of ours has. */

const HASHES = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['alg', 'content'],
    additionalProperties: false,
    properties: {
      alg: { enum: ['SHA-256', 'SHA-512'] },
      content: { type: 'string', pattern: '^([a-f0-9]{64}|[a-f0-9]{128})$' },
    },
  },
};

const LICENSES = {
  type: 'array',
  minItems: 1,
  items: {
    oneOf: [
      {
        type: 'object',
        required: ['license'],
        additionalProperties: false,
        properties: {
          license: {
            type: 'object',
            required: ['id'],
            // Of spdx.schema.json, those that occur.
            properties: { id: { enum: ['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'] } },
          },
        },
      },
      {
        type: 'object',
        required: ['expression'],
        additionalProperties: false,
        properties: { expression: { type: 'string' } },
      },
    ],
  },
};

const COMPONENT = {
  type: 'object',
  required: ['type', 'name', 'bom-ref', 'version', 'purl', 'licenses', 'hashes'],
  additionalProperties: false,
  properties: {
    type: { enum: ['application', 'library', 'platform'] },
    'bom-ref': { type: 'string', minLength: 1 },
    group: { type: 'string' },
    name: { type: 'string', minLength: 1 },
    version: { type: 'string' },
    description: { type: 'string' },
    purl: { type: 'string', pattern: '^pkg:(?:npm|deb)/[^@ ]+@[^@ ]+$' },
    licenses: LICENSES,
    hashes: HASHES,
  },
};

export const BOM = {
  type: 'object',
  required: ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'],
  additionalProperties: false,
  properties: {
    bomFormat: { const: 'CycloneDX' },
    specVersion: { const: '1.6' },
    serialNumber: {
      type: 'string',
      pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    },
    version: { type: 'integer', minimum: 1 },
    metadata: {
      type: 'object',
      required: ['timestamp', 'component'],
      properties: {
        timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
        component: COMPONENT,
      },
    },
    components: { type: 'array', uniqueItems: true, items: COMPONENT },
    dependencies: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        required: ['ref'],
        additionalProperties: false,
        properties: {
          ref: { type: 'string' },
          dependsOn: { type: 'array', uniqueItems: true, items: { type: 'string' } },
        },
      },
    },
  },
};

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly { readonly content: string }[];
}

export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
