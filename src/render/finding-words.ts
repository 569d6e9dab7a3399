import type { RepairAction, ReportedFinding } from '../model/finding.ts';
import { printable } from './printable.ts';

const ACTIONS: Readonly<Record<RepairAction, string>> = {
  'remove-device': 'remove this device-mapper entry',
  'deactivate-volume': 'deactivate this volume on this node',
  'remove-partition-map': 'remove this partition map',
};

/** What this snapshot allows; each gate is looked at again before anything is done. */
export const repairSentence = ({ repair }: ReportedFinding): string =>
  repair.offered
    ? `possible with pve-doctor clean: ${ACTIONS[repair.action]} (every gate holds)`
    : `not by pve-doctor: ${printable(repair.because)}`;

/** What is said of a finding whose certainty is `maybe`. */
export const DOUBT = 'some text may refer to it although PVE does not read it so';
