/** The lanes of a timeline and where their marks stand: shares of the width, pixels of the height. */
export type Tone = 'step' | 'plain' | 'none' | 'won' | 'lost' | 'warn' | 'faint' | 'accent';

export interface Stretch {
  from: number;
  to: number;
  text: string;
  tone: Tone;
  /** Place on the ramp, 1 (early) to 5 (late). */
  level?: number;
  tip: string[];
}

export interface Level extends Stretch {
  /** Height of the step; none when nothing is known. */
  value: number | null;
}

export interface Moment {
  at: number;
  filled: boolean;
  tone: Tone;
  tip: string[];
}

interface Titled {
  title: string;
  note?: string;
}

export type TimelineLane = Titled &
  (
    | { kind: 'blocks'; stretches: Stretch[] }
    | { kind: 'levels'; levels: Level[] }
    /** Each line runs from the day something was said to the day it spoke of. */
    | { kind: 'promises'; stretches: Stretch[] }
    | { kind: 'dots' | 'squares'; moments: Moment[] }
  );

export interface TimelineShape {
  id: string;
  kind: 'block' | 'level' | 'line' | 'dot' | 'square';
  x: number;
  width: number;
  y: number;
  height: number;
  tone: Tone;
  level?: number;
  filled?: boolean;
  text: string;
  textX: number;
  textY: number;
  textAnchor: 'start' | 'end';
  /** How wide the picture must at least be for the text to fit: one of a few steps. */
  minimum: number;
  tip: string[];
}

export interface LaidOut {
  shapes: TimelineShape[];
  titles: { title: string; note?: string; y: number }[];
  height: number;
}

const top = 20;
const titleHeight = 20;
const gap = 14;
const letter = 6.6;

type Place = (at: number) => number;

/** Stacks the lanes and orders their marks by time, as the arrow keys go through them. */
export function layOut(lanes: TimelineLane[], from: number, to: number): LaidOut {
  const place: Place = (at) => Math.min(1, Math.max(0, (at - from) / (to - from || 1)));
  let y = top;
  const titles: LaidOut['titles'] = [];
  const shapes: TimelineShape[] = [];
  for (const [i, lane] of lanes.entries()) {
    titles.push({ title: lane.title, note: lane.note, y: y + 11 });
    y += titleHeight;
    const { height, drawn } = drawLane(lane, y, place);
    shapes.push(...drawn.map((shape, n) => ({ ...shape, id: `${i}-${n}` })));
    y += height + gap;
  }
  return { shapes: shapes.sort((a, b) => a.x - b.x), titles, height: y - gap + 8 };
}

interface Drawn {
  height: number;
  drawn: TimelineShape[];
}

function drawLane(lane: TimelineLane, y: number, place: Place): Drawn {
  switch (lane.kind) {
    case 'blocks':
      return { height: 30, drawn: lane.stretches.map((s) => block(s, y, place)) };
    case 'levels':
      return drawLevels(lane.levels, y, place);
    case 'promises':
      return drawPromises(lane.stretches, y, place);
    default:
      return { height: 10, drawn: lane.moments.map((m) => mark(m, lane.kind, y, place)) };
  }
}

function base(
  stretch: Stretch,
  place: Place,
): Omit<TimelineShape, 'kind' | 'y' | 'height' | 'textY'> {
  const x = place(stretch.from);
  const width = Math.max(0.001, place(stretch.to) - x);
  const { text, tone, level, tip } = stretch;
  return {
    id: '',
    x,
    width,
    tone,
    level,
    tip,
    text,
    textX: x,
    textAnchor: 'start',
    minimum: widthFor(text, width),
  };
}

/** The step of width at which a text of this length fits into this share. */
function widthFor(text: string, part: number): number {
  const needed = (text.length * letter + 8) / part;
  return [0, 480, 720, 960, 1200].find((step) => needed <= Math.max(step, 300)) ?? 9999;
}

function block(stretch: Stretch, y: number, place: Place): TimelineShape {
  return { ...base(stretch, place), kind: 'block', y, height: 12, textY: y + 26 };
}

const levelsHeight = 44;

function drawLevels(levels: Level[], y: number, place: Place): Drawn {
  const largest = Math.max(1, ...levels.map(({ value }) => value ?? 0));
  const drawn = levels.map((level): TimelineShape => {
    const height = level.value === null ? 1 : Math.max(2, (level.value / largest) * levelsHeight);
    const shape = base(level, place);
    return {
      ...shape,
      kind: 'level',
      y: y + 14 + levelsHeight - height,
      height,
      textY: y + 10 + levelsHeight - height,
    };
  });
  return { height: levelsHeight + 16, drawn };
}

/** One row each while there is room; many rows move closer together. */
function drawPromises(stretches: Stretch[], y: number, place: Place): Drawn {
  const row = stretches.length > 8 ? 72 / stretches.length : 14;
  const drawn = stretches.map((stretch, i): TimelineShape => {
    const shape = base(stretch, place);
    const end = shape.x + shape.width;
    const isLate = end > 0.8;
    const height = Math.max(2, Math.min(3, row - 1));
    const isLast = i === stretches.length - 1;
    const text = stretches.length > 6 && !isLast ? '' : stretch.text;
    const rowY = y + i * row + 4;
    return {
      ...shape,
      kind: 'line',
      y: rowY,
      height,
      text,
      textX: isLate ? shape.x : end,
      textY: rowY + 5,
      textAnchor: isLate ? 'end' : 'start',
      minimum: text.length * letter > 60 ? 480 : 0,
    };
  });
  return { height: stretches.length * row + 4, drawn };
}

function mark(moment: Moment, kind: 'dots' | 'squares', y: number, place: Place): TimelineShape {
  const { at, filled, tone, tip } = moment;
  return {
    id: '',
    kind: kind === 'dots' ? 'dot' : 'square',
    x: place(at),
    width: 0,
    y,
    height: 9,
    tone,
    filled,
    tip,
    text: '',
    textX: 0,
    textY: 0,
    textAnchor: 'start',
    minimum: 0,
  };
}

const day = 86_400_000;

/** A handful of readable dates: months, quarters or years, whichever gives four to eight. */
export function ticksBetween(
  from: number,
  to: number,
): { at: number; text: string; major: boolean }[] {
  const months = (to - from) / (30.4 * day);
  const every = [1, 2, 3, 6, 12, 24, 60].find((step) => months / step <= 7) ?? 120;
  const first = new Date(from);
  const ticks: { at: number; text: string; major: boolean }[] = [];
  for (let n = 0; n < 200; n += 1) {
    const at = Date.UTC(
      first.getUTCFullYear(),
      Math.floor(first.getUTCMonth() / every) * every + n * every,
      1,
    );
    if (at > to) break;
    if (at < from) continue;
    const date = new Date(at);
    const major = date.getUTCMonth() === 0 || ticks.length === 0;
    ticks.push({ at, major, text: tickText(date, every, major) });
  }
  return ticks;
}

function tickText(date: Date, every: number, major: boolean): string {
  const year = String(date.getUTCFullYear());
  if (every >= 12) return year;
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return major ? `${month} ${year}` : month;
}
