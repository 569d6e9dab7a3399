import type { Target } from '../target.ts';
import { CAPTURES } from './captures.ts';
import { CONFIGURATION } from './configuration.ts';
import { DELIVERIES } from './deliveries.ts';
import { DEVICE_MAPPER } from './device-mapper.ts';
import { ESCAPES } from './escapes.ts';
import { GUEST_CONFIGURATIONS } from './guest-configurations.ts';
import { HISTORY_FILES } from './history-file.ts';
import { HUB_ANSWERS } from './hub-answers.ts';
import { JOURNAL } from './journal.ts';
import { LVM_REPORT } from './lvm-report.ts';
import { MACHINE_FILES } from './machine-files.ts';
import { PVE_FILES } from './pve-files.ts';
import { REPORT_FORMS } from './report-forms.ts';
import { SMALL_TEXTS } from './small-texts.ts';
import { TREND_FILE } from './trend-file.ts';
import { VOLUME_LISTS } from './volume-lists.ts';

export const TARGETS: readonly Target[] = [
  ...[...DEVICE_MAPPER, ...ESCAPES, ...LVM_REPORT, ...GUEST_CONFIGURATIONS, ...PVE_FILES, ...MACHINE_FILES],
  ...[...CONFIGURATION, ...CAPTURES, ...JOURNAL, ...HISTORY_FILES, ...TREND_FILE],
  ...[...VOLUME_LISTS, ...SMALL_TEXTS, ...REPORT_FORMS, ...DELIVERIES, ...HUB_ANSWERS],
];
