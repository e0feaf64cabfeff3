import { useSession, useSessionView } from '../session/session-context.js';
import { Text } from '../text/text.js';

/** Asks for a token. It stays in this tab, until it is closed or signed out. */
export const SignInForm = () => {
  const { signIn } = useSession();
  const { hasToken, problem } = useSessionView();
  const submit = (form: FormData): void => {
    const token = form.get('token');
    if (typeof token === 'string' && token.trim() !== '') signIn(token.trim());
  };
  return (
    <main className="sign-in">
      <h1>Sign in</h1>
      {hasToken && problem !== undefined && (
        <p role="alert" className="problem">
          <Text>{problem}</Text>
        </p>
      )}
      <form action={submit}>
        <label htmlFor="token">Token</label>
        <input id="token" name="token" type="password" autoComplete="off" required autoFocus />
        <p className="quiet">
          One of the server’s <code>QUEUE_TOKENS</code>, a key of its keys file, or a JSON Web Token. The page
          shows what its rights allow.
        </p>
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
};
