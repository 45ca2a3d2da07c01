// Calls about decisions: the queue, statements of reasons, appeals, and how the feed decides.
import { api } from './client';
import type { Profile, Shapes } from './types';

export type Decision = 'none' | 'label' | 'limit' | 'age_gate' | 'demote' | 'remove';
export const DECISIONS: Decision[] = ['none', 'label', 'limit', 'age_gate', 'demote', 'remove'];

/** Whose it is, as far as a moderator needs to know. */
export type Owner = Pick<Profile, 'account_id' | 'handle' | 'name' | 'avatar_url'>;

export type Ref = Shapes['RefPayload'];
export type Case = Shapes['CasePayload'];
export type Figures = Shapes['FiguresPayload'];
export type Appeal = Shapes['AppealPayload'];
export type Statement = Shapes['StatementPayload'];
export type AppealCase = Shapes['AppealCasePayload'];
export type Recommender = Shapes['TransparencyPayload'];

export const readQueue = (cursor?: string | null) => api.get('/moderation/queue', { cursor });
export const readClosed = (cursor?: string | null) => api.get('/moderation/cases', { cursor });
export const openCase = (ref: Ref, policy: string, note: string) =>
  api.post('/moderation/cases', {}, { ref, policy, note });
export const release = (case_id: string) =>
  api.post('/moderation/cases/{case_id}/release', { case_id });
export const readFigures = () => api.get('/moderation/figures');
export const claim = (case_id: string) =>
  api.post('/moderation/cases/{case_id}/claim', { case_id });
export const decide = (
  case_id: string,
  decision: { decision: Decision; policy: string; facts: string; legal_ground: string },
) =>
  api.post(
    '/moderation/cases/{case_id}/decision',
    { case_id },
    {
      ...decision,
      territorial_scope: [],
    },
  );
export const readAppeals = () => api.get('/moderation/appeals');
export const answerAppeal = (appeal_id: string, uphold: boolean, words: string) =>
  api.post('/moderation/appeals/{appeal_id}/decision', { appeal_id }, { uphold, words });
export const myStatements = (cursor?: string | null) => api.get('/me/statements', { cursor });
export const appeal = (statement_id: string, text: string) =>
  api.post('/statements/{statement_id}/appeal', { statement_id }, { text });
export const readRecommender = () => api.get('/transparency/recommender');
