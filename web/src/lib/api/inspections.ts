// Calls of auditors: what a market was shown, and why each score is what it is.
import { api, address } from './client';
import type { Shapes } from './types';

export type Inspection = Shapes['InspectionPayload'];
export type Figures = Shapes['ShownFiguresPayload'];
export type Part = Shapes['ShownPartPayload'];
export type ShownDay = Shapes['ShownDayPayload'];
export type ListedPage = Shapes['ListedPagePayload'];
export type InspectedPage = Shapes['InspectedPagePayload'];
export type InspectedItem = Shapes['InspectedItemPayload'];
export type Tab = Shapes['Tab'];
/** Which stretch of an inspection; what is left out is all of it. */
export interface Stretch {
  since?: string;
  until?: string;
}

export const readInspections = () => api.get('/console/inspections');
export const openInspection = (wish: Shapes['InspectionWish']) =>
  api.post('/console/inspections', {}, wish);
export const closeInspection = (inspection_id: string) =>
  api.delete('/console/inspections/{inspection_id}', { inspection_id });
export const readFigures = (inspection_id: string, stretch: Stretch, tab?: Tab) =>
  api.get('/console/inspections/{inspection_id}/figures', { inspection_id, ...stretch, tab });
export const readPages = (
  inspection_id: string,
  stretch: Stretch,
  mark: string[],
  cursor?: string | null,
) =>
  api.get('/console/inspections/{inspection_id}/pages', {
    inspection_id,
    ...stretch,
    mark,
    cursor,
  });
export const readServed = (inspection_id: string, request_id: string) =>
  api.get('/console/inspections/{inspection_id}/pages/{request_id}', { inspection_id, request_id });
/** Where the whole records are fetched from, compressed. */
export const recordsAddress = (inspection_id: string, stretch: Stretch, tab?: Tab) =>
  address('/console/inspections/{inspection_id}/records.gz', { inspection_id, ...stretch, tab });
