import { useMemo, useSyncExternalStore } from 'react';
import type { JsonObject } from '../forms/json-object.js';
import { PayloadEditor } from '../forms/payload-editor.js';
import { issuesOfRefusal } from '../forms/refused-payload.js';
import { useDraft, usePayloadDraft } from '../session/drafts.js';
import { useIsConnected } from '../session/queue-client.js';
import type { Client } from '../session/session.js';
import { AT_ONCE, deliveryOptions } from './delivery.js';
import { DeliveryFields } from './delivery-fields.js';
import { EnvelopeFields } from './envelope-fields.js';
import { EMPTY_ENVELOPE, publishOptions } from './envelope.js';
import type { Outbox, Sent } from './outbox.js';
import { SentList } from './sent-list.js';

interface PublishFormProps {
  /** Undefined: not opened yet. */
  readonly client: Client | undefined;
  readonly outbox: Outbox;
  readonly queue: string;
  readonly event: string;
  readonly schema: JsonObject;
}

/** The payload of one event, and what goes with it. */
export const PublishForm = ({ client, outbox, queue, event, schema }: PublishFormProps) => {
  const { setPayload, ...draft } = usePayloadDraft(`payload ${queue} ${event}`, undefined);
  const { fields, options } = useOptions(`${queue} ${event}`);
  const isConnected = useIsConnected(client);
  const { sent, last, refused } = useSent(outbox, event);
  const change = (changed: unknown): void => {
    setPayload(changed);
    outbox.forgetKnown();
  };
  const submit = (payload: unknown): void => {
    if (client === undefined || options === undefined) return;
    outbox.forgetKnown();
    void outbox.publish(event, (signal) => client.publish(queue, event, payload, { ...options, signal }));
  };
  // Else a double click would publish twice.
  const isBusy = isConnected && last?.outcome.kind === 'pending';
  return (
    <PayloadEditor {...draft} schema={schema} change={change} submit={submit} refused={refused}>
      {fields}
      <div className="row end">
        <button type="submit" disabled={client === undefined || options === undefined || isBusy}>
          {isConnected ? 'Publish' : 'Publish when connected'}
        </button>
      </div>
      <SentList queue={queue} sent={sent} isConnected={isConnected} cancel={outbox.cancel} />
    </PayloadEditor>
  );
};

/** What is filled in beside the payload. `options`: undefined when the time of the delivery is none yet. */
const useOptions = (name: string) => {
  const [envelope, setEnvelope] = useDraft(`envelope ${name}`, EMPTY_ENVELOPE);
  const [delivery, setDelivery] = useDraft(`delivery ${name}`, AT_ONCE);
  const time = deliveryOptions(delivery);
  return {
    fields: (
      <>
        <EnvelopeFields envelope={envelope} change={setEnvelope} />
        <DeliveryFields delivery={delivery} change={setDelivery} />
      </>
    ),
    options: time && { ...publishOptions(envelope), ...time },
  };
};

/** `last`: of an event, and what was wrong with its payload. */
const useSent = (outbox: Outbox, event: string) => {
  const sent = useSyncExternalStore(outbox.subscribe, outbox.view);
  const last = sent.findLast((one) => one.event === event);
  return { sent, last, refused: useMemo(() => refusedOf(last), [last]) };
};

const refusedOf = (sent: Sent | undefined) =>
  sent?.outcome.kind === 'failed' ? issuesOfRefusal(sent.outcome.error) : undefined;
