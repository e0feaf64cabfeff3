import { newId, type Headers, type JsonText } from '@typed-queue/contracts';
import type { Draft, Frame } from '@typed-queue/contracts/wire';

/** A durable call as it is stored. */
export interface DurableRequest {
  /** See `callKey`. */
  readonly callKey: string;
  /** Who made it. Undefined: an earlier version of the server stored it. */
  readonly principal?: string | undefined;
  readonly call: string;
  readonly input: JsonText<unknown>;
  /** Of the caller. */
  readonly headers?: Headers | undefined;
  /** When its time is over, in milliseconds since 1970. */
  readonly deadline: number;
  /** Calls with the same one are handed out one after the other. */
  readonly orderingKey?: string | undefined;
}

/**
 * An id of its own: one key may be used again when its answer is no longer kept. The headers of the caller are one header, so
 * that none of them can pass for another.
 */
export const draftOf = ({
  callKey,
  principal,
  call,
  input,
  headers,
  deadline,
  orderingKey: key,
}: DurableRequest): Draft => ({
  id: newId(),
  event: call,
  payload: input,
  headers: JSON.stringify({
    'call-key': callKey,
    'call-principal': principal,
    'call-deadline': String(deadline),
    'call-headers': headers && JSON.stringify(headers),
    key,
  }),
  key,
});

/** Undefined: no message of a call. */
export const requestIn = (frame: Frame, index: number): DurableRequest | undefined => {
  // Safe: headers are stored as an object of texts.
  const headers = JSON.parse(frame.headersText(index) ?? '{}') as Readonly<Record<string, string>>;
  const {
    'call-key': callKey,
    'call-principal': principal,
    'call-deadline': deadline,
    'call-headers': own,
    key: orderingKey,
  }: Readonly<Partial<Record<string, string>>> = headers;
  if (callKey === undefined || deadline === undefined) return undefined;
  return {
    callKey,
    principal,
    call: frame.event(index),
    // Safe: it was validated before it was stored.
    input: frame.payloadText(index) as JsonText<unknown>,
    // Safe: as `draftOf` wrote them.
    headers: own === undefined ? undefined : (JSON.parse(own) as Headers),
    deadline: Number(deadline),
    orderingKey,
  };
};
