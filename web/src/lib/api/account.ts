// Calls about getting in: accounts, sessions, passkeys, passwords, mail addresses.
import { api } from './client';
import type { Shapes } from './types';

export type SignUpWish = Shapes['SignUp'];
/** A sign-up that waits for a parent: nothing can be used until they agree. */
export interface Waiting {
  handle: string;
  waits_for: string;
  authority: string;
  expires_at: string | null;
}

export const signUp = (wish: SignUpWish, idempotency_key: string) =>
  api.post('/accounts', {}, wish, { idempotency_key });
export const signIn = (login: string, password: string, totp_code?: string) =>
  api.post('/session', {}, { login, password, totp_code });
/** The options are the browser's own words: the schema knows them as an object only. */
export const passkeyChallenge = async () =>
  (await api.post('/passkeys/challenge'))
    .options as unknown as PublicKeyCredentialRequestOptionsJSON;
export const signInByPasskey = (credential: PublicKeyCredentialJSON) =>
  api.post('/session/passkey', {}, { credential: { ...credential } });
export const askForReset = (email: string) => api.post('/password/reset', {}, { email });
export const resetPassword = (token: string, password: string) =>
  api.post('/password/reset/confirm', {}, { token, password });
export const confirmMail = (token: string) =>
  api.post('/email/verification/confirm', {}, { token });
