import { gzipSync } from 'node:zlib';

/** As a value of pmxcfs' key/value store: base64 of gzip. A value may hold no NUL, and others than ASCII come out changed. */
export const packRecord = (text: string): string => gzipSync(text, { level: 9 }).toString('base64');
