import type { Report } from '../../model/report/report.ts';
import { REPOSITORY } from '../../model/repository.ts';
import { type Markup, markup } from '../markup.ts';

const link = (address: string, text: string): Markup =>
  markup`<li><a href="${address}" rel="noreferrer">${text}</a></li>`;

/** Where more is written, and where to tell of a fault; `null` where the project has no address yet. */
export const repositoryLinks = (repository: string | null): Markup | null =>
  repository === null
    ? null
    : markup`${link(repository, 'Repository')}${link(`${repository}/tree/main/docs`, 'Documentation')}${link(`${repository}/issues`, 'Report a fault')}`;

export const pageFoot = ({ toolVersion, schemaVersion }: Report): Markup =>
  markup`<footer><div class="wrap"><p>Made by pve-doctor ${toolVersion}. Checking changed nothing on the node. This file asks for nothing from the network.</p>
<ul>${repositoryLinks(REPOSITORY)}<li><code class="k">pve-doctor explain CODE</code> has the page of a check, offline</li><li>The same for programs: <code class="k">check --format json</code>, schema version ${schemaVersion}</li><li><a href="#top">Back to the top</a></li></ul></div></footer>
`;
