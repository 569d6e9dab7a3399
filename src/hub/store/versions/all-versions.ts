import { FIRST } from './0001-first.ts';
import type { SchemaVersion } from './schema-version.ts';

/** In order. A version that was released is never changed: the next one changes what it made. */
export const SCHEMA_VERSIONS: Readonly<Record<string, SchemaVersion>> = { '0001': FIRST };
