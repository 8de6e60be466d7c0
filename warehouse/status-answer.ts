export interface SourceStatus {
  source: string;
  freshAt: string | null;
  error: string | null;
}

export interface Status {
  company: string | null;
  snapshot: string | null;
  loadedAt: string | null;
  asOf: string | null;
  sources: SourceStatus[];
  /** When the newest extract of each object was taken. */
  objects: { source: string; object: string; freshAt: string | null }[];
  counts: Record<string, number>;
  warning: string | null;
}

export interface LoadSummary {
  load: string;
  startedAt: string;
  /** When the newest extract known by then was taken; null for a load that published nothing. */
  asOf: string | null;
  finishedAt: string | null;
  status: string;
  seconds: number | null;
  error: string | null;
  sources: { source: string; objects: ObjectCount[] }[];
}

export interface ObjectCount {
  object: string;
  rowsIn: number;
  loaded: number;
  quarantined: number;
  superseded: number;
}

export interface QuarantineRow {
  load: string;
  object: string;
  file: string;
  line: number;
  column: string | null;
  value: string | null;
  reason: string;
  raw: string | null;
}

export interface CheckResult {
  check: string;
  severity: 'stop' | 'warn';
  meaning: string;
  failing: number;
  example: string | null;
}

export interface SnapshotItem {
  id: string;
  load: string;
  publishedAt: string;
  asOf: string;
  current: boolean;
}
