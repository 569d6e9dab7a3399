import { join } from 'node:path';
import { ROOT } from '../repo/repository.ts';

/** What the tests of the command line run: the source, or the compiled program that PVE_DOCTOR_PROGRAM names. */
export const PROGRAM = process.env['PVE_DOCTOR_PROGRAM'] ?? join(ROOT, 'bin', 'pve-doctor');
