// Passkeys in the browser: between the server's JSON and what the browser's call wants.
import { passkeyChallenge, signInByPasskey } from '$api/account';
import type { Me } from '$api/types';

/** The browser can do passkeys here (they need https or localhost). */
export const canUsePasskeys = () =>
  typeof PublicKeyCredential !== 'undefined' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  window.isSecureContext;

/** Ask the device for a passkey and sign in with it. Null: the person turned the question away. */
export async function signInWithPasskey(): Promise<Me | null> {
  const options = await passkeyChallenge();
  let credential: Credential | null;
  try {
    credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'NotAllowedError') return null;
    throw failure;
  }
  return credential ? signInByPasskey((credential as PublicKeyCredential).toJSON()) : null;
}
