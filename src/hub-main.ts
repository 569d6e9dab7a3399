import { runHub } from './hub/cli/run-hub.ts';

process.exitCode = await runHub(process.argv.slice(2));
