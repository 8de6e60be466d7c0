import styles from './skeleton.module.css';

export type SkeletonShape = 'sentence' | 'bars' | 'area' | 'table' | 'numbers';

/** The shape of what comes; appears only when it takes longer than a moment. */
export function Skeleton({ shape }: { shape: SkeletonShape }) {
  return (
    <div className={styles.skeleton} data-shape={shape} role="status">
      <span className={styles.words}>Loading</span>
      {bars[shape].map((width, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
        <span key={i} className={styles.bar} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

const bars: Record<SkeletonShape, number[]> = {
  sentence: [82, 46],
  bars: [92, 74, 60, 48, 30],
  area: [100],
  table: [100, 100, 100, 100, 100, 100],
  numbers: [90, 90, 90, 90],
};
