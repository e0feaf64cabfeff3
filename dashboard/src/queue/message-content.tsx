import type { AnyMessage } from '@typed-queue/contracts';
import { useMemo } from 'react';
import { Facts, headerFacts } from '../layout/facts.js';
import { PayloadSection } from '../layout/payload-section.js';
import { bytesText } from '../text/quantity.js';
import { agoText, momentText } from '../text/time.js';
import { traceIdOf } from './trace-id.js';

/** Everything that a message says of itself. */
export const MessageContent = ({ message }: { message: AnyMessage }) => {
  const { id, event, headers, time, payload } = message;
  const size = useMemo(() => new Blob([JSON.stringify(payload)]).size, [payload]);
  const traceId = traceIdOf(headers);
  return (
    <>
      <Facts
        label="Message"
        facts={[
          ['Event', event],
          ['Time', `${momentText(time)} (${agoText(time, Date.now())})`],
          ['Payload', bytesText(size)],
          ['Id', id],
          ...(traceId === undefined ? [] : [['Trace', traceId] as const]),
          ...headerFacts(headers),
        ]}
      />
      <PayloadSection payload={payload} />
    </>
  );
};
