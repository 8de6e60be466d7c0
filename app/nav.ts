/** The pages, in the order in which they are offered. */
export const pages = [
  { href: '/', label: 'Outlook', icon: 'outlook' },
  { href: '/pipeline', label: 'Pipeline', icon: 'pipeline' },
  { href: '/salesmen', label: 'Salesmen', icon: 'salesmen' },
  { href: '/fields', label: 'Fields', icon: 'fields' },
  { href: '/forecast', label: 'Forecast', icon: 'forecast' },
  { href: '/risk', label: 'Risk', icon: 'risk' },
  { href: '/opportunities', label: 'Opportunities', icon: 'opportunities' },
  { href: '/accounts', label: 'Accounts', icon: 'accounts' },
  { href: '/data', label: 'Data', icon: 'data' },
] as const;

export type PagePath = (typeof pages)[number]['href'];
