import { ActiveSegment } from '../writing/active-segment.js';
import { MarkFile, type Mark } from '../segment/durable-mark.js';
import { loadExtent } from '../reading/extent.js';
import { flushParents, reading, type FileSystem } from '../file-system.js';
import { FrameWalk } from './frame-walk.js';
import type { DerivedState } from '../derived-state.js';
import type { JournalEvent } from '../journal-event.js';
import type { LogState } from '../writing/log-writer.js';
import { recover, ScanRecord, type Recovery } from './recovery.js';
import { Restoring } from './restoring.js';
import { scan } from './scan.js';
import { readSeal } from '../segment/seal.js';
import { RemovedMark } from '../segment/removed-mark.js';
import { HEADER_SIZE } from '../segment/segment-header.js';
import { SegmentList } from '../segment/segment-list.js';
import type { SparseIndex } from '../segment/sparse-index.js';
import { removeProbe } from '../writing/space-probe.js';
import { datedSegment, survey, type Survey, type SurveyedFile } from './survey.js';

export interface OpeningOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly newEpoch: () => string;
  readonly inlineBytes: number;
  readonly derived?: DerivedState;
  readonly log: (event: JournalEvent) => void;
}

export interface OpenedLog {
  readonly state: LogState;
  readonly removed: RemovedMark;
}

/** What is known of the last segment before anything is changed. */
type LastSegment = { readonly nextSeq: number; readonly time: number } & (
  | { readonly kind: 'sealed' }
  /** It holds nothing that was acknowledged and is made anew. */
  | { readonly kind: 'void' }
  | { readonly kind: 'open'; readonly recovery: Recovery; readonly index: SparseIndex }
);

/**
 * Opens the folder of a log: reads everything it needs first, so that a refusal changes nothing, then cuts off
 * a torn tail, if there is one, and makes durable what is left. Only the last segment is scanned, and those whose
 * seals do not tell the derived state. When there is damage in the last one, the log goes on in a new segment and
 * the damaged one stays as it is.
 */
export const openLog = async (options: OpeningOptions): Promise<OpenedLog> => {
  const { dir, fileSystem, derived, log } = options;
  const topmost = await fileSystem.makeDir(dir);
  const found = await survey(fileSystem, dir);
  const epoch = found.epoch ?? options.newEpoch();
  const removed = await RemovedMark.read(fileSystem, dir, epoch);
  const restoring = derived && new Restoring(fileSystem, derived);
  await restoring?.begin(found, removed.removed);
  const file = found.files.at(-1);
  const last = file && (await examine(fileSystem, file, found.mark, restoring));
  tellLost(options, found, removed.removed.before);
  const time = Math.max(found.time, last?.time ?? 0, await timeBefore(fileSystem, found));
  // From here on the folder is changed.
  await flushParents(fileSystem, dir, topmost);
  await removeProbe(fileSystem, dir);
  const mark = await MarkFile.open(fileSystem, dir, (error) => log({ kind: 'mark-failed', error }));
  let active: ActiveSegment | undefined;
  try {
    active = file && last && (await resume(options, file, last));
    // The files may have been made by a process that stopped before it made sure of that.
    await fileSystem.syncDir(dir);
    const nextSeq = Math.max(last?.nextSeq ?? 1, found.mark?.nextSeq ?? 1);
    const list = new SegmentList(found.files.map((each) => ({ ...datedSegment(each), bytes: each.size })));
    return { state: { epoch, list, active, nextSeq, time, mark }, removed };
  } catch (error) {
    await Promise.all([active?.close(), mark.close()]);
    throw error;
  }
};

/** All segments are gone, but the mark knows of messages: the log goes on behind them. */
const tellLost = ({ dir, log }: OpeningOptions, { files, mark }: Survey, firstLost: number): void => {
  const nextSeq = mark?.nextSeq ?? 1;
  if (files.length === 0 && nextSeq > firstLost)
    log({ kind: 'damage', file: dir, damage: [{ from: 0, to: 0, seqs: [firstLost, nextSeq - 1] }] });
};

const examine = async (
  fileSystem: FileSystem,
  surveyed: SurveyedFile,
  mark: Mark | undefined,
  restoring: Restoring | undefined,
): Promise<LastSegment> => {
  const { segment, size } = surveyed;
  const { path } = segment;
  const seal = await reading(fileSystem, path, (file) => readSeal(file, size, path));
  if (seal === undefined) return scanLast(fileSystem, surveyed, mark, restoring);
  await restoring?.sealed(surveyed, seal.nextSeq);
  return { kind: 'sealed', nextSeq: seal.nextSeq, time: seal.time };
};

const scanLast = (
  fileSystem: FileSystem,
  { segment, size, state }: SurveyedFile,
  mark: Mark | undefined,
  restoring: Restoring | undefined,
): Promise<LastSegment> =>
  reading(fileSystem, segment.path, async (file) => {
    const { firstSeq, path } = segment;
    const record = new ScanRecord((frame) => restoring?.frame(frame));
    const walk = new FrameWalk(path, { seq: firstSeq, offset: HEADER_SIZE }, Number.MAX_SAFE_INTEGER);
    await scan(file, size, walk, record.visit);
    const recovery = recover(record.finish(walk, size), mark && boundOf(mark, firstSeq, size));
    const { nextSeq, time } = recovery;
    if (recovery.cut) restoring?.cut(nextSeq);
    const isVoid = state.kind !== 'intact' && nextSeq === firstSeq;
    return isVoid
      ? { kind: 'void', nextSeq, time }
      : { kind: 'open', nextSeq, time, recovery, index: record.index };
  });

/** What a mark says of a segment: when it belongs to a later one, this was durable as a whole. */
const boundOf = (mark: Mark, firstSeq: number, size: number): { offset: number; nextSeq: number } => {
  const { segment, offset, nextSeq } = mark;
  if (segment === firstSeq) return { offset, nextSeq };
  return { offset: segment > firstSeq ? size : 0, nextSeq };
};

/** The header of the last segment tells how late it was before it; when that is lost, the messages before it do. */
const timeBefore = async (fileSystem: FileSystem, { files }: Survey): Promise<number> => {
  const before = files.at(-2);
  const last = files.at(-1);
  if (!before || !last || last.state.kind === 'intact') return 0;
  const { segment } = before;
  return reading(fileSystem, segment.path, async (file) => {
    const extent = await loadExtent(file, segment, last.segment.firstSeq);
    return extent.time;
  });
};

const resume = async (
  { fileSystem, inlineBytes, log }: OpeningOptions,
  { segment, size, state }: SurveyedFile,
  last: LastSegment,
): Promise<ActiveSegment | undefined> => {
  const { path } = segment;
  const { nextSeq } = last;
  if (state.kind === 'damaged') log({ kind: 'header-damaged', file: path });
  if (last.kind === 'sealed') return undefined;
  if (last.kind === 'void') {
    log({ kind: 'torn-tail', file: path, from: 0, to: size, nextSeq });
    return undefined;
  }
  const { cut, damage, end } = last.recovery;
  if (cut) log({ kind: 'torn-tail', file: path, ...cut, nextSeq });
  if (damage.length > 0) log({ kind: 'damage', file: path, damage });
  last.index.cut(end);
  const active = await ActiveSegment.resume(fileSystem, segment, end, last.index, inlineBytes > 0);
  if (damage.length === 0 && state.kind === 'intact') return active;
  await active.close();
  return undefined;
};
