import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const FILE = join(import.meta.dirname, '../../../package-lock.json');

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** A package as a product. */
export interface PackageRecord {
  /** Where it is installed and its version, as in `jest/node_modules/ansi-styles 6.2.3`. */
  readonly name: string;
  readonly description: string;
  /** Of its entry in the lockfile, in characters. */
  readonly price: number;
  /** How many packages it depends on. */
  readonly stock: number;
  readonly tags: readonly string[];
}

const INSTALLED = 'node_modules/';

/** The packages of this repository's lockfile, repeated with a number in their names until there are `count`. */
export const packageRecords = async (count: number): Promise<PackageRecord[]> => {
  const { packages } = lockfile.parse(JSON.parse(await readFile(FILE, 'utf8')));
  const records = Object.entries(packages).flatMap(([path, entry]) => {
    const { version, license = 'none', dependencies = {} } = entry;
    if (!path.startsWith(INSTALLED) || version === undefined) return [];
    return {
      name: `${path.slice(INSTALLED.length)} ${version}`,
      description: JSON.stringify(entry).slice(0, 10_000),
      price: JSON.stringify(entry).length,
      stock: Object.keys(dependencies).length,
      tags: [version, license],
    };
  });
  if (records.length === 0) throw new Error(`${FILE} has no packages.`);
  return Array.from({ length: Math.ceil(count / records.length) }, (_, round) =>
    records.map((record) => (round === 0 ? record : { ...record, name: `${record.name} (${round})` })),
  )
    .flat()
    .slice(0, count);
};
