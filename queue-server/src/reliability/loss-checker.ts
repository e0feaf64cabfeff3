/** One call of a handler with a message. */
export interface Handled {
  readonly seq: number;
  readonly attempt: number;
  readonly key: string;
  /** By a clock that all handlers share. */
  readonly at: number;
  /** The process of the handler. Default: one that is never killed. */
  readonly holder?: number | undefined;
}

/** What was published with a receipt, by seq. */
export type Published = ReadonlyMap<number, { readonly key: string }>;

/** Published with a receipt, and never handled. */
export const lost = (published: Published, handled: readonly Handled[]): number[] => {
  const seen = new Set(handled.map(({ seq }) => seq));
  return [...published.keys()].filter((seq) => !seen.has(seq));
};

/** Handled, and never published. */
export const unexpected = (published: Published, handled: readonly Handled[]): number[] =>
  handled.map(({ seq }) => seq).filter((seq) => !published.has(seq));

/**
 * Delivered again without a higher attempt. A message whose holder was killed may have the same attempt: what the holder
 * handled but did not settle looks like what it had not begun.
 */
export const repeated = (handled: readonly Handled[], killed: ReadonlySet<number>): Handled[] => {
  const latest = new Map<number, Handled>();
  return inTime(handled).filter((each) => {
    const before = latest.get(each.seq);
    latest.set(each.seq, each);
    if (before === undefined || each.attempt > before.attempt) return false;
    const isExcused = before.holder !== undefined && killed.has(before.holder);
    return each.attempt < before.attempt || !isExcused;
  });
};

/** Handled before an earlier message of its key. What was lost with its holder may be handled again. */
export const outOfOrder = (handled: readonly Handled[]): Handled[] => {
  const seqs = new Map<string, number[]>();
  for (const { key, seq } of [...handled].sort((one, other) => one.seq - other.seq)) {
    const known = seqs.get(key) ?? [];
    seqs.set(key, known);
    if (known.at(-1) !== seq) known.push(seq);
  }
  const indexes = new Map([...seqs.values()].flatMap((known) => known.map((seq, index) => [seq, index])));
  const reached = new Map<string, number>();
  return inTime(handled).filter(({ key, seq }) => {
    if (key === '') return false;
    const index = indexes.get(seq) ?? -1;
    const before = reached.get(key) ?? -1;
    reached.set(key, index);
    return index > before + 1;
  });
};

/**
 * Handled before an earlier message of its key was, at its first attempt or another. A message may come again after later
 * ones of its key: where what its holder said of it came too late, and of those in time.
 */
export const overtaking = (handled: readonly Handled[]): Handled[] => {
  const waiting = new Map<string, number[]>();
  const all = new Map(handled.map((each) => [each.seq, each]));
  for (const { key, seq } of [...all.values()].sort((one, other) => one.seq - other.seq)) {
    if (key !== '') waiting.set(key, [...(waiting.get(key) ?? []), seq]);
  }
  const begun = new Set<number>();
  return inTime(handled).filter(({ key, seq }) => {
    begun.add(seq);
    const seqs = waiting.get(key) ?? [];
    while (seqs[0] !== undefined && begun.has(seqs[0])) seqs.shift();
    return seqs[0] !== undefined && seqs[0] < seq;
  });
};

const inTime = (handled: readonly Handled[]): Handled[] =>
  [...handled].sort((one, other) => one.at - other.at);

/** The answer of a call: as its responder made it, or as a caller received it. */
export interface MadeAnswer {
  readonly call: number;
  readonly answer: string;
}

/** Calls with more than one answer. */
export const differing = (answers: readonly MadeAnswer[]): number[] => {
  const known = new Map<number, string>();
  const wrong = new Set<number>();
  for (const { call, answer } of answers) {
    if ((known.get(call) ?? answer) !== answer) wrong.add(call);
    known.set(call, answer);
  }
  return [...wrong];
};

/** Received, and not made by a responder. */
export const unmade = (received: readonly MadeAnswer[], made: readonly MadeAnswer[]): MadeAnswer[] => {
  const all = new Set(made.map(({ call, answer }) => `${call} ${answer}`));
  return received.filter(({ call, answer }) => !all.has(`${call} ${answer}`));
};
