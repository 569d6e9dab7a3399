import { lookAtDataFile } from '../host/data-file.ts';

export const HISTORY_FILE = 'history.sqlite3';

/** The database in a directory. */
export const historyFileIn = (directory: string): string => `${directory.replace(/\/+$/, '')}/${HISTORY_FILE}`;

/** Whether anything stands at its place, be it something that cannot be used. Opens nothing, and loads no database. */
export const hasHistory = (directory: string): boolean => lookAtDataFile(historyFileIn(directory)).state !== 'absent';
