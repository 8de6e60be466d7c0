import type { CrmObject } from '#warehouse/crm.ts';
import type { SourceConfig } from './config.ts';

/** Typed records as they were delivered, each with where it came from; only ever appended. */
export const factTable = (object: CrmObject): string => `fact_${object}`;

/** Whose rows are being loaded, and under which rules. */
export interface FactContext {
  load: string;
  loadNo: number;
  source: SourceConfig;
  reportingZone: string;
  object: CrmObject;
  /** The share of its records that a full extract may lose before the load stops. */
  maxShrink: number;
  /** Columns that must not be loaded, `object.column`. */
  masked: readonly string[];
  warnings: string[];
}

/** Below this many records a shrinking extract or a bad column is no sign of a damaged one. */
export const fewRecords = 50;
