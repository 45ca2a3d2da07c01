// Calls about the lists people make: collections of what they saved, playlists of what they published.
import { api } from './client';
import type { Shapes } from './types';

export type FullPlaylist = Shapes['FullPlaylistPayload'];

export const renameCollection = (collection_id: string, title: string) =>
  api.patch('/collections/{collection_id}', { collection_id }, { title });
export const dropCollection = (collection_id: string) =>
  api.delete('/collections/{collection_id}', { collection_id });
/** Out of the collection; it stays saved. */
export const dropFromCollection = (video_id: string, collection_id: string) =>
  api.delete('/collections/{collection_id}/videos/{video_id}', { collection_id, video_id });

export const readPlaylists = () => api.get('/playlists', { limit: 100 });
export const readPlaylist = (playlist_id: string) =>
  api.get('/playlists/{playlist_id}', { playlist_id });
export const makePlaylist = (title: string) => api.post('/playlists', {}, { title });
export const renamePlaylist = (playlist_id: string, title: string) =>
  api.patch('/playlists/{playlist_id}', { playlist_id }, { title });
export const dropPlaylist = (playlist_id: string) =>
  api.delete('/playlists/{playlist_id}', { playlist_id });
export const setInPlaylist = (playlist_id: string, video_id: string, on: boolean) =>
  on
    ? api.put('/playlists/{playlist_id}/videos/{video_id}', { playlist_id, video_id })
    : api.delete('/playlists/{playlist_id}/videos/{video_id}', { playlist_id, video_id });
