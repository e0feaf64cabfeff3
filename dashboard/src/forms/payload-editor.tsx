import { CatchBoundary } from '@tanstack/react-router';
import { useState } from 'react';
import { hasFields } from './form-schema.js';
import { PayloadForm, type PayloadFormProps } from './payload-form.js';
import { PayloadText } from './payload-text.js';

/** Edits a payload by the fields of its schema, or as JSON: that can be any payload, and needs no schema that a form can show. */
export const PayloadEditor = (props: PayloadFormProps) => {
  const [isText, setText] = useState(() => !hasFields(props.schema));
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
      {isText ? (
        <PayloadText {...props} />
      ) : (
        <CatchBoundary getResetKey={() => 'form'} errorComponent={NoForm} onCatch={() => setText(true)}>
          <PayloadForm {...props} />
        </CatchBoundary>
      )}
    </>
  );
};

const NoForm = () => <p>No form can show this schema.</p>;
