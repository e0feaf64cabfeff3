import type { DedupState } from '../dedup-state.js';
import { flushParents, isAllZeros, reading, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import { DurableCheckpointFile, type DurableCheckpoint } from '../segment/durable-checkpoint.js';
import { loadExtent } from '../segment/extent.js';
import { FrameScanner, scanFrames } from '../segment/frame-scanner.js';
import { LogStartCheckpoint } from '../segment/log-start-checkpoint.js';
import { readFooter } from '../segment/segment-footer.js';
import { startOf } from '../segment/segment-header.js';
import { SegmentList } from '../segment/segment-list.js';
import type { SparseIndex } from '../segment/sparse-index.js';
import { SegmentWriter } from '../writing/segment-writer.js';
import { writingOf, type LogState, type WritingOptions } from '../writing/log-writer.js';
import { removeProbe } from '../writing/space-probe.js';
import { DedupRestore } from './dedup-restore.js';
import { planRecovery, ScanCollector, type RecoveryPlan } from './recovery-plan.js';
import { datedSegment, survey, type Survey, type SurveyedFile } from './survey.js';

export interface OpenLogOptions extends WritingOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly newEpoch: () => string;
  readonly dedup?: DedupState;
  readonly log: (event: JournalEvent) => void;
}

export interface OpenedLog {
  readonly state: LogState;
  readonly logStart: LogStartCheckpoint;
}

/** What is known of the last segment before anything is changed. */
type LastSegment = { readonly nextSeq: number; readonly time: number } & (
  | { readonly kind: 'sealed' }
  /** It holds nothing that was acknowledged and is replaced. */
  | { readonly kind: 'void' }
  | {
      readonly kind: 'open';
      readonly plan: RecoveryPlan;
      /** What is cut off was only filled ahead of the writer. */
      readonly cutsZeros: boolean;
      readonly index: SparseIndex;
    }
);

/**
 * Opens the folder of a log: reads everything it needs first, so that a refusal changes nothing, then cuts off a torn
 * tail, if there is one, and makes the rest durable. It scans only the last segment, and those whose footers lack the
 * deduplication state. When the last segment is damaged, it stays as it is and the log continues in a new one.
 */
export const openLog = async (options: OpenLogOptions): Promise<OpenedLog> => {
  const { dir, fileSystem, dedup, log } = options;
  const topmost = await fileSystem.makeDir(dir);
  const found = await survey(fileSystem, dir);
  const epoch = found.epoch ?? options.newEpoch();
  const logStart = await LogStartCheckpoint.read(fileSystem, dir, epoch);
  const restore = dedup && new DedupRestore(fileSystem, dedup);
  await restore?.begin(found, logStart.start);
  const file = found.files.at(-1);
  const last = file && (await examine(fileSystem, file, found.checkpoint, restore));
  reportLoss(options, found, logStart.start.firstSeq);
  const time = Math.max(found.time, last?.time ?? 0, await timeBefore(fileSystem, found));
  // From here on the folder is changed.
  await flushParents(fileSystem, dir, topmost);
  await removeProbe(fileSystem, dir);
  const checkpoint = await DurableCheckpointFile.open(fileSystem, dir, (error) =>
    log({ kind: 'mark-failed', error }),
  );
  let active: SegmentWriter | undefined;
  try {
    active = file && last && (await resume(options, file, last));
    // The files may have been created by a process that stopped before it synced the folder.
    await fileSystem.syncDir(dir);
    const nextSeq = Math.max(last?.nextSeq ?? 1, found.checkpoint?.nextSeq ?? 1);
    const list = new SegmentList(found.files.map((each) => ({ ...datedSegment(each), bytes: each.size })));
    return { state: { epoch, list, active, nextSeq, time, checkpoint }, logStart };
  } catch (error) {
    await Promise.all([active?.close(), checkpoint.close()]);
    throw error;
  }
};

/** All segments are gone, but the checkpoint knows of messages: the log continues after them. */
const reportLoss = ({ dir, log }: OpenLogOptions, { files, checkpoint }: Survey, firstLost: number): void => {
  const nextSeq = checkpoint?.nextSeq ?? 1;
  if (files.length === 0 && nextSeq > firstLost)
    log({ kind: 'damage', file: dir, damage: [{ from: 0, to: 0, seqs: [firstLost, nextSeq - 1] }] });
};

const examine = async (
  fileSystem: FileSystem,
  surveyed: SurveyedFile,
  checkpoint: DurableCheckpoint | undefined,
  restore: DedupRestore | undefined,
): Promise<LastSegment> => {
  const { segment, size } = surveyed;
  const { path } = segment;
  const footer = await reading(fileSystem, path, (file) => readFooter(file, size, path));
  if (footer === undefined) return scanLast(fileSystem, surveyed, checkpoint, restore);
  await restore?.sealed(surveyed, footer.nextSeq);
  return { kind: 'sealed', nextSeq: footer.nextSeq, time: footer.time };
};

const scanLast = (
  fileSystem: FileSystem,
  { segment, size, state }: SurveyedFile,
  checkpoint: DurableCheckpoint | undefined,
  restore: DedupRestore | undefined,
): Promise<LastSegment> =>
  reading(fileSystem, segment.path, async (file) => {
    const { firstSeq, path } = segment;
    const collector = new ScanCollector((frame) => restore?.frame(frame));
    const scanner = new FrameScanner(path, startOf(segment));
    await scanFrames(file, scanner, collector.visit, { end: size });
    const bound = checkpoint && boundOf(checkpoint, firstSeq, size);
    const plan = planRecovery(collector.finish(scanner, size), bound);
    const { nextSeq, time, cut } = plan;
    if (cut) restore?.cut(nextSeq);
    const cutsZeros = cut !== undefined && (await isAllZeros(file, cut.from, cut.to));
    const isVoid = state.kind !== 'intact' && nextSeq === firstSeq;
    return isVoid
      ? { kind: 'void', nextSeq, time }
      : { kind: 'open', nextSeq, time, plan, cutsZeros, index: collector.index };
  });

/** What a checkpoint says of a segment: when it belongs to a later one, this was durable as a whole. */
const boundOf = (
  { segment, offset, nextSeq }: DurableCheckpoint,
  firstSeq: number,
  size: number,
): { offset: number; nextSeq: number } => {
  if (segment === firstSeq) return { offset, nextSeq };
  return { offset: segment > firstSeq ? size : 0, nextSeq };
};

/** The latest time before the last segment is in its header; when that is lost, the messages before it have it. */
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
  options: OpenLogOptions,
  { segment, size, state }: SurveyedFile,
  last: LastSegment,
): Promise<SegmentWriter | undefined> => {
  const { fileSystem, log } = options;
  const { path } = segment;
  const { nextSeq } = last;
  if (state.kind === 'damaged') log({ kind: 'header-damaged', file: path });
  if (last.kind === 'sealed') return undefined;
  if (last.kind === 'void') {
    log({ kind: 'torn-tail', file: path, from: 0, to: size, nextSeq });
    return undefined;
  }
  const { cut, damage, end } = last.plan;
  if (cut && !last.cutsZeros) log({ kind: 'torn-tail', file: path, ...cut, nextSeq });
  if (damage.length > 0) log({ kind: 'damage', file: path, damage });
  last.index.cut(end);
  const active = await SegmentWriter.resume(end, last.index, {
    fileSystem,
    segment,
    ...writingOf(options),
  });
  if (damage.length === 0 && state.kind === 'intact') return active;
  await active.close();
  return undefined;
};
