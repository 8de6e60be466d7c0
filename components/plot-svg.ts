import { type Attributes, escaped, round, tagged } from './svg-text.ts';

/** Where the data stands in a drawing: what lies left and right of it keeps its size. */
export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
}

/**
 * A drawing of Plot as SVG text that fills any width without scaling its words: places between the margins become
 * shares of the width, places in the margins stay at their distance from them. Unlike Plot's own text it holds no style
 * element, no label on a nameless group, and no link that leads out of the site. The same drawing gives the same text.
 */
export function fluidSvg(svg: Element, frame: Frame, label: string): string {
  const { left, right, height } = frame;
  const marks = [...svg.children];
  const size =
    ` width="100%" height="${height}" style="margin-left:${round(left)}px;width:calc(100% - ${round(left + right)}px)"` +
    ` data-left="${round(left)}" data-right="${round(right)}" text-anchor="middle" fill="currentColor"`;
  const text = (isHit: boolean) =>
    marks
      .filter((mark) => isHitMark(mark) === isHit)
      .map((mark) => write(mark, frame))
      .join('');
  const hits = text(true);
  return (
    (hits && `<svg data-hits=""${size}>${hits}</svg>`) +
    `<svg role="img" aria-label="${escaped(label)}"${size}>${text(false)}</svg>`
  );
}

/** What can be pointed at lies apart, under the picture: a picture may hold no links. */
const isHitMark = (mark: Element): boolean =>
  mark.getAttribute('class')?.startsWith('hit') ?? false;

function write(element: Element, frame: Frame): string {
  const name = element.localName;
  if (name === 'style') return '';
  if (name === 'title') return `<title>${escaped(element.textContent ?? '')}</title>`;
  const attributes = attributesOf(element);
  if (name === 'path') return stretched(attributes, inside(element, frame), frame);
  const placed = placers[name]?.(attributes, frame) ?? attributes;
  if (name === 'a' && !placed.href) return inside(element, frame);
  return tagged(name, placed, inside(element, frame));
}

function inside(element: Element, frame: Frame): string {
  return [...element.childNodes]
    .map((node) =>
      node.nodeType === 1 ? write(node as Element, frame) : escaped(node.textContent ?? ''),
    )
    .join('');
}

const unwanted = /^(font-|xmlns|aria-|xlink:)/;

function attributesOf(element: Element): Attributes {
  const kept: Attributes = {};
  for (const { name, value } of [...element.attributes]) {
    if (name === 'class') kept['data-mark'] = value;
    else if (!unwanted.test(name)) kept[name] = value;
  }
  return kept;
}

interface Place {
  /** Share of the width between the margins, in percent. */
  share: number;
  /** Pixels beside it. */
  beside: number;
}

function placeOf(x: number, { width, left, right }: Frame): Place {
  const end = width - right;
  if (x <= left) return { share: 0, beside: x - left };
  if (x >= end) return { share: 100, beside: x - end };
  return { share: ((x - left) / (end - left)) * 100, beside: 0 };
}

type Placer = (attributes: Attributes, frame: Frame) => Attributes;

const placers: Record<string, Placer> = {
  rect: ({ x = '0', width = '0', transform, ...rest }, frame) => {
    const start = placeOf(Number(x), frame);
    const end = placeOf(Number(x) + Number(width), frame);
    const share = end.share - start.share;
    const beside = end.beside - start.beside;
    const placed = { ...rest, x: percent(start.share), width: percent(share) };
    return {
      ...placed,
      ...moved(start.beside),
      ...(beside ? { style: `width:calc(${percent(share)} + ${round(beside)}px)` } : {}),
    };
  },
  circle: ({ cx = '0', ...rest }, frame) => {
    const { share, beside } = placeOf(Number(cx), frame);
    return { ...rest, cx: percent(share), ...moved(beside) };
  },
  line: ({ x1 = '0', x2 = '0', ...rest }, frame) => {
    const [from, to] = [placeOf(Number(x1), frame), placeOf(Number(x2), frame)];
    const both = from.beside === to.beside ? moved(from.beside) : {};
    return { ...rest, x1: percent(from.share), x2: percent(to.share), ...both };
  },
  text: ({ transform = '', y, x: _, ...rest }, frame) => {
    const [x = 0, top = 0] = numbersIn(transform);
    const { share, beside } = placeOf(x, frame);
    const words: Attributes = { ...rest, x: percent(share), y: String(round(top)) };
    if (y) words.dy = y;
    if (beside) words.dx = String(round(beside));
    return words;
  },
  a: ({ href = '', fill: _, ...rest }) =>
    isOwn(href) ? { ...rest, href, tabindex: '-1' } : { ...rest },
};

/** A path has no places by share: it is drawn into a box that is stretched, its strokes are not. */
function stretched({ d = '', ...rest }: Attributes, content: string, frame: Frame): string {
  const { width, height, left, right } = frame;
  let isX = false;
  const shifted = d.replace(/-?\d+(\.\d+)?(e-?\d+)?/gi, (found) => {
    isX = !isX;
    return String(round(isX ? Number(found) - left : Number(found)));
  });
  const path = tagged(
    'path',
    { ...rest, d: shifted, 'vector-effect': 'non-scaling-stroke' },
    content,
  );
  const box = {
    viewBox: `0 0 ${width - left - right} ${height}`,
    width: '100%',
    height: String(height),
    preserveAspectRatio: 'none',
    overflow: 'visible',
  };
  return tagged('svg', box, path);
}

/** A path within this site: from its root, from the page, or in it. */
const isOwn = (href: string): boolean => /^([?#]|\/(?![/\\]))/.test(href);

const percent = (share: number): string => `${Math.round(share * 100) / 100}%`;
const moved = (beside: number): Attributes =>
  beside ? { transform: `translate(${round(beside)},0)` } : {};
const numbersIn = (text: string): number[] => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
