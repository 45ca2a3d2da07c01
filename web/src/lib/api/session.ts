// Calls about who is here: session, follows, blocks, profiles.
import { api } from './client';

export const readSession = () => api.get('/session');
export const endSession = () => api.delete('/session');
export const readMeta = () => api.get('/meta');
export const readProfile = (handle: string) => api.get('/profiles/{handle}', { handle });
export const profileVideos = (handle: string, cursor?: string | null) =>
  api.get('/profiles/{handle}/videos', { handle, cursor, limit: 24 });
export const profilePlaylists = (handle: string, cursor?: string | null) =>
  api.get('/profiles/{handle}/playlists', { handle, cursor });
/** `impression_id`: the showing of a film that it comes from. */
export const follow = (account_id: string, impression_id?: string) =>
  api.put('/follows/{account_id}', { account_id, impression_id });
export const unfollow = (account_id: string) => api.delete('/follows/{account_id}', { account_id });
export const block = (account_id: string) => api.put('/blocks/{account_id}', { account_id });
export const unblock = (account_id: string) => api.delete('/blocks/{account_id}', { account_id });
/** What somebody writes under my videos waits for me; they do not learn of it. */
export const limit = (account_id: string) => api.put('/limits/{account_id}', { account_id });
export const unlimit = (account_id: string) => api.delete('/limits/{account_id}', { account_id });
export const mute = (account_id: string) => api.put('/mutes/{account_id}', { account_id });
export const unmute = (account_id: string) => api.delete('/mutes/{account_id}', { account_id });
