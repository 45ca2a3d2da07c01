// Calls about getting in: accounts, sessions, passkeys, passwords, mail addresses.
import { api } from './client';
import type { Me } from './types';

export interface SignUpWish {
  handle: string;
  email: string;
  password: string;
  birth_date: string;
  market: string;
  language: string;
  name: string;
  /** Where the market wants a parent's consent at this age. */
  parent_email?: string;
}
/** A sign-up that waits for a parent: nothing can be used until they agree. */
export interface Waiting {
  handle: string;
  waits_for: string;
  authority: string;
  expires_at: string | null;
}

export const signUp = (wish: SignUpWish, idempotency_key: string) =>
  api.post<Me | Waiting>('/accounts', wish, { idempotency_key });
export const signIn = (login: string, password: string, totp_code?: string) =>
  api.post<Me>('/session', { login, password, totp_code });
export const passkeyChallenge = () =>
  api.post<{ options: PublicKeyCredentialRequestOptionsJSON }>('/passkeys/challenge');
export const signInByPasskey = (credential: unknown) =>
  api.post<Me>('/session/passkey', { credential });
export const askForReset = (email: string) => api.post<undefined>('/password/reset', { email });
export const resetPassword = (token: string, password: string) =>
  api.post<undefined>('/password/reset/confirm', { token, password });
export const confirmMail = (token: string) =>
  api.post<undefined>('/email/verification/confirm', { token });
