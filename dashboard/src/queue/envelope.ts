import type { PublishOptions } from '@typed-queue/queue-client';

/** What the form has beside the payload; empty texts are left out. */
export interface Envelope {
  readonly key: string;
  readonly dedupeKey: string;
  readonly headers: readonly HeaderLine[];
}

export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

export const EMPTY_ENVELOPE: Envelope = { key: '', dedupeKey: '', headers: [] };

export const publishOptions = ({ key, dedupeKey, headers }: Envelope): PublishOptions => {
  const named = headers.filter(({ name }) => name !== '').map(({ name, value }) => [name, value] as const);
  const all = Object.fromEntries([...named, ...(key === '' ? [] : [['key', key] as const])]);
  return {
    ...(Object.keys(all).length > 0 && { headers: all }),
    ...(dedupeKey !== '' && { dedupeKey }),
  };
};
