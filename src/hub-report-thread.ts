import { parentPort } from 'node:worker_threads';
import { type PackedReport, readPacked } from './hub/receive/read-packed.ts';

/** The thread of `hub/receive/report-reader.ts`: one report after the other, so that nothing else waits for a large one. */
parentPort?.on('message', (report: PackedReport) => parentPort?.postMessage(readPacked(report)));
