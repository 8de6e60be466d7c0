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
        const words = unbroken(text);
        const shown = strong ? (
          <strong key={text} data-tone={tone}>
            {words}
          </strong>
        ) : (
          words
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

/** A number stays on one line with its currency, its size and its percent. */
const unbroken = (text: string): string =>
  text.replace(/(?<=[€$£]) (?=\d)|(?<=\d) (?=[kM%d](?![a-z]))/g, '\u00a0');
