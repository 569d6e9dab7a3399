import { VERSION } from './model/version.ts';

// Nothing else is loaded for the version: start-up is the first impression.
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-V')) {
  console.log(VERSION);
} else {
  const { runProcess } = await import('./cli/run-process.ts');
  const exitCode = await runProcess(process.argv.slice(2), process.env, process.getuid?.() === 0);
  // Not left to the event loop: a read of a dead file system may never return, and must not keep us here.
  process.exit(exitCode);
}
