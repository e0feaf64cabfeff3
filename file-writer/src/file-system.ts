import type * as node from 'node:fs/promises';

/** What the file writer uses of `node:fs/promises`. */
export type FileSystem = Pick<typeof node, 'open' | 'readdir' | 'realpath' | 'rename' | 'stat' | 'unlink'>;
