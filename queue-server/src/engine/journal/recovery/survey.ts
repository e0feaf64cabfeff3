import { join } from 'node:path';
import { isAllZeros, readAt, reading, type File, type FileSystem } from '../file-system.js';
import { readDurableCheckpoint, type DurableCheckpoint } from '../segment/durable-checkpoint.js';
import { FrameScanner, scanFrames } from '../segment/frame-scanner.js';
import {
  decodeSegmentHeader,
  HEADER_SIZE,
  resemblesHeader,
  SEGMENT_SUFFIX,
  segmentName,
  seqOfName,
  startOf,
  type DatedSegment,
  type Segment,
  type SegmentHeader,
} from '../segment/segment-header.js';
import { unsupportedFile, unsupportedVersion } from '../storage-errors.js';

/**
 * `torn`: the process stopped while it created the file, which holds nothing.
 * `damaged`: it is a segment by other evidence, but its header does not match its checksum.
 */
type HeaderState =
  | { readonly kind: 'intact'; readonly header: SegmentHeader }
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged' };

export interface SurveyedFile {
  readonly segment: Segment;
  readonly size: number;
  readonly state: HeaderState;
}

export const datedSegment = ({ segment, state }: SurveyedFile): DatedSegment => ({
  segment,
  begun: state.kind === 'intact' ? state.header.created : Infinity,
});

/** What a journal's folder contains. */
export interface Survey {
  /** In the order of their seqs. */
  readonly files: readonly SurveyedFile[];
  /** Undefined for a new journal, and when nothing intact contains it. */
  readonly epoch: string | undefined;
  readonly checkpoint: DurableCheckpoint | undefined;
  /** The latest time that headers and checkpoint contain. */
  readonly time: number;
}

/**
 * Inspects every file of the log without changing any.
 * @throws QueueError `journal_unsupported` for a file of an unknown version or one that is no segment
 */
export const survey = async (fileSystem: FileSystem, dir: string): Promise<Survey> => {
  const names = (await fileSystem.list(dir)).filter((name) => name.endsWith(SEGMENT_SUFFIX)).sort();
  const files: SurveyedFile[] = [];
  for (const name of names) files.push(await inspect(fileSystem, dir, name));
  const headers = files.flatMap(({ state }) => (state.kind === 'intact' ? [state.header] : []));
  const found = await readDurableCheckpoint(fileSystem, dir);
  const epoch = headers[0]?.epoch ?? found?.epoch;
  const foreign = headers.find((header) => header.epoch !== epoch);
  if (foreign) {
    throw unsupportedFile(join(dir, segmentName(foreign.firstSeq)), 'its epoch differs from the others');
  }
  const checkpoint = found?.epoch === epoch ? found : undefined;
  const time = Math.max(checkpoint?.time ?? 0, ...headers.map((header) => header.created));
  return { files, epoch, checkpoint, time };
};

const inspect = (fileSystem: FileSystem, dir: string, name: string): Promise<SurveyedFile> => {
  const path = join(dir, name);
  const firstSeq = seqOfName(name);
  if (firstSeq === undefined) throw unsupportedFile(path, 'no segment has such a name');
  const segment: Segment = { firstSeq, path };
  return reading(fileSystem, path, async (file) => {
    const size = await file.size();
    return { segment, size, state: await stateOf(file, size, segment) };
  });
};

const stateOf = async (file: File, size: number, segment: Segment): Promise<HeaderState> => {
  const { firstSeq, path } = segment;
  const bytes = await readAt(file, 0, HEADER_SIZE);
  const found = decodeSegmentHeader(bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The header', found.version);
  if (found.kind === 'header') {
    if (found.header.firstSeq === firstSeq) return { kind: 'intact', header: found.header };
    throw unsupportedFile(path, `its header says that it begins with seq ${found.header.firstSeq}`);
  }
  // Too short for its magic, or extended before any byte was written.
  if (size < 8 || (await isAllZeros(file, 0, size))) return { kind: 'torn' };
  if (resemblesHeader(bytes, firstSeq)) return { kind: size > HEADER_SIZE ? 'damaged' : 'torn' };
  if (await hasFrame(file, size, segment)) return { kind: 'damaged' };
  throw unsupportedFile(path, 'it does not look like a segment');
};

const hasFrame = async (file: File, size: number, segment: Segment): Promise<boolean> => {
  let found = false;
  const visit = (): 'stop' => {
    found = true;
    return 'stop';
  };
  await scanFrames(file, new FrameScanner(segment.path, startOf(segment)), visit, { end: size });
  return found;
};
