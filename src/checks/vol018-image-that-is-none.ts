import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted, listed } from '../model/evidence.ts';
import { whyNot } from '../model/reading.ts';
import { occupiedGuest } from '../model/report/not-judged.ts';
import type { StoredVolume, VolumePlace } from '../model/volumes/volumes.ts';

export const vol018 = defineCheck({
  code: 'VOL018',
  title: 'image that makes Proxmox VE’s own list of a storage fail',
  harms: { operation: '' },
  needs: ['volumes', 'inFlight'],
  examine: ({ volumes, inFlight }) =>
    breaking(volumes.places)
      .filter(({ volume }) => inFlight.forVmid(volume.vmid) === null)
      .map(({ place, volume }) => findingFor(place, volume)),
  unjudged: ({ volumes, inFlight }) => [
    ...volumes.places.flatMap(({ kind, contents }) =>
      kind === 'directory' && contents.state === 'unreadable' ? [whyNot(contents)] : [],
    ),
    ...breaking(volumes.places).flatMap(({ volume: { vmid } }) => {
      const why = inFlight.forVmid(vmid);
      return why === null ? [] : [occupiedGuest(vmid, why)];
    }),
  ],
});

/**
 * Of a qcow2 that is none Proxmox VE only warns, since `qemu-img` says `Image is not in qcow2 format`; of a vmdk it says `invalid VMDK image
 * descriptor`, and the whole list ends there (pve-storage src/PVE/Storage/Plugin.pm list_images; QEMU block/vmdk.c).
 */
const breaking = (
  places: readonly VolumePlace[],
): readonly { readonly place: VolumePlace; readonly volume: StoredVolume }[] =>
  places.flatMap((place) =>
    place.contents.state !== 'known'
      ? []
      : place.contents.value.volumes
          .filter(({ unlike, name }) => unlike === true && name.endsWith('.vmdk'))
          .map((volume) => ({ place, volume })),
  );

function findingFor(place: VolumePlace, { name, vmid, heldBytes, sizeBytes }: StoredVolume): Found {
  const [storeid = ''] = place.storeids;
  const file = `${place.where}/${name}`;
  return {
    harm: 'operation',
    subject: { kind: 'volume', id: `${storeid}:${name}` },
    title: `${file} is no vmdk, and Proxmox VE’s list of ${counted(place.storeids.length, 'storage')} fails at it`,
    headline: `has a file ${name} that is no vmdk: nobody can list storage ${listed(place.storeids)}, and no disk of it can be made there`,
    evidence: [
      { fact: `${file} has the name of a vmdk and not its first bytes`, source: 'list of the directory' },
      ...(heldBytes === null ? [] : [{ fact: `${heldBytes} bytes held`, source: 'list of the directory' }]),
    ],
    impact:
      `\`pvesm list ${storeid}\`, the storage’s content in the web interface and a disk rescan end with \`Could not open … invalid VMDK image descriptor\`. ` +
      `So do creating, restoring, cloning and moving a disk to guest ${vmid} there.`,
    remedy: {
      text:
        'Find out what it is: a copy that was not finished, one part of a vmdk of several files, another kind of image. Then move it out of the ' +
        'directories of guests, or give it a name that does not end in `.vmdk`.',
      commands: [reads('qemu-img', 'info', '-U', file)],
    },
    bytes: heldBytes ?? sizeBytes,
    vmid,
  };
}
