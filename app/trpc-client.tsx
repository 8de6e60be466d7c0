'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import type { AppRouter } from './api/router.ts';

/** `useTRPC().receipt.queryOptions(query)` gives options for `useQuery`; typed by the router. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** Gives islands the API over HTTP. Nothing is fetched again by itself: a page shows one instant. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: '/api/trpc', maxItems: 10, methodOverride: 'POST' })],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 60_000, refetchOnWindowFocus: false, retry: isWorthRetrying },
    },
  });
}

/** A question refused once is refused again; only what the network or the server dropped is asked twice. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  const isRefused = error instanceof TRPCClientError && error.shape !== undefined;
  return failures < 1 && !isRefused;
}
