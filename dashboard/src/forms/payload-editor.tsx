import { CatchBoundary } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { UnseenNote } from '../text/unseen-note.js';
import { formExcess } from './form-bounds.js';
import { formSchema } from './form-schema.js';
import { hasFields } from './json-parts.js';
import { formLoss } from './form-loss.js';
import type { JsonObject } from './json-object.js';
import { PayloadForm, type PayloadFormProps } from './payload-form.js';
import { PayloadText } from './payload-text.js';

const NO_FORM = 'No form can show all that this schema allows: write the payload as JSON.';
const FAILED = 'The form failed: write the payload as JSON.';
const NOT_READ = 'A form can show the payload when its JSON can be read.';

/** Edits a payload by the fields of its schema, or as JSON: that can be any payload, and needs no schema that a form can show. */
export const PayloadEditor = (props: PayloadFormProps) => {
  const { schema, payload } = props;
  const [unread] = props.unread;
  const canBeForm = useMemo(() => hasFields(formSchema(schema)), [schema]);
  const [wantsText, setText] = useState(unread !== undefined);
  const [hasFailed, setFailed] = useState(false);
  const noForm = hasFailed ? FAILED : canBeForm ? formRefusal(schema, payload) : NO_FORM;
  const isText = wantsText || noForm !== undefined;
  // JSON stays JSON when what is typed there makes a form possible.
  if (isText !== wantsText) setText(isText);
  const refusal = noForm ?? (unread === undefined ? undefined : NOT_READ);
  return (
    <>
      <KindChoice isText={isText} refusal={refusal} choose={setText} />
      {refusal !== undefined && <p className="quiet">{refusal}</p>}
      <UnseenNote value={payload} />
      {isText ? (
        <PayloadText {...props} />
      ) : (
        <CatchBoundary getResetKey={() => 'form'} errorComponent={NoForm} onCatch={() => setFailed(true)}>
          <PayloadForm {...props} />
        </CatchBoundary>
      )}
    </>
  );
};

const NoForm = () => <p>{FAILED}</p>;

const formRefusal = (schema: JsonObject, payload: unknown): string | undefined =>
  formExcess(payload) ?? formLoss(schema, payload);

interface KindChoiceProps {
  readonly isText: boolean;
  /** Why it cannot be a form; undefined: it can. */
  readonly refusal: string | undefined;
  readonly choose: (isText: boolean) => void;
}

const KindChoice = ({ isText, refusal, choose }: KindChoiceProps) => (
  <div className="row" role="group" aria-label="Edit as">
    <button
      type="button"
      aria-pressed={!isText}
      disabled={refusal !== undefined}
      title={refusal}
      onClick={() => choose(false)}
    >
      Form
    </button>
    <button type="button" aria-pressed={isText} onClick={() => choose(true)}>
      JSON
    </button>
  </div>
);
