// Calls about comments.
import { api } from './client';
import type { Comment, Shapes } from './types';

export type CommentSort = 'top' | 'new';
export const readComments = (video_id: string, sort: CommentSort, cursor?: string | null) =>
  api.get('/videos/{video_id}/comments', { video_id, sort, cursor, limit: 20 });
export const readReplies = (comment_id: string, cursor?: string | null) =>
  api.get('/comments/{comment_id}/replies', { comment_id, cursor, limit: 20 });
export const writeComment = (
  video_id: string,
  text: string,
  parent_id: string | null,
  key: string,
) =>
  api.post(
    '/videos/{video_id}/comments',
    { video_id },
    { text, ...(parent_id ? { parent_id } : {}) },
    { idempotency_key: key },
  );
/** Whether words may hurt; answered in passing, so nobody waits long for it. */
export const readTone = (text: string, signal: AbortSignal) =>
  api.post('/comments/tone', {}, { text }, { signal });
export const editComment = (comment_id: string, text: string) =>
  api.patch('/comments/{comment_id}', { comment_id }, { text });
export const deleteComment = (comment_id: string) =>
  api.delete('/comments/{comment_id}', { comment_id });
export const setCommentLike = (comment_id: string, on: boolean) =>
  on
    ? api.put('/comments/{comment_id}/like', { comment_id })
    : api.delete('/comments/{comment_id}/like', { comment_id });
export const setPin = (comment_id: string, on: boolean) =>
  on
    ? api.put('/comments/{comment_id}/pin', { comment_id })
    : api.delete('/comments/{comment_id}/pin', { comment_id });

export type CommentEdit = Shapes['EditPayload'];
export interface HeldComment extends Comment {
  video_id: string;
}
export const readEdits = (comment_id: string) =>
  api.get('/comments/{comment_id}/history', { comment_id });
export const readHeld = (cursor?: string | null) =>
  api.get('/me/held-comments', { cursor, limit: 30 });
export const releaseComment = (comment_id: string) =>
  api.post('/comments/{comment_id}/release', { comment_id });
