import { join } from 'node:path';
import { readMark, type Mark } from '../segment/durable-mark.js';
import type { DatedSegment } from '../derived-state.js';
import { readAt, reading, type File, type FileSystem } from '../file-system.js';
import { FrameWalk } from './frame-walk.js';
import { scan } from './scan.js';
import {
  decodeSegmentHeader,
  HEADER_SIZE,
  resemblesHeader,
  SEGMENT_SUFFIX,
  segmentName,
  seqOfName,
  type Segment,
  type SegmentHeader,
} from '../segment/segment-header.js';
import { unsupportedFile, unsupportedVersion } from '../trouble.js';

/**
 * `torn`: the file was being made when the process stopped, and holds nothing.
 * `damaged`: it is a segment by other evidence, but its header no longer matches its checksum.
 */
export type HeaderState =
  | { readonly kind: 'intact'; readonly header: SegmentHeader }
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged' };

export interface SurveyedFile {
  readonly segment: Segment;
  readonly size: number;
  readonly state: HeaderState;
}

export const datedSegment = ({ segment, state }: SurveyedFile): DatedSegment => {
  return { segment, begun: state.kind === 'intact' ? state.header.created : Infinity };
};

/** What lies in a journal's folder. */
export interface Survey {
  /** In the order of their seqs. */
  readonly files: readonly SurveyedFile[];
  /** Undefined for a new journal, and when nothing intact tells it. */
  readonly epoch: string | undefined;
  readonly mark: Mark | undefined;
  /** A time that no message made so far is behind, as far as headers and mark tell. */
  readonly time: number;
}

/**
 * Looks at every file of the log without changing any.
 * @throws QueueError `journal_unsupported` for a file of an unknown version or one that is no segment
 */
export const survey = async (fileSystem: FileSystem, dir: string): Promise<Survey> => {
  const names = (await fileSystem.list(dir)).filter((name) => name.endsWith(SEGMENT_SUFFIX)).sort();
  const files: SurveyedFile[] = [];
  for (const name of names) files.push(await inspect(fileSystem, dir, name));
  const headers = files.flatMap(({ state }) => (state.kind === 'intact' ? [state.header] : []));
  const mark = await readMark(fileSystem, dir);
  const epoch = headers[0]?.epoch ?? mark?.epoch;
  const stranger = headers.find((header) => header.epoch !== epoch);
  if (stranger) {
    throw unsupportedFile(join(dir, segmentName(stranger.firstSeq)), 'its epoch differs from the others');
  }
  const ownMark = mark?.epoch === epoch ? mark : undefined;
  const time = Math.max(ownMark?.time ?? 0, ...headers.map((header) => header.created));
  return { files, epoch, mark: ownMark, time };
};

const inspect = (fileSystem: FileSystem, dir: string, name: string): Promise<SurveyedFile> => {
  const path = join(dir, name);
  const firstSeq = seqOfName(name);
  if (firstSeq === undefined) throw unsupportedFile(path, 'no segment is called so');
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
  // Too short to show its magic, or made longer before any byte was written.
  if (size < 8 || (await isAllZeros(file, size))) return { kind: 'torn' };
  if (resemblesHeader(bytes, firstSeq)) return { kind: size > HEADER_SIZE ? 'damaged' : 'torn' };
  if (await hasFrame(file, size, segment)) return { kind: 'damaged' };
  throw unsupportedFile(path, 'it does not look like a segment');
};

const isAllZeros = async (file: File, size: number): Promise<boolean> => {
  const step = 1024 * 1024;
  for (let at = 0; at < size; at += step) {
    const bytes = await readAt(file, at, Math.min(step, size - at));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
};

const hasFrame = async (file: File, size: number, { path, firstSeq }: Segment): Promise<boolean> => {
  const walk = new FrameWalk(path, { seq: firstSeq, offset: HEADER_SIZE }, Number.MAX_SAFE_INTEGER);
  let met = false;
  await scan(file, size, walk, () => {
    met = true;
    return 'stop';
  });
  return met;
};
