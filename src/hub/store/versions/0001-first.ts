import { execute, type SchemaVersion, type SchemaWords } from './schema-version.ts';

/** The first schema. Its indexes are those that counts and sorts of the pages need; docs/hub-sizing.md has what they cost. */
export const FIRST: SchemaVersion = (db, words) => execute(db, statements(words));

const statements = ({ text, blob, serial, byMonth, packedAlready, middles }: SchemaWords): readonly string[] => [
  `create table cluster (
      id ${text} primary key, name ${text} not null unique,
      nodes integer not null default 0, maintenance integer not null default 0, unjudged integer not null default 0,
      critical integer not null default 0, warnings integer not null default 0, notices integer not null default 0)`,
  `create table node (
      id ${text} primary key, cluster_id ${text} not null references cluster (id), name ${text} not null,
      machine_id ${text} not null, public_key ${text} not null, enrolled_at ${text} not null, revoked_at ${text},
      last_contact_at ${text}, last_taken_at ${text}, clock_skew_ms bigint, tool_version ${text} not null, pve_version ${text},
      status ${text}, grade ${text}, score integer,
      critical integer not null, warnings integer not null, notices integer not null,
      unjudged integer not null, content_digest ${text}, revision bigint not null, maintenance_until ${text},
      unique (cluster_id, name, machine_id))`,
  // Never heard is an empty text, which stands before every time.
  `create index node_contact on node (coalesce(last_contact_at, ''), cluster_id, unjudged) where revoked_at is null and maintenance_until is null`,
  'create index node_unjudged on node (cluster_id, name) where unjudged > 0 and revoked_at is null',
  `create index node_version on node (coalesce(pve_version, ''), tool_version)`,
  'create index node_tool on node (tool_version)',
  'create index node_clock on node (abs(coalesce(clock_skew_ms, 0)))',
  `create table node_detail (
      node_id ${text} primary key references node (id), unjudged_checks ${text} not null, areas ${text} not null,
      search_index_hash ${text} not null, history ${text} not null)`,
  `create table enrolment_token (
      id ${text} primary key, hash ${text} not null unique, cluster ${text} not null, created_at ${text} not null,
      created_by ${text} not null, expires_at ${text} not null, uses_left integer not null)`,
  `create table run (
      seq ${serial.column}, node_id ${text} not null, taken_at ${text} not null, received_at ${text} not null,
      status ${text} not null, grade ${text} not null, score integer,
      critical integer not null, warnings integer not null, notices integer not null)${byMonth('received_at')}`,
  'create index run_taken on run (node_id, taken_at)',
  'create index run_order on run (node_id, seq)',
  `create table report_body (
      node_id ${text} not null references node (id), revision bigint not null, taken_at ${text} not null,
      received_at ${text} not null, data ${blob} not null, primary key (node_id, revision))`,
  ...packedAlready('report_body', 'data'),
  'create index report_body_age on report_body (received_at)',
  `create table problem (
      node_id ${text} not null references node (id), problem_key ${text} not null, cluster_id ${text} not null,
      code ${text} not null, severity integer not null, acknowledged integer not null,
      first_seen_at ${text} not null, last_seen_at ${text}, bytes bigint, title ${text} not null, detail ${text} not null,
      acknowledged_from ${text}, acknowledged_by ${text}, acknowledged_reason ${text}, acknowledged_until ${text}, primary key (node_id, problem_key))`,
  'create index problem_group on problem (cluster_id, acknowledged, code, node_id, severity, first_seen_at, bytes)',
  'create index problem_order on problem (severity, first_seen_at desc, node_id, problem_key)',
  'create index problem_code on problem (code, severity, first_seen_at desc, node_id, problem_key, acknowledged)',
  'create index problem_cluster on problem (cluster_id, problem_key)',
  'create index problem_until on problem (acknowledged_until) where acknowledged_until is not null',
  `create table problem_count (
      cluster_id ${text} not null references cluster (id), code ${text} not null, severity integer not null,
      problems integer not null, nodes integer not null, newest_at ${text} not null, bytes double precision,
      primary key (cluster_id, code))`,
  'create index problem_count_code on problem_count (code, severity, problems desc)',
  `create table change (
      id ${serial.key}, at ${text} not null, what ${text} not null, node_id ${text} not null references node (id),
      cluster_id ${text} not null, problem_key ${text} not null, problem_id ${text} not null, severity integer not null,
      who ${text} not null, text ${text} not null, by ${text} not null, reason ${text} not null)`,
  'create index change_age on change (at)',
  'create index change_node on change (node_id, problem_key, id)',
  'create index change_cluster on change (cluster_id, id)',
  `create table search_index (
      id ${serial.key}, node_id ${text} not null references node (id), kind ${text} not null, name ${text} not null,
      name_lower ${text} not null, problem_id ${text})`,
  ...middles('search_index', 'name_lower'),
  'create index search_index_node on search_index (node_id)',
  'create index search_index_name on search_index (name_lower)',
  `create table acknowledgement (
      scope ${text} not null, scope_id ${text} not null, problem_key ${text} not null, problem_id ${text} not null,
      severity integer not null, by ${text} not null, reason ${text} not null, at ${text} not null, until ${text},
      primary key (scope, scope_id, problem_key))`,
  'create index acknowledgement_until on acknowledgement (until) where until is not null',
  `create table maintenance (
      scope ${text} not null, scope_id ${text} not null, by ${text} not null, reason ${text} not null, at ${text} not null,
      until ${text} not null, primary key (scope, scope_id))`,
  'create index maintenance_until on maintenance (until)',
  `create table account (
      id ${text} primary key, realm ${text} not null, name ${text} not null, role ${text} not null, password_hash ${text},
      created_at ${text} not null, last_login_at ${text}, unique (realm, name))`,
  `create table session (
      hash ${text} primary key, account_id ${text} not null references account (id), created_at ${text} not null,
      expires_at ${text} not null)`,
  'create index session_account on session (account_id)',
  `create table audit (id ${serial.key}, at ${text} not null, who ${text} not null, action ${text} not null, detail ${text} not null)`,
  `create table fleet_sample (
      at ${text} primary key, nodes integer not null, maintenance integer not null, silent integer not null,
      unjudged integer not null, critical integer not null, warnings integer not null, notices integer not null,
      bytes double precision not null)`,
  `create table setting (name ${text} primary key, value ${text} not null)`,
];
