import type { Lab } from './lab.ts';

/**
 * Fills volumes with what nobody can guess. The answer makes sure that each of them holds it still, whatever became of its entry,
 * which it brings back for that.
 */
export function fillVolumes(lab: Lab, volumes: readonly string[]): (when: string) => void {
  for (const volume of volumes)
    lab.journal.run(['dd', 'if=/dev/urandom', `of=/dev/${volume}`, 'bs=1M', 'status=none', 'conv=fsync'], {
      mayFail: true,
    });
  const contents = () => volumes.map((volume) => lab.journal.run(['sha256sum', `/dev/${volume}`]).stdout.trim());
  const before = contents();
  return (when) => {
    for (const volume of volumes) lab.journal.run(['lvm', 'lvchange', '-aly', '-K', volume]);
    lab.journal.run(['udevadm', 'settle', '-t', '30'], { mayFail: true });
    lab.expect(`every volume holds what it held, ${when}`, contents(), before);
  };
}
