import { FIRST } from './0001-first.ts';
import type { SchemaVersions } from './schema-version.ts';

/** In order. A version that was released is never changed: the next one changes what it made. */
export const SCHEMA_VERSIONS: SchemaVersions = { '0001': FIRST };
