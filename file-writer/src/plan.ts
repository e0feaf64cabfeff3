import type { FileSystem } from './file-system.js';

/** A file to be processed. */
export interface PlannedFile {
  /** As it was named first. */
  readonly path: string;
  /** Behind all links; the path itself if there is no such file. */
  readonly target: string;
  /** Its size now: 0 if nobody can tell. */
  readonly bytes: number;
}

/** Each file once, whether it is named twice or through a link. */
export const planOf = async (fs: FileSystem, paths: readonly string[]): Promise<readonly PlannedFile[]> => {
  const byTarget = new Map<string, PlannedFile>();
  for (const path of paths) {
    const target = await fs.realpath(path).catch(() => path);
    if (byTarget.has(target)) continue;
    const bytes = await fs.stat(target).then(
      ({ size }) => size,
      () => 0,
    );
    byTarget.set(target, { path, target, bytes });
  }
  return [...byTarget.values()];
};
