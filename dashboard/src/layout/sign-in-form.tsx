import { useState } from 'react';
import { useSession, useSessionView } from '../session/session-context.js';
import { refusalText, tokenProblem } from '../session/sign-in.js';
import { Text } from '../text/text.js';
import { Problem } from './problem.js';

/** Asks for a token. It stays in this tab, until it is closed or signed out. */
export const SignInForm = () => {
  const { signIn } = useSession();
  const failed = useFailure();
  const [wrong, setWrong] = useState<string>();
  const shown = wrong ?? failed;
  const submit = (form: FormData): void => {
    const given = form.get('token');
    const token = typeof given === 'string' ? given.trim() : '';
    const found = tokenProblem(token);
    setWrong(found);
    if (token !== '' && found === undefined) signIn(token);
  };
  return (
    <main className="sign-in">
      <h1>Sign in</h1>
      {shown !== undefined && (
        <Problem>
          <Text>{shown}</Text>
        </Problem>
      )}
      <form action={submit}>
        <TokenField />
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
};

const TokenField = () => (
  <>
    <label htmlFor="token">Token</label>
    <input id="token" name="token" type="password" autoComplete="off" required autoFocus />
    <p className="quiet">
      One of the server’s <code>QUEUE_TOKENS</code>, a key of its keys file, or a JSON Web Token. The page
      shows what its rights allow.
    </p>
  </>
);

/** Why the token of this tab did not sign in. */
const useFailure = (): string | undefined => {
  const { hasToken, problem, signInReason } = useSessionView();
  if (!hasToken || problem === undefined) return undefined;
  return signInReason?.message === problem ? refusalText(signInReason) : problem;
};
