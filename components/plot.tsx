import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { ChartTips } from './chart-tips.tsx';
import styles from './plot.module.css';
import { fluidSvg } from './plot-svg.ts';

/** What to draw when there are at least so many pixels. */
export type ChartSpec = (width: number) => Plot.PlotOptions;

export interface ChartProps {
  spec: ChartSpec;
  /** One line that says what the picture says. */
  summary: string;
  /** The least widths of the two drawings; the wide one is shown from 480 on. One alone serves every width. */
  widths?: readonly [narrow: number, wide?: number];
}

const usual = [300, 480] as const;

/** A chart drawn on the server, narrow and wide; the page's width chooses, and stretches it without scaling its words. */
export function Chart({ spec, summary, widths = usual }: ChartProps) {
  return (
    <ChartTips summary={summary}>
      <Drawings spec={spec} summary={summary} widths={widths} />
    </ChartTips>
  );
}

export function Drawings({ spec, summary, widths = usual }: ChartProps) {
  const [narrow, wide] = widths.map((width) => ({ __html: drawSvg(spec(width ?? 0), summary) }));
  return (
    <div className={styles.drawings}>
      {/* biome-ignore-start lint/security/noDangerouslySetInnerHtml: written by fluidSvg, which escapes what it writes */}
      <div className={wide ? styles.narrow : styles.only} dangerouslySetInnerHTML={narrow} />
      {wide ? <div className={styles.wide} dangerouslySetInnerHTML={wide} /> : null}
      {/* biome-ignore-end lint/security/noDangerouslySetInnerHtml: see above */}
    </div>
  );
}

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** The drawing as SVG text; the same options give the same text. */
export function drawSvg(options: Plot.PlotOptions, summary: string): string {
  const drawn = Plot.plot({ ...options, className: 'plot', figure: false, document });
  const { width = 640, height = 240, marginLeft = 0, marginRight = 0 } = options;
  return fluidSvg(drawn, { width, height, left: marginLeft, right: marginRight }, summary);
}
