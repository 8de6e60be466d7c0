import { type ReactNode, Suspense } from 'react';
import { Skeleton, type SkeletonShape } from '#components/skeleton.tsx';
import { type PublicError, PublicTRPCError } from './api/errors.ts';
import { report } from './api/guard.ts';
import { Failure } from './failure.tsx';
import { Tile, type TileProps } from './tile.tsx';

interface LaterProps<T> {
  load: () => Promise<T>;
  shape: SkeletonShape;
  /** The frame for the time of waiting and for a failure; without it there is none. */
  tile?: Pick<TileProps, 'title' | 'note' | 'span'>;
  children: (value: T) => ReactNode;
}

/** A part of a page that comes when its answer is there: its shape before, and what went wrong in its place. */
export function Later<T>(props: LaterProps<T>) {
  return (
    <Suspense fallback={framed(props.tile, <Skeleton shape={props.shape} />)}>
      <Answered {...props} />
    </Suspense>
  );
}

async function Answered<T>({ load, tile, children }: LaterProps<T>) {
  const answer = await settle(load);
  if ('error' in answer)
    return framed(tile, <Failure message={answer.error.message} id={answer.error.id} />);
  return children(answer.value);
}

const framed = (tile: LaterProps<unknown>['tile'], inner: ReactNode): ReactNode =>
  tile ? <Tile {...tile}>{inner}</Tile> : inner;

/** What a call throws was logged where it was thrown; anything else is logged here. */
async function settle<T>(load: () => Promise<T>): Promise<{ value: T } | { error: PublicError }> {
  try {
    return { value: await load() };
  } catch (error) {
    return { error: error instanceof PublicTRPCError ? error.public : report(error) };
  }
}
