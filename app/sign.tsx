/** The signs of the rail, drawn in one stroke width. */
const paths = {
  plumb: 'M8 1v8M8 9l3 3.2L8 15.5 5 12.2z',
  outlook: 'M2 13h12M3 10l3-4 3 2 4-5',
  pipeline: 'M2 3h12l-4.5 5v5l-3-1.5V8z',
  salesmen:
    'M6 7.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM1.5 14c0-2.6 2-4.2 4.5-4.2s4.5 1.6 4.5 4.2M10.5 2.3a2.6 2.6 0 0 1 0 4.7M12 10c1.6.6 2.5 2 2.5 4',
  fields: 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z',
  forecast: 'M2 12c4 0 5-8 12-9M2 12c4 0 6-3 12-2',
  risk: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.4',
  opportunities: 'M3 4h10M3 8h10M3 12h6',
  accounts: 'M3 14V3h6v11M9 7h4v7M1.5 14h13M5 6h2M5 9h2',
  data: 'M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2zM2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2',
} as const;

export type SignName = keyof typeof paths;

export function Sign({ name }: { name: SignName }) {
  return (
    <svg
      className={`icon icon-${name}`}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
