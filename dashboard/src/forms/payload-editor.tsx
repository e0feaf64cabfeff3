import { CatchBoundary } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { UnseenNote } from '../text/unseen-note.js';
import { formSchema, hasFields } from './form-schema.js';
import { PayloadForm, type PayloadFormProps } from './payload-form.js';
import { PayloadText } from './payload-text.js';

const NO_FORM = 'No form can show all that this schema allows: write the payload as JSON.';

/** Edits a payload by the fields of its schema, or as JSON: that can be any payload, and needs no schema that a form can show. */
export const PayloadEditor = (props: PayloadFormProps) => {
  const canBeForm = useMemo(() => hasFields(formSchema(props.schema)), [props.schema]);
  const [wantsText, setText] = useState(false);
  const isText = wantsText || !canBeForm;
  return (
    <>
      <KindChoice isText={isText} canBeForm={canBeForm} choose={setText} />
      {!canBeForm && <p className="quiet">{NO_FORM}</p>}
      <UnseenNote value={props.payload} />
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

const NoForm = () => <p>{NO_FORM}</p>;

interface KindChoiceProps {
  readonly isText: boolean;
  readonly canBeForm: boolean;
  readonly choose: (isText: boolean) => void;
}

const KindChoice = ({ isText, canBeForm, choose }: KindChoiceProps) => (
  <div className="row" role="group" aria-label="Edit as">
    <button
      type="button"
      aria-pressed={!isText}
      disabled={!canBeForm}
      title={canBeForm ? undefined : NO_FORM}
      onClick={() => choose(false)}
    >
      Form
    </button>
    <button type="button" aria-pressed={isText} onClick={() => choose(true)}>
      JSON
    </button>
  </div>
);
