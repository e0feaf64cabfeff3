import type { Gap } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';

/** What a reader of a log gets: messages, or a hole where messages are missing. */
export type LogItem =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gap'; readonly gap: Gap };

export const firstSeqOf = (item: LogItem): number =>
  item.kind === 'frame' ? item.frame.firstSeq : item.gap.from;

export const lastSeqOf = (item: LogItem): number =>
  item.kind === 'frame' ? item.frame.lastSeq : item.gap.to;

/** Bytes to read where one frame alone is looked up: nothing that follows it is read ahead. */
export const LOOKUP = 0;

/** What is scanned. */
export interface ScannedLog {
  readonly lastSeq: number;
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
}

const READ_BYTES = 1024 * 1024;

/** The log from a seq on, in its order. Default: from seq 1, so that what was dropped or is missing is a gap, too. */
export async function* scanLog(
  log: ScannedLog,
  readBytes = READ_BYTES,
  fromSeq = 1,
): AsyncGenerator<LogItem, undefined> {
  let next = fromSeq;
  while (next <= log.lastSeq) {
    const items = await log.read(next, readBytes);
    if (items.length === 0) return;
    for (const item of items) {
      next = lastSeqOf(item) + 1;
      yield item;
    }
  }
}
