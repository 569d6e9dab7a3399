import { join } from 'node:path';
import { ROOT } from '../repo/repository.ts';

/** What the tests of the command line run: the source, or the compiled program that PROGRAM_UNDER_TEST names. */
export const PROGRAM = process.env['PROGRAM_UNDER_TEST'] ?? join(ROOT, 'bin', 'pve-doctor');
