/** The pages, in the order in which they are offered. */
export const pages = [
  { href: '/', label: 'Outlook' },
  { href: '/pipeline', label: 'Pipeline' },
  { href: '/opportunities', label: 'Opportunities' },
  { href: '/accounts', label: 'Accounts' },
  { href: '/data', label: 'Data' },
] as const;

export type PagePath = (typeof pages)[number]['href'];
