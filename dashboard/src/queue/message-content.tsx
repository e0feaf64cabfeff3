import type { AnyMessage } from '@typed-queue/contracts';
import { useMemo } from 'react';
import { CopyButton } from '../layout/copy-button.js';
import { bytesText } from '../text/quantity.js';
import { Json } from '../text/json.js';
import { Text } from '../text/text.js';
import { agoText, momentText } from '../text/time.js';
import { traceIdOf } from './trace-id.js';

/** Everything that a message says of itself. */
export const MessageContent = ({ message }: { message: AnyMessage }) => {
  const { payload } = message;
  const json = useMemo(() => JSON.stringify(payload), [payload]);
  const size = useMemo(() => new Blob([json]).size, [json]);
  return (
    <>
      <Facts message={message} size={size} />
      <section aria-label="Payload">
        <div className="row">
          <h2>Payload</h2>
          <CopyButton text={() => json} what="the payload" />
        </div>
        <Json value={payload} label="Payload" />
      </section>
    </>
  );
};

const Facts = ({ message: { id, event, headers, time }, size }: { message: AnyMessage; size: number }) => {
  const { key, ...others } = headers;
  const traceId = traceIdOf(headers);
  return (
    <dl className="facts" aria-label="Message">
      <Fact name="Event" text={event} />
      <Fact name="Time" text={`${momentText(time)} (${agoText(time, Date.now())})`} />
      <Fact name="Key" text={key ?? '–'} />
      <Fact name="Payload" text={bytesText(size)} />
      <Fact name="Id" text={id} />
      {traceId !== undefined && <Fact name="Trace" text={traceId} />}
      {Object.entries(others).map(([name, value]) => (
        <Fact key={name} name={`Header ${name}`} text={value} />
      ))}
    </dl>
  );
};

const Fact = ({ name, text }: { name: string; text: string }) => (
  <div>
    <dt>
      <Text most={100}>{name}</Text>
    </dt>
    <dd>
      <Text most={1_000}>{text}</Text>
    </dd>
  </div>
);
