// Calls of staff: how the house is, who works here, who did what.
import { api } from './client';
import type { Shapes } from './types';

export const ROLES = ['operator', 'moderator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export type Overview = Shapes['OverviewPayload'];
export type Staff = Shapes['StaffLine'];
export type Entry = Shapes['EntryPayload'];
export type Proof = Shapes['ProofPayload'];

export const readOverview = () => api.get('/console/overview');
export const readStaff = () => api.get('/staff');
export const setRoles = (account_id: string, roles: Role[]) =>
  api.put('/staff/{account_id}/roles', { account_id }, { roles });
export const setBadge = (account_id: string, is_verified: boolean) =>
  api.put('/staff/{account_id}/badge', { account_id }, { is_verified });
export const readAudit = (about: { kind: string; id: string } | null, cursor?: string | null) =>
  api.get('/audit', { cursor, limit: 50, object_kind: about?.kind, object_id: about?.id });
export const readProof = () => api.get('/audit/proof');
