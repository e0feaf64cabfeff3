import { Fragment } from 'react';
import { boundedText } from './bounded-text.js';
import { countText } from './quantity.js';
import { segmentsOf } from './visible-text.js';

const MOST = 10_000;

/** Text that anybody may have written: control and bidirectional characters are named, and its size is bounded. */
export const Text = ({ children, most = MOST }: { children: string; most?: number }) => {
  const { text, rest } = boundedText(children, most);
  return (
    <bdi>
      {segmentsOf(text).map((segment, index) =>
        segment.isNamed ? (
          <span className="unseen" key={index}>
            {segment.text}
          </span>
        ) : (
          <Fragment key={index}>{segment.text}</Fragment>
        ),
      )}
      {rest > 0 && <span className="quiet"> … {countText(rest)} more characters</span>}
    </bdi>
  );
};
