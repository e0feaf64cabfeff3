import { useState } from 'react';
import { PayloadForm, type PayloadFormProps } from './payload-form.js';
import { PayloadText } from './payload-text.js';

/** Edits a payload by the fields of its schema, or as JSON, which can be any payload. */
export const PayloadEditor = (props: PayloadFormProps) => {
  const [isText, setText] = useState(false);
  return (
    <>
      <div className="row" role="group" aria-label="Edit as">
        <button type="button" aria-pressed={!isText} onClick={() => setText(false)}>
          Form
        </button>
        <button type="button" aria-pressed={isText} onClick={() => setText(true)}>
          JSON
        </button>
      </div>
      {isText ? <PayloadText {...props} /> : <PayloadForm {...props} />}
    </>
  );
};
