import { drawingOf, hexColor } from './drawing.ts';
import { pictureOf } from './picture.ts';

/** The chart of a tile as a picture, and the colour of what it stands on; none where the tile shows no chart. */
export function maybeTilePicture(
  tile: Element,
  circumstance: string,
): { svg: string; background: string } | undefined {
  const drawings = [...tile.querySelectorAll('svg')].filter(
    (svg) => !svg.closest('button') && !svg.hasAttribute('data-hits') && isOutermost(svg),
  );
  const shown = drawings.find((svg) => svg.getClientRects().length > 0);
  if (!shown) return undefined;
  const textOf = (selector: string) => tile.querySelector(selector)?.textContent?.trim() ?? '';
  const look = getComputedStyle(tile);
  const muted = tile.querySelector('p.muted') ?? tile;
  const background = hexColor(look.backgroundColor);
  const svg = pictureOf(
    drawingOf(shown),
    { title: textOf('h2'), note: textOf('p.muted'), circumstance },
    {
      surface: background,
      ink: hexColor(look.color),
      muted: hexColor(getComputedStyle(muted).color),
    },
  );
  return { svg, background };
}

const isOutermost = (svg: Element): boolean => !svg.parentElement?.closest('svg');
