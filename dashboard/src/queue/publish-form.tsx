import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Receipt } from '@typed-queue/contracts';
import { useMemo } from 'react';
import type { JsonObject } from '../forms/json-object.js';
import { PayloadEditor } from '../forms/payload-editor.js';
import { issuesOfRefusal } from '../forms/refused-payload.js';
import { Failure } from '../layout/failure.js';
import { useDraft, usePayloadDraft } from '../session/drafts.js';
import type { Client } from '../session/session.js';
import { EnvelopeFields } from './envelope-fields.js';
import { EMPTY_ENVELOPE, publishOptions } from './envelope.js';

interface PublishFormProps {
  /** Undefined: not opened yet. */
  readonly client: Client | undefined;
  readonly queue: string;
  readonly event: string;
  readonly schema: JsonObject;
}

/** The payload of one event, and what goes with it. */
export const PublishForm = ({ client, queue, event, schema }: PublishFormProps) => {
  const { setPayload, ...draft } = usePayloadDraft(`payload ${queue} ${event}`, undefined);
  const [envelope, setEnvelope] = useDraft(`envelope ${queue} ${event}`, EMPTY_ENVELOPE);
  const { mutate, reset, data, error, isPending } = useMutation({
    mutationFn: async (given: unknown) => client?.publish(queue, event, given, publishOptions(envelope)),
  });
  const refused = useMemo(() => issuesOfRefusal(error), [error]);
  const change = (changed: unknown): void => {
    setPayload(changed);
    reset();
  };
  return (
    <PayloadEditor {...draft} schema={schema} change={change} submit={mutate} refused={refused}>
      <EnvelopeFields envelope={envelope} change={setEnvelope} />
      <div className="row end">
        {data !== undefined && <Stored queue={queue} receipt={data} />}
        <button type="submit" disabled={isPending || client === undefined}>
          Publish
        </button>
      </div>
      {error !== null && <Failure error={error} />}
    </PayloadEditor>
  );
};

const Stored = ({ queue, receipt: { seq, duplicate } }: { queue: string; receipt: Receipt }) => (
  <p role="status">
    {duplicate ? 'Its dedupe key is known: stored before as ' : 'Stored as '}
    <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
      #{seq}
    </Link>
    .
  </p>
);
