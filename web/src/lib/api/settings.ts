// Calls about the own account: profile, security, privacy, tokens, data.
import { api } from './client';
import type { Shapes } from './types';

export interface MyChange {
  handle?: string;
  name?: string;
  bio?: string;
  language?: string;
  market?: string;
  links?: string[];
  is_private?: boolean;
  is_personalised?: boolean;
}
export interface MySettings {
  keyword_filters: string[];
  /** How much of what machines made the feed shows. */
  ai_amount: 'as_usual' | 'less' | 'none';
  show_mature: boolean;
  data_saver: boolean;
  autoplay_sound: boolean;
  captions: boolean;
}
export type Device = Shapes['SessionLine'];
export type Passkey = Shapes['PasskeyLine'];
export type Token = Shapes['TokenLine'];
export type Export = Shapes['ExportPayload'];
export interface CommentFilters {
  keywords: string[];
  hold_links: boolean;
  hold_all: boolean;
  hold_unkind: boolean;
}

export const changeMe = (change: MyChange) => api.patch('/me', {}, change);
export const putAvatar = (picture: Blob) =>
  api.put('/me/avatar', {}, picture, { content_type: picture.type });
export const dropAvatar = () => api.delete('/me/avatar');
export const askVerification = () => api.post('/email/verification');
export const changeEmail = (email: string, password: string) =>
  api.put('/email', {}, { email, password });
export const changePassword = (old: string, fresh: string) =>
  api.put('/password', {}, { old, new: fresh });
export const readSettings = () => api.get('/me/settings') as Promise<MySettings>;
export const changeSettings = (change: Partial<MySettings>) =>
  api.put('/me/settings', {}, change) as Promise<MySettings>;
export const readCommentFilters = () => api.get('/me/comment-filters');
export const changeCommentFilters = (filters: CommentFilters) =>
  api.put('/me/comment-filters', {}, filters);

export const readDevices = () => api.get('/sessions');
export const endDevice = (session_id: string) =>
  api.delete('/sessions/{session_id}', { session_id });
export const endOtherDevices = () => api.delete('/sessions');
export const readPasskeys = () => api.get('/passkeys');
/** The options are the browser's own words: the schema knows them as an object only. */
export const passkeyRegistration = async () =>
  (await api.post('/passkeys/registration'))
    .options as unknown as PublicKeyCredentialCreationOptionsJSON;
export const addPasskey = (credential: PublicKeyCredentialJSON, name: string) =>
  api.post('/passkeys', {}, { credential: { ...credential }, name });
export const dropPasskey = (passkey_id: string) =>
  api.delete('/passkeys/{passkey_id}', { passkey_id });
export const beginTotp = () => api.post('/totp');
export const confirmTotp = (code: string) => api.post('/totp/confirm', {}, { code });
export const dropTotp = (code: string) => api.delete('/totp', {}, { code });

export const readTokens = () => api.get('/tokens');
export const makeToken = (name: string, scopes: string[]) =>
  api.post('/tokens', {}, { name, scopes });
export const dropToken = (token_id: string) => api.delete('/tokens/{token_id}', { token_id });

export const readBlocked = () => api.get('/blocks', { limit: 100 });
export const readLimited = () => api.get('/limits', { limit: 100 });
export const readMuted = () => api.get('/mutes', { limit: 100 });
export const askExport = () => api.post('/me/export');
export const readExports = () => api.get('/me/exports');
export const deleteMe = (password: string | null) => api.delete('/me', {}, { password });
