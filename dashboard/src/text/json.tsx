import { useState } from 'react';
import { printedJson } from './printed-json.js';
import { Text } from './text.js';

const SHORT = 2_000;
const LONG = 200_000;

/** A JSON value in lines; what is long is shown when it is asked for, up to 200,000 characters. */
export const Json = ({ value, label }: { value: unknown; label: string }) => {
  const [most, setMost] = useState(SHORT);
  const { text, isCut } = printedJson(value, most);
  return (
    <div className="json">
      {/* Scrolls by keyboard. */}
      <pre tabIndex={0} aria-label={label}>
        <Text most={most}>{text}</Text>
      </pre>
      {isCut && most === SHORT && (
        <button type="button" onClick={() => setMost(LONG)}>
          Show more
        </button>
      )}
      {isCut && most === LONG && <p className="quiet">The rest is too long to be shown.</p>}
    </div>
  );
};
