import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { hostFromCapture } from '../host/capture-file.ts';
import { TREND_PATH } from '../model/trend/trend.ts';
import { trendAfter } from './own-trend.ts';
