import type { Piece } from './sentences.ts';

/** The page's finding; each number in it opens its receipt. */
export function Sentence({
  pieces,
  hrefOf,
}: {
  pieces: Piece[];
  hrefOf: (metric: string) => string;
}) {
  return (
    <h1 className="sentence">
      {pieces.map(({ text, metric, strong, tone }) => {
        const shown = strong ? (
          <strong key={text} data-tone={tone}>
            {text}
          </strong>
        ) : (
          text
        );
        return metric ? (
          <a key={text} href={hrefOf(metric)}>
            {shown}
          </a>
        ) : (
          <span key={text}>{shown}</span>
        );
      })}
    </h1>
  );
}
