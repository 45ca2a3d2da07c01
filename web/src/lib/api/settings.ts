// Calls about the own account: profile, security, privacy, tokens, data.
import { api, path } from './client';
import type { Me, Page, Profile } from './types';

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
  hide_ai: boolean;
  show_mature: boolean;
  data_saver: boolean;
  autoplay_sound: boolean;
  captions: boolean;
}
export interface Device {
  session_id: string;
  created_at: string;
  last_seen_at: string;
  device: string;
  ip_hint: string;
  is_current: boolean;
}
export interface Passkey {
  passkey_id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}
export interface Token {
  token_id: string;
  name: string;
  scopes: string[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}
export interface Export {
  export_id: string;
  state: 'pending' | 'ready' | 'failed' | 'expired';
  created_at: string;
  expires_at: string | null;
  url: string | null;
  bytes: number;
}
export interface CommentFilters {
  keywords: string[];
  hold_links: boolean;
  hold_all: boolean;
}

export const changeMe = (change: MyChange) => api.patch<Me>('/me', change);
export const putAvatar = (picture: Blob) =>
  api.put<Me>('/me/avatar', picture, { content_type: picture.type });
export const dropAvatar = () => api.delete<undefined>('/me/avatar');
export const askVerification = () => api.post<undefined>('/email/verification');
export const changeEmail = (email: string, password: string) =>
  api.put<undefined>('/email', { email, password });
export const changePassword = (old: string, fresh: string) =>
  api.put<undefined>('/password', { old, new: fresh });
export const readSettings = () => api.get<MySettings>('/me/settings');
export const changeSettings = (change: Partial<MySettings>) =>
  api.put<MySettings>('/me/settings', change);
export const readCommentFilters = () => api.get<CommentFilters>('/me/comment-filters');
export const changeCommentFilters = (filters: CommentFilters) =>
  api.put<CommentFilters>('/me/comment-filters', filters);

export const readDevices = () => api.get<{ items: Device[] }>('/sessions');
export const endDevice = (session_id: string) =>
  api.delete<undefined>(path`/sessions/${session_id}`);
export const endOtherDevices = () => api.delete<undefined>('/sessions');
export const readPasskeys = () => api.get<{ items: Passkey[] }>('/passkeys');
export const passkeyRegistration = () =>
  api.post<{ options: PublicKeyCredentialCreationOptionsJSON }>('/passkeys/registration');
export const addPasskey = (credential: unknown, name: string) =>
  api.post<Passkey>('/passkeys', { credential, name });
export const dropPasskey = (passkey_id: string) =>
  api.delete<undefined>(path`/passkeys/${passkey_id}`);
export const beginTotp = () => api.post<{ secret: string; uri: string; qr_svg: string }>('/totp');
export const confirmTotp = (code: string) =>
  api.post<{ recovery_codes: string[] }>('/totp/confirm', { code });
export const dropTotp = (code: string) => api.delete<undefined>('/totp', { code });

export const readTokens = () =>
  api.get<{ items: Token[]; scopes: Record<string, string> }>('/tokens');
export const makeToken = (name: string, scopes: string[]) =>
  api.post<{ token_id: string; token: string }>('/tokens', { name, scopes });
export const dropToken = (token_id: string) => api.delete<undefined>(path`/tokens/${token_id}`);

export const readBlocked = () => api.get<Page<Profile>>('/blocks', { limit: 100 });
export const readMuted = () => api.get<Page<Profile>>('/mutes', { limit: 100 });
export const askExport = () => api.post<Export>('/me/export');
export const readExports = () => api.get<{ items: Export[] }>('/me/exports');
export const deleteMe = (password: string | null) => api.delete<undefined>('/me', { password });
