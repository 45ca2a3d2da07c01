// Passkeys in the browser: between the server's JSON and what the browser's call wants.
import { passkeyChallenge, signInByPasskey } from '$api/account';
import { addPasskey, passkeyRegistration } from '$api/settings';
import type { Me } from '$api/types';

/** The browser can do passkeys here (they need https or localhost). */
export const canUsePasskeys = () =>
  typeof PublicKeyCredential !== 'undefined' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  window.isSecureContext;

/** What the browser's call answers; null: the person turned the question away. */
async function asked(question: Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await question) as PublicKeyCredential | null;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'NotAllowedError') return null;
    throw failure;
  }
}

/** Ask the device for a passkey and sign in with it. Null: the person turned the question away. */
export async function signInWithPasskey(): Promise<Me | null> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await passkeyChallenge());
  const credential = await asked(navigator.credentials.get({ publicKey }));
  return credential ? signInByPasskey(credential.toJSON()) : null;
}

/** Have the device make a passkey and keep it. `known`: the device has one for this account already. */
export async function makePasskey(): Promise<'made' | 'known' | 'turned_away'> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await passkeyRegistration());
  try {
    const made = await asked(navigator.credentials.create({ publicKey }));
    if (!made) return 'turned_away';
    await addPasskey(made.toJSON(), navigator.platform || 'passkey');
    return 'made';
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'InvalidStateError') return 'known';
    throw failure;
  }
}
