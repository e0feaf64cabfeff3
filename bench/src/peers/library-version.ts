import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** `ioredis 6.0.0`: what an import of this package finds. */
export const libraryVersion = (name: string): string => {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      // Safe: every installed package has a version.
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as {
        version: string;
      };
      return `${name} ${version}`;
    } catch {
      // Not in this folder.
    }
  }
  return name;
};
