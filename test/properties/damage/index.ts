import type { Capture } from '../../../src/model/capture.ts';
import { damagedCommands } from './commands.ts';
import type { Damaged, Thoroughness } from './damaged.ts';
import { damagedOthers } from './others.ts';
import { damagedPaths } from './paths.ts';

/** Every source of a capture damaged in every way, each alone. */
export function* damagedCaptures(capture: Capture, how: Thoroughness): Generator<Damaged> {
  yield* damagedCommands(capture, how);
  yield* damagedPaths(capture, how);
  yield* damagedOthers(capture, how);
}
