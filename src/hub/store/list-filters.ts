import type { Severity } from '../../model/finding.ts';

/** What lists of the fleet are narrowed by. */

export interface ProblemFilter {
  readonly clusterId?: string;
  readonly nodeId?: string;
  readonly code?: string;
  readonly severity?: Severity;
  /** Without it all, acknowledged ones too; false: what counts, so none of nodes in maintenance. */
  readonly acknowledged?: boolean;
  readonly limit: number;
  readonly offset: number;
}

export interface ClusterFilter {
  /** A node that was not heard since is silent. */
  readonly silentBefore: string;
  /** A part of its name, in any case. */
  readonly text?: string;
  /** `worst`, the default: by what counts, then by what nobody knows. */
  readonly sort?: 'worst' | 'name';
  readonly limit?: number;
  readonly offset?: number;
}

export interface NodeFilter {
  readonly clusterId?: string;
  readonly revoked?: boolean;
  /**
   * `silent`: not heard since `silentBefore`; `not-judged`: speaks, and could not judge everything; `quiet`: one of the two; none of them
   * is in maintenance. `speaks`: neither, or in maintenance.
   */
  readonly state?: {
    readonly is: 'silent' | 'not-judged' | 'quiet' | 'speaks';
    readonly silentBefore: string;
  };
  readonly maintenance?: true;
  /** A part of its name or of its cluster's, in any case, or its id. */
  readonly text?: string;
  readonly pveVersion?: string;
  readonly toolVersion?: string;
  /** Its clock differs from the hub's by more, either way. */
  readonly clockOffByMs?: number;
  /**
   * `name`, the default: by cluster and name. `quiet`: silent ones first, those that are silent longest at the top, then those that could
   * not judge everything. `version`: by that of Proxmox VE, then of pve-doctor, those without at the top. `clock`: the worst first.
   */
  readonly sort?:
    | { readonly by: 'name' | 'version' | 'clock' }
    | { readonly by: 'quiet'; readonly silentBefore: string };
  readonly limit?: number;
  readonly offset?: number;
}
