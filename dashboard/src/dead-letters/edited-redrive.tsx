import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeadLetter } from '@typed-queue/contracts';
import type { RedriveResult } from '@typed-queue/queue-client';
import { useEffect, useMemo, useRef } from 'react';
import type { JsonObject } from '../forms/json-object.js';
import { PayloadEditor } from '../forms/payload-editor.js';
import { issuesOfRefusal } from '../forms/refused-payload.js';
import { Failure } from '../layout/failure.js';
import { Problem } from '../layout/problem.js';
import { useDraft, usePayloadDraft } from '../session/drafts.js';
import { descriptionOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { draftOf } from './letter-draft.js';
import { refusalText } from './refusal-text.js';
import { foundNone, NONE_REDRIVEN, redrivenText } from './redrive-text.js';

interface EditedRedriveProps {
  readonly queue: string;
  readonly letter: DeadLetter;
  /** Why it cannot be redriven; undefined: it can. */
  readonly refusal: string | undefined;
  readonly done: (text: string) => void;
}

/** Edits the payload of a letter by today's contract, and redrives it. */
export const EditedRedrive = ({ queue, letter, refusal, done }: EditedRedriveProps) => {
  const { data } = useQuery(descriptionOf(useClient(), queue));
  const draft = draftOf(queue, letter);
  const [isOpen, setOpen] = useDraft(`edits ${draft}`, false);
  const section = useFocusWithin(isOpen);
  const { message } = letter;
  if (message === null || data === undefined) return null;
  const schema = data.events[message.event];
  return (
    <section ref={section} aria-label="Mend">
      <h2>Mend</h2>
      {schema === undefined ? (
        <NoEvent event={message.event} />
      ) : isOpen ? (
        <LetterEditor
          queue={queue}
          position={letter.position}
          draft={draft}
          refusal={refusal}
          original={message.payload}
          schema={typeof schema === 'object' ? schema : {}}
          done={done}
        />
      ) : (
        <EditButton refusal={refusal} open={() => setOpen(true)} />
      )}
    </section>
  );
};

/** The editor takes the place of the button that opens it, and its focus. */
const useFocusWithin = (isOpen: boolean) => {
  const section = useRef<HTMLElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (isOpen && !wasOpen.current)
      section.current?.querySelector<HTMLElement>('form :is(input, textarea, select, button)')?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return section;
};

const NoEvent = ({ event }: { event: string }) => (
  <p className="quiet">
    Today’s contract has no event <Text>{event}</Text>: its payload cannot be edited. Discard it, or serve a
    contract that has the event.
  </p>
);

const EditButton = ({ refusal, open }: { refusal: string | undefined; open: () => void }) => (
  <button type="button" disabled={refusal !== undefined} title={refusal} onClick={open}>
    Edit payload
  </button>
);

interface LetterEditorProps {
  readonly queue: string;
  readonly position: number;
  /** The name of the draft. */
  readonly draft: string;
  readonly refusal: string | undefined;
  readonly original: unknown;
  readonly schema: JsonObject;
  readonly done: (text: string) => void;
}

const LetterEditor = ({ queue, position, draft, refusal, original, schema, done }: LetterEditorProps) => {
  const { setPayload, ...edits } = usePayloadDraft(`edited ${draft}`, original);
  const redriving = useEditedRedrive(queue, position, done);
  const { error, data } = redriving;
  const refused = useMemo(() => issuesOfRefusal(error), [error]);
  return (
    <>
      <p className="quiet">
        Only its group gets the edited payload; the log keeps the original. It must match today’s contract.
      </p>
      <PayloadEditor
        {...edits}
        schema={schema}
        change={setPayload}
        submit={(edited) => redriving.mutate(edited)}
        refused={refused}
      >
        {error !== null && <Failure error={error} />}
        <Refusals result={data} />
        <div className="row end">
          <button type="submit" disabled={redriving.isPending || refusal !== undefined} title={refusal}>
            Redrive edited
          </button>
        </div>
      </PayloadEditor>
    </>
  );
};

const useEditedRedrive = (queue: string, position: number, done: (text: string) => void) => {
  const { admin } = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (edited: unknown) => admin.redriveEdited(queue, position, edited),
    onSuccess: (result) => {
      if (result.redriven > 0) done(redrivenText(result));
      return queries.invalidateQueries();
    },
  });
};

const Refusals = ({ result }: { result: RedriveResult | undefined }) => {
  if (result === undefined) return null;
  if (foundNone(result)) return <Problem>{NONE_REDRIVEN}</Problem>;
  return result.refused.map(({ code, reason }) => (
    <Problem key={code}>
      <Text>{refusalText({ code, reason })}</Text>
    </Problem>
  ));
};
