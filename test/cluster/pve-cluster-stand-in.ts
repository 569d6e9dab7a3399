import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordCluster } from './record-cases.ts';

/**
 * Stands for PVE::Cluster, pmxcfs and corosync, which are not on this machine: a folder for each node with the values that it
 * knows, and the calls as pve-cluster src/PVE/Cluster.pm has them. What it imitates was measured on the real ones, and both are
 * asked the same cases (record-cases.ts, \`npm run lab:cluster\`).
 */
const MODULE = (folder: string, node: string) => `package PVE::Cluster;
use strict; use warnings; use JSON::PP ();

my ($folder, $node) = ('${folder}', '${node}');
my $updated = 0;
sub slurp { my ($path) = @_; open(my $file, '<:raw', $path) or return undef; local $/; return scalar <$file>; }
sub cfs_update { $updated = 1; sleep 60 if -e "$folder/$node.hangs"; }
sub get_clinfo { return JSON::PP->new->utf8->decode(slurp("$folder/$node.members")); }
sub get_node_kv {
    my ($key, $only) = @_;
    if (-e "$folder/$node.dead") { warn "ipcc_send_rec[1] failed: Connection refused\\n"; return {}; }
    my %values;
    for my $name (defined $only ? $only : $updated ? sort keys %{get_clinfo()->{nodelist}} : $node) {
        my $value = slurp("$folder/$node.knows/$name.$key");
        next if !defined $value;
        $value =~ s/\\0.*//s;
        utf8::encode(my $encoded = $value);
        $values{$name} = $encoded;
    }
    return \\%values;
}
sub broadcast_node_kv {
    my ($key, $value) = @_;
    die "broadcast_node_kv: value too large\\n" if defined $value && length($value) >= 32768;
    if (-e "$folder/$node.dead") { warn "ipcc_send_rec[1] failed: Connection refused\\n"; return; }
    sleep 60 if -e "$folder/$node.hangs";
    my $clinfo = get_clinfo();
    my $reached = $clinfo->{cluster}->{quorate} ? [keys %{$clinfo->{nodelist}}] : [$node];
    for my $name (@$reached) {
        next if !-d "$folder/$name.knows" || ($name ne $node && -e "$folder/$name.away");
        my $path = "$folder/$name.knows/$node.$key";
        if (!defined $value) { unlink $path; next; }
        open(my $file, '>:raw', $path) or die $!; print $file $value; close $file;
    }
}
1;
`;

/** A cluster of stand-ins, \`pve1\` to \`pveN\`. */
export function standInCluster(count: number): RecordCluster & { readonly close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-cluster-'));
  const names = Array.from({ length: count }, (_, at) => `pve${at + 1}`);
  const away = new Set<string>();
  const writeMembers = () => {
    for (const self of names) {
      const isAlone = away.has(self);
      const sees = (name: string) => name === self || (!isAlone && !away.has(name));
      const nodelist = Object.fromEntries(
        names.map((name, at) => [name, { id: at + 1, online: sees(name) ? 1 : 0, ip: `10.99.0.${at + 1}` }]),
      );
      const quorate = names.filter(sees).length > count / 2 ? 1 : 0;
      const info = {
        nodename: self,
        version: 4,
        cluster: { name: 'lab', version: 3, nodes: count, quorate },
        nodelist,
      };
      writeFileSync(join(folder, `${self}.members`), JSON.stringify(info));
    }
  };
  for (const name of names) {
    mkdirSync(join(folder, `${name}.knows`));
    mkdirSync(join(folder, name, 'PVE'), { recursive: true });
    writeFileSync(join(folder, name, 'PVE', 'Cluster.pm'), MODULE(folder, name));
  }
  writeMembers();
  const mark = (node: string, word: string, isSet: boolean) => {
    const path = join(folder, `${node}.${word}`);
    if (isSet) writeFileSync(path, '');
    else if (existsSync(path)) rmSync(path);
  };
  return {
    names,
    perlArgs: (node) => ['perl', '-I', join(folder, node)],
    cut: async (node) => {
      away.add(node);
      mark(node, 'away', true);
      writeMembers();
    },
    heal: async (node) => {
      away.delete(node);
      mark(node, 'away', false);
      writeMembers();
    },
    restart: async (node) => rmSync(join(folder, `${node}.knows`, `${node}.pve-doctor`), { force: true }),
    stop: async (node) => mark(node, 'dead', true),
    start: async (node) => mark(node, 'dead', false),
    close: () => rmSync(folder, { recursive: true }),
  };
}
