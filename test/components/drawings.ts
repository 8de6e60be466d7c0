import { parseHTML } from 'linkedom';
import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { textWidth } from '#components/text-fit.ts';

/** What a page would hold, as a document one can ask. */
export function rendered<P extends object>(component: FunctionComponent<P>, props: P): Document {
  const html = renderToStaticMarkup(createElement(component, props));
  return parseHTML(`<!doctype html><html><body>${html}</body></html>`).document;
}

export interface Words {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The words of a picture that is so wide, with the places they take, measured from its left edge. */
export function wordsOf(svg: Element, width: number): Words[] {
  const left = Number(svg.getAttribute('data-left'));
  const inner = width - left - Number(svg.getAttribute('data-right'));
  return [...svg.querySelectorAll('text')].flatMap((element) => {
    const text = element.textContent ?? '';
    if (!text) return [];
    const group = element.closest('g');
    const anchor = element.getAttribute('text-anchor') ?? group?.getAttribute('text-anchor');
    const [dx = 0, dy = 0] = numbersIn(group?.getAttribute('transform') ?? '');
    const share = Number.parseFloat(element.getAttribute('x') ?? '0') / 100;
    const at = left + share * inner + Number(element.getAttribute('dx') ?? 0) + dx;
    const size = textWidth(text);
    const start = anchor === 'end' ? at - size : anchor === 'start' ? at : at - size / 2;
    const shift = element.getAttribute('dy') ?? '0';
    const middle = Number(element.getAttribute('y') ?? 0) + dy + baseline(shift);
    return [{ text, left: start, right: start + size, top: middle - 5, bottom: middle + 5 }];
  });
}

/** How far below its place the middle of a line of words lies. */
const baseline = (dy: string): number => (dy.endsWith('em') ? Number.parseFloat(dy) * 12 : 0) - 4;

const numbersIn = (text: string): number[] => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

/** Pairs of words that lie on each other. */
export function overlaps(words: readonly Words[]): string[] {
  return words.flatMap((one, i) =>
    words
      .slice(i + 1)
      .filter(
        (other) =>
          one.left < other.right - 1 &&
          other.left < one.right - 1 &&
          one.top < other.bottom - 1 &&
          other.top < one.bottom - 1,
      )
      .map((other) => `${one.text} × ${other.text}`),
  );
}
