import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { DeadLetter, DeadLetterFilter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import type { Client } from '../session/session.js';

/** Milliseconds between two looks. The server searches for each. */
const SOMETIMES = 10_000;
const LETTERS = 50;

interface LettersClient {
  readonly admin: {
    readonly deadLetters: (
      queue: string,
      query: DeadLetterQuery,
      options: { readonly signal: AbortSignal },
    ) => Promise<DeadLetterPage>;
  };
}

export const summaryOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['dead-letters', queue, 'summary'],
    queryFn: ({ signal }) => admin.deadLetterSummary(queue, { signal }),
    refetchInterval: SOMETIMES,
  });

/** A page of the letters that match. */
export const lettersOf = (client: Client, queue: string, filter: DeadLetterFilter, after = 0) =>
  queryOptions({
    queryKey: ['dead-letters', queue, 'list', filter, after],
    queryFn: ({ signal }) => firstFound(client, queue, { ...filter, after }, signal),
    refetchInterval: SOMETIMES,
    placeholderData: keepPreviousData,
  });

/** Where few letters match, a server that searched much answers with none, and says where to go on. */
const firstFound = async (
  { admin }: Client,
  queue: string,
  query: DeadLetterFilter & { after: number },
  signal: AbortSignal,
): Promise<DeadLetterPage> => {
  let page = await admin.deadLetters(queue, { ...query, limit: LETTERS }, { signal });
  while (page.letters.length === 0 && page.next !== null) {
    page = await admin.deadLetters(queue, { ...query, after: page.next, limit: LETTERS }, { signal });
  }
  return page;
};

/** A letter as it was when it was last there. */
export interface SeenLetter {
  readonly letter: DeadLetter;
  readonly isGone: boolean;
}

/** One letter, which stays when it goes while it is shown; null: it was gone before. */
export const letterAt = ({ admin }: LettersClient, queue: string, position: number) =>
  queryOptions({
    queryKey: ['dead-letters', queue, 'letter', position],
    queryFn: async ({ signal, client, queryKey }): Promise<SeenLetter | null> => {
      const {
        letters: [letter],
      } = await admin.deadLetters(queue, { positions: [position] }, { signal });
      if (letter !== undefined) return { letter, isGone: false };
      const before = client.getQueryData<SeenLetter | null>(queryKey);
      return before ? { ...before, isGone: true } : null;
    },
    refetchInterval: SOMETIMES,
  });

/** What a redrive would do now. */
export const redriveCheckOf = ({ admin }: Client, queue: string, filter: DeadLetterFilter) =>
  queryOptions({
    queryKey: ['dead-letters', queue, 'redrive-check', filter],
    queryFn: ({ signal }) => admin.redrive(queue, { ...filter, dryRun: true, signal }),
    gcTime: 0,
  });

/** How many letters a discard would remove now, and up to which position. */
export const discardCheckOf = ({ admin }: Client, queue: string, filter: DeadLetterFilter) =>
  queryOptions({
    queryKey: ['dead-letters', queue, 'discard-check', filter],
    queryFn: async ({ signal }) => {
      let counted = { discarded: 0, through: 0 };
      const progress = (discarded: number, through: number): void => void (counted = { discarded, through });
      await admin.discard(queue, { ...filter, dryRun: true, signal, progress });
      return counted;
    },
    gcTime: 0,
  });
