import type { DeadLetter } from '@typed-queue/contracts';
import type { ReactNode } from 'react';
import { CopyButton } from '../layout/copy-button.js';
import { Json } from '../text/json.js';
import { Text } from '../text/text.js';
import { momentText } from '../text/time.js';
import { countText } from '../text/quantity.js';
import { MessageLink } from './message-link.js';

interface LetterContentProps {
  readonly queue: string;
  readonly letter: DeadLetter;
}

/** Where a letter comes from, and its message. */
export const LetterContent = ({ queue, letter }: LetterContentProps) => {
  const { group, seq, time, handouts, edited, message } = letter;
  return (
    <>
      <dl className="figures" aria-label="Dead letter">
        <Fact name="Group">
          <Text>{group}</Text>
        </Fact>
        <Fact name="Message">
          <MessageLink queue={queue} seq={seq} />
        </Fact>
        <Fact name="Given up">{momentText(time)}</Fact>
        <Fact name="Deliveries">{countText(handouts)}</Fact>
        {message !== null && (
          <Fact name="Event">
            <Text>{message.event}</Text>
          </Fact>
        )}
      </dl>
      {edited === true && <p className="quiet">Its payload was edited; the log keeps the original.</p>}
      {message === null ? (
        <p className="problem">
          Its message is lost: retention, a purge or damage removed it before it was copied.
        </p>
      ) : (
        <Message payload={message.payload} headers={message.headers} />
      )}
    </>
  );
};

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Message = ({ payload, headers }: { payload: unknown; headers: Readonly<Record<string, string>> }) => (
  <>
    <div className="row heading">
      <h2>Payload</h2>
      <CopyButton what="payload" text={() => JSON.stringify(payload, null, 2)} />
    </div>
    <Json value={payload} label="Payload" />
    {Object.keys(headers).length > 0 && (
      <>
        <h2>Headers</h2>
        <Json value={headers} label="Headers" />
      </>
    )}
  </>
);
