'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { Loading } from '#warehouse/loading.ts';
import { useTRPC } from '../trpc-client.tsx';

const everyMs = 2000;
const idleMs = 15_000;

/** How far the load under way is; when it is over the page is asked again, for it may show other numbers. */
export function LoadProgress({ first }: { first: Loading | null }) {
  const { data } = useQuery({
    ...useTRPC().loading.queryOptions(),
    initialData: { now: first, loads: [] },
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.now?.status === 'running' ? everyMs : idleMs),
  });
  const { now } = data;
  const router = useRouter();
  const before = useRef(first?.status);
  useEffect(() => {
    if (before.current === 'running' && now?.status !== 'running') router.refresh();
    before.current = now?.status;
  }, [now?.status, router]);
  return (
    <p className="before" role="status">
      {words(now)}
    </p>
  );
}

function words(now: Loading | null): string {
  if (!now) return 'No load has been watched here yet.';
  const { load, step, done, status, error } = now;
  if (status === 'running')
    return `${load} is under way: ${step ?? 'beginning'} (step ${done.length + 1}).`;
  if (status === 'failed') return `${load}, the last one, failed: ${error ?? 'without a reason'}`;
  if (status === 'stopped')
    return `${load}, the last one, was ended from outside at "${step ?? 'the beginning'}". Load again.`;
  const longest = [...done].sort((a, b) => b.seconds - a.seconds)[0];
  const seconds = done.reduce((sum, each) => sum + each.seconds, 0);
  const end = status === 'unchanged' ? 'found nothing new' : `was ${status}`;
  return `${load}, the last one, ${end} after ${seconds.toFixed(1)} s${longest ? `; the longest step was "${longest.step}" with ${longest.seconds.toFixed(1)} s` : ''}.`;
}
