import { runProcess } from '../../src/cli/run-process.ts';

/** The program as a process of its own, by whoever runs it, for tests that take its standard streams away. */
process.exit(await runProcess(process.argv.slice(2), process.env, true));
