import type { AnyMessage } from '@typed-queue/contracts';
import { useMemo, type ReactNode } from 'react';
import { CopyButton } from '../layout/copy-button.js';
import { bytesText } from '../text/quantity.js';
import { Json } from '../text/json.js';
import { Text } from '../text/text.js';
import { agoText, momentText } from '../text/time.js';
import { traceIdOf } from './trace-id.js';

/** Everything that a message says of itself. */
export const MessageContent = ({ message }: { message: AnyMessage }) => {
  const { id, event, headers, payload, time } = message;
  const { key, ...others } = headers;
  const traceId = traceIdOf(headers);
  const json = useMemo(() => JSON.stringify(payload), [payload]);
  const size = useMemo(() => new Blob([json]).size, [json]);
  return (
    <>
      <dl className="facts" aria-label="Message">
        <Fact name="Event">
          <Text>{event}</Text>
        </Fact>
        <Fact name="Time">
          {momentText(time)} <span className="quiet">({agoText(time, Date.now())})</span>
        </Fact>
        <Fact name="Key">{key === undefined ? '–' : <Text>{key}</Text>}</Fact>
        <Fact name="Payload">{bytesText(size)}</Fact>
        <Fact name="Id">
          <code>{id}</code>
        </Fact>
        {traceId !== undefined && (
          <Fact name="Trace">
            <code>{traceId}</code>
          </Fact>
        )}
        {Object.entries(others).map(([name, value]) => (
          <Fact key={name} name={`Header ${name}`}>
            <Text most={1_000}>{value}</Text>
          </Fact>
        ))}
      </dl>
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

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>
      <Text most={100}>{name}</Text>
    </dt>
    <dd>{children}</dd>
  </div>
);
