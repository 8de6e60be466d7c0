import { type Attributes, escaped, round, tagged } from './svg-text.ts';

/** A drawing of the page on its own: no class, no variable, no share of a width that is not there. */
export interface Drawing {
  /** Elements of SVG, to stand in a group. */
  text: string;
  width: number;
  height: number;
  /** How far right of its place's left edge it begins. */
  left: number;
}

/** Reads a drawing that is shown, with the colours and places that the browser gave it. */
export function drawingOf(svg: SVGSVGElement): Drawing {
  const box = svg.getBoundingClientRect();
  const around = (svg.parentElement ?? svg).getBoundingClientRect();
  return {
    text: [...below(svg), ...svg.children].map((child) => write(child)).join(''),
    width: around.width,
    height: box.height,
    left: box.left - around.left,
  };
}

/** What lies under it, with the same places: marks that can be pointed at. */
const below = ({ previousElementSibling: before }: Element): Element[] =>
  before?.hasAttribute('data-hits') ? [...before.children] : [];

function write(element: Element): string {
  if (!(element instanceof SVGElement)) return '';
  const look = getComputedStyle(element);
  if (look.display === 'none') return '';
  if (element instanceof SVGSVGElement) return boxed(element);
  const name = element.localName;
  if (name === 'a') return inside(element);
  if (name === 'g') return tagged('g', kept(element, ['transform']), inside(element));
  const place = placeOf(element);
  const looks = looksOf(look);
  const isSeen = looks.fill !== 'none' || looks.stroke !== 'none';
  return place && isSeen ? tagged(name, { ...place, ...looks }, inside(element)) : '';
}

const inside = (element: Element): string =>
  [...element.childNodes]
    .map((node) => (node instanceof Element ? write(node) : textOf(node)))
    .join('');

const textOf = ({ nodeType, textContent }: Node): string =>
  nodeType === Node.TEXT_NODE ? escaped(textContent ?? '') : '';

/** Attributes that say where it stands; none for what has no place in a picture. */
function placeOf(element: SVGElement): Attributes | null {
  if (element instanceof SVGRectElement) {
    const { x, y, width, height } = element.getBBox();
    return { ...numbers({ x, y, width, height }), ...kept(element, ['rx', 'transform']) };
  }
  if (element instanceof SVGCircleElement) {
    const { cx, cy, r } = element;
    return { ...lengths({ cx, cy, r }), ...kept(element, ['transform']) };
  }
  if (element instanceof SVGLineElement) {
    const { x1, x2, y1, y2 } = element;
    return { ...lengths({ x1, x2, y1, y2 }), ...kept(element, ['transform']) };
  }
  if (element instanceof SVGTextElement) {
    const [x, y] = [element.x.baseVal, element.y.baseVal].map((list) =>
      list.numberOfItems ? list.getItem(0).value : 0,
    );
    return { ...numbers({ x, y }), 'xml:space': 'preserve', ...kept(element, onText) };
  }
  if (element instanceof SVGTSpanElement) return kept(element, onText);
  return element instanceof SVGPathElement ? kept(element, ['d', 'transform']) : null;
}

const onText = ['dx', 'dy', 'transform'];

/** A box in a drawing: moved to its place, and what it stretches written stretched, for strokes keep their width. */
function boxed(box: SVGSVGElement): string {
  const { x, y, width, viewBox } = box;
  const share = viewBox.baseVal?.width ? width.baseVal.value / viewBox.baseVal.width : 1;
  const [left, top] = [round(x.baseVal.value), round(y.baseVal.value)];
  const content = [...box.children].map((child) => {
    const d = child.getAttribute('d');
    if (d && share !== 1) {
      const look = getComputedStyle(child);
      return tagged('path', { d: widened(d, share), ...looksOf(look) }, '');
    }
    return write(child);
  });
  const at: Attributes = left || top ? { transform: `translate(${left},${top})` } : {};
  return tagged('g', at, content.join(''));
}

/** A path of absolute points, stretched sideways. */
export function widened(d: string, share: number): string {
  let isX = false;
  return d.replace(/-?\d+(\.\d+)?(e-?\d+)?/gi, (found) => {
    isX = !isX;
    return isX ? String(round(Number(found) * share)) : found;
  });
}

const colors = ['fill', 'stroke'] as const;
const whenStroked = [
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'paint-order',
] as const;
const onWords = ['font-size', 'font-weight', 'text-anchor'] as const;
const usual: Record<string, string> = {
  'stroke-dasharray': 'none',
  'stroke-linejoin': 'miter',
  'stroke-linecap': 'butt',
  'paint-order': 'normal',
};

function looksOf(look: CSSStyleDeclaration): Attributes {
  const found: Attributes = Object.fromEntries(
    colors.map((name) => [name, plainColor(look.getPropertyValue(name))]),
  );
  const more = found.stroke === 'none' ? onWords : [...whenStroked, ...onWords];
  for (const name of more) {
    const value = look.getPropertyValue(name);
    if (value && value !== usual[name]) found[name] = value;
  }
  if (look.opacity !== '1') found.opacity = look.opacity;
  return found;
}

/** A colour in the words that every reader of SVG knows; what cannot be seen is none. */
export function plainColor(color: string): string {
  if (/^rgba\(.*, 0\)$/.test(color) || color === 'transparent') return 'none';
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(color);
  if (!parts) return color;
  const [red, green, blue] = parts.slice(1).map((part) => Math.round(Number(part) * 255));
  return `rgb(${red}, ${green}, ${blue})`;
}

/** `rgb(…)` as #rrggbb. */
export function hexColor(color: string): string {
  const parts = plainColor(color).match(/\d+/g)?.slice(0, 3) ?? [];
  if (parts.length < 3) return '#ffffff';
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}

const kept = (element: Element, names: readonly string[]): Attributes =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = element.getAttribute(name);
      return value === null ? [] : [[name, value]];
    }),
  );

const numbers = (values: Record<string, number | undefined>): Attributes =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(round(value ?? 0))]),
  );

const lengths = (values: Record<string, SVGAnimatedLength>): Attributes =>
  numbers(
    Object.fromEntries(Object.entries(values).map(([name, { baseVal }]) => [name, baseVal.value])),
  );
