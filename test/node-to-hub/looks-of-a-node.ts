import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * What a node tells its hub, by the files that it keeps for it in `directory`. `pvecfg` is what it takes the version of Proxmox VE
 * from.
 */
export function looksOfANode(directory: string, pvecfg: string) {
  const looks = new Set<string>();
  const losses: string[] = [];
  const state = () => JSON.parse(readFileSync(`${directory}/state.json`, 'utf8'));
  const waiting = (): readonly string[] =>
    readdirSync(`${directory}/spool`)
      .filter((file) => file.endsWith('.gz'))
      .map((file) => file.slice(0, file.indexOf('Z') + 1));
  let version = 0;
  return {
    ...{ looks, losses, state, waiting },
    /** Each look says something new, so that none takes the place of the one before. */
    change: (): void => {
      version += 1;
      writeFileSync(pvecfg, `sub version_text {\n    return '8.4.${version}/2a5fa54a8503f96d';\n}\n`);
    },
    /** Either the hub has the newest look and all before it, or it waits here. */
    remember: (): void => {
      const { takenAt, lost } = state();
      for (const one of [...waiting(), takenAt]) if (one !== null) looks.add(one);
      // Gone from the state with the next report that goes out.
      if (lost !== null) losses.push(lost.because);
    },
    /** The time that a hub said to wait is over; gives whether there was one. */
    waitItOut: (): boolean => {
      const now = state();
      if (now.waiting === null || Date.parse(now.waiting.notBefore) <= Date.now()) return false;
      const waiting = { ...now.waiting, notBefore: new Date(0).toISOString() };
      writeFileSync(`${directory}/state.json`, JSON.stringify({ ...now, waiting }), { mode: 0o600 });
      return true;
    },
  };
}
