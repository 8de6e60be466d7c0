import type { Parameters } from './plain-sql.ts';
import { questions } from './questions.ts';
import type { Served } from './server.ts';

/** What so many viewers at once get, who ask for one page after the other without a pause. */
export interface ViewersMeasure {
  viewers: number;
  pages: number;
  pages_per_second: number;
  p50_ms: number;
  p95_ms: number;
  failed: number;
}

/** A page asks these at once. */
const page = [
  'open by stage',
  'open, typed and learned by stage',
  'trend of open, 104 weeks',
  'won and lost by month',
  'results by team in a period',
  'opportunities, a page of 100',
];
const seconds = 10;

/** Each viewer asks with filters of its own turn, so that few pages are the same at the same moment. */
export async function measureViewers(served: Served, viewers: number): Promise<ViewersMeasure> {
  const asked = questions.filter(({ name }) => page.includes(name));
  const until = performance.now() + seconds * 1000;
  const times: number[] = [];
  let failed = 0;
  const look = async (turn: number): Promise<void> => {
    const paths = asked.map(({ path, parameters }) =>
      path(parameters[turn % parameters.length] as Parameters),
    );
    const from = performance.now();
    const answers = await Promise.allSettled(paths.map((path) => served.ask(path)));
    times.push(performance.now() - from);
    failed += answers.filter(({ status }) => status === 'rejected').length;
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: viewers }, async (_, viewer) => {
      for (let turn = viewer; performance.now() < until; turn += 7) await look(turn);
    }),
  );
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0);
  return {
    viewers,
    pages: times.length,
    pages_per_second: Math.round((times.length / (performance.now() - began)) * 1e5) / 100,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    failed,
  };
}
