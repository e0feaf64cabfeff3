import { reading, type FileSystem } from '../file-system.js';
import { FrameScanner, scanFrames } from '../segment/frame-scanner.js';
import { readFooter } from '../segment/segment-footer.js';
import { startOf } from '../segment/segment-header.js';
import { survey, type SurveyedFile } from './survey.js';

/** Which messages the folder of a log has. */
export interface StoredRange {
  readonly firstSeq: number;
  /** `firstSeq - 1` when there are none. */
  readonly lastSeq: number;
  /** Bad bytes follow the last message: there may have been more. */
  readonly isCut: boolean;
}

/**
 * Finds the messages of a log that is not open, by the names of its segments and the content of the last one, and changes
 * nothing. Undefined: it has no segment.
 * @throws QueueError `journal_unsupported`
 */
export const storedRange = async (fileSystem: FileSystem, dir: string): Promise<StoredRange | undefined> => {
  const { files } = await survey(fileSystem, dir);
  const [first, last] = [files[0], files.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { firstSeq: first.segment.firstSeq, ...(await endOf(fileSystem, last)) };
};

const endOf = (
  fileSystem: FileSystem,
  { segment, size }: SurveyedFile,
): Promise<Pick<StoredRange, 'lastSeq' | 'isCut'>> =>
  reading(fileSystem, segment.path, async (file) => {
    const footer = await readFooter(file, size, segment.path);
    if (footer !== undefined) return { lastSeq: footer.nextSeq - 1, isCut: false };
    const scanner = new FrameScanner(segment.path, startOf(segment));
    await scanFrames(file, scanner, () => 'continue', { end: size });
    return { lastSeq: scanner.seq - 1, isCut: scanner.badFrom !== undefined };
  });
